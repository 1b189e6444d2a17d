"""Controls of compliance frameworks: what is shipped is whole, and what is wrong is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from erpguard.cli import main
from erpguard.errors import PackError
from erpguard.packs import load, make_index
from erpguard.shipped import shipped

FILES = sorted(Path(shipped("policies"), "controls").glob("*.yaml"))
SCHEMA = json.loads(Path(shipped("schemas"), "controls.schema.json").read_text(encoding="utf-8"))
FRAMEWORK: dict[str, Any] = {
    "id": "cis-kubernetes",
    "name": "CIS Kubernetes Benchmark",
    "version": "1.11.1",
    "url": "https://www.cisecurity.org/benchmark/kubernetes",
    "controls": [{"id": "5.1.3", "title": "Minimize wildcard use", "policies": ["RBAC001"]}],
}
CONTROL = FRAMEWORK["controls"][0]


def folder_of(tmp_path: Path, *frameworks: Any) -> str:
    """A folder with one policy, RBAC001, and these frameworks."""
    (tmp_path / "rbac").mkdir()
    (tmp_path / "controls").mkdir()
    shutil.copy(Path(shipped("policies"), "rbac", "wildcard_permission.rego"), tmp_path / "rbac")
    for number, framework in enumerate(frameworks):
        text = framework if isinstance(framework, str) else yaml.safe_dump(framework)
        (tmp_path / "controls" / f"{number}.yaml").write_text(text)
    return str(tmp_path)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_shipped_keeps_the_schema(path: Path) -> None:
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(given)
    assert given["id"] == path.stem
    ids = [control["id"] for control in given["controls"]]
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids, key=lambda one: [int(part) for part in one.split(".")])
    for control in given["controls"]:
        for name in control["policies"]:
            assert control["id"] in [
                one.id for one in load().policies[name].controls if one.framework.id == given["id"]
            ]


def test_policies_know_their_controls_and_so_does_the_index(tmp_path: Path) -> None:
    other = {**FRAMEWORK, "id": "house-rules", "name": "House rules"}
    folder = folder_of(tmp_path, FRAMEWORK, other)
    loaded = load(folder)
    (policy,) = loaded.policies.values()
    assert [str(control) for control in policy.controls] == [
        "CIS Kubernetes Benchmark 1.11.1, 5.1.3: Minimize wildcard use",
        "House rules 1.11.1, 5.1.3: Minimize wildcard use",
    ]
    (tmp_path / "index.json").write_text(json.dumps(make_index(folder)))
    shutil.rmtree(tmp_path / "controls")
    assert load(folder) == loaded


@pytest.mark.parametrize(
    ("frameworks", "says"),
    [
        ([{**FRAMEWORK, "controls": [{**CONTROL, "policies": ["RBAC002"]}]}], "5.1.3: there is no policy RBAC002"),
        ([{**FRAMEWORK, "controls": [CONTROL, CONTROL]}], "5.1.3 of cis-kubernetes is there twice"),
        ([FRAMEWORK, FRAMEWORK], "controls/1.yaml: .* there twice"),
        ([{**FRAMEWORK, "controls": [{"id": "1"}]}], "controls/0.yaml: title is missing"),
        ([{"id": "a"}], "name is missing"),
        ([{**FRAMEWORK, "version": 1.1}], "controls/0.yaml: 1.1 has to be a text: put it in quotes"),
        ([{**FRAMEWORK, "controls": [{**CONTROL, "policies": [["a"]]}]}], "\\['a'\\] has to be a text"),
        (["- a\n"], "controls/0.yaml: is no framework: docs/writing-policies.md shows one"),
        ([""], "controls/0.yaml: is no framework"),
        (["a: [\n"], "controls/0.yaml:2: not valid YAML: did not find expected node content"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, frameworks: list[Any], says: str) -> None:
    with pytest.raises(PackError, match=says):
        load(folder_of(tmp_path, *frameworks))


@pytest.mark.parametrize("command", [["policies", "show", "RBAC009"], ["explain", "RBAC009"]])
def test_commands_name_the_controls(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "CIS Kubernetes Benchmark 1.11.1, 5.1.6: Ensure that Service Account Tokens" in said


def test_json_of_a_policy_names_the_controls(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policies", "show", "NET008", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [control["id"] for control in shown["controls"]] == ["5.2.5", "5.2.13"]
    assert {control["framework"]["id"] for control in shown["controls"]} == {"cis-kubernetes"}
