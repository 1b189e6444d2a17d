"""Imports point down only, importing erpguard starts nothing, and modules stay small."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "erpguard"

# Layer -> the layers that it may import besides itself; modules at the top level are layers of their own.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "model": set(),
    "shipped": set(),
    "version": set(),
    "reads": {"model"},
    "digests": set(),
    "fingerprints": {"model", "digests"},
    "result_cache": {"model", "digests", "shipped", "sources", "version"},
    "config": {"model", "errors", "shipped", "sources"},
    "normalize": {"model", "errors"},
    "sources": {"model", "errors", "normalize"},
    "collection": {"errors", "model", "sources", "version"},
    "estate": {"model", "errors"},
    "analysis": {"model", "errors", "estate", "normalize"},
    "sides": {"model", "errors", "estate", "normalize", "sources", "request", "collection"},
    "packs": {"model", "errors", "shipped", "drift", "digests", "normalize", "plugins", "reads"},
    "bundle": {"errors", "engines", "packs", "shipped", "version"},
    "plugins": set(),
    "targets": {"config", "errors", "sources"},
    "trust": {"config", "conftest", "errors", "engines"},
    "engines": {"model", "errors", "digests", "plugins", "reads"},
    "verdicts": {"model", "reads", "analysis", "engines"},
    "violations": {"model", "errors", "engines"},
    "judge": {"model", "errors", "reads", "analysis", "engines", "verdicts", "violations"},
    "findings": {"model", "estate", "engines", "fingerprints", "verdicts"},
    "judgement": {"model", "estate", "analysis", "engines", "judge", "findings", "packs", "sides", "request"},
    "conftest": {
        "model",
        "errors",
        "engines",
        "fingerprints",
        "judgement",
        "normalize",
        "sources",
    },
    "drift": {"model", "errors", "estate", "findings", "fingerprints", "normalize", "sides", "judgement"},
    "triage": {"model", "packs"},
    "reporters": {"model", "errors", "shipped", "version"},
}
TOP = {"scan", "request", "pipeline", "authoring", "cli", "__init__", "__main__"}  # these may import everything below


def _imports(path: Path) -> Iterator[str]:
    """The layers of erpguard that a module imports when it runs."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("erpguard"):
            yield (node.module or "").removeprefix("erpguard").lstrip(".").partition(".")[0]


def _layer(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def test_imports_point_down() -> None:
    upward = []
    for path in sorted(SOURCE.rglob("*.py")):
        layer = _layer(path)
        if layer in TOP:
            continue
        for imported in _imports(path):
            # `ScanResult.to_sarif` is the one exception: users ask a result for its SARIF.
            exempt = path.name == "result.py" and imported == "reporters"
            if imported and imported not in ALLOWED[layer] | {layer} and not exempt:
                upward.append(f"{path.relative_to(SOURCE)} imports {imported}")
    assert upward == []


def _names_used(path: Path) -> set[str]:
    """Plain and dotted names in a module: `print`, `os.environ`."""
    tree = ast.parse(path.read_text())
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.Attribute))}


def test_only_the_command_prints_or_reads_the_environment() -> None:
    forbidden = {"print", "os.environ", "os.getenv", "sys.exit", "sys.stdout", "sys.stdin"}
    guilty = {
        str(path.relative_to(SOURCE)): used
        for path in sorted(SOURCE.rglob("*.py"))
        if _layer(path) not in ("cli", "__main__") and (used := _names_used(path) & forbidden)
        if path.name != "worker.py" or used != {"os.environ"}  # the child empties its own
    }
    assert guilty == {}


def test_only_one_module_knows_the_engine() -> None:
    users = [path.name for path in SOURCE.rglob("*.py") if "import regorus" in path.read_text()]
    assert users == ["embedded.py"]


def test_importing_starts_nothing_heavy() -> None:
    heavy = ("jsonschema", "pathspec", "croniter", "cronsim", "unittest", "asyncio", "rich", "importlib.metadata")
    code = f"import sys, erpguard; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


_COLD_SCAN = """
import os, sys
from erpguard.cli import main
main(["scan", "pod.yaml", "--no-progress", "--format", "sarif:pod.sarif"])
print(*sys.modules)
"""


def test_scan_of_one_manifest_imports_little(tmp_path: Path) -> None:
    """Each of these costs a scan of one small manifest two to eight milliseconds, of some ninety."""
    manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: nginx:1.29}]\n"
    (tmp_path / "pod.yaml").write_text(manifest)
    done = subprocess.run([sys.executable, "-c", _COLD_SCAN], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (tmp_path / "pod.sarif").stat().st_size > 1000
    dear = {"dataclasses", "inspect", "decimal", "fractions", "hashlib", "ipaddress", "shutil", "tempfile", "tomllib"}
    dear |= {
        "urllib.parse",
        "jsonschema",
        "pathspec",
        "erpguard.analysis.applications.odoo",
        "erpguard.analysis.routing.traefik_static",
    }
    assert dear.intersection(done.stdout.split()) == set()


def test_modules_stay_small() -> None:
    long = {path.name: count for path in SOURCE.rglob("*.py") if (count := len(path.read_text().split("\n"))) > 300}
    assert long == {}


def test_no_test_reads_a_clock() -> None:
    """What takes long on one machine does not on another: calls are counted, readiness is awaited."""
    clocks = {"monotonic", "perf_counter", "process_time", "thread_time", "sleep"}
    reading = set()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "time" and node.attr in clocks:
                reading.add(path.name)
    assert reading == {"waiting.py"}
