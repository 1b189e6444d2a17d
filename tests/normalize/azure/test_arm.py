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
    one = {"id": VNET, "type": "Microsoft.Network/virtualNetworks", "name": "hub"}
    for given in ([one], [{"value": [one]}]):
        assert erpguard.scan(resources=given).resources == {"Microsoft.Network/virtualNetworks": 1}


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
    assert [problem for problem in result.problems if problem.code != "ambiguous-id"] == []
