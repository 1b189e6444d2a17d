"""Own packs, as a user has them: beside those that ship, with the same contract, and in a process of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import erpguard
from erpguard.engines.child import Limits
from tests.waiting import needs_proc, until

MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "nginx:1.29"}}]}}
"""
POLICY = """\
# METADATA
# title: One replica
# description: A Deployment with one replica is down while its pod moves.
# custom:
#   id: {id}
#   severity: medium
#   resource_types: [apps/Deployment]
#   reads: [spec.replicas]
#   message: "{{kind}} {{name}}: {{count}} of {{wanted}} replicas"
#   remediation: Set spec.replicas.
#   parameters:
#     minimum: {{description: How many there have to be., schema: {{type: integer}}, default: 2}}
package erpguard.{pack}.replicas

import data.erpguard.lib.finding
import data.erpguard.lib.acme

deny contains finding.at(deployment, ["spec", "replicas"], values) if {{
	some deployment in input.resources["apps/Deployment"]
	wanted := input.settings.{pack}.replicas[deployment.environment].minimum
	acme.is_fewer(deployment.body.spec.replicas, wanted)
	values := {{"count": deployment.body.spec.replicas, "wanted": wanted}}
}}
"""
LIBRARY = "package erpguard.lib.acme\n\nis_fewer(count, wanted) if count < wanted\n"
BAD = """\
# METADATA
# title: Bad
# description: Bad.
# custom:
#   id: ACME002
#   severity: high
#   resource_types: [apps/Deployment]
#   reads: [spec.replicas]
#   message: "{{name}}"
#   remediation: None.
package erpguard.acme.bad

{rule}
"""
ENDLESS = """\
deny contains x if {
	some x in numbers.range(1, 9999)
	some y in numbers.range(1, 9999)
	some z in numbers.range(1, 9999)
	x + y + z == -1
}"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with one Deployment of one replica, and a folder of own packs."""
    write(tmp_path / "policy/acme/replicas.rego", POLICY.format(id="ACME001", pack="acme"))
    write(tmp_path / "policy/lib/acme.rego", LIBRARY)
    write(tmp_path / "deploy/web.yaml", MANIFEST.format(replicas=1))
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(path: Path, text: str) -> None:
    """A file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def command(tree: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The installed command in a tree."""
    program = os.path.join(os.path.dirname(sys.executable), "erpguard")
    return subprocess.run(
        [program, *arguments],
        cwd=tree,
        capture_output=True,
        text=True,
        env={**os.environ, "ERPGUARD_CACHE_DIR": str(tree / ".cache"), **environment},
    )


def found(result: erpguard.ScanResult, pack: str = "") -> list[tuple[str, str, int]]:
    """(policy, file, line) of what was found, of one pack if it is given."""
    return [
        (one.policy, one.place.file, one.place.line)
        for one in result.findings
        if not pack or result.policies[one.policy].pack == pack
    ]


def test_own_packs_join_those_that_ship(tree: Path) -> None:
    result = erpguard.scan([str(tree / "deploy")], packs=[f"{tree}/policy"], root=str(tree))
    assert found(result, "acme") == [("ACME001", "deploy/web.yaml", 7)]
    assert [one.message for one in result.findings if one.policy == "ACME001"] == ["Deployment web: 1 of 2 replicas"]
    ours = erpguard.scan([str(tree / "deploy")], root=str(tree))
    assert [one for one in found(result) if one[0] != "ACME001"] == found(ours)
    assert result.problems == []


def test_names_narrow_and_folders_beside_them_stay(tree: Path) -> None:
    result = erpguard.scan([str(tree / "deploy")], packs=["resources", f"{tree}/policy"], root=str(tree))
    assert {policy.pack for policy in result.policies.values()} == {"resources", "acme"}
    alone = erpguard.scan([str(tree / "deploy")], packs=["acme", f"{tree}/policy"], root=str(tree))
    assert list(alone.policies) == ["ACME001"]


