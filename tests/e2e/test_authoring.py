"""`erpguard policies new`, `test` and `check` as their users type them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from erpguard.cli.watching import changes
from tests.e2e.test_command import COMMAND, erpguard
from tests.waiting import eventually

GOOD = "policies: 2 tests and 3 examples of 1 policy: all pass\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with one own policy."""
    (tmp_path / ".git").mkdir()
    assert erpguard("policies", "new", "acme/owner-missing", cwd=tmp_path).returncode == 0
    return tmp_path


def change(tree: Path, name: str, old: str, new: str) -> None:
    """Replace what a file of the pack has."""
    file = tree / "policies" / "acme" / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_from_nothing_to_a_finding(tmp_path: Path) -> None:
    made = erpguard("policies", "new", "acme/owner-missing", "--dir", "packs", "--type", "core/Service", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    steps = re.findall("erpguard (.*)", made.stdout)
    assert steps == [
        "policies test packs --select ACME001 --watch",
        "policies check packs",
        "scan . --pack ./packs",
    ]
    tested = erpguard(*steps[0].removesuffix(" --watch").split(), cwd=tmp_path)
    assert (tested.returncode, tested.stdout) == (0, GOOD.replace("policies:", "packs:", 1))
    checked = erpguard(*steps[1].split(), cwd=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "packs: 1 policy: nothing to complain of\n")
    (tmp_path / "service.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: odoo}\n")
    scanned = erpguard(*steps[2].split(), "--select", "ACME001", "--quiet", cwd=tmp_path)
    assert scanned.returncode == 1, scanned.stderr
    assert "service.yaml:3:1: medium: Service odoo has no label owner (ACME001" in scanned.stdout or (
        "ACME001" in scanned.stdout and "service.yaml:3:1" in scanned.stdout
    )


def test_junit_and_run(tree: Path) -> None:
    done = erpguard("policies", "test", "--junit", "junit.xml", "--run", "pass: ", cwd=tree)
    assert (done.returncode, done.stdout) == (0, "policies: 0 tests and 1 example of 1 policy: all pass\n")
    assert 'testsuite name="policies" tests="1" failures="0"' in (tree / "junit.xml").read_text()


def test_exit_codes(tree: Path) -> None:
    assert erpguard("policies", "test", cwd=tree).returncode == 0
    assert erpguard("policies", "test", "--coverage", "100", cwd=tree).returncode == 0
    assert erpguard("policies", "check", cwd=tree).returncode == 0
    change(tree, "owner_missing.yaml", "  # finding", "")
    change(tree, "owner_missing.rego", "id: ACME001", "id: TLS001")
    assert erpguard("policies", "test", cwd=tree).returncode == 1
    assert erpguard("policies", "check", cwd=tree).returncode == 1
    change(tree, "owner_missing.rego", "id: TLS001", "id: ACME001")
    for arguments, says in (
        (("test", "nowhere"), "erpguard: nowhere: no such folder of packs"),
        (("check", "nowhere"), "erpguard: nowhere: no such folder of packs"),
        (("test", "--run", "nothing"), "erpguard: policies: no test and no example has 'nothing' in its name"),
        (("test", "--coverage", "101"), "101 is no number from 0 to 100"),
        (("test", "--policy-timeout", "0"), "0 is no number of seconds"),
        (("test", "--select", "NET"), "erpguard: policies: no policy matches 'NET': there are ACME001"),
        (("test", "--run", "a", "--coverage", "9"), "erpguard: --run and --coverage: choose one of them"),
        (("test", "--watch", "--json"), "erpguard: --watch and --json: choose one of them"),
        (("new", "acme/owner_missing"), "is there already: choose another name, or remove it"),
    ):
        done = erpguard("policies", *arguments, cwd=tree)
        assert done.returncode == 2, done.stdout
        assert says in done.stderr
        assert done.stderr.count("\n") == 1


def test_the_folders_of_the_configuration_are_the_default(tree: Path) -> None:
    (tree / "policies").rename(tree / "rules")
    (tree / "erpguard.yaml").write_text("packs: [./rules, tls]\n")
    (tree / "inner").mkdir()
    assert erpguard("policies", "test", cwd=tree).stdout == GOOD.replace("policies:", "rules:", 1)
    assert erpguard("policies", "test", cwd=tree / "inner").stdout == GOOD.replace("policies:", "../rules:", 1)


def test_several_folders(tree: Path) -> None:
    erpguard("policies", "new", "other/one", "--dir", "more", cwd=tree)
    done = erpguard("policies", "test", "policies", "more", cwd=tree)
    assert done.stdout == GOOD + GOOD.replace("policies:", "more:", 1)


def test_json(tree: Path) -> None:
    (told,) = json.loads(erpguard("policies", "test", "--json", cwd=tree).stdout)
    assert told["passed"] is True
    assert told["coverage"]["policies/acme/owner_missing.rego"]["missed"] == []
    change(tree, "owner_missing.rego", "severity: medium", "severity: bad")
    (complaint,) = json.loads(erpguard("policies", "check", "--json", cwd=tree).stdout)
    assert complaint["file"] == "policies/acme/owner_missing.rego"
    assert (complaint["line"], complaint["level"]) == (7, "error")


def test_what_files_say_cannot_command_the_terminal(tree: Path) -> None:
    change(
        tree,
        "owner_missing.yaml",
        "name: a label",
        'name: "\\e[2J##vso[task.complete]"\n  estate: {a: b}\n  x: a label',
    )
    done = erpguard("policies", "test", cwd=tree)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "##vso[" not in done.stdout


def test_rego_that_does_not_compile_is_told_without_the_engine(tree: Path) -> None:
    change(tree, "owner_missing.rego", "\tnot resource.body", "not resource..body")
    for command in ("test", "check"):
        done = erpguard("policies", command, cwd=tree)
        assert done.returncode == 1
        assert "policies/acme/owner_missing.rego:24:14: expecting identifier\n" in done.stdout
        assert "backtrace" not in done.stdout + done.stderr


def test_watching_runs_again_after_a_change_and_ends_quietly(tree: Path) -> None:
    said = tree / "said.txt"
    with said.open("w") as out:
        running = subprocess.Popen(
            [*COMMAND, "policies", "test", "--watch"], cwd=tree, stdout=out, stderr=out, text=True
        )
    try:
        eventually(lambda: "Ctrl-C ends it" in said.read_text())
        change(tree, "owner_missing.rego", "severity: medium", "severity: bad")
        eventually(lambda: said.read_text().count("Ctrl-C ends it") == 2)
        (tree / "policies" / "acme" / "owner_missing.rego").write_bytes(b"\xff")
        eventually(lambda: said.read_text().count("Ctrl-C ends it") == 3)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 130
    finally:
        running.kill()
        running.wait()
    told = said.read_text().splitlines()
    assert told[0] == GOOD.strip()
    assert told[1] == "watching policies: Ctrl-C ends it"
    assert told[2].startswith('policies/acme/owner_missing.rego:7: custom.severity: "bad" is none of')
    assert told[5] == "erpguard: policies/acme/owner_missing.rego: not UTF-8: invalid start byte at byte 0"
    assert "Traceback" not in said.read_text()


def test_changes_are_new_files_other_contents_and_files_that_are_gone(tmp_path: Path) -> None:
    file, other = tmp_path / "acme" / "a.rego", tmp_path / "acme" / "notes.txt"
    file.parent.mkdir()

    def rewrite() -> None:
        file.write_text("b")
        os.utime(file, ns=(1, 1))

    deeds: list[Callable[[], object]] = [
        lambda: None,
        lambda: file.write_text("a"),
        rewrite,
        lambda: other.write_text("a"),
        file.unlink,
        lambda: None,
    ]
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if not deeds:
            raise KeyboardInterrupt
        deeds.pop(0)()

    states = []
    with pytest.raises(KeyboardInterrupt):
        for state in changes([str(tmp_path)], wait):
            states.append((len(state), len(waited)))
    assert states == [(0, 0), (1, 2), (1, 3), (0, 5)]
