"""Policies in Python: installed as users install them, asked for by name, with the contract of those in Rego."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import erpguard
from erpguard import OpaConnection, ScanResult
from erpguard.bundle import write
from erpguard.errors import ConfigurationError, PackError, UsageError
from tests.e2e.test_opa_own_packs import POD, RIGHT, SHARED
from tests.e2e.test_opa_own_packs import POLICY as OWNER
from tests.engines.opa import Server, needs_opa, running

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "examples" / "python-policies"
DEPLOYMENTS = "\n---\n".join(
    f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  replicas: {replicas}"
    for name, replicas in (("one", 1), ("two", 2), ("open", "${REPLICAS}"))
)
POLICY = """\
import erpguard

class Policy:
    def __init__(self, number, name, body, package="erpguard.other"):
        self.body = body
        self.metadata = {{
            "package": f"{{package}}.{{name}}", "title": name, "description": name,
            "custom": {{
                "id": number, "severity": "medium", "resource_types": ["apps/Deployment"], "reads": ["spec.replicas"],
                "message": "{{name}}: {{count}}", "remediation": "None.",
            }},
        }}

    def deny(self, document):
        for deployment in document["resources"]["apps/Deployment"].values():
            yield from self.body(deployment)

def few(deployment):
    replicas = deployment["body"]["spec"].pop("replicas", None)
    if isinstance(replicas, int) and replicas < 2:
        yield erpguard.violation(deployment, ["spec", "replicas"], {{"count": replicas}})

def broken(deployment):
    yield 1 / 0

def ending(deployment):
    raise SystemExit(0)
    yield

POLICIES = [{policies}]
"""
FEW = 'Policy("OTHER001", "few", few)'


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, installed into a folder."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target"]
    subprocess.run([*pip, str(folder), str(EXAMPLE)], check=True, capture_output=True)
    return folder


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Installs policies under the name of the plugin `other`, and gives a file with Deployments."""

    def installed(policies: str) -> Path:
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "other_policies", raising=False)
        (tmp_path / "other_policies.py").write_text(POLICY.format(policies=policies))
        information = tmp_path / "other-1.0.dist-info"
        information.mkdir(exist_ok=True)
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text("[erpguard.policies]\nother = other_policies:POLICIES\n")
        (tmp_path / "deployments.yaml").write_text(DEPLOYMENTS)
        importlib.invalidate_caches()
        return tmp_path / "deployments.yaml"

    return installed


