"""Who is in a subnet."""

from __future__ import annotations

import pytest

from tests.analysis.azure.arm_estates import Body, analyses, arm_id, body, doubts, rows

NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
HERE = arm_id(SUBNET, "vnet/shared")
POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"
ENDPOINT = "Microsoft.Network/privateEndpoints"


def shared(*bodies: Body) -> bool | None:
    made = analyses(body(NETWORK, "vnet", {"subnets": [{"id": HERE, "name": "shared"}]}), *bodies)
    return None if doubts(made, "subnet_tenants")[0] else rows(made, "subnet_tenants")[0]["shared"]


def endpoint(target: str, subnet: str = HERE) -> Body:
    connections = [{"properties": {"privateLinkServiceId": target}}]
    return body(ENDPOINT, "pe", {"subnet": {"id": subnet}, "privateLinkServiceConnections": connections})


NIC = body(
    "Microsoft.Network/networkInterfaces",
    "nic",
    {"ipConfigurations": [{"properties": {"subnet": {"id": HERE}}}]},
)
DATA = [
    body(POSTGRES, "db", {"network": {"delegatedSubnetResourceId": HERE}}),
    body("Microsoft.DBforMySQL/flexibleServers", "db", {"network": {"delegatedSubnetResourceId": HERE.upper()}}),
    body("Microsoft.Cache/redis", "cache", {"subnetId": HERE}),
    endpoint(arm_id("Microsoft.Cache/redisEnterprise", "cache")),
    endpoint(arm_id("Microsoft.Sql/servers", "dwh")),
]
SCALE_SET = {"properties": {"ipConfigurations": [{"properties": {"subnet": {"id": HERE}}}]}}
APPLICATIONS = [
    NIC,
    body("Microsoft.ContainerService/managedClusters", "aks", {"agentPoolProfiles": [{"vnetSubnetID": HERE}]}),
    body("Microsoft.ContainerService/managedClusters", "aks", {"agentPoolProfiles": [{"podSubnetID": HERE}]}),
    body("Microsoft.ContainerService/managedClusters/agentPools", "aks/user", {"vnetSubnetID": HERE}),
    body("Microsoft.Web/sites", "app", {"virtualNetworkSubnetId": HERE}),
    body("Microsoft.App/managedEnvironments", "apps", {"vnetConfiguration": {"infrastructureSubnetId": HERE}}),
    body(
        "Microsoft.Compute/virtualMachineScaleSets",
        "vmss",
        {"virtualMachineProfile": {"networkProfile": {"networkInterfaceConfigurations": [SCALE_SET]}}},
    ),
    body(
        "Microsoft.Network/applicationGateways",
        "agw",
        {"gatewayIPConfigurations": [{"properties": {"subnet": {"id": HERE}}}]},
    ),
]


@pytest.mark.parametrize("data", DATA, ids=lambda one: one["type"])
@pytest.mark.parametrize("application", APPLICATIONS, ids=lambda one: one["type"])
def test_both_tiers(data: Body, application: Body) -> None:
    assert shared(data, application) is True
    assert shared(data) is shared(application) is False


def test_who_is_of_no_tier() -> None:
    assert shared(NIC, endpoint(arm_id("Microsoft.KeyVault/vaults", "kv"))) is False
    own = {**NIC["properties"], "privateEndpoint": {"id": arm_id(ENDPOINT, "pe")}}
    assert shared(DATA[-1], {**NIC, "properties": own}) is False


def test_what_is_not_known() -> None:
    assert shared(NIC, endpoint("${SERVICE}")) is None
    assert shared(NIC, endpoint(arm_id(POSTGRES, "db"), "${SUBNET}")) is None
    assert shared(NIC, endpoint("data.azurerm_mssql_server.dwh")) is None
    assert shared(endpoint("${SERVICE}")) is False
    assert shared(NIC, endpoint(arm_id(POSTGRES, "db"), arm_id(SUBNET, "elsewhere/db"))) is False
