"""ARM bodies and ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.model.arm_ids import ArmId, is_arm_id, parse, tail
from erpguard.normalize.azure import arm
from erpguard.sources.documents import ObjectOrigin

SUB = "/subscriptions/1111"
GROUP = f"{SUB}/resourceGroups/rg-erp"
VNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/hub"
RECORDED = Path(__file__).parents[4] / "shared" / "data" / "azure" / "recorded-arm.json"


@pytest.mark.parametrize(
    ("id_", "expected"),
    [
        (SUB, ArmId("1111", "", "", "1111")),
        (GROUP, ArmId("1111", "rg-erp", "", "rg-erp")),
        (VNET, ArmId("1111", "rg-erp", "Microsoft.Network/virtualNetworks", "hub")),
        (f"{VNET}/subnets/db", ArmId("1111", "rg-erp", "Microsoft.Network/virtualNetworks/subnets", "db", VNET)),
        (
            f"{VNET}/providers/Microsoft.Authorization/locks/keep",
            ArmId("1111", "rg-erp", "Microsoft.Authorization/locks", "keep", VNET),
        ),
        (
            f"{GROUP}/providers/Microsoft.Authorization/locks/keep",
            ArmId("1111", "rg-erp", "Microsoft.Authorization/locks", "keep", GROUP),
        ),
        (
            f"{SUB}/providers/Microsoft.Authorization/roleAssignments/77",
            ArmId("1111", "", "Microsoft.Authorization/roleAssignments", "77", SUB),
        ),
        (
            "/providers/Microsoft.Management/managementGroups/root",
            ArmId("", "", "Microsoft.Management/managementGroups", "root"),
        ),
    ],
)
def test_parts_of_an_id(id_: str, expected: ArmId) -> None:
    assert parse(id_) == expected


def test_an_id_without_its_subscription() -> None:
    assert tail(VNET) == tail(VNET.replace("1111", "2222").upper())
    assert tail("azurerm_subnet.db") == "azurerm_subnet.db"


@pytest.mark.parametrize("text", ["", "azurerm_subnet.db", None, 3, "subscriptions/1"])
def test_what_is_no_id(text: Any) -> None:
    assert not is_arm_id(text)


def make(**body: Any) -> Any:
    return arm.resource({"type": "microsoft.network/virtualnetworks", **body}, ObjectOrigin("x"))[0]


def test_the_type_gets_its_own_case_and_tags_lower_keys() -> None:
    made = make(id=VNET, tags={"Environment": "Dev", "Owner": None})
    assert made.type == "Microsoft.Network/virtualNetworks"
    assert (made.labels, made.environment) == ({"environment": "Dev"}, "development")
    assert (made.id, made.name, made.namespace, made.cluster) == (VNET.lower(), "hub", "rg-erp", "1111")


def test_the_environment_is_a_word_of_the_group() -> None:
    assert make(id=VNET.replace("rg-erp", "rg-erp-test")).environment == "test"
    assert make(name="hub").environment == "production"


def test_a_plan_knows_what_the_id_will_be() -> None:
    body = {"type": "Microsoft.Network/virtualNetworks", "name": "hub", "resourceGroup": "rg-erp"}
    address = "azurerm_virtual_network.hub"
    made, _ = arm.resource(body, ObjectOrigin("x"), {"subscription": "1111"}, known=arm.Known(address=address))
    assert (made.id, made.identity) == (address, VNET.lower())


def test_what_does_not_fit_is_told_and_taken_out() -> None:
    body = {"type": "Microsoft.Network/virtualNetworks", "id": VNET, "properties": {"subnets": "none"}}
    made, problems = arm.resource(body, ObjectOrigin(VNET))
    assert made.invalid == {("properties", "subnets")}
    assert [str(problem.place) for problem in problems] == [f"{VNET.lower()}/properties/subnets"]


def test_pages_and_lists_of_resources_are_read() -> None:
    one = {"id": VNET, "type": "Microsoft.Network/virtualNetworks", "name": "hub", "properties": {}}
    graph = {"count": 1, "data": [one], "skip_token": None, "total_records": 1}
    for given in ([one], [{"value": [one]}], [{"value": [one], "nextLink": None}], [graph]):
        result = erpguard.scan(resources=given)
        assert result.resources == {"Microsoft.Network/virtualNetworks": 1}
        assert result.problems == []


@pytest.mark.parametrize(
    "page",
    [
        {"value": [], "nextLink": "https://..."},
        {"data": [], "skip_token": "ew0K"},
        {"data": [], "$skipToken": "ew0K", "resultTruncated": "true"},
    ],
)
def test_a_page_that_others_follow_is_not_the_whole(page: dict[str, Any]) -> None:
    """The private endpoint of a key vault may be on another page."""
    vault = {"type": "Microsoft.KeyVault/vaults", "name": "kv", "properties": {}}
    given = {key: [vault] if value == [] else value for key, value in page.items()}
    result = erpguard.scan(resources=[given], select=["NET108"])
    assert [(one.code, one.level) for one in result.problems] == [("more-pages", "error")]
    assert (result.findings, len(result.undetermined)) == ([], 1)


def test_what_is_foreseen_is_judged() -> None:
    """The answer of a what-if: what will be deleted has no `after`, and what is not foreseen is a problem."""
    vault = {"type": "Microsoft.KeyVault/vaults", "name": "kv", "apiVersion": "2024-11-01", "properties": {}}
    changes = [
        {"resourceId": "/.../kv", "changeType": "Create", "before": None, "after": vault},
        {"resourceId": "/.../old", "changeType": "Delete", "before": vault, "after": None},
        {"resourceId": "/.../nested", "changeType": "Unsupported", "after": None, "before": None},
        "something else",
    ]
    result = erpguard.scan(resources=[{"status": "Succeeded", "changes": changes}], select=["NET107", "NET108"])
    assert result.resources == {"Microsoft.KeyVault/vaults": 1}
    assert [(one.code, one.message) for one in result.problems] == [
        ("unforeseen-change", "what-if does not foresee what becomes of /.../nested: it is not judged")
    ]
    assert [one.policy for one in result.findings] == ["NET107"]
    assert [one.policy for one in result.undetermined] == ["NET108"]


@pytest.mark.parametrize(
    "answer",
    [
        {"changes": [{"resourceId": "/.../st", "changeType": "Deploy"}]},  # of --result-format ResourceIdOnly
        {"changes": [{"resourceId": "/.../st", "changeType": "Unsupported", "unsupportedReason": "nested"}]},
        {"changes": [], "potentialChanges": [{"resourceId": "/.../st", "changeType": "Create", "after": {}}]},
    ],
)
def test_a_what_if_that_foresees_nothing_is_incomplete(answer: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "what-if.json").write_text(json.dumps({"status": "Succeeded", **answer}))
    result = erpguard.scan([tmp_path / "what-if.json"])
    assert [(one.code, one.level) for one in result.problems] == [("unforeseen-change", "error")]


def test_what_a_what_if_does_not_evaluate_is_not_known() -> None:
    """https://github.com/Azure/arm-template-whatif/issues/83"""
    account = {
        "type": "Microsoft.Storage/storageAccounts",
        "name": "st",
        "apiVersion": "2024-01-01",
        "properties": {
            "supportsHttpsTrafficOnly": "[reference('x').https]",
            "publicNetworkAccess": "Disabled",
            "networkAcls": "[if(reference('x').isOpen, createObject(), null())]",
            "copy": {"name": "[reference('x').name]", "input": ["[reference('x').one]"]},
        },
    }
    endpoint = {
        "type": "Microsoft.Network/privateEndpoints",
        "name": "pe",
        "apiVersion": "2024-05-01",
        "properties": {
            "privateLinkServiceConnections": [
                {"name": "c", "properties": {"privateLinkServiceId": "[reference('m').id]"}}
            ]
        },
    }
    changes = [{"resourceId": one["name"], "changeType": "Create", "after": one} for one in (account, endpoint)]
    result = erpguard.scan(resources=[{"changes": changes}], select=["TLS006", "NET107", "NET108"])
    assert (result.problems, result.findings) == ([], [])
    assert sorted(one.policy for one in result.undetermined) == ["NET108", "TLS006"]


