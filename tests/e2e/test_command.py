"""The installed command on real files: what a user types, what comes back, and the exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import HANGS, is_taken, until

BAD = """\
apiVersion: v1
kind: Pod
metadata:
  name: bad
spec:
  hostNetwork: true
  containers:
  - name: main
"""
GOOD = BAD.replace("  hostNetwork: true\n", "")
BROKEN = "apiVersion: v1\nkind: Pod\nmetadata: {name: a\n"
COMMAND = [os.path.join(os.path.dirname(sys.executable), "erpguard")]


def erpguard(*arguments: str, cwd: Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command; warnings of Python are errors."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONWARNINGS": "error", **environment},
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with a good and a bad manifest."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "bad.yaml").write_text(BAD)
    (tmp_path / "deploy" / "good.yaml").write_text(GOOD)
    return tmp_path


def test_findings_give_1_and_name_the_place(tree: Path) -> None:
    done = erpguard("scan", "deploy", "--select", "NET008", "--quiet", cwd=tree)
    assert done.returncode == 1
    assert "deploy/bad.yaml:6:3" in done.stdout
    assert "NET008" in done.stdout
    assert done.stderr == ""


def test_nothing_found_gives_0(tree: Path) -> None:
    assert erpguard("scan", "deploy/good.yaml", "--select", "NET008", cwd=tree).returncode == 0


def test_threshold_decides_the_exit_code_and_hides_nothing(tree: Path) -> None:
    done = erpguard("scan", "deploy", "--select", "NET008", "--fail-on", "critical", cwd=tree)
    assert done.returncode == 0
    assert "NET008" in done.stdout


def test_a_broken_file_gives_3_and_the_others_still_count(tree: Path) -> None:
    (tree / "deploy" / "broken.yaml").write_text(BROKEN)
    done = erpguard("scan", "deploy", "--select", "NET008", "--quiet", cwd=tree)
    assert done.returncode == 3
    assert "deploy/bad.yaml:6:3" in done.stdout
    assert "deploy/broken.yaml:" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["scan", "nowhere"], "nowhere: no such file or folder"),
        (["scan", ".", "--select", "TLX"], "no policy matches 'TLX'"),
        (["scan", ".", "--pack", "tsl"], "there is no pack 'tsl'"),
        (["scan", ".", "--format", "sariff"], "sariff"),
        (["scan", ".", "--format", "sarif:no/such/out.sarif"], "no/such does not exist"),
        (["scan", ".", "--as-of", "yesterday"], "not a date"),
        (["scan", ".", "--config", "missing.yaml"], "missing.yaml: cannot be read"),
        (["explain", "NET800"], "did you mean"),
    ],
)
def test_bad_usage_gives_2_and_one_line(tree: Path, arguments: list[str], says: str) -> None:
    done = erpguard(*arguments, cwd=tree)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_wrong_configuration_names_its_line(tree: Path) -> None:
    (tree / "erpguard.yaml").write_text("packs: [network]\nfail_on: sometimes\n")
    done = erpguard("scan", cwd=tree)
    assert done.returncode == 2
    assert "erpguard.yaml:2: fail_on:" in done.stderr


def test_what_the_tree_switches_off_is_told(tree: Path) -> None:
    (tree / "erpguard.yaml").write_text("ignore: [NET008]\npaths: [deploy]\n")
    done = erpguard("scan", cwd=tree)
    assert "NET008" in done.stdout
    assert "bad.yaml:6" not in done.stdout
    (tree / "trusted.yaml").write_text("select: [NET008]\n")
    done = erpguard("scan", "deploy", "--config", "trusted.yaml", cwd=tree)
    assert "bad.yaml" in done.stdout


def test_standard_input_has_no_file(tree: Path) -> None:
    done = erpguard("scan", "-", "--select", "NET008", "--format", "json", cwd=tree, stdin=BAD)
    assert done.returncode == 1
    assert json.loads(done.stdout)["findings"][0]["policy"] == "NET008"


def test_several_reports_at_once(tree: Path) -> None:
    done = erpguard(
        "scan", "deploy", "--format", "text", "--format", "sarif:out.sarif", "--format", "json:out.json", cwd=tree
    )
    assert done.returncode == 1
    results = json.loads((tree / "out.sarif").read_text())["runs"][0]["results"]
    findings = json.loads((tree / "out.json").read_text())["findings"]
    assert len([one for one in results if one.get("kind", "fail") == "fail"]) == len(findings) > 0
    assert not list(tree.glob("*.partial"))


def test_output_is_the_same_twice(tree: Path) -> None:
    first, second = (erpguard("scan", "deploy", "--format", "sarif", cwd=tree) for _ in range(2))
    assert first.stdout == second.stdout
    assert str(tree) not in first.stdout


def test_an_unreadable_file_is_a_problem(tree: Path) -> None:
    (tree / "deploy" / "dangling.yaml").symlink_to("nowhere.yaml")
    done = erpguard("scan", "deploy", "--quiet", cwd=tree)
    assert done.returncode == 3
    assert "dangling.yaml" in done.stdout


def test_an_empty_folder_says_so(tree: Path) -> None:
    (tree / "empty").mkdir()
    done = erpguard("scan", "empty", cwd=tree)
    assert done.returncode == 0
    assert "no manifests found" in done.stdout


def test_inline_ignores(tree: Path) -> None:
    path = tree / "deploy" / "bad.yaml"
    path.write_text(BAD.replace("true", "true  # erpguard: ignore[NET008] the agent needs it"))
    done = erpguard("scan", "deploy", "--select", "NET008", cwd=tree)
    assert done.returncode == 0
    path.write_text(BAD.replace("true", "true  # erpguard: ignore[NET008]"))
    done = erpguard("scan", "deploy", "--select", "NET008", cwd=tree)
    assert done.returncode == 1
    assert "without a reason" in done.stdout
    path.write_text(GOOD.replace("name: bad", "name: bad  # erpguard: ignore[NET008] once needed"))
    done = erpguard("scan", "deploy", "--select", "NET008", cwd=tree)
    assert "matches nothing" in done.stdout


def test_ignores_by_annotation(tree: Path) -> None:
    annotation = '  annotations:\n    erpguard.io/ignore: "NET008: the agent needs it"\n'
    (tree / "deploy" / "bad.yaml").write_text(BAD.replace("spec:\n", annotation + "spec:\n", 1))
    done = erpguard("scan", "deploy", "--select", "NET008", "--format", "json", cwd=tree)
    assert done.returncode == 0
    suppressed = json.loads(done.stdout)["suppressed"]
    assert [one["suppression"]["reason"] for one in suppressed] == ["the agent needs it"]


def test_policies_and_explain(tree: Path) -> None:
    listed = erpguard("policies", "list", cwd=tree)
    assert listed.returncode == 0
    assert "NET008" in listed.stdout
    assert "hostNetwork" in erpguard("explain", "net008", cwd=tree).stdout
    assert (
        "minimum_days (default 14, in production 30): How many days" in erpguard("explain", "BAK001", cwd=tree).stdout
    )
    shown = erpguard("policies", "show", "host-network-or-port", "--json", cwd=tree)
    assert json.loads(shown.stdout)["id"] == "NET008"
    assert erpguard("--version", cwd=tree).stdout.startswith("erpguard ")


def test_a_closed_pipe_is_no_error(tree: Path) -> None:
    command = f"{COMMAND[0]} policies list | head -1"
    done = subprocess.run(command, shell=True, cwd=tree, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_interruption_gives_130(tree: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "scan", "-"],
        cwd=tree,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(GOOD)
    process.stdin.flush()
    until(process, lambda: is_taken(process.stdin))  # and now it waits for more
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=HANGS)
    assert process.returncode == 130
    assert errors == "erpguard: interrupted: nothing was judged\n"
