"""`erpguard scan --conftest` as users of conftest type it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.test_command import COMMAND, erpguard
from tests.reporters.test_sarif import VALIDATOR as SARIF
from tests.waiting import HANGS, needs_proc, until

SERVICE = "kind: Service\nmetadata: {name: shop}\nports: [22, 80]\n"
POLICY = """\
package main

deny contains {"msg": msg, "path": ["ports", i]} if {
	some i, port in input.ports
	port in data.blocked.ports
	msg := sprintf("port %d is blocked", [port])
}

warn contains "no labels" if not input.metadata.labels
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with a package, its data, and documents."""
    (tmp_path / ".git").mkdir()
    for name, text in {
        "policy/main.rego": POLICY,
        "policy/team.rego": 'package team\n\ndeny contains "of the team"\n',
        "data/blocked/ports.yaml": "ports: [22]\n",
        "service.yaml": SERVICE,
        "fine.yaml": SERVICE.replace("22, ", ""),
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_as_conftest_is_asked(tree: Path) -> None:
    done = erpguard(
        "scan", "service.yaml", "--conftest", "policy", "--data", "data", "--pack", "conftest", "-q", cwd=tree
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        "service.yaml:1:1: medium main.warn warn: no labels",
        "service.yaml:3:9: high main.deny deny: port 22 is blocked",
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["fine.yaml"], 0),
        (["fine.yaml", "--fail-on-warn"], 1),
        (["fine.yaml", "--fail-on-warn", "--fail-on", "high"], 0),
        (["service.yaml"], 1),
        (["service.yaml", "--fail-on", "critical"], 0),
        (["fine.yaml", "--namespace", "team"], 1),
        (["fine.yaml", "--all-namespaces"], 1),
        (["fine.yaml", "service.yaml", "--combine"], 0),
    ],
)
def test_exit_codes(tree: Path, arguments: list[str], code: int) -> None:
    done = erpguard("scan", *arguments, "--conftest=policy", "--data=data", "--pack=conftest", cwd=tree)
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--conftest", "nowhere"], "nowhere: no such file or folder (--conftest)"),
        (["--conftest", "policy", "--namespace", "x"], "there is no package x in policy: choose with --namespace from"),
        (
            ["--conftest", "policy", "--namespace", "x", "--all-namespaces"],
            "--namespace and --all-namespaces: give one",
        ),
        (["--conftest", "policy", "--data", "nowhere"], "nowhere: no such file or folder (--data)"),
        (["--combine"], "--combine needs --conftest DIR"),
        (["--conftest", "policy", "--ignore", "main.x"], "no policy matches 'main.x'"),
        (["--conftest", "policy", "--rego-version", "v0"], "policy/main.rego:4:"),
        (["kubernetes:", "--conftest", "policy", "--namespace", "x"], "--namespace names packages with --conftest"),
    ],
)
def test_wrong_usage_is_told_in_one_line(tree: Path, arguments: list[str], says: str) -> None:
    done = erpguard("scan", "fine.yaml", *arguments, cwd=tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_module_that_does_not_compile_is_shown_with_its_place(tree: Path) -> None:
    (tree / "policy" / "broken.rego").write_text(
        'package main\n\ndeny contains msg if {\n\tmsg := "x"\n\tnonsense(1)\n}\n'
    )
    done = erpguard("scan", "fine.yaml", "--conftest", "policy", cwd=tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("erpguard: policy/broken.rego:5:")
    assert "nonsense is neither a builtin nor defined" in done.stderr


def test_reports(tree: Path) -> None:
    arguments = ["scan", "service.yaml", "--conftest=policy", "--data=data", "--pack=conftest"]
    assert erpguard(*arguments, "--format", "sarif:out.sarif", "--format", "json:out.json", cwd=tree).returncode == 1
    log = json.loads((tree / "out.sarif").read_text())
    assert list(SARIF.iter_errors(log)) == []
    ((run),) = log["runs"]
    assert [(one["id"], one["name"]) for one in run["tool"]["driver"]["rules"]] == [
        ("main.deny", "Deny"),
        ("main.warn", "Warn"),
    ]
    assert [(one["ruleId"], one["level"]) for one in run["results"]] == [
        ("main.warn", "warning"),
        ("main.deny", "error"),
    ]
    report = json.loads((tree / "out.json").read_text())
    assert [(one["policy"], one["pointer"]) for one in report["findings"]] == [
        ("main.warn", ""),
        ("main.deny", "/ports/0"),
    ]
    told = erpguard(*arguments, cwd=tree).stdout
    assert "1 only advises" in told.splitlines()[-1]


def test_folders_and_standard_input(tree: Path) -> None:
    done = erpguard("scan", "-", "--conftest=policy", "--data=data", "--pack=conftest", "-q", cwd=tree, stdin=SERVICE)
    assert done.stdout.splitlines() == [
        "-/ports/0: high main.deny deny: port 22 is blocked",
        "-: medium main.warn warn: no labels",
    ]
    (tree / "app").mkdir()
    (tree / "app" / "Dockerfile").write_text("FROM scratch\n")
    (tree / "app" / "main.tf").write_text("a {}\n")
    (tree / "app" / "conf.toml").write_text("ports = [22]\n")
    done = erpguard("scan", "app", "--conftest=policy", "--data=data", "--pack=conftest", cwd=tree)
    assert done.returncode == 1
    assert "app/conf.toml" in done.stdout
    assert "app/Dockerfile\n" in done.stdout
    assert "not judged: 1x file in a format that only conftest reads: HCL" in done.stdout


def test_the_configuration_of_odoo(tree: Path) -> None:
    (tree / "policy" / "main.rego").write_text(
        'package main\n\ndeny contains {"msg": "open", "path": ["options", "list_db"]} if input.options.list_db\n'
    )
    (tree / "odoo.conf").write_text("[options]\ndb_host = db\nlist_db = True\n")
    arguments = ["--conftest=policy", "--pack=conftest", "--parser=ini", "-q"]
    for given in (["odoo.conf"], ["-", "--stdin-path", "odoo.conf"]):
        done = erpguard("scan", *given, *arguments, cwd=tree, stdin=(tree / "odoo.conf").read_text())
        assert (done.stdout, done.stderr) == ("odoo.conf:3:1: high main.deny deny: open\n", "")


def test_ten_thousand_files(tree: Path) -> None:
    (tree / "many").mkdir()
    for number in range(10_000):
        (tree / "many" / f"{number}.yaml").write_text("metadata: {labels: {a: b}}\nports: [80]\n")
    (tree / "many" / "5000.yaml").write_text(SERVICE)
    arguments = ["scan", "many", "--conftest=policy", "--data=data", "--pack=conftest"]
    done = erpguard(*arguments, "--policy-timeout=300", "--format=json", cwd=tree)
    report = json.loads(done.stdout)
    assert [one["place"]["file"] for one in report["findings"]] == ["many/5000.yaml"] * 2
    assert {one["id"]: (one["counts"]["failed"], one["counts"]["passed"]) for one in report["policies"]} == {
        "main.deny": (1, 9_999),
        "main.warn": (1, 9_999),
    }
    assert report["resources"] == {"erpguard/Document": 10_000}


@needs_proc
def test_an_interruption_ends_a_rule_without_end_and_leaves_no_process(tree: Path) -> None:
    walks = "\n\t".join(f"some {name} in numbers.range(1, 2000)" for name in "abcd")
    (tree / "policy" / "main.rego").write_text(
        f"package main\n\ndeny contains 1 if {{\n\t{walks}\n\ta + b + c + d == 0\n}}\n"
    )
    process = subprocess.Popen(
        [*COMMAND, "scan", "fine.yaml", "--conftest=policy", "--pack=conftest", "--policy-timeout=600"],
        cwd=tree,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until(process, lambda: any(map(_is_busy, children.read_text().split())))
    (child,) = children.read_text().split()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=HANGS)
    assert (process.returncode, output) == (130, "")
    assert errors == "erpguard: interrupted: nothing was judged\n"
    assert not Path(f"/proc/{child}").exists()


def _is_busy(process: str) -> bool:
    """Whether a process has used two seconds of a processor: no start of one takes as long."""
    try:
        ticks = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11]
    except OSError:  # it has ended: another one takes its place
        return False
    return int(ticks) >= 2 * os.sysconf("SC_CLK_TCK")


CONFIGURATION = """\
paths: [service.yaml, fine.yaml]
packs: [conftest]
conftest:
  policies: [policy]
  data: [data]