NSG = "Microsoft.Network/networkSecurityGroups"
SSH = {"name": "ssh", "access": "Allow", "direction": "Inbound", "destinationPortRange": "22"}


@pytest.mark.parametrize("rest", [{}, {"properties": None}, {"securityRules": [SSH]}])
def test_a_body_without_properties_says_nothing(rest: dict[str, Any]) -> None:
    """As `az resource list` and `az network nsg list` write them."""
    body = {"id": VNET.replace("virtualNetworks", "networkSecurityGroups"), "type": NSG, "name": "hub", **rest}
    result = erpguard.scan(resources=[body], select=["NET101"])
    assert [(one.code, one.level) for one in result.problems] == [("no-properties", "error")]
    assert (result.findings, [one.policy for one in result.undetermined]) == ([], ["NET101"])


def test_many_bodies_without_properties_are_one_problem() -> None:
    result = erpguard.scan(resources=[{"value": [{"type": NSG, "name": name} for name in ("a", "b", "c")]}])
    (problem,) = result.problems
    assert problem.message.startswith("networkSecurityGroups a and 2 more have no `properties`, ")


@pytest.mark.parametrize(
    "body",
    [
        {"type": NSG, "name": "hub", "apiVersion": "2024-05-01"},  # written for a deployment
        {"type": "Microsoft.Resources/subscriptions", "id": "/subscriptions/1", "subscriptionId": "1"},
        {"type": "Microsoft.Resources/resourceGroups", "id": "/subscriptions/1/resourceGroups/rg", "name": "rg"},
    ],
)
def test_what_may_be_without_properties(body: dict[str, Any]) -> None:
    assert erpguard.scan(resources=[body]).problems == []


@pytest.mark.skipif(not RECORDED.exists(), reason="the shared data is not here")
def test_recorded_answers_are_read(tmp_path: Path) -> None:
    """Every resource in recorded answers of the API is taken in, and nothing of it is of a wrong type."""
    bodies = [one["body"] for one in json.loads(RECORDED.read_text()) if one["status"] == 200]
    expected = 0
    for number, body in enumerate(bodies):
        (tmp_path / f"{number}.json").write_text(json.dumps(body))
        held = body.get("value") if isinstance(body, dict) else body
        expected += sum(arm.is_arm(item) for item in (held if isinstance(held, list) else [body]))
    result = erpguard.scan([str(tmp_path)], root=str(tmp_path))
    parts = 4  # rules and subnets that stand in an answer of their own, within groups and networks of another one
    assert expected - parts <= sum(result.resources.values()) <= expected
    more = sum(bool(body.get("nextLink")) for body in bodies if isinstance(body, dict))
    codes = [problem.code for problem in result.problems]
    assert sorted(code for code in codes if code != "ambiguous-id") == ["more-pages"] * more


def test_a_region_is_spelled_in_one_way() -> None:
    """Azure answers `West Europe` for some types, and `westeurope` for others."""
    for given, expected in (("West Europe", "westeurope"), ("westeurope", "westeurope"), ("${Region}", "${Region}")):
        body = {"type": "Microsoft.Cache/redis", "name": "r", "location": given}
        assert arm.resource(body, ObjectOrigin(""))[0].body["location"] == expected
