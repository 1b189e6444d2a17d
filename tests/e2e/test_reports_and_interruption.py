"""Reports are written whole or not at all, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from benchmarks.generate import write_estate

from erpguard.cli.output import whole
from tests.e2e.test_command import BAD, COMMAND, erpguard
from tests.waiting import HANGS, has_loaded, has_read, needs_proc, until


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with a finding and a report of an earlier scan."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "bad.yaml").write_text(BAD)
    (tmp_path / "report.txt").write_text("older")
    return tmp_path


def leftovers(folder: Path) -> list[str]:
    """Files that a report leaves when it is not finished."""
    return [name for name in os.listdir(folder) if "partial" in name]


@needs_proc
@pytest.mark.parametrize(
    ("part", "number", "told"),
    [
        (0.0, signal.SIGINT, (130, "interrupted")),
        (0.3, signal.SIGTERM, (143, "terminated")),
        (0.9, signal.SIGINT, (130, "interrupted")),
    ],
)
def test_an_interrupted_scan_ends_and_keeps_the_older_report(
    tree: Path, part: float, number: int, told: tuple[int, str]
) -> None:
    """Interrupted when the engine is loaded, and a part of the files is read."""
    write_estate(str(tree / "estate"), 20_000)
    size = sum(path.stat().st_size for path in (tree / "estate").rglob("*") if path.is_file())
    command = [*COMMAND, "scan", ".", "--format", "json:report.txt"]
    process = subprocess.Popen(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(process, lambda: has_loaded(process, "regorus") and has_read(process, int(size * part)))
    process.send_signal(number)
    output, errors = process.communicate(timeout=HANGS)
    assert (output, errors) == ("", f"erpguard: {told[1]}: nothing was judged\n")
    assert process.returncode == told[0]
    assert (tree / "report.txt").read_text() == "older"
    assert leftovers(tree) == []


def test_a_report_that_cannot_be_written_is_one_line(tree: Path) -> None:
    (tree / "folder").mkdir()
    for target, told in (
        ("/dev/full", "/dev/full: cannot be written: No space left on device"),
        ("folder", "--format json:folder: folder is a folder: name a file"),
        ("no/out.json", "--format json:no/out.json: the folder no does not exist"),
        ("/proc/out.json", "/proc/out.json: cannot be written: No such file or directory"),
    ):
        done = erpguard("scan", ".", "--quiet", "--format", f"json:{target}", cwd=tree)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"erpguard: {told}\n")
    assert leftovers(tree) == []


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """Nor is a device: whoever may do everything would take /dev/null from the whole machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        with whole(str(pipe), 0o600) as opened:
            opened.write(b"told")
        assert reader.read() == b"told"
    assert pipe.is_fifo()
    assert leftovers(tmp_path) == []


def test_a_full_disk_keeps_the_older_report(tree: Path) -> None:
    """The limit on the size of files stands for the disk: writing fails in the middle."""
    command = f"ulimit -f 4; trap '' XFSZ; exec {COMMAND[0]} scan . --format json:report.txt"
    done = subprocess.run(["bash", "-c", command], cwd=tree, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == "erpguard: report.txt: cannot be written: File too large\n"
    assert (tree / "report.txt").read_text() == "older"
    assert leftovers(tree) == []


@pytest.mark.parametrize("arguments", ["scan .", "policies list", "explain NET008", "scan . --format sarif"])
def test_a_full_standard_output_is_one_line(tree: Path, arguments: str) -> None:
    command = f"exec {COMMAND[0]} {arguments} > /dev/full"
    done = subprocess.run(["bash", "-c", command], cwd=tree, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == "erpguard: standard output cannot be written: No space left on device\n"


def test_a_closed_pipe_changes_neither_the_exit_code_nor_the_other_reports(tree: Path) -> None:
    command = f"{COMMAND[0]} scan . --verbose --format text --format json:report.txt | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=tree, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, "")
    assert (tree / "report.txt").read_text().startswith("{")


def test_closed_streams_are_usage_errors(tree: Path) -> None:
    for arguments in ("scan . >&-", "scan - <&-"):
        done = subprocess.run(
            ["bash", "-c", f"exec {COMMAND[0]} {arguments}"], cwd=tree, capture_output=True, text=True
        )
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "closed" in done.stderr


def test_a_prepared_link_is_not_written_through(tree: Path) -> None:
    """A hostile tree may guess the name of a report; what it puts beside it must not lead the report elsewhere."""
    victim = tree / "victim"
    victim.write_text("precious")
    (tree / "report.txt.partial").symlink_to(victim)
    assert erpguard("scan", ".", "--format", "json:report.txt", cwd=tree).returncode == 1
    assert victim.read_text() == "precious"
    assert (tree / "report.txt").read_text().startswith("{")


def test_permissions_and_targets_of_reports(tree: Path) -> None:
    (tree / "report.txt").chmod(0o640)
    (tree / "kept").mkdir()
    (tree / "kept" / "real.txt").write_text("older")
    (tree / "link.txt").symlink_to("kept/real.txt")
    arguments = ["--format", "json:report.txt", "--format", "json:link.txt", "--format", "sarif:/dev/stdout"]
    done = erpguard("scan", ".", *arguments, cwd=tree)
    assert done.returncode == 1
    assert (tree / "report.txt").stat().st_mode & 0o777 == 0o640
    assert (tree / "link.txt").is_symlink()
    assert (tree / "kept" / "real.txt").read_text() == (tree / "report.txt").read_text()
    assert done.stdout.startswith("{")


@pytest.mark.parametrize(
    ("formats", "says"),
    [
        (["json:a", "sarif:./a"], "a second report to ./a"),
        (["text", "json"], "a second report to standard output"),
    ],
)
def test_two_reports_to_one_place_are_refused(tree: Path, formats: list[str], says: str) -> None:
    done = erpguard("scan", ".", *(part for one in formats for part in ("--format", one)), cwd=tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert not (tree / "a").exists()