def command(example: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command, beside the installed example."""
    program = os.path.join(os.path.dirname(sys.executable), "erpguard")
    environment = {**os.environ, "PYTHONPATH": str(example)}
    return subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, env=environment)


def test_the_example_finds_the_script_at_its_line(example: Path) -> None:
    arguments = ["examples/python-policies/scripts.yaml", "--plugin", "acme-policies", "--select", "ACME101", "--quiet"]
    done = command(example, "scan", *arguments)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "examples/python-policies/scripts.yaml:13:5: high ACME101 script-does-not-compile: "
        "ConfigMap nightly-scripts: purge_sessions.py does not compile: expected ':'\n"
    )
    assert done.stdout in (ROOT / "docs" / "python-policies.md").read_text()
    sarif = json.loads(command(example, "scan", *arguments, "--format", "sarif").stdout)
    (rule,) = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("ACME101", "ScriptDoesNotCompile")


def test_the_commands_that_tell_of_policies_know_it(example: Path) -> None:
    assert "ACME101" in command(example, "policies", "list", "--plugin", "acme-policies").stdout
    assert "Mend the script" in command(example, "explain", "ACME101", "--plugin", "acme-policies").stdout
    shown = json.loads(command(example, "policies", "show", "ACME101", "--plugin", "acme-policies", "--json").stdout)
    assert shown["package"] == "erpguard.acme.script_does_not_compile"
    assert "ACME101" not in command(example, "policies", "list").stdout


def test_outcomes_are_three_and_what_it_changes_stays_its_own(install: Callable[[str], Path]) -> None:
    file = install(f'{FEW}, Policy("OTHER002", "few_again", few)')
    result = erpguard.scan([str(file)], plugins=["other"], select=["OTHER"], root=str(file.parent))
    found = [(one.policy, one.message, one.place.line) for one in result.findings]
    assert found == [("OTHER001", "one: 1", 6), ("OTHER002", "one: 1", 6)]
    for counts in (result.counts["OTHER001"], result.counts["OTHER002"]):
        assert (counts.failed, counts.passed, counts.undetermined) == (1, 1, 1)


def test_names_narrow_and_plugins_stay(install: Callable[[str], Path]) -> None:
    file = install(FEW)
    result = erpguard.scan([str(file)], plugins=["other"], packs=["backup"], root=str(file.parent))
    assert {policy.pack for policy in result.policies.values()} == {"backup", "other"}


def test_one_that_raises_is_a_problem_and_the_others_count(install: Callable[[str], Path]) -> None:
    file = install(f'{FEW}, Policy("OTHER002", "broken", broken)')
    result = erpguard.scan([str(file)], plugins=["other"], select=["OTHER"], root=str(file.parent))
    assert [one.policy for one in result.findings] == ["OTHER001"]
    assert [one.message for one in result.problems if one.code == "policy-failed"] == [
        f"OTHER002: broken, line 24: ZeroDivisionError: division by zero: Deployment {name} was not judged by it"
        for name in ("one", "two", "open")
    ]
    assert result.exit_code() == 3


def test_one_that_ends_the_process_does_not_end_it(install: Callable[[str], Path]) -> None:
    """With exit code 0 it would look clean."""
    file = install(f'{FEW}, Policy("OTHER002", "ending", ending)')
    result = erpguard.scan([str(file)], plugins=["other"], select=["OTHER"], root=str(file.parent))
    assert [one.policy for one in result.findings] == ["OTHER001"]
    assert {one.message.partition(": Deployment ")[0] for one in result.problems if one.code == "policy-failed"} == {
        "OTHER002: ending, line 27: SystemExit: 0"
    }


def test_a_document_is_written_once_for_all_of_them(
    install: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = install(f'{FEW}, Policy("OTHER002", "again", few), Policy("OTHER003", "third", few)')
    written = []

    def dumps(value: object) -> str:
        written.append(isinstance(value, dict))
        return json.dumps(value)

    monkeypatch.setattr("erpguard.engines.python_policies.json", SimpleNamespace(dumps=dumps, loads=json.loads))
    result = erpguard.scan([str(file)], plugins=["other"], select=["OTHER"], root=str(file.parent))
    assert len(result.findings) == 3
    assert sorted(written) == [False, False, False, True]


@pytest.mark.parametrize(
    ("policies", "says"),
    [
        ('Policy("TLS001", "few", few)', "other/few.py: the id TLS001 is used already by tls/"),
        ('Policy("OTHER001", "few", few, package="erpguard.tls")', "tls/few.py: there is a pack named tls already"),
        (
            'Policy("OTHER001", "few", few, package="acme")',
            "plugin other: Policy: its `package` has to be erpguard.<pack>",
        ),
        ('Policy("other", "few", few)', "plugin other: other/few.py: the id 'other' is not letters and three digits"),
        (f"{FEW}, {FEW}", "plugin other: an id is used twice"),
        ("", "plugin other: it has no policies"),
        ("nothing", "plugin other: cannot be loaded: NameError: name 'nothing' is not defined"),
        ("exit(0)", "plugin other: cannot be loaded: SystemExit: 0"),
    ],
)
def test_one_that_is_no_good_is_told_in_one_line(install: Callable[[str], Path], policies: str, says: str) -> None:
    file = install(policies)
    with pytest.raises(PackError) as caught:
        erpguard.scan([str(file)], plugins=["other"])
    assert str(caught.value).startswith(says)


def test_one_that_is_not_installed_is_told_with_those_that_are(install: Callable[[str], Path]) -> None:
    file = install(FEW)
    with pytest.raises(UsageError, match="^there is no plugin 'nope': installed are other$"):
        erpguard.scan([str(file)], plugins=["nope"])


def test_a_trusted_configuration_may_ask_for_it_and_a_tree_may_not(install: Callable[[str], Path]) -> None:
    file = install(FEW)
    config = {"plugins": ["other"]}
    assert erpguard.scan([str(file)], config=config, select=["OTHER"]).findings
    with pytest.raises(
        ConfigurationError, match="plugins: they run with all rights, so that the scanned tree must not"
    ):
        erpguard.scan([str(file)], config=config, select=["OTHER"], trusted_config=False)


def test_its_results_are_not_kept(install: Callable[[str], Path], tmp_path: Path) -> None:
    file = install(FEW)
    for _ in range(2):
        erpguard.scan([str(file)], plugins=["other"], select=["OTHER"], cache=str(tmp_path / "cache"))
    assert not (tmp_path / "cache").exists()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """An empty server."""
    with running() as one:
        yield one


@needs_opa
def test_beside_a_server(example: Path, server: Server) -> None:
    """They are called here, whoever judges the others."""
    asked = ["examples/python-policies", "--plugin", "acme-policies", "--no-cache", "--no-progress", "--format", "json"]
    here = command(example, "scan", *asked)
    there = command(example, "scan", *asked, "--engine", "opa", "--opa-url", server.url, "--opa-remove")
    assert (there.returncode, there.stderr) == (here.returncode, here.stderr) == (1, "")
    assert json.loads(there.stdout) == json.loads(here.stdout)
    assert "ACME101" in {finding["policy"] for finding in json.loads(here.stdout)["findings"]}
    assert server.names() == []


@pytest.fixture
def mixed(install: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a tree, an own pack in Rego, and a plugin of which one policy raises."""
    folder = install(f'{FEW}, Policy("OTHER002", "broken", broken)').parent
    monkeypatch.chdir(folder)
    for made in ("tree", "packs/acme", "packs/lib"):
        (folder / made).mkdir(parents=True)
    (folder / "deployments.yaml").rename(folder / "tree" / "deployments.yaml")
    (folder / "tree" / "pod.yaml").write_text(POD)
    (folder / "packs" / "lib" / "acme.rego").write_text(SHARED)
    (folder / "packs" / "acme" / "owner.rego").write_text(OWNER.format(rule=RIGHT))
    return folder


def scanned(opa: OpaConnection | None) -> ScanResult:
    """Policies that ship, of an own pack and of a plugin, in one scan."""
    return erpguard.scan(["tree"], packs=["./packs", "network", "resources"], plugins=["other"], opa=opa)


@needs_opa
@pytest.mark.parametrize("is_bundle", [False, True])
def test_own_packs_a_plugin_and_a_server_together(mixed: Path, server: Server, is_bundle: bool) -> None:
    here = scanned(None)
    assert {"ACM001", "NET008", "OTHER001", "RES001"} <= {finding.policy for finding in here.findings}
    assert [one.message.partition(":")[0] for one in here.problems if one.code == "policy-failed"] == ["OTHER002"] * 3
    if is_bundle:
        write("bundle.tar.gz", ["packs"])
        with running("--bundle", "bundle.tar.gz") as loaded:
            assert scanned(OpaConnection(loaded.url, read_only=True)).to_json() == here.to_json()
    else:
        assert scanned(OpaConnection(server.url, remove=True)).to_json() == here.to_json()
        assert server.names() == []


def test_without_its_server_those_in_python_still_count(mixed: Path) -> None:
    found = scanned(OpaConnection("http://127.0.0.1:9", wait=0))
    assert [(finding.policy, finding.message) for finding in found.findings] == [("OTHER001", "one: 1")]
    (down,) = [one.message for one in found.problems if one.code == "policy-failed" and "OTHER002" not in one.message]
    assert down.startswith("the OPA server http://127.0.0.1:9 is not ready after 0 seconds: ")
    assert "ACM001" in down
    assert found.exit_code() == 3