def test_a_parameter_of_an_own_policy_is_a_setting_as_any(tree: Path) -> None:
    config = {"packs": [f"{tree}/policy"], "parameters": {"ACME001": {"minimum": 1}}}
    assert found(erpguard.scan([str(tree / "deploy")], config=config, root=str(tree)), "acme") == []


def test_an_unknown_value_is_undetermined(tree: Path) -> None:
    write(tree / "deploy/web.yaml", MANIFEST.format(replicas="${REPLICAS}"))
    result = erpguard.scan([str(tree / "deploy")], packs=[f"{tree}/policy"], select=["ACME"], root=str(tree))
    assert result.counts["ACME001"].undetermined == 1
    assert result.findings == []


def test_the_repository_names_its_packs_and_the_command_takes_them(tree: Path) -> None:
    write(tree / "erpguard.yaml", "packs: [./policy]\n")
    done = command(tree, "scan", "deploy", "--select", "ACME", "-q")
    assert (done.returncode, done.stderr) == (1, "")
    assert "deploy/web.yaml:7:3: medium ACME001 replicas: Deployment web: 1 of 2 replicas" in done.stdout
    assert "ACME001" in command(tree, "policies", "list").stdout
    assert "Set spec.replicas." in command(tree, "explain", "ACME001").stdout
    assert json.loads(command(tree / "deploy", "policies", "show", "ACME001", "--json").stdout)["pack"] == "acme"
    assert "ACME001" in command(tree, "hook", "deploy/web.yaml", "--select", "ACME").stdout


def test_a_changed_policy_is_judged_anew_though_no_file_changed(tree: Path) -> None:
    arguments = ["scan", "deploy", "--pack", "./policy", "--select", "ACME", "-q"]
    assert command(tree, *arguments).returncode == 1
    assert command(tree, *arguments).returncode == 1
    write(tree / "policy/lib/acme.rego", LIBRARY.replace("if count < wanted", "if { count == 17; wanted == 17 }"))
    assert command(tree, *arguments).returncode == 0


def test_the_tree_may_not_name_packs_outside_of_it(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere / "acme/replicas.rego", POLICY.format(id="ACME001", pack="acme"))
    write(tree / "erpguard.yaml", f"paths: [deploy]\npacks:\n- {elsewhere}\n")
    done = command(tree, "scan")
    assert done.returncode == 2
    assert (
        done.stderr == f"erpguard: erpguard.yaml:3: packs: {elsewhere} leads out of the repository: give it by --pack\n"
    )


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("acme/bad", ("RULE", "deny contains 1 if {\n\t1 ==\n}"), ":15:1: expecting expression"),
        ("acme/bad", ("RULE", "deny contains http.send({}) if true"), ":13:15: http.send is not answered"),
        ("acme/bad", ("RULE", "deny contains nothing.at(1) if true"), ":13:15: nothing.at is neither a builtin nor"),
        ("acme/bad", ("acme.bad", "acme.good"), ":11: the package has to be erpguard.acme.bad"),
        ("acme/bad", ("ACME002", "TLS001"), ":5: the id TLS001 is used already by tls/"),
        ("acme/zzz", ("ACME002", "ACME001"), ":5: the id ACME001 is used already by acme/replicas.rego"),
        ("tls/bad", ("acme", "tls"), ":11: there is a pack named tls already"),
        ("acme/bad", ("# METADATA", "#"), ": no METADATA block"),
        (
            "acme/bad",
            ("[spec.replicas]", "[views.pods]"),
            ":8: METADATA: reads: views.pods names a view without a field",
        ),
        ("acme/bad", ("[spec.replicas]", "views.pods.tier"), ":8: METADATA: reads has to be a list"),
        ("acme/bad", ("title: Bad", "title: [Bad]"), ":2: METADATA: title has to be a text"),
        ("acme/bad", ("title: Bad", "title: ["), ":4: METADATA is not valid YAML"),
        ("acme/bad", ("severity: high", "severity: bad"), ":6: METADATA: the severity bad is none of critical, high, "),
        ("acme/bad", ("[apps/", "[apps/v1/"), ":7: apps/v1/Deployment: types have no version: write apps/Deployment"),
        ("acme/bad", ("RULE", "deny contains 1 if input.view"), ":13: input has no view: it has resources, views and "),
        ("acme/bad", ("RULE", "denny contains 1 if true"), ": no rule deny: write `deny contains finding.at(...) if "),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_a_pack_that_is_no_good_is_told_in_one_line(tree: Path, file: str, change: tuple[str, str], says: str) -> None:
    write(tree / "policy" / f"{file}.rego", BAD.format(rule="RULE").replace(*change))
    done = command(tree, "scan", "deploy", "--pack", "./policy")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"erpguard: policy/{file}.rego{says}"), done.stderr
    assert done.stderr.count("\n") == 1


