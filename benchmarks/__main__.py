"""Measures whole processes in turn, A B A B ..., and prints medians and ratios. See docs/performance.md."""

from __future__ import annotations

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence

from benchmarks.generate import write_estate
from benchmarks.live import live
from benchmarks.plans import write_plan

HERE = os.path.dirname(os.path.abspath(__file__))
# Without `..`: checkov finds nothing below a folder that is named through one.
PLAN = os.path.normpath(os.path.join(HERE, "..", "..", "shared", "data", "terraform", "enterprise-scale.plan.json"))
CORPUS = os.path.normpath(os.path.join(HERE, "..", "..", "shared", "data", "kubernetes", "kube-prometheus"))
ROUNDS = 7

_LOAD = """
import glob, sys, yaml
# Some of the CRDs hold a plain `=`, for which the safe loader has no constructor and gives up.
yaml.CSafeLoader.add_constructor("tag:yaml.org,2002:value", yaml.CSafeLoader.construct_yaml_str)
for path in sorted(glob.glob(sys.argv[1] + '/**/*.yaml', recursive=True)):
    with open(path, 'rb') as file:
        list(yaml.load_all(file, Loader=yaml.CSafeLoader))
"""
_LOAD_JSON = "import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))"
_SCAN = "import sys; from erpguard.cli import main; sys.exit(main(sys.argv[1:]))"


def run(command: Sequence[str]) -> tuple[float, float]:
    """(CPU seconds, peak memory in MB) of one process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 3):
        raise SystemExit(f"{command[0]} ended with {process.returncode}: nothing was measured")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(commands: Mapping[str, Sequence[str]], rounds: int = ROUNDS) -> dict[str, tuple[float, float]]:
    """Medians of CPU time and memory by name; the commands take turns, after one warm-up each."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            measured = run(command)
            if number:
                taken[name].append(measured)
    return {
        name: (statistics.median(cpu for cpu, _ in runs), statistics.median(memory for _, memory in runs))
        for name, runs in taken.items()
    }


def install(folder: str) -> None:
    """Build a wheel, unpack it, and have the processes that are measured import erpguard from there.

    A checkout has no index of the policies, so that each scan parses their METADATA.
    """
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, os.path.join(HERE, "..")]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    site = os.path.join(folder, "site")
    for name in os.listdir(folder):
        if name.endswith(".whl"):
            zipfile.ZipFile(os.path.join(folder, name)).extractall(site)
    os.environ["PYTHONPATH"] = site
    compileall.compile_dir(site, quiet=1)


def scan_command(path: str, report: str) -> list[str]:
    """A whole scan of a path to SARIF."""
    return [sys.executable, "-c", _SCAN, "scan", path, "--no-progress", "--no-cache", "--format", f"sarif:{report}"]


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


def table(title: str, results: dict[str, tuple[float, float]], base: str) -> None:
    """Print medians, and ratios to one of the commands."""
    print(title)
    for name, (seconds, memory) in results.items():
        print(f"  {name:<28} {seconds:7.3f} s  {seconds / results[base][0]:6.2f} times  {memory:6.0f} MB")
    print()


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
        live()


main()
