"""Own packs in a real OPA: the same findings as here, published or from a bundle; what is wrong costs the policy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.cli import main
from erpguard.engines.opa_server import OpaConnection
from tests.engines.opa import Server, needs_opa, running

pytestmark = needs_opa

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {hostNetwork: true, containers: [{name: a, image: a:1}]}
"""
POLICY = """\
# METADATA
# title: Pods say who owns them
# description: Whoever is on call has to know whom to ask.
# custom:
#   id: ACM001
#   severity: low
#   resource_types: [core/Pod]
#   reads: [labels]
#   message: "{{kind}} {{name}} has no label {{label}}"
#   remediation: Add the label.
package erpguard.acme.owner

import data.erpguard.lib.acme
import data.erpguard.lib.finding

{rule}
"""
RIGHT = """\
deny contains finding.at(pod, ["metadata", "labels"], {"label": acme.label}) if {
	some pod in input.resources["core/Pod"]
	not acme.label in object.keys(object.get(pod.labels, [], {}))
}
"""
SHARED = 'package erpguard.lib.acme\n\nlabel := "owner"\n'


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """An empty server."""
    with running() as one:
        yield one


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the policy of an own pack, beside a tree to scan."""
    monkeypatch.chdir(tmp_path)
    for folder in ("tree", "packs/acme", "packs/lib"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tree" / "pod.yaml").write_text(POD)
    (tmp_path / "packs" / "lib" / "acme.rego").write_text(SHARED)
    file = tmp_path / "packs" / "acme" / "owner.rego"
    file.write_text(POLICY.format(rule=RIGHT))
    return file


def scan(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, Any]:
    """The exit code, and the JSON report."""
    command = ["scan", "tree", "--pack", "./packs", "--pack", "network", "--no-progress", "--no-cache"]
    code = main([*command, "--format", "json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_the_server_says_what_is_said_here(pack: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    here = scan(capsys)
    assert here[0] == 1
    assert {"ACM001", "NET008"} <= {finding["policy"] for finding in here[1]["findings"]}
    options = ("--engine", "opa", "--opa-url", server.url)
    assert scan(capsys, *options, "--opa-remove") == here
    assert server.names() == []
    assert scan(capsys, *options) == here
    assert {name.split("/", 2)[2] for name in server.names()} > {"acme/owner.rego", "lib/acme.rego", "lib/scan.rego"}
    pack.write_text(POLICY.format(rule=RIGHT.replace('"labels"]', '"labels", acme.label]')))
    code, found = scan(capsys, *options)
    assert code == 3
    assert " has another version of packs/acme/owner.rego (" in found["problems"][0]["message"]
    server.clear()


def test_shared_modules_that_need_each_other(pack: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """A server takes no call of a function that it does not have yet, and their names say nothing of the order."""
    called = 'package erpguard.lib.acme\n\nimport data.erpguard.lib.zone\n\nlabel := zone.named("owner")\n'
    Path("packs/lib/acme.rego").write_text(called)
    Path("packs/lib/zone.rego").write_text("package erpguard.lib.zone\n\nnamed(name) := name\n")
    here = scan(capsys)
    assert {"ACM001", "NET008"} <= {finding["policy"] for finding in here[1]["findings"]}
    assert scan(capsys, "--engine", "opa", "--opa-url", server.url, "--opa-remove") == here
    assert server.names() == []


def test_a_bundle_of_them(pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policies", "bundle", "--pack", "./packs"]) == 0
    assert capsys.readouterr().out.startswith("erpguard-bundle.tar.gz: revision ")
    here = scan(capsys)
    with running("--bundle", "erpguard-bundle.tar.gz") as server:
        before = server.names()
        options = ("--engine", "opa", "--opa-url", server.url, "--opa-read-only")
        assert scan(capsys, *options) == here
        found = erpguard.scan(["tree"], packs=["tls"], opa=OpaConnection(server.url, read_only=True))
        assert server.names() == before
    assert "has not loaded the bundle of these policies" in found.problems[0].message, "it has more"


def test_a_bundle_takes_folders(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policies", "bundle", "--pack", "network"]) == 2
    assert capsys.readouterr().err == (
        "erpguard: a bundle has all packs that ship in it: --pack names folders of own ones, such as ./packs\n"
    )


REFUSED = {
    "http.send": ('deny contains http.send({"method": "GET", "url": "http://127.0.0.1:9"})', ":16:"),
    "net.lookup_ip_addr": ('deny contains net.lookup_ip_addr("localhost")', ":16:"),
    "opa.runtime": ("deny contains opa.runtime()", ":16:"),
    "json.match_schema": ('deny contains {} if json.match_schema({}, {"$ref": "http://127.0.0.1:9"})[0]', ":16:"),
    "no Rego": ("deny contains 1 if {\n\t1 ==\n}", ":18:"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_policy_here_is_none_there(
    pack: Path, server: Server, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """A server has functions that reach the network, and its surroundings."""
    rule, place = REFUSED[name]
    pack.write_text(POLICY.format(rule=rule))
    command = ["scan", "tree", "--pack", "./packs", "--engine", "opa", "--opa-url", server.url, "--no-progress"]
    assert main(command) == 2
    assert capsys.readouterr().err.startswith(f"erpguard: packs/acme/owner.rego{place}")
    assert main(["policies", "bundle", "--pack", "./packs"]) == 2
    assert capsys.readouterr().err.startswith(f"erpguard: packs/acme/owner.rego{place}")
    assert not Path("erpguard-bundle.tar.gz").exists()
    assert server.names() == []


def test_packages_that_are_the_server_s_own(pack: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    Path("packs/lib/acme.rego").write_text("package system.authz\n\ndefault allow := true\n")
    pack.write_text(
        POLICY.format(rule=RIGHT).replace("import data.erpguard.lib.acme\n", "").replace("acme.label", '"o"')
    )
    command = ["scan", "tree", "--pack", "./packs", "--engine", "opa", "--opa-url", server.url, "--no-progress"]
    assert main(command) == 2
    said = "packs/lib/acme.rego: the package system.authz is not erpguard.lib.<name>"
    assert said in capsys.readouterr().err
    assert server.names() == []


def test_what_only_the_server_does_not_compile(pack: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """OPA knows the types of what policies compare."""
    pack.write_text(POLICY.format(rule='deny contains {} if count("a") == "a"'))
    code, found = scan(capsys, "--engine", "opa", "--opa-url", server.url, "--opa-remove")
    assert code == 3
    (problem,) = [one for one in found["problems"] if one["level"] == "error"]
    assert problem["message"].startswith("ACM001: packs/acme/owner.rego:16:21: match error: ")
    assert problem["message"].endswith(": 1 resource was not judged by it")
    assert "NET008" in {finding["policy"] for finding in found["findings"]}
    assert server.names() == []


TOKEN = """\
deny contains finding.at(pod, ["metadata", "labels"], {"label": claims.aud}) if {
	some pod in input.resources["core/Pod"]
	[_, claims, _] := io.jwt.decode("eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJhIn0.c2ln")
	not acme.label in object.keys(object.get(pod.labels, [], {}))
}
"""


def test_builtins_that_only_the_server_has(pack: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    pack.write_text(POLICY.format(rule=TOKEN))
    assert main(["scan", "tree", "--pack", "./packs", "--no-progress"]) == 2
    said = capsys.readouterr().err
    assert said == (
        "erpguard: packs/acme/owner.rego:18:20: io.jwt.decode is not in the embedded engine: "
        "use OPA itself (own packs: --engine opa)\n"
    )
    code, found = scan(capsys, "--engine", "opa", "--opa-url", server.url, "--opa-remove")
    assert code == 1
    (told,) = [finding["message"] for finding in found["findings"] if finding["policy"] == "ACM001"]
    assert told == "Pod a has no label a"


SHAPES = {
    "deny := true": "`deny` is a boolean, and has to be a set of objects",
    "default deny := false": "`deny` is a boolean, and has to be a set of objects",
    "deny if count(input) > 100": "`deny` has no value, and has to be a set of objects",
    'deny contains "no"': "`deny` holds a string, and has to hold objects",
    'deny := [{"msg": "no"}]': "`deny` holds an object without the key of a resource",
    'deny contains {"msg": "no"}': "`deny` holds an object without the key of a resource",
    'deny[name] := 1 if some name in ["a"]': "`deny` is an object, and has to be a set of objects",
}


@pytest.mark.parametrize("rule", SHAPES)
def test_what_a_policy_must_not_answer(
    pack: Path, server: Server, capsys: pytest.CaptureFixture[str], rule: str
) -> None:
    """Both engines tell it alike."""
    pack.write_text(POLICY.format(rule=rule))
    code, found = here = scan(capsys)
    assert code == 3
    (problem,) = [one for one in found["problems"] if one["level"] == "error"]
    assert problem["message"].startswith(f"ACM001: packs/acme/owner.rego: {SHAPES[rule]}")
    assert problem["message"].endswith(": 1 resource was not judged by it")
    assert "NET008" in {finding["policy"] for finding in found["findings"]}
    assert scan(capsys, "--engine", "opa", "--opa-url", server.url, "--opa-remove") == here
    assert server.names() == []