def test_a_view_that_does_not_exist_is_a_problem_and_the_others_count(tree: Path) -> None:
    write(
        tree / "policy/acme/bad.rego",
        BAD.format(rule="deny contains x if some x in []").replace("spec.replicas", "views.nothing.tier"),
    )
    done = command(tree, "scan", "deploy", "--pack", "./policy", "-q")
    assert done.returncode == 3
    assert "ACME002: there is no view nothing, which `reads` names: docs/views.md lists them" in done.stdout
    assert "ACME001" in done.stdout


def test_a_folder_that_holds_no_policy_is_an_error(tree: Path) -> None:
    says = "erpguard: deploy/: no policy in it: one is deploy/PACK/NAME.rego; `erpguard policies new` makes it\n"
    assert command(tree, "scan", "deploy", "--pack", "./deploy/").stderr == says
    assert (
        command(tree, "scan", "deploy", "--pack", "./none").stderr
        == "erpguard: ./none: cannot be read: No such file or directory\n"
    )


def test_a_link_out_of_the_folder_is_refused(tree: Path) -> None:
    os.symlink(tree / "deploy" / "web.yaml", tree / "policy" / "acme" / "link.rego")
    done = command(tree, "scan", "deploy", "--pack", "./policy")
    assert done.stderr == "erpguard: policy/acme/link.rego: leads out of the folder of packs: put a copy there\n"


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "odd.rego")


def _folder(folder: Path) -> None:
    (folder / "odd.rego").mkdir()


def _binary(folder: Path) -> None:
    (folder / "odd.rego").write_bytes(b"package a\xff")


def _link(folder: Path) -> None:
    (folder / "odd.rego").symlink_to("odd.rego")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_pipe, "is no file: rename or remove it"),
        (_folder, "is no file: rename or remove it"),
        (_binary, "not UTF-8: invalid start byte at byte 9"),
        (_link, "cannot be read: Too many levels of symbolic links"),
    ],
)
@pytest.mark.parametrize("deed", [("scan", "deploy", "--pack", "./policy"), ("policies", "test", "policy")])
def test_what_is_no_file_of_a_pack_is_told_and_not_waited_for(
    tree: Path, make: Callable[[Path], None], says: str, deed: tuple[str, ...]
) -> None:
    make(tree / "policy" / "acme")
    done = command(tree, *deed)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"erpguard: policy/acme/odd.rego: {says}\n")


