"""Resources of ARM templates: one by one, and whole templates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.sources import Collected, Input
from erpguard.sources.arm_templates import EXPAND, NEEDS_EXPANDING
from erpguard.sources.kubernetes_manifest import KubernetesManifests, from_memory

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
ACCOUNT = "Microsoft.Storage/storageAccounts"
VAULT = "Microsoft.KeyVault/vaults"


def collect(value: Any, name: str = "a.json") -> Collected:
    return KubernetesManifests().collect([Input(name, data=json.dumps(value, indent=2).encode())])


def template(*resources: Any, schema: str = SCHEMA, **keys: Any) -> dict[str, Any]:
    return {"$schema": schema, "contentVersion": "1.0.0.0", "resources": list(resources), **keys}


def account(**more: Any) -> dict[str, Any]:
    given = {"type": ACCOUNT, "apiVersion": "2023-01-01", "name": "sterp", "kind": "StorageV2", "properties": {}}
    return {**given, **more}


@pytest.mark.parametrize("kind", [{}, {"kind": "StorageV2"}, {"kind": None}])
def test_a_resource_with_the_version_of_the_api(kind: dict[str, Any]) -> None:
    given = {key: value for key, value in account().items() if key != "kind"}
    found = collect({**given, **kind})
    (resource,) = found.resources
    assert (resource.type, resource.name, resource.body["apiVersion"]) == (ACCOUNT, "sterp", "2023-01-01")
    assert [problem for problem in found.problems if problem.level == "error" and "kind" not in problem.message] == []
    assert found.not_judged == {}


def test_resources_in_memory_and_in_yaml() -> None:
    assert [one.type for one in from_memory([account()]).resources] == [ACCOUNT]
    text = "type: Microsoft.Storage/storageAccounts\napiVersion: 2023-01-01\nname: sterp\nkind: StorageV2\n"
    (found,) = KubernetesManifests().collect([Input("a.yaml", data=text.encode())]).resources
    assert found.origin.place(("name",)).line == 3


@pytest.mark.parametrize(
    "given",
    [
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "type": "Microsoft.Example/odd"},
        {"apiVersion": "2023-01-01", "kind": "Secret", "metadata": {"name": "a"}, "type": "Microsoft.Example/odd"},
        {"apiVersion": "example.org/v1", "kind": "Odd", "name": "a", "type": "Microsoft.Example/odd"},
    ],
)
def test_objects_of_kubernetes_stay_what_they_are(given: dict[str, Any]) -> None:
    assert not any(one.type.startswith("Microsoft.") for one in collect(given).resources)


def test_the_version_of_the_api_says_what_a_vault_is_made_with() -> None:
    for version, expected in (("2023-07-01", False), ("2026-02-01", True)):
        (vault,) = collect({"type": VAULT, "apiVersion": version, "name": "kv", "properties": {}}).resources
        assert vault.body["properties"]["enableRbacAuthorization"] is expected


def test_children_are_named_by_their_parents() -> None:
    subnet = {"addressPrefix": "10.0.1.0/24"}
    network = "Microsoft.Network/virtualNetworks"
    found = collect(
        [
            {"type": network, "apiVersion": "2024-05-01", "name": "vnet", "properties": {"subnets": []}},
            {"type": f"{network}/subnets", "apiVersion": "2024-05-01", "name": "vnet/db", "properties": subnet},
        ]
    )
    (whole,) = found.resources
    assert [(one["name"], one["properties"]) for one in whole.body["properties"]["subnets"]] == [("db", subnet)]
    assert found.open_types == set()


TLS = {"minimumTlsVersion": "TLS1_0"}


@pytest.mark.parametrize(
    "schema",
    [
        SCHEMA,
        SCHEMA.replace("deploymentTemplate", "subscriptionDeploymentTemplate"),
        SCHEMA.replace("2019-04-01", "2015-01-01").replace("https", "http").rstrip("#"),
    ],
)
def test_a_template_without_expressions_is_a_list_of_resources(schema: str) -> None:
    blobs = {"type": "blobServices", "apiVersion": "2023-01-01", "name": "default", "properties": {}}
    given = template(
        account(properties=TLS, resources=[blobs], dependsOn=["x"]),
        account(name="other", condition=False),
        account(name="st[[1]", tags={"a": "[[literal]"}),
        schema=schema,
    )
    found = collect(given)
    assert found.problems == []
    assert [(one.type, one.name) for one in found.resources] == [
        (ACCOUNT, "sterp"),
        (f"{ACCOUNT}/blobServices", "default"),
        (ACCOUNT, "st[[1]"),
    ]
    first, blob, _ = found.resources
    assert blob.parent == first.id
    lines = json.dumps(given, indent=2).split("\n")
    assert "TLS1_0" in lines[first.origin.place(("properties", "minimumTlsVersion")).line - 1]
    assert "dependsOn" not in first.body and "resources" not in first.body


def test_symbolic_names() -> None:
    given = {**template(), "languageVersion": "2.0", "resources": {"a": account(), "b": account(existing=True)}}
    assert [one.name for one in collect(given).resources] == ["sterp"]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (template(account(name="[parameters('name')]")), 8),
        (template(account(), account(properties={"minimumTlsVersion": "[variables('tls')]"})), 18),
        (template(account(copy={"name": "many", "count": 2})), 11),
        (account(name="[concat('st', parameters('name'))]"), 4),
        ([account(location="[resourceGroup().location]")], 8),
    ],
)
def test_expressions_need_to_be_expanded(given: Any, line: int) -> None:
    found = collect(given)
    (problem,) = found.problems
    assert (problem.code, problem.level, problem.message) == ("needs-expanding", "error", NEEDS_EXPANDING)
    assert (problem.place.file, problem.place.line) == ("a.json", line)
    assert (found.resources, found.not_judged, found.open_types) == ([], {}, {"*"})


def test_brackets_alone_are_no_expression_outside_of_a_template() -> None:
    found = collect(account(tags={"owners": "[a, b]"}))
    assert (found.problems, len(found.resources)) == ([], 1)


def test_parameters_of_a_template_are_not_judged() -> None:
    given = {"$schema": SCHEMA.replace("deploymentTemplate", "deploymentParameters"), "parameters": {}}
    found = collect(given)
    assert (found.resources, found.problems, sum(found.not_judged.values())) == ([], [], 1)


def test_a_template_is_judged_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "plain.json").write_text(json.dumps(template(account(properties=TLS))))
    result = erpguard.scan([str(tmp_path)], root=str(tmp_path), select=["TLS003"], as_of="2026-01-31")
    assert [(one.policy, one.resource_name, result.exit_code()) for one in result.findings] == [("TLS003", "sterp", 1)]
    (tmp_path / "main.json").write_text(json.dumps(template(account(name="[parameters('a')]"))))
    result = erpguard.scan([str(tmp_path)], root=str(tmp_path), select=["TLS003"])
    assert (result.exit_code(), [one.code for one in result.problems]) == (3, ["needs-expanding"])


@pytest.mark.parametrize("name", ["main.bicep", "Prod.BICEPPARAM"])
def test_bicep_is_no_yaml(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some programs in Bicep would be a scalar in YAML, and so no manifest by design: nothing to worry about."""
    (tmp_path / name).write_text("var x = 1\n")
    monkeypatch.chdir(tmp_path)
    result = erpguard.scan([name])
    (problem,) = result.problems
    assert (problem.code, problem.place.file, result.exit_code(), result.not_judged) == ("needs-expanding", name, 3, {})
    assert problem.message == f"Bicep needs to be expanded by Azure before it can be judged: {EXPAND}"