"""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], ["fine.yaml:1:1: medium", "service.yaml:1:1: medium", "service.yaml:3:9: high main.deny"]),
        (["--namespace", "team"], ["fine.yaml:1:1: high team.deny", "service.yaml:1:1: high team.deny"]),
        (["fine.yaml", "--all-namespaces"], ["fine.yaml:1:1: high team.deny", "fine.yaml:1:1: medium main.warn"]),
        (["--data", "none", "--select", "main.deny"], []),
        (["--conftest", "policy/team.rego", "--namespace", "team", "fine.yaml"], ["fine.yaml:1:1: high team.deny"]),
        (["--combine", "--ignore", "main.warn"], []),
    ],
)
def test_the_configuration_names_packages_and_arguments_win(tree: Path, arguments: list[str], told: list[str]) -> None:
    (tree / "erpguard.yaml").write_text(CONFIGURATION)
    (tree / "none" / "blocked").mkdir(parents=True)
    (tree / "none" / "blocked" / "ports.yaml").write_text("ports: []\n")
    done = erpguard("scan", "-q", *arguments, cwd=tree)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert [line[: len(start)] for line, start in zip(lines, told, strict=True)] == told


def test_the_configuration_says_whether_warnings_fail(tree: Path) -> None:
    (tree / "erpguard.yaml").write_text(CONFIGURATION)
    assert erpguard("scan", "fine.yaml", cwd=tree).returncode == 0
    (tree / "erpguard.yaml").write_text(CONFIGURATION + "  fail_on_warn: true\n")
    assert erpguard("scan", "fine.yaml", cwd=tree).returncode == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "policies: [../policy]",
            "erpguard.yaml:4: conftest: ../policy leads out of the repository: give it by --conf",
        ),
        (
            "policies: [policy]\n  data: ['a:/']",
            "erpguard.yaml:5: conftest: a:/ leads out of the repository: give it by",
        ),
    ],
)
def test_a_tree_names_no_packages_outside_of_it(tree: Path, line: str, says: str) -> None:
    (tree / "erpguard.yaml").write_text(f"paths: [fine.yaml]\npacks: [conftest]\nconftest:\n  {line}\n")
    done = erpguard("scan", cwd=tree)
    assert done.returncode == 2
    assert says in done.stderr


def test_the_hook_judges_by_the_packages_of_the_configuration(tree: Path) -> None:
    (tree / "erpguard.yaml").write_text(CONFIGURATION)
    done = erpguard("hook", "service.yaml", "-q", cwd=tree)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        "service.yaml:1:1: medium main.warn warn: no labels",
        "service.yaml:3:9: high main.deny deny: port 22 is blocked",
    ]
    assert erpguard("hook", "fine.yaml", "-q", cwd=tree).returncode == 0


def test_the_hook_tells_what_is_said_of_all_documents(tree: Path) -> None:
    (tree / "erpguard.yaml").write_text(CONFIGURATION + "  combine: true\n  namespaces: [team]\n")
    done = erpguard("hook", "fine.yaml", "-q", cwd=tree)
    assert (done.returncode, done.stdout) == (1, "Combined: high team.deny deny: of the team\n")
