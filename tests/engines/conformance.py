"""OPA's own cases, judged by the embedded engine as modules of others are: `python -m tests.engines.conformance`.

The cases come with OPA's Go module and are not ours: where they are is in ERPGUARD_OPA_CASES, or they are where `go`
keeps its modules. The command writes anew which of them come out otherwise, to tests/data/conformance.yaml.

The cases run in a process of their own, one after the other, since one may hang it or end it.
"""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

OPA_VERSION = "v1.22.2"
KNOWN = Path(__file__).parent.parent / "data" / "conformance.yaml"
_INSIDE = Path("v1/test/cases/testdata/v1")
_SECONDS = 20
"""For one case: a guard against one that hangs, and much more than any needs."""

Case = dict[str, Any]


def folder() -> Path | None:
    """Where OPA's cases are; None where they are not."""
    given = os.environ.get("ERPGUARD_OPA_CASES")
    if given:
        return Path(given)
    modules = Path(os.environ.get("GOMODCACHE") or Path(os.environ.get("GOPATH") or Path.home() / "go") / "pkg" / "mod")
    found = modules / "github.com" / "open-policy-agent" / f"opa@{OPA_VERSION}" / _INSIDE
    return found if found.is_dir() else None


def cases(where: Path) -> list[Case]:
    """All cases, each with a `name` of its own: the folder, the note, and a number where the same note comes again."""
    found: list[Case] = []
    seen: dict[str, int] = {}
    for path in sorted(where.rglob("*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["cases"]:
            name = f"{path.parent.name}: {case['note']}"
            seen[name] = seen.get(name, 0) + 1
            found.append({**case, "name": name if seen[name] == 1 else f"{name} #{seen[name]}"})
    return found


def differing(judged: Iterable[tuple[Case, Case]]) -> dict[str, dict[str, str]]:
    """By the folder of the cases, those that come out otherwise, and how: `no value`, `another value`, or the error."""
    found: dict[str, dict[str, str]] = {}
    for case, outcome in judged:
        difference = _difference(case, outcome)
        if difference:
            group, _, note = case["name"].partition(": ")
            found.setdefault(group, {})[note] = difference
    return found


def judged(all_cases: Iterable[Case]) -> Iterator[tuple[Case, Case]]:
    """Each case with its outcome: {"values": [...]} or {"error": ...}."""
    process: _Process | None = None
    try:
        for case in all_cases:
            process = process or _Process()
            outcome = process.ask(case)
            if outcome is None:
                process.end()
                process, outcome = None, {"error": "the process ends, or hangs"}
            yield case, outcome
    finally:
        if process is not None:
            process.end()


class _Process:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.engines.conformance", "--worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=KNOWN.parent.parent.parent,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def ask(self, case: Case) -> Case | None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(case, default=str) + "\n")
        self._process.stdin.flush()
        try:
            line = self._lines.get(timeout=_SECONDS)
        except queue.Empty:
            return None
        return dict(json.loads(line)) if line else None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")


def _difference(case: Case, outcome: Case) -> str:
    """Empty where the outcome is as wanted. What is an error only in OPA's strict mode is undefined otherwise."""
    error = outcome.get("error")
    if (case.get("want_error") or case.get("want_error_code")) and not case.get("strict_error"):
        return "" if error else "no error"
    if error:
        return str(error)
    wanted = case.get("want_result") or []
    as_sets = bool(case.get("sort_bindings"))
    if sorted(_text(one, as_sets) for one in wanted) == sorted(_text(one, as_sets) for one in outcome["values"]):
        return ""
    return "another value" if outcome["values"] else "no value"


def _text(value: Any, as_sets: bool) -> str:
    return json.dumps(_plain(value, as_sets), sort_keys=True)


def _plain(value: Any, as_sets: bool) -> Any:
    """Arrays of cases that say so are in no order, and 1.0 is 1."""
    if isinstance(value, dict):
        return {key: _plain(inner, as_sets) for key, inner in value.items()}
    if isinstance(value, list):
        items = [_plain(inner, as_sets) for inner in value]
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True)) if as_sets else items
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _work() -> None:
    """Answer cases, a line each, on what was standard output: whatever else writes there, writes elsewhere."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.setrecursionlimit(10_000)
    for line in sys.stdin:
        answers.write(json.dumps(_outcome(json.loads(line))) + "\n")
        answers.flush()


def _outcome(case: Case) -> Case:
    from erpguard.engines.child.interpreter import ForeignInterpreter
    from erpguard.errors import ErpguardError

    interpreter = ForeignInterpreter()
    try:
        for number, module in enumerate(case.get("modules") or ()):
            interpreter.add(f"{number}.rego", module)
        if case.get("data"):
            interpreter.add_data(json.dumps(case["data"]))
        if "input" in case and case.get("input_term") is None:
            interpreter.set_input_text(json.dumps(case["input"]))
        interpreter.prepare()
        interpreter.begin()
        return {"values": _values(interpreter._engine, case)}
    except ErpguardError as error:
        return {"error": _generic(str(error))}
    except RuntimeError as error:
        from erpguard.engines.embedded import _reason

        return {"error": _generic(_reason(error))}


def _values(engine: Any, case: Case) -> list[Any]:
    """The bindings of the case's query, which may be any: the engine's own door for rules takes only those."""
    query = case["query"]
    if case.get("input_term") is not None:
        query += f" with input as {' '.join(case['input_term'].split())}"
    results = json.loads(engine.eval_query_as_json(query)).get("result", [])
    return [
        result.get("bindings", {})
        for result in results
        if all(expression["value"] is not False for expression in result["expressions"])
    ]


def _generic(reason: str) -> str:
    """A reason without places, and cut where it shows values."""
    reason = re.sub(r"^extension '.*?' raises Python error: Unsupported: ", "", reason)
    last = reason.rpartition(".rego:")[2].partition(": ")[2] if ".rego:" in reason else ""
    return (last or reason).partition(" (path")[0].partition(". Got")[0][:100]


def main() -> None:
    """Write the list of known differences."""
    where = folder()
    if where is None:
        raise SystemExit("OPA's cases are not there: set ERPGUARD_OPA_CASES, or `go mod download` OPA's module")
    found = differing(judged(cases(where)))
    head = f"# Cases of OPA {OPA_VERSION} that come out otherwise: python -m tests.engines.conformance\n"
    KNOWN.write_text(head + yaml.safe_dump(found, allow_unicode=True, width=10_000), encoding="utf-8")


if __name__ == "__main__":
    _work() if "--worker" in sys.argv else main()