def test_a_folder_of_ten_thousand_files_is_none(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erpguard.packs.files.MOST", 3)
    for number in range(4):
        write(tree / "policy" / "acme" / f"p{number}.yaml", "")
    with pytest.raises(erpguard.PackError, match="policy/: more than 3 files: is it a folder of packs"):
        erpguard.scan([str(tree / "deploy")], packs=[f"{tree}/policy"], root=str(tree))


CONTROLS = """\
id: acme-rules
name: Rules of Acme
version: "1"
url: https://example.com/rules
controls: [{id: "1.1", title: Replicas, policies: [ACME001, RES001]}]
"""


def test_own_controls_name_own_policies_and_those_that_ship(tree: Path) -> None:
    write(tree / "policy/controls/acme.yaml", CONTROLS)
    result = erpguard.scan([str(tree / "deploy")], packs=[f"{tree}/policy"], root=str(tree))
    told = {id_: [str(one) for one in result.policies[id_].controls] for id_ in ("ACME001", "RES001")}
    assert told["ACME001"] == ["Rules of Acme 1, 1.1: Replicas"]
    assert told["RES001"][-1] == "Rules of Acme 1, 1.1: Replicas"
    write(tree / "policy/controls/acme.yaml", CONTROLS.replace("acme-rules", "cis-kubernetes"))
    done = command(tree, "scan", "deploy", "--pack", "./policy")
    says = "policy/controls/acme.yaml: there is a framework cis-kubernetes already: call this one otherwise"
    assert (done.returncode, done.stderr) == (2, f"erpguard: {says}\n")


def test_a_wrong_answer_names_the_file_with_its_folder(tree: Path) -> None:
    write(tree / "policy/acme/bad.rego", BAD.format(rule="deny contains x if some x in [1]"))
    done = command(tree, "scan", "deploy", "--pack", "./policy", "-q")
    says = "ACME002: policy/acme/bad.rego: `deny` holds a number, and has to hold objects such as `finding.at` makes"
    assert done.returncode == 3
    assert says in done.stdout


def test_a_policy_without_end_is_a_problem_and_the_others_count(tree: Path) -> None:
    write(tree / "policy/acme/bad.rego", BAD.format(rule=ENDLESS))
    done = command(tree, "scan", "deploy", "--pack", "./policy", "--policy-timeout", "3", "-q")
    assert done.returncode == 3
    says = "it is left out from here on: 1 resource was not judged by it"
    assert f"ACME002: takes longer than 3 seconds (--policy-timeout): {says}" in done.stdout
    assert "ACME001" in done.stdout
    assert "RES001" in done.stdout


def test_a_policy_that_fails_everywhere_does_not_hide_the_rest(tree: Path) -> None:
    write(
        tree / "policy/acme/bad.rego", BAD.format(rule="deny contains _two(1) if true\n\n_two(x) := 1\n\n_two(x) := 2")
    )
    many = "---\n".join(MANIFEST.format(replicas=1).replace("name: web\n", f"name: web{n}\n") for n in range(700))
    write(tree / "deploy/web.yaml", many)
    result = erpguard.scan([str(tree / "deploy")], packs=[f"{tree}/policy"], select=["ACME"], root=str(tree))
    failed = [one.message for one in result.problems if one.code == "policy-failed"]
    alone = [one for one in failed if one.startswith("ACME002: policy/acme/bad.rego:")]
    assert len(alone) == 20
    assert [one for one in failed if one not in alone] == [
        "ACME002 failed for 20 resources, so it is out: 680 resources were not judged by ACME002"
    ]
    assert len(found(result, "acme")) == 700
    assert result.exit_code() == 3


@needs_proc
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_scan_at_once(tree: Path, number: int, code: int) -> None:
    write(tree / "policy/acme/bad.rego", BAD.format(rule=ENDLESS))
    program = os.path.join(os.path.dirname(sys.executable), "erpguard")
    arguments = [program, "scan", "deploy", "--pack", "./policy", "--policy-timeout", "300", "--no-cache"]
    running = subprocess.Popen(arguments, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    children: list[int] = []

    def judges() -> bool:
        children[:] = [*map(int, Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split())]
        return bool(children) and busy(children[0])

    until(running, judges)
    running.send_signal(number)
    _, told = running.communicate()
    assert running.returncode == code
    assert "Traceback" not in told
    assert not Path(f"/proc/{children[0]}").exists()


def busy(pid: int) -> bool:
    """Whether a process has computed for a quarter of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) > os.sysconf("SC_CLK_TCK") // 4


def test_limits_are_those_of_the_call(tree: Path) -> None:
    write(tree / "policy/acme/bad.rego", BAD.format(rule=ENDLESS))
    limits = Limits(seconds=2)
    result = erpguard.scan(
        [str(tree / "deploy")], packs=[f"{tree}/policy"], select=["ACME"], root=str(tree), limits=limits
    )
    assert [one.message.partition(":")[0] for one in result.problems] == ["ACME002"]
    assert "2 seconds" in result.problems[0].message
