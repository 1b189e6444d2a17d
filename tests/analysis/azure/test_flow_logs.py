"""Flow logs of networks, subnets and groups."""

from __future__ import annotations

from itertools import product

import pytest

from tests.analysis.azure.arm_estates import Body, analyses, arm_id, body, doubts, rows

NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
GROUP = "Microsoft.Network/networkSecurityGroups"
LOG = "Microsoft.Network/networkWatchers/flowLogs"


def log(target: str, enabled: object = True) -> Body:
    return body(LOG, f"watcher/{target.rpartition('/')[2]}", {"targetResourceId": target, "enabled": enabled})


def network(groups: tuple[str, ...]) -> Body:
    subnets = []
    for number, group in enumerate(groups):
        properties = {"networkSecurityGroup": {"id": arm_id(GROUP, group)}} if group else {}
        subnets.append({"id": arm_id(SUBNET, f"vnet/s{number}"), "name": f"s{number}", "properties": properties})
    return body(NETWORK, "vnet", {"subnets": subnets})


TARGETS = (arm_id(SUBNET, "vnet/s0"), arm_id(SUBNET, "vnet/s1"), arm_id(GROUP, "a"), arm_id(GROUP, "b"))


@pytest.mark.parametrize("groups", list(product(("", "a", "b"), repeat=2)))
def test_parts_of_a_network(groups: tuple[str, str]) -> None:
    """All groups are logged (subnets without one cannot be), or else all subnets by themselves."""
    for chosen in product((False, True), repeat=4):
        logged = {target for target, is_logged in zip(TARGETS, chosen, strict=True) if is_logged}
        made = analyses(network(groups), *(body(GROUP, name) for name in "ab"), *(log(one) for one in sorted(logged)))
        rest = [group for group, subnet in zip(groups, TARGETS, strict=False) if subnet not in logged]
        grouped = [arm_id(GROUP, group) in logged for group in rest if group]
        expected = all(grouped) if grouped else not rest
        assert [row["logged"] for row in rows(made, "virtual_network_flow_logs")] == [expected], (groups, logged)


def test_the_log_of_the_network_is_enough() -> None:
    given = network(("", "a"))
    assert rows(analyses(given, log(arm_id(NETWORK, "VNET"))), "virtual_network_flow_logs")[0]["logged"] is True
    off = analyses(given, body(GROUP, "a"), log(arm_id(NETWORK, "vnet"), enabled=False))
    assert rows(off, "virtual_network_flow_logs")[0]["logged"] is False


def test_what_is_not_known() -> None:
    plain = body(NETWORK, "vnet")
    for others in ([log("${NETWORK}")], [log(arm_id(NETWORK, "vnet"), "${ON}")]):
        assert doubts(analyses(plain, *others), "virtual_network_flow_logs") == [{"logged"}]
    assert doubts(analyses(plain, log("${NETWORK}", enabled=False)), "virtual_network_flow_logs") == [set()]
    assert doubts(analyses(network(("a",))), "virtual_network_flow_logs") == [{"logged"}]  # the group is not here
