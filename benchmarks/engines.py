"""Engines on the same estates with the same five policies: embedded, an OPA server, `opa eval`, `conftest`.

The five judge containers, and are written twice: as policies of erpguard, and as plain Rego, `benchmarks/plain.rego`.
At the smallest size all have to find the same number of things. Also both engines of erpguard with all that ship.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, NamedTuple

from benchmarks.generate import write_estate
from benchmarks.processes import Usage, ended, install, median, run, scan_command, start, table

SIZES = (1_000, 10_000, 50_000)
FIVE = ("--select", "NET008,RES001,RES002,RES003,RES018")
PLAIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plain.rego")
STARTING = 30.0

_WRONG = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: wrong, namespace: tenant-{n}}}
spec:
  selector: {{matchLabels: {{app: wrong}}}}
  template:
    metadata: {{labels: {{app: wrong}}}}
    spec:
      hostNetwork: true
      containers: [{{name: wrong, image: registry.example.com/wrong:1.0}}]
"""

Measured = Callable[[], Usage]


class Estate(NamedTuple):
    """Manifests, and the same as one list in JSON, for `opa eval` has one input."""

    folder: str
    together: str
    report: str


def engines(folder: str, sizes: Sequence[int] = SIZES) -> None:
    """Print a table for each size, and how the time for a resource grows."""
    programs = {name: found for name in ("opa", "conftest") if (found := _program(name))}
    first: dict[str, float] = {}
    growth: dict[str, list[str]] = {}
    for count in sizes:
        estate = _estate(folder, count)
        if count == sizes[0]:
            _check(estate, programs)
        results = _taken(_contestants(estate, programs), rounds=3 if count == sizes[0] else 1)
        table(f"engines, {count:,} resources, CPU seconds (with that of the server)", results, "embedded")
        for name, (seconds, _) in results.items():
            base = first.setdefault(name, seconds / count)
            growth.setdefault(name, []).append(f"{seconds / count / base:5.2f}")
    print(f"  time per resource at {', '.join(f'{count:,}' for count in sizes)}, against the first:")
    for name, ratios in growth.items():
        print(f"  {name:<28} {'  '.join(ratios)}")
    print()


def _taken(contestants: dict[str, Measured], rounds: int) -> dict[str, Usage]:
    runs: dict[str, list[Usage]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, measured in contestants.items():
            runs[name].append(measured())
    return {name: median(some) for name, some in runs.items()}


def _contestants(estate: Estate, programs: Mapping[str, str]) -> dict[str, Measured]:
    """By name, what measures it once."""
    found: dict[str, Measured] = {"embedded": partial(run, scan_command(estate.folder, estate.report, *FIVE))}
    found |= {name: partial(run, command) for name, command in _peers(estate, programs).items()}
    found["embedded, all policies"] = partial(run, scan_command(estate.folder, estate.report))
    if "opa" in programs:
        found["OPA server"] = partial(_by_server, programs["opa"], estate, FIVE)
        found["OPA server, all policies"] = partial(_by_server, programs["opa"], estate, ())
    return found


def _program(name: str) -> str | None:
    """Where a peer is; what is not installed is left out, and said."""
    found = os.environ.get(name.upper()) or shutil.which(name)
    if found is None:
        print(f"  {name}: left out, it is not on the path ({name.upper()}=/path/to/{name})")
    return found


def _peers(estate: Estate, programs: Mapping[str, str]) -> dict[str, list[str]]:
    """The commands of the ones that are installed."""
    commands = {
        "opa": ["eval", "--data", PLAIN, "--input", estate.together, "data.main.everything"],
        "conftest": ["test", "--policy", PLAIN, "--output", "json", estate.folder],
    }
    names = {"opa": "opa eval", "conftest": "conftest"}
    return {names[name]: [program, *commands[name]] for name, program in programs.items()}


def _by_server(opa: str, estate: Estate, options: Sequence[str]) -> Usage:
    """A scan, and the server that judges, which is started for it."""
    with _server(opa) as (url, process):
        ours = run(scan_command(estate.folder, estate.report, *options, "--engine", "opa", "--opa-url", url))
        process.terminate()
        theirs = ended(process)
    return ours[0] + theirs[0], ours[1] + theirs[1]


@contextmanager
def _server(opa: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [opa, "run", "--server", "--disable-telemetry", "--log-level", "error", "--addr", f"127.0.0.1:{port}"]
    process = start(command)
    try:
        _await(port)
        yield f"http://127.0.0.1:{port}", process
    finally:
        if process.returncode is None:
            process.terminate()
            process.wait()


def _await(port: int) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit("the OPA server does not start: nothing was measured")


def _estate(folder: str, count: int) -> Estate:
    """About so many resources; in each tenth tenant a Deployment that all five policies object to."""
    import yaml

    path = os.path.join(folder, f"engines-{count}")
    write_estate(path, count)
    for n in range(0, count // 20, 10):
        with open(os.path.join(path, f"wrong-{n}.yaml"), "w", encoding="utf-8") as file:
            file.write(_WRONG.format(n=n))
    documents: list[Any] = []
    for name in sorted(os.listdir(path)):
        with open(os.path.join(path, name), encoding="utf-8") as file:
            documents += yaml.load_all(file, Loader=yaml.CSafeLoader)
    together = f"{path}.json"
    with open(together, "w", encoding="utf-8") as file:
        json.dump(documents, file)
    return Estate(path, together, f"{path}.sarif")


def _check(estate: Estate, programs: Mapping[str, str]) -> None:
    """Everybody has to find the same number of things, or the policies are not the same."""
    subprocess.run(scan_command(estate.folder, estate.report, *FIVE), stdout=subprocess.DEVNULL)
    with open(estate.report, encoding="utf-8") as file:
        counts = {"embedded": len(json.load(file)["runs"][0]["results"])}
    for name, command in _peers(estate, programs).items():
        said = _said(command)
        counts[name] = (
            sum(len(file.get("failures", ())) for file in said)
            if name == "conftest"
            else len(said["result"][0]["expressions"][0]["value"])
        )
    if len(set(counts.values())) > 1:
        raise SystemExit(f"the engines do not judge by the same policies: {counts}")


def _said(command: Sequence[str]) -> Any:
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        install(made)
        engines(made, [int(size) for size in sys.argv[1:]] or SIZES)
