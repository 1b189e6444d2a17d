"""Whole processes in turn, A B A B ..., by the operating system's own accounts."""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 7

_SCAN = "from erpguard.cli import program; program()"

Usage = tuple[float, float]
"""CPU seconds, and peak memory in MB."""


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


def run(command: Sequence[str]) -> Usage:
    """What one process takes."""
    return ended(start(command))


def start(command: Sequence[str]) -> subprocess.Popen[str]:
    """Start what is to be measured, from a process that is small; see `benchmarks.launcher`."""
    launcher = os.path.join(HERE, "launcher.py")
    return subprocess.Popen([sys.executable, "-S", launcher, *command], stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> Usage:
    """What the command of `start` took, once it has ended."""
    seconds, memory, code = process.communicate()[0].split()
    if code not in ("0", "1", "3"):
        raise SystemExit(f"{process.args!r} ended with {code}: nothing was measured")
    return float(seconds), int(memory) / 1024


def compare(commands: Mapping[str, Sequence[str]], rounds: int = ROUNDS) -> dict[str, Usage]:
    """Medians by name; the commands take turns, after one warm-up each."""
    taken: dict[str, list[Usage]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            measured = run(command)
            if number:
                taken[name].append(measured)
    return {name: median(runs) for name, runs in taken.items()}


def median(runs: Sequence[Usage]) -> Usage:
    """The median of the times, and that of the memory."""
    return statistics.median(cpu for cpu, _ in runs), statistics.median(memory for _, memory in runs)


def scan_command(path: str, report: str, *options: str) -> list[str]:
    """A whole scan of a path to SARIF."""
    command = [sys.executable, "-c", _SCAN, "scan", path, "--no-progress", "--no-cache"]
    return [*command, "--format", f"sarif:{report}", *options]


def table(title: str, results: Mapping[str, Usage], base: str) -> None:
    """Print medians, and ratios to one of the commands."""
    print(title)
    for name, (seconds, memory) in results.items():
        print(f"  {name:<28} {seconds:7.3f} s  {seconds / results[base][0]:6.2f} times  {memory:6.0f} MB")
    print()
