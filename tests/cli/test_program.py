"""The command as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from erpguard.cli import main

PROGRAM = [sys.executable, "-m", "erpguard"]


def test_all_that_was_written_arrives(capsys: pytest.CaptureFixture[str]) -> None:
    """The process ends at once, but not before its output is out, and with the exit code of `main`."""
    assert main(["policies", "list"]) == 0
    done = subprocess.run([*PROGRAM, "policies", "list"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, capsys.readouterr().out, "")


def test_errors_arrive_too(tmp_path: Path) -> None:
    done = subprocess.run([*PROGRAM, "scan", "missing.yaml"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "erpguard: missing.yaml: no such file or folder\n"


def _told(encoding: str, *arguments: str, cwd: Path) -> bytes:
    """What the command writes to a standard output with an encoding."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([*PROGRAM, *arguments], cwd=cwd, env=environment, capture_output=True)
    assert done.stderr == b""
    return done.stdout


@pytest.mark.parametrize("name", ["json", "junit", "sarif"])
def test_what_programs_read_does_not_depend_on_the_locale(name: str, tmp_path: Path) -> None:
    (tmp_path / "Überlauf.yaml").write_text(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostNetwork: true}}"
    )
    arguments = ("scan", ".", "--select", "NET008", "--format", name)
    told = _told("utf-8", *arguments, cwd=tmp_path)
    assert told.isascii()
    assert told == _told("latin-1", *arguments, cwd=tmp_path) == _told("ascii", *arguments, cwd=tmp_path)


def test_people_see_what_their_locale_has_no_letter_for(tmp_path: Path) -> None:
    arguments = ("policies", "new", "acme/label", "--dir", "Łódź")
    assert "wrote \\u0141\xf3d\\u017a/acme/label.rego" in _told("latin-1", *arguments, cwd=tmp_path).decode("latin-1")


@pytest.mark.parametrize(("given", "kept"), [(None, "0"), ("1", "1")])
def test_rust_keeps_no_stacks_unless_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch, given: str | None, kept: str
) -> None:
    monkeypatch.delenv("RUST_LIB_BACKTRACE", raising=False)
    if given is not None:
        monkeypatch.setenv("RUST_LIB_BACKTRACE", given)
    assert main(["policies", "show", "NET001"]) == 0
    assert os.environ["RUST_LIB_BACKTRACE"] == kept


def test_a_command_is_parsed_alike_without_the_others() -> None:
    """Options do not depend on whether the parsers of all commands were made."""
    from erpguard.cli.parser import make_parser, parse

    for arguments in (["scan", "a.yaml", "--select", "TLS", "-v"], ["policies", "list", "--json"]):
        assert {"version": None, **vars(parse(arguments))} == vars(make_parser().parse_args(arguments))


@pytest.mark.parametrize("arguments", [["scan", "--help"], ["scan", "--nope"], ["policies"], ["policies", "nope"]])
def test_a_command_says_the_same_without_the_others(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from erpguard.cli.parser import make_parser, parse

    told = []
    for parsed in (parse, make_parser().parse_args):
        with pytest.raises(SystemExit) as ended:
            parsed(arguments)
        told.append((ended.value.code, capsys.readouterr()))
    assert told[0] == told[1]


def test_values_that_are_no_texts_are_shown_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policies", "show", "NET001"]) == 0
    assert "only        governed: true\n" in capsys.readouterr().out
