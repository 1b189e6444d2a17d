"""Clusters: their control planes, node pools and way out."""

from __future__ import annotations

import pytest

from tests.analysis.azure.arm_estates import Body, analyses, arm_id, body, doubts, rows

CLUSTER = "Microsoft.ContainerService/managedClusters"
POOL = "Microsoft.ContainerService/managedClusters/agentPools"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
TABLE = "Microsoft.Network/routeTables"
TAINT = "CriticalAddonsOnly=true:NoSchedule"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, True),
        ({"publicNetworkAccess": "Disabled"}, False),
        ({"apiServerAccessProfile": {"enablePrivateCluster": True}}, False),
        ({"apiServerAccessProfile": {"authorizedIPRanges": ["0.0.0.0/32"]}}, False),
        ({"apiServerAccessProfile": {"authorizedIPRanges": ["0.0.0.0/0", "${OFFICE}"]}}, True),
        ({"apiServerAccessProfile": {"authorizedIPRanges": ["10.0.0.0/8", "${OFFICE}"]}}, None),
        ({"publicNetworkAccess": "Disabled", "apiServerAccessProfile": {"authorizedIPRanges": ["${OFFICE}"]}}, False),
    ],
)
def test_control_planes(properties: Body, expected: bool | None) -> None:
    made = analyses(body(CLUSTER, "aks", properties))
    (row,) = rows(made, "control_planes")
    assert row.get("open") is expected
    assert doubts(made, "control_planes") == [{"open"} if expected is None else set()]


@pytest.mark.parametrize(
    ("profile", "sku", "expected"),
    [
        ({}, "Base", False),
        ({"networkPolicy": "None"}, "Base", False),
        ({"networkPolicy": "calico"}, "Base", True),
        ({"networkPolicy": "${ENGINE}"}, "Base", None),
        ({"networkPolicy": "${ENGINE}", "networkDataplane": "Cilium"}, "Base", True),
        ({"networkPolicy": "none", "networkDataplane": "${DATAPLANE}"}, "Base", None),
        ({"networkPolicy": "azure", "networkDataplane": "${DATAPLANE}"}, "Base", True),
        ({"networkPolicy": "none"}, "Automatic", True),
        ({"networkPolicy": "none"}, "${SKU}", None),
    ],
)
def test_policy_engines(profile: Body, sku: str, expected: bool | None) -> None:
    made = analyses(body(CLUSTER, "aks", {"networkProfile": profile}, sku={"name": sku}))
    (row,) = rows(made, "policy_engines")
    assert row.get("enforced") is expected
    assert doubts(made, "policy_engines") == [{"enforced"} if expected is None else set()]


def shared(*pools: Body) -> list[bool | None]:
    made = analyses(body(CLUSTER, "aks", {"agentPoolProfiles": list(pools)}))
    return [row.get("shared") for row in rows(made, "node_pools")]


def test_system_pools() -> None:
    system, user = {"name": "s", "mode": "System"}, {"name": "u", "mode": "User"}
    assert shared(system) == [True]
    assert shared(system, user) == [False, False]
    assert shared({**system, "nodeTaints": [TAINT]}) == [False]
    assert shared({**system, "nodeTaints": ["CriticalAddonsOnly:NoExecute"]}) == [False]
    assert shared({**system, "nodeTaints": ["CriticalAddonsOnly=true:PreferNoSchedule"]}) == [True]
    assert shared({**system, "nodeTaints": ["${TAINT}"]}) == [None]
    assert shared(system, {"name": "u", "mode": "${MODE}"}) == [None, None]
    assert shared({**system, "nodeTaints": [TAINT]}, {"name": "t", "mode": "system"}) == [False, True]


@pytest.mark.parametrize(
    ("mode", "sku", "expected"),
    [
        ("Auto", "Base", False),
        ("Manual", "Base", True),
        ("${MODE}", "Base", None),
        (None, "Base", True),
        (None, "Automatic", False),
        ("Manual", "Automatic", True),
    ],
)
def test_nodes_that_a_cluster_makes_by_itself_are_a_user_pool(
    mode: str | None, sku: str, expected: bool | None
) -> None:
    profile = {"nodeProvisioningProfile": {"mode": mode}} if mode else {}
    pools = {"agentPoolProfiles": [{"name": "s", "mode": "System"}]}
    made = analyses(body(CLUSTER, "aks", {**pools, **profile}, sku={"name": sku}))
    assert [row.get("shared") for row in rows(made, "node_pools")] == [expected]


def test_pools_whose_cluster_is_not_here() -> None:
    system, user = body(POOL, "aks/s", {"mode": "System"}), body(POOL, "aks/u", {"mode": "User"})
    assert doubts(analyses(system), "node_pools") == [{"shared"}]
    assert [row["shared"] for row in rows(analyses(system, user), "node_pools")] == [False, False]
    assert doubts(analyses(body(POOL, "other/u", {"mode": "User"}), system), "node_pools") == [set(), {"shared"}]


def test_a_maximum_matters_only_with_autoscaling() -> None:
    pools = [
        {"name": "a", "mode": "User", "enableAutoScaling": False, "maxCount": "${MAX}"},
        {"name": "b", "mode": "User", "enableAutoScaling": "${ON}", "maxCount": 5},
        {"name": "c", "mode": "User", "enableAutoScaling": "${ON}"},
    ]
    made = analyses(body(CLUSTER, "aks", {"agentPoolProfiles": pools}))
    assert doubts(made, "node_pools") == [set(), set(), {"autoscaling"}]


def egress(routes: list[Body] | None, outbound: str = "userDefinedRouting") -> Body:
    profile = {"agentPoolProfiles": [{"name": "user", "vnetSubnetID": arm_id(SUBNET, "vnet/aks")}]}
    cluster = body(CLUSTER, "aks", {**profile, "networkProfile": {"outboundType": outbound}})
    subnet = body(SUBNET, "vnet/aks", {"routeTable": {"id": arm_id(TABLE, "rt")}})
    table = [body(TABLE, "rt", {"routes": [{"properties": one} for one in routes]})] if routes is not None else []
    made = analyses(cluster, subnet, *table)
    (row,) = rows(made, "node_routes")
    assert doubts(made, "node_routes") in ([set()], [{"firewalled"}])
    return row


def route(prefix: str, hop: str) -> Body:
    return {"addressPrefix": prefix, "nextHopType": hop}


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (None, None),
        ([], False),
        ([route("0.0.0.0/0", "VirtualAppliance")], True),
        ([route("0.0.0.0/0", "VirtualNetworkGateway")], False),
        ([route("0.0.0.0/1", "VirtualAppliance"), route("128.0.0.0/1", "VirtualAppliance")], True),
        ([route("0.0.0.0/1", "VirtualAppliance"), route("0.0.0.0/0", "Internet")], False),
        ([route("${PREFIX}", "VirtualAppliance")], None),
        ([route("0.0.0.0/0", "${HOP}")], None),
        ([route("0.0.0.0/0", "VirtualAppliance"), route("${PREFIX}", "Internet")], True),
    ],
)
def test_routes(routes: list[Body] | None, expected: bool | None) -> None:
    assert egress(routes).get("firewalled") is expected


def test_routes_do_not_matter_where_they_do_not_decide() -> None:
    assert egress(None, "loadBalancer")["by_routes"] is False
    assert egress([route("0.0.0.0/0", "Internet")])["at"]["path"] == [
        "properties",
        "routes",
        0,
        "properties",
        "nextHopType",
    ]
