"""Whatever is wrong with one input: one clear line with its place, the designed exit code, and nothing else lost."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import erpguard
from erpguard.model import Path as Steps
from erpguard.normalize.kubernetes_types import METADATA, shape_of
from erpguard.normalize.kubernetes_versions import current_group
from tests.counted import assert_linear
from tests.e2e.test_command import BAD, COMMAND
from tests.e2e.test_command import erpguard as run
from tests.policy_examples import cases

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: odd}\n"
SPEC = "spec: {hostNetwork: true, containers: [{name: main}]}\n"
BOMB = "a: &a [x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
NESTED = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - " + (POD + SPEC).replace(
    "\n", "\n    "
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with one manifest that has a finding: `good.yaml:6:3`."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "good.yaml").write_text(BAD)
    return tmp_path


def problems(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines of a quiet report that tell of problems."""
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if re.match(r"\S+: (error|warning) ", line)]


def scan(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Scan the folder; the good manifest keeps its finding, whatever else is in there."""
    done = run("scan", ".", "--select", "NET008", "--quiet", *arguments, cwd=tree)
    assert "good.yaml:6:3: high NET008" in done.stdout
    return done


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a: [b\n", "odd.yaml:2:1: error yaml-syntax: not valid YAML: .*expected ',' or '\\]'"),
        (f"{POD}{SPEC}---\na: b: c\n---\n{POD.replace('odd', 'third')}{SPEC}",
         "odd.yaml:6:5: error yaml-syntax: not valid YAML: mapping values are not allowed"),
        (POD + "spec: {hostNetwork: true, hostNetwork: false, containers: [{name: a}]}\n",
         "odd.yaml:4:27: error duplicate-key: the key 'hostNetwork' stands twice .*: remove one"),
        (POD + "spec:\n\thostNetwork: true\n", "odd.yaml:5:1: error yaml-tab: tab used for indentation: YAML wants"),
        (b"\x7fELF\0\0\1", "odd.yaml:1:5: error binary-file: the file is a binary file .*: exclude it"),
        (BOMB, r"odd.yaml:\d:\d+: error yaml-alias: the alias \*. expands to too many values: write them out or split"),
        ("a: " + "[" * 10_000 + "]" * 10_000, "odd.yaml:1:67: error too-deep: nested deeper than 64 levels.*: exclude"),
        ("".join(" " * level + "a:\n" for level in range(10_000)), "odd.yaml:65:65: error too-deep: nested deeper"),
        ("a: \xfc\n".encode("latin-1"), "odd.yaml:1:4: error encoding: the file is not valid UTF-8 .*: save it as"),
        (POD.encode("utf-32"), "odd.yaml: error encoding: the file is encoded in UTF-32: save it as UTF-8"),
        (POD + "spec:\n  {{- toYaml .Values.spec | nindent 2 }}\n",
         "odd.yaml:5:3: error needs-rendering: .* Helm: render it first with `helm template RELEASE CHART"),
        (POD + "spec: {hostNetwork: ${HOST}}\n",
         "odd.yaml:4:21: error needs-rendering: .* envsubst: render it first with `envsubst < FILE \\| erpguard scan"),
        ("apiVersion: 1\nkind: Pod\n", "odd.yaml:1:1: error invalid-value: apiVersion must be a string"),
        ("apiVersion: v1\nkind:\n", "odd.yaml:2:1: error invalid-value: kind must be a string"),
        ("apiVersion: v1\nkind: List\nitems: {}\n", "odd.yaml:3:1: error list-item: the items of a List must be a"),
        ("apiVersion: v1\nkind: List\nitems: [word]\n", "odd.yaml:3:9: error list-item: an item of a list is no"),
        (POD.replace("{name: odd}", "text") + SPEC, "odd.yaml:3:1: error invalid-value: Pod: metadata must be an"),
        (POD.replace("{name: odd}", "{}") + SPEC, "odd.yaml:3:1: error no-name: Pod has no metadata.name: the API"),
        (POD.replace("{name: odd}", "{name: 1}") + SPEC, "odd.yaml:3:12: error invalid-value: Pod: metadata.name must"),
        (POD.replace("odd", "odd, labels: {a: 1}") + SPEC,
         "odd.yaml:3:32: error invalid-value: Pod odd: metadata.labels.a must be a string, not the number 1: put it"),
        (POD + "spec: []\n", "odd.yaml:4:1: error invalid-value: Pod odd: spec must be an object, not a list"),
        (POD + "spec:\n", "odd.yaml:4:1: error invalid-value: Pod odd: spec is required and missing"),
        (POD + "spec: {containers: {}}\n",
         "odd.yaml:4:8: error invalid-value: Pod odd: spec.containers must be a list, not an object"),
        (POD + "spec: {containers: [null]}\n",
         "odd.yaml:4:21: error invalid-value: Pod odd: spec.containers\\[0\\] is null: remove it"),
        (POD + "spec: {containers: [{name: a, ports: [{containerPort: '80'}]}]}\n",
         "odd.yaml:4:40: error invalid-value: .*containerPort must be an integer, not the string \"80\""),
        (POD + "spec: {containers: [{name: a, resources: {limits: {memory: 1gb}}}]}\n",
         "odd.yaml:4:52: error invalid-value: .*limits.memory must be a quantity such as 500m, 1Gi or 2, not the"),
    ],
    ids=lambda value: None if isinstance(value, (str, bytes)) and len(value) > 60 else repr(value),
)  # fmt: skip
def test_one_line_for_one_problem(tree: Path, content: str | bytes, line: str) -> None:
    (tree / "odd.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    done = scan(tree)
    (told,) = problems(done)
    assert re.match(line, told)
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("content", "aside"),
    [
        ("", None),
        ("# nothing\n# here\n---\n# or here\n", None),
        ("apiVersion: v1\nkind: Odd\nmetadata: {name: odd}\n", "1x core/Odd (no policy knows this type)"),
        ("a: 1\n", "1x document without apiVersion and kind"),
        ("- a\n---\nword\n---\n3\n", "3x document without apiVersion and kind"),
        ("apiVersion: v1\nkind: List\n", None),
        ("apiVersion: v1\nkind: List\nitems: null\n", None),
    ],
)  # fmt: skip
def test_what_is_no_manifest_by_design(tree: Path, content: str, aside: str | None) -> None:
    (tree / "odd.yaml").write_text(content)
    done = run("scan", ".", "--select", "NET008", cwd=tree)
    assert done.returncode == 1
    assert "NET008" in done.stdout
    told = re.findall("^not judged: (.*)$", done.stdout, re.MULTILINE)
    assert told == ([] if aside is None else [aside])
    assert "problem" not in done.stdout
    strict = scan(tree, "--strict")
    assert (strict.returncode, len(problems(strict))) == ((3, 0) if aside else (1, 0))
    assert ("(--strict)" in strict.stdout) is (aside is not None)


def test_the_documents_around_a_broken_one_are_judged(tree: Path) -> None:
    (tree / "odd.yaml").write_text(f"{POD}{SPEC}---\na: b: c\n---\n{POD.replace('odd', 'third')}{SPEC}")
    done = scan(tree)
    assert "odd.yaml:4:8: high NET008" in done.stdout
    assert "odd.yaml:11:8: high NET008" in done.stdout


@pytest.mark.parametrize(
    "content",
    [
        NESTED,
        (POD + SPEC).replace("\n", "\r\n"),
        "\ufeff" + POD + SPEC,
        POD.replace("odd", "'${NAME}'") + SPEC.replace("main", "main, image: '{{ image }}'"),
    ],
)
def test_what_is_unusual_and_legal_is_judged(tree: Path, content: str) -> None:
    (tree / "odd.yaml").write_bytes(content.encode())
    done = scan(tree)
    assert problems(done) == []
    assert "odd.yaml:" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    "quantity", ["1", "0.5", "1e3", "1E3", "100m", "1Gi", "'2'", "'.5'", "5.", "+1", "12e-1", "3n"]
)
def test_legal_quantities(tree: Path, quantity: str) -> None:
    resources = f"{{requests: {{cpu: {quantity}}}, limits: {{memory: {quantity}}}}}"
    (tree / "odd.yaml").write_text(POD + f"spec: {{containers: [{{name: a, resources: {resources}}}]}}\n")
    assert problems(scan(tree)) == []


@pytest.mark.parametrize(
    "quantity", ["1gb", "1 Gi", "ten", "true", "[1]", "{}", "1GiB", "1,5", "0x10Gi", "''", "'-'", "'1e'", "1 e3", "Gi"]
)
def test_illegal_quantities(tree: Path, quantity: str) -> None:
    (tree / "odd.yaml").write_text(
        POD + f"spec:\n  containers:\n  - name: a\n    resources:\n      limits:\n        memory: {quantity}\n"
    )
    done = scan(tree)
    (told,) = problems(done)
    assert "limits.memory must be a quantity" in told
    assert done.returncode == 3


def test_what_cannot_be_opened(tree: Path) -> None:
    os.mkfifo(tree / "pipe.yaml")
    (tree / "folder.yaml").mkdir()
    (tree / "dangling.yaml").symlink_to("nowhere.yaml")
    (tree / "loop.yaml").symlink_to("loop.yaml")
    (tree / "up").symlink_to(".")
    outside = tree.parent / "outside.yaml"
    outside.write_text(POD + SPEC)
    (tree / "out.yaml").symlink_to(outside)
    done = scan(tree)
    assert done.returncode == 3
    told = sorted(line.split(": ")[0] for line in problems(done))
    assert told == ["dangling.yaml", "loop.yaml", "out.yaml", "pipe.yaml", "up"]
    assert "outside" not in done.stdout
    assert "Pod odd" not in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(tree: Path) -> None:
    (tree / "odd.yaml").write_text(POD)
    (tree / "odd.yaml").chmod(0)
    (told,) = problems(scan(tree))
    assert told == "odd.yaml: error unreadable: the file cannot be read (Permission denied): check its permissions"


def test_a_large_file_in_bounded_memory(tree: Path) -> None:
    """100 MB: documents without a kind, so that the loader alone is measured, and one pod at the end."""
    filler = "---\ntext: |\n" + f"  {'x' * 98}\n" * 10_000
    with open(tree / "odd.yaml", "w") as file:
        for _ in range(100):
            file.write(filler)
        file.write(f"---\n{POD}{SPEC}")
    assert (tree / "odd.yaml").stat().st_size > 100_000_000
    script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], timeout=600)\n"
    script += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    command = [sys.executable, "-c", script, *COMMAND, "scan", ".", "--select", "NET008", "--quiet"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True)
    *found, megabytes = done.stdout.splitlines()
    assert [line.split(": ")[0] for line in found] == ["good.yaml:6:3", "odd.yaml:1000205:8"]
    assert int(megabytes) < 12 * 100 + 100


def test_a_file_over_the_limit(tree: Path) -> None:
    with open(tree / "odd.yaml", "wb") as file:
        file.truncate(129 * 2**20)
    done = scan(tree)
    (told,) = problems(done)
    assert told == "odd.yaml: error file-too-large: the file has 129 MiB, more than the limit of 128: split it"
    assert done.returncode == 3


WRONG: tuple[Any, ...] = ({}, [], "text", 7, True, [None], {"a": {"b": []}})
EXAMPLES = [
    case
    for case in cases()
    if case.outcome == "fail" and list(case.files) == ["manifest.yaml"] and "type: Microsoft." not in str(case.files)
][::3]


def nodes(value: Any, path: Steps = ()) -> Iterator[Steps]:
    """The paths of all nodes below a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from nodes(inner, (*path, key))


def expected(shape: Any, path: Steps) -> Any:
    """What the shapes know of a path; None if nothing, or if it is below or above what is only known as a whole."""
    for step in path:
        if isinstance(shape, list) and isinstance(step, int):
            shape = shape[0]
        elif isinstance(shape, dict):
            shape = shape.get(step, shape.get(f"{step}!", shape.get("*")))
        else:
            return None
    return shape


def is_wrong(value: Any, shape: Any) -> bool:
    """Whether a value of `WRONG` is of a kind that the shape does not allow, told by another way than the code's."""
    if isinstance(shape, (dict, list)):
        return not isinstance(value, type(shape))
    takes: dict[str, tuple[type, ...]] = {
        "string": (str,), "text": (str,), "bool": (bool,), "int": (int,), "number": (int,), "quantity": (int,),
        "int-or-string": (int, str),
    }  # fmt: skip
    return shape in takes and (
        not isinstance(value, takes[shape]) or (isinstance(value, bool) and bool not in takes[shape])
    )


def replaced(body: Any, path: Steps, value: Any) -> Any:
    """A copy with another value at a path."""
    result = copy.deepcopy(body)
    node = result
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return result


@pytest.mark.parametrize("case", EXAMPLES, ids=str)
def test_wrong_types_at_every_node(case: Any, tmp_path: Path) -> None:
    """No exception anywhere, and where the shapes know the node, a problem that names its line."""
    (text,) = case.files.values()
    documents = [one for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if isinstance(one, dict)]
    chosen = [(number, path) for number, body in enumerate(documents) for path in nodes(body) if path[0] not in
              ("apiVersion", "kind")][:60]  # fmt: skip
    silent = []
    for turn, (number, path) in enumerate(chosen):
        value = WRONG[turn % len(WRONG)]
        changed = [replaced(body, path, value) if at == number else body for at, body in enumerate(documents)]
        file = tmp_path / "odd.json"
        file.write_text("".join(json.dumps(body, indent=1) + "\n" for body in changed))
        result = erpguard.scan([str(file)], select=[case.policy], root=str(tmp_path))
        assert not [problem for problem in result.problems if problem.code == "policy-failed"]
        body = documents[number]
        group, kind = current_group(body["apiVersion"], body["kind"])
        shape = {"metadata": METADATA, **(shape_of(f"{group}/{kind}") or {})}
        if is_wrong(value, expected(shape, path)):
            lines = {problem.place.line for problem in result.problems if problem.code == "invalid-value"}
            if line_of(changed, number, path) not in lines:
                silent.append(f"{path} = {value!r}: {sorted(lines)}")
    assert silent == []


def line_of(documents: list[Any], number: int, path: Steps) -> int:
    """The line of a node in the text that `json.dumps` made, found by a marker in its place."""
    before = "".join(json.dumps(body, indent=1) + "\n" for body in documents[:number])
    marked = json.dumps(replaced(documents[number], path, "\x00here"), indent=1)
    return (before + marked[: marked.index("\\u0000here")]).count("\n") + 1


def test_many_ignores_and_findings_take_linear_work(tmp_path: Path) -> None:
    line = "  hostNetwork: true  # erpguard: ignore[NET008] needed\n"
    text = BAD.replace("  hostNetwork: true\n", line) + "---\n"

    def scanned(count: int) -> Callable[[], object]:
        (tmp_path / "many.yaml").write_text("".join(text.replace("name: bad", f"name: p{n}") for n in range(count)))
        return lambda: results.append(erpguard.scan([str(tmp_path)], select=["NET008"], root=str(tmp_path)))

    results: list[erpguard.ScanResult] = []
    assert_linear(scanned, 500)
    assert [(len(one.suppressed), one.findings, one.problems) for one in results] == [
        (count, [], []) for count in (2, 500, 2000)
    ]
