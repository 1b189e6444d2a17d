"""Private endpoints: what the service shows, what the endpoint shows, and what a plan knows."""

from __future__ import annotations

import pytest

from tests.analysis.azure.arm_estates import Body, analyses, arm_id, body, doubts, rows

VAULT = "Microsoft.KeyVault/vaults"
ENDPOINT = "Microsoft.Network/privateEndpoints"
GROUP = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"


def endpoint(name: str, target: str, status: str = "", manual: bool = False) -> Body:
    connection: Body = {"privateLinkServiceId": target}
    if status:
        connection["privateLinkServiceConnectionState"] = {"status": status}
    key = "manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"
    return body(ENDPOINT, name, {key: [{"properties": connection}]})


def shown(name: str, status: str) -> Body:
    state = {"privateLinkServiceConnectionState": {"status": status}}
    return {"properties": {"privateEndpoint": {"id": arm_id(ENDPOINT, name)}, **state}}


def connected(*bodies: Body) -> bool | None:
    made = analyses(*bodies)
    (row,) = rows(made, "private_endpoints")
    return None if doubts(made, "private_endpoints")[0] else row["connected"]


@pytest.mark.parametrize(
    ("status", "manual", "expected"),
    [
        ("", False, True),
        ("", True, None),
        ("Approved", True, True),
        ("Pending", True, False),
        ("Rejected", False, False),
        ("Disconnected", False, False),
    ],
)
def test_states_of_the_endpoint(status: str, manual: bool, expected: bool | None) -> None:
    assert connected(body(VAULT, "kv"), endpoint("pe", arm_id(VAULT, "KV").upper(), status, manual)) is expected


@pytest.mark.parametrize(("status", "expected"), [("Approved", True), ("Pending", False)])
def test_the_service_knows_better_than_the_endpoint(status: str, expected: bool) -> None:
    vault = body(VAULT, "kv", {"privateEndpointConnections": [shown("pe", status)]})
    assert connected(vault, endpoint("pe", arm_id(VAULT, "kv"), manual=True)) is expected
    assert len(rows(analyses(vault, endpoint("pe", arm_id(VAULT, "kv"))), "private_endpoint_connections")) == 1


def test_an_endpoint_of_another_service_does_not_count() -> None:
    assert connected(body(VAULT, "kv"), endpoint("pe", arm_id(VAULT, "other"))) is False
    assert connected(body(VAULT, "kv"), endpoint("pe", "${VAULT}")) is None


def test_zone_groups() -> None:
    vault, made = body(VAULT, "kv"), endpoint("pe", arm_id(VAULT, "kv"))
    zone = {"properties": {"privateDnsZoneId": "z"}}
    for properties, expected in (({"privateDnsZoneConfigs": [zone]}, True), ({"privateDnsZoneConfigs": []}, False)):
        (row,) = rows(analyses(vault, made, body(GROUP, "pe/default", properties)), "private_endpoint_connections")
        assert row["zone_group"] is expected
    (row,) = rows(analyses(vault, made), "private_endpoint_connections")
    assert row["zone_group"] is False


def test_in_a_plan_addresses_join() -> None:
    vault = {"type": VAULT, "name": "kv", "address": "azurerm_key_vault.kv", "properties": {}}
    made = {**endpoint("pe", "azurerm_key_vault.kv"), "address": "azurerm_private_endpoint.pe"}
    del made["id"]
    assert connected(vault, made) is True


@pytest.mark.parametrize(
    ("type_", "properties"),
    [
        ("Microsoft.Cache/redis", {"subnetId": "x"}),
        ("Microsoft.DBforPostgreSQL/flexibleServers", {"network": {"delegatedSubnetResourceId": "x"}}),
        ("Microsoft.DBforMySQL/flexibleServers", {"network": {"delegatedSubnetResourceId": "x"}}),
    ],
)
def test_what_is_in_a_subnet_needs_none(type_: str, properties: Body) -> None:
    assert rows(analyses(body(type_, "erp", properties)), "private_endpoints") == []


def test_skus_without_private_endpoints_are_told() -> None:
    registry = "Microsoft.ContainerRegistry/registries"
    (row,) = rows(analyses(body(registry, "erp", sku={"name": "Basic"})), "private_endpoints")
    assert row["what"] == "it has no private endpoint, and its SKU Basic cannot have one (Premium can)"
    (row,) = rows(analyses(body(registry, "erp", sku={"name": "Premium"})), "private_endpoints")
    assert row["what"] == "it has no private endpoint"
