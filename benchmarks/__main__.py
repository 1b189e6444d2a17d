"""Measures whole processes in turn, A B A B ..., and prints medians and ratios. See docs/performance.md."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence

from benchmarks.engines import engines
from benchmarks.generate import write_estate
from benchmarks.live import live
from benchmarks.plans import write_plan
from benchmarks.processes import compare, install, scan_command, table

HERE = os.path.dirname(os.path.abspath(__file__))
# Without `..`: checkov finds nothing below a folder that is named through one.
PLAN = os.path.normpath(os.path.join(HERE, "..", "..", "shared", "data", "terraform", "enterprise-scale.plan.json"))
CORPUS = os.path.normpath(os.path.join(HERE, "..", "..", "shared", "data", "kubernetes", "kube-prometheus"))

_LOAD = """
import glob, sys, yaml
# Some of the CRDs hold a plain `=`, for which the safe loader has no constructor and gives up.
yaml.CSafeLoader.add_constructor("tag:yaml.org,2002:value", yaml.CSafeLoader.construct_yaml_str)
for path in sorted(glob.glob(sys.argv[1] + '/**/*.yaml', recursive=True)):
    with open(path, 'rb') as file:
        list(yaml.load_all(file, Loader=yaml.CSafeLoader))
"""
_LOAD_JSON = "import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))"


def corpus(folder: str) -> None:
    """A real corpus: scan to SARIF against plain loading of the same files, and against checkov where it is there."""
    if not os.path.isdir(CORPUS):
        print("kube-prometheus: left out, the corpus is not there")
        return
    commands: dict[str, Sequence[str]] = {
        "yaml.load_all(CSafeLoader)": [sys.executable, "-c", _LOAD, CORPUS],
        "erpguard scan": scan_command(CORPUS, os.path.join(folder, "corpus.sarif")),
    }
    table("kube-prometheus (5.7 MB), CPU seconds", compare(commands), "yaml.load_all(CSafeLoader)")
    checkov = os.environ.get("CHECKOV") or shutil.which("checkov")
    if checkov is None:
        print("  checkov: left out, it is not on the path (CHECKOV=/path/to/checkov)\n")
        return
    commands = {
        "erpguard scan": commands["erpguard scan"],
        "checkov": [checkov, "-d", CORPUS, "--framework", "kubernetes", "-o", "sarif", "--output-file-path", folder],
    }
    table("kube-prometheus against checkov, CPU seconds", compare(commands, rounds=1), "erpguard scan")


def cold_start(folder: str) -> None:
    """One small manifest against a bare interpreter; the issue asks for at most 8 times its CPU time."""
    path = os.path.join(folder, "small.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: small}\n"
            "spec:\n  containers:\n  - name: a\n    image: nginx:1.29\n"
        )
    commands = {
        "python3 -c pass": [sys.executable, "-c", "pass"],
        "erpguard scan": scan_command(path, os.path.join(folder, "small.sarif")),
    }
    table("cold start on one manifest, CPU seconds", compare(commands, rounds=21), "python3 -c pass")


def growth(folder: str) -> None:
    """Generated estates of growing size: time and memory per resource."""
    print("generated estates: CPU seconds and peak memory of a scan to SARIF")
    base = 0.0
    for count in (1_000, 5_000, 20_000):
        path = os.path.join(folder, f"estate-{count}")
        size = write_estate(path, count)
        seconds, memory = compare({"": scan_command(path, os.path.join(folder, "estate.sarif"))}, rounds=3)[""]
        base = base or seconds / count
        bound = 12 * size / 1_000_000 + 100
        print(
            f"  {count:>6} resources, {size / 1_000_000:5.1f} MB: {seconds:6.2f} s, "
            f"{seconds / count / base:4.2f} times the time per resource of the first; "
            f"{memory:5.0f} MB, {memory / bound:4.2f} of the bound (12 bytes per input byte plus 100 MB)"
        )
    print()


def plans(folder: str) -> None:
    """Terraform plans against `json.load` of the same file: time, and memory for each byte of the file."""
    path = os.path.join(folder, "plan.json")
    count = write_plan(path, 100)
    for name, plan in ((f"generated plan, {count:,} resources", path), ("enterprise-scale.plan.json", PLAN)):
        if not os.path.isfile(plan):
            print(f"{name}: left out, it is not there")
            continue
        size = os.path.getsize(plan) / 1_000_000
        commands: dict[str, Sequence[str]] = {
            "json.load": [sys.executable, "-c", _LOAD_JSON, plan],
            "erpguard scan": scan_command(plan, os.path.join(folder, "plan.sarif")),
        }
        results = compare(commands, rounds=3)
        table(f"{name} ({size:.1f} MB), CPU seconds", results, "json.load")
        if size > 50:
            print(f"  peak memory of the scan: {results['erpguard scan'][1] / size:.1f} times the size of the file\n")


def unchanged(folder: str) -> None:
    """The same tree once more: nothing has changed, so that the result of before is shown."""
    example = os.path.join(HERE, "..", "examples", "erp-on-aks")
    report = os.path.join(folder, "again.sarif")
    cached = [part for part in scan_command(example, report) if part != "--no-cache"]
    os.environ["ERPGUARD_CACHE_DIR"] = os.path.join(folder, "cache")
    commands = {"judged": scan_command(example, report), "unchanged": cached}
    table("examples/erp-on-aks, CPU seconds", compare(commands), "judged")


def main() -> None:
    """All benchmarks, one after the other."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors; medians of processes that take turns\n")
    with tempfile.TemporaryDirectory() as folder:
        install(folder)
        cold_start(folder)
        corpus(folder)
        growth(folder)
        plans(folder)
        unchanged(folder)
        engines(folder)
        live()


main()
