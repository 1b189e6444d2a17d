"""What the internet reaches, by rule and port: counts against the oracle, and where groups are in force."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.azure.nsg.addresses import PUBLIC
from erpguard.estate import Estate
from erpguard.model import Path
from erpguard.sources.kubernetes_manifest import from_memory
from tests.analysis.azure.nsg_oracle import Body, Packet, decide
from tests.analysis.azure.test_nsg_evaluation import PREFIXES, groups
from tests.counted import assert_linear, calls

NETWORK = "/subscriptions/0/resourceGroups/rg-erp-prod/providers/Microsoft.Network"


def analyses(*bodies: Body, partial: bool = False, hidden: dict[str, Path] | None = None) -> Analyses:
    """The analyses of ARM bodies. `hidden`: name of a resource -> a path of it that is not known."""
    estate = Estate(from_memory(deepcopy(list(bodies)), {}).resources, {"*"} if partial else ())
    for resource in estate:
        if resource.name in (hidden or {}):
            resource.unknown |= {(hidden or {})[resource.name]}
    return Analyses(estate)


def group(name: str, *rules: Body) -> Body:
    """A network security group."""
    type_ = "networkSecurityGroups"
    properties = {"securityRules": list(rules)}
    return {
        "id": f"{NETWORK}/{type_}/{name}",
        "type": f"Microsoft.Network/{type_}",
        "name": name,
        "properties": properties,
    }


def rule(name: str, priority: int, **more: Any) -> Body:
    """A rule that allows SSH from the internet, or what `more` says."""
    properties = {
        **{"priority": priority, "direction": "Inbound", "access": "Allow", "protocol": "Tcp"},
        **{"sourceAddressPrefix": "Internet", "sourcePortRange": "*"},
        **{"destinationAddressPrefix": "*", "destinationPortRange": "22"},
        **more,
    }
    return {"name": name, "properties": properties}


def network(**subnets: dict[str, Any]) -> Body:
    """A virtual network; `nsg` and `table` of a subnet are names."""
    listed = []
    for number, (name, wanted) in enumerate(subnets.items()):
        properties: dict[str, Any] = {"addressPrefix": f"10.0.{number + 1}.0/24"}
        if "nsg" in wanted:
            properties["networkSecurityGroup"] = {"id": f"{NETWORK}/networkSecurityGroups/{wanted['nsg']}"}
        if "table" in wanted:
            properties["routeTable"] = {"id": f"{NETWORK}/routeTables/{wanted['table']}"}
        listed.append({"id": f"{NETWORK}/virtualNetworks/vnet/subnets/{name}", "name": name, "properties": properties})
    id_ = f"{NETWORK}/virtualNetworks/vnet"
    return {"id": id_, "type": "Microsoft.Network/virtualNetworks", "name": "vnet", "properties": {"subnets": listed}}


def interface(name: str, subnet: str, address: str, nsg: str = "") -> Body:
    """A network interface."""
    configuration = {
        "privateIPAddress": address,
        "subnet": {"id": f"{NETWORK}/virtualNetworks/vnet/subnets/{subnet}"},
    }
    properties: dict[str, Any] = {"ipConfigurations": [{"name": "ipconfig1", "properties": configuration}]}
    if nsg:
        properties["networkSecurityGroup"] = {"id": f"{NETWORK}/networkSecurityGroups/{nsg}"}
    type_ = "networkInterfaces"
    return {
        "id": f"{NETWORK}/{type_}/{name}",
        "type": f"Microsoft.Network/{type_}",
        "name": name,
        "properties": properties,
    }


def rows(given: Analyses) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(group, rule) -> its situations."""
    view = given.view("nsg_exposures")
    assert not view.unknown
    return {(row["name"], row["rule"]): row["situations"] for row in view.rows.values() if "rule" in row}


# --- counts

LABELS = ("", "AzureCloud", "AzureCloud.WestEurope")
EDGE = 1 << 32


def _cells() -> list[tuple[str, int]]:
    """An address of each part of the public IPv4 addresses that rules tell apart, and the size of the part."""
    cuts = {end for interval in PUBLIC for end in interval if end <= EDGE}
    for text in PREFIXES:
        if ":" not in text:
            first, _, last = text.partition("-")
            ends = [ipaddress.ip_network(end) for end in (first, last or first)]
            cuts |= {int(ends[0].network_address), int(ends[1].broadcast_address) + 1}
    ordered = sorted(cuts)
    found = []
    for start, end in zip(ordered, ordered[1:], strict=False):
        if any(low <= start < high for low, high in PUBLIC):
            found.append((str(ipaddress.IPv4Address(start)), end - start))
    return found


CELLS = _cells()


def counted(port: int, near: list[str], *layers: list[Body] | None) -> int:
    """How many public IPv4 addresses reach a port at some of the addresses, from some source port."""
    return sum(
        size
        for far, size in CELLS
        if any(
            decide(Packet(True, far, label, own, frozenset(), "tcp", source_port, port), *layers) is not None
            for label in LABELS
            for own in near
            for source_port in (0, 40000)
        )
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(groups(5), st.none() | groups(3), st.sampled_from((22, 443, 3390)))
def test_counts_are_those_of_the_packets(outer: list[Body], inner: list[Body] | None, port: int) -> None:
    """A subnet with an interface that has an address, with or without a group of its own; or the subnet alone."""
    for one in (*outer, *(inner or ())):
        for side in ("source", "destination"):  # nobody is a member of any group here, and that is known below
            if one["properties"].pop(f"{side}ApplicationSecurityGroups", None):
                one["properties"][f"{side}AddressPrefix"] = "10.0.1.4"
    bodies = [group("outer", *outer), group("inner", *(inner or ())), network(app={"nsg": "outer"})]
    near = ["10.0.1.4", "10.0.1.200"]
    if inner is not None:
        bodies.append(interface("nic", "app", "10.0.1.4", "inner"))
        near = ["10.0.1.4"]
    found = {
        opening["total"][0]
        for (name, _), situations in rows(analyses(*bodies)).items()
        for situation in situations
        for opening in situation["sure"]
        if name == "outer" and opening["first"] <= port <= opening["last"]
    }
    wanted = counted(port, near, outer, *([inner] if inner is not None else []))
    assert found == ({wanted} if wanted else set())


def test_sizes_by_rule() -> None:
    offices = rule("offices", 100, sourceAddressPrefix=None, sourceAddressPrefixes=["20.1.0.0/24", "20.2.0.0/24"])
    wide = rule("wide", 200, sourceAddressPrefix="20.0.0.0/8")
    six = rule("six", 300, sourceAddressPrefix="2a00::/40")
    found = rows(analyses(group("nsg", offices, wide, six)))
    shown = {name: situations[0]["sure"] for (_, name), situations in found.items()}
    total = [1 << 24, 256]
    assert shown["offices"] == [
        {"first": 22, "last": 22, "own": [512, 0], "largest": [(1 << 24) - 512, 256], "total": total}
    ]
    assert shown["wide"][0]["own"] == [(1 << 24) - 512, 0]
    assert shown["six"][0]["own"] == [0, 256]


# --- where groups are in force


def test_where_and_what_is_related() -> None:
    subnets = {name: {"nsg": "nsg"} for name in ("a", "b", "c", "d", "e")}
    late = rule("late", 400, access="Deny", protocol="*", destinationPortRange="*")
    found = rows(analyses(group("nsg", rule("ssh", 300), late), network(**subnets)))
    assert list(found) == [("nsg", "ssh")]
    (situation,) = found["nsg", "ssh"]
    assert situation["where"] == "of vnet/a, vnet/b, vnet/c and 2 more"
    assert [place["message"] for place in situation["related"]] == [
        *("vnet/a", "vnet/b", "vnet/c", "vnet/d", "vnet/e"),
        "rule late of nsg comes too late",
    ]


def test_both_groups_answer() -> None:
    bodies = [group("outer", rule("ssh", 300)), group("inner", rule("admin", 100, destinationPortRange="20-30"))]
    found = rows(analyses(*bodies, network(app={"nsg": "outer"}), interface("nic", "app", "10.0.1.4", "inner")))
    assert {key: situations[0]["where"] for key, situations in found.items()} == {
        ("outer", "ssh"): "of nic",
        ("inner", "admin"): "of nic",
    }
    assert {opening["first"] for opening in found["inner", "admin"][0]["sure"]} == {22}
    messages = [place["message"] for place in found["inner", "admin"][0]["related"]]
    assert messages == ["nic", "rule ssh of outer lets it through too"]


def test_one_group_in_both_places() -> None:
    bodies = [group("nsg", rule("ssh", 300)), network(app={"nsg": "nsg"}), interface("nic", "app", "10.0.1.4", "nsg")]
    (situation,) = rows(analyses(*bodies))["nsg", "ssh"]
    assert situation["where"] == "of nic"
    assert [place["message"] for place in situation["related"]] == ["nic"]


def test_an_interface_without_group_is_one_of_its_subnet() -> None:
    bodies = [group("outer", rule("one", 300, destinationAddressPrefix="10.0.1.5")), network(app={"nsg": "outer"})]
    assert not rows(analyses(*bodies, interface("nic", "app", "10.0.1.4")))
    assert rows(analyses(*bodies, interface("nic", "app", "10.0.1.5")))["outer", "one"][0]["where"] == "of vnet/app"
    assert rows(analyses(*bodies))["outer", "one"]


def test_azure_lists_what_else_is_in_a_subnet() -> None:
    bodies = [group("outer", rule("ssh", 300)), group("inner"), interface("nic", "app", "10.0.1.4", "inner")]
    for others, is_open in ((["nic"], False), (["nic", "elsewhere"], True)):
        subnet = network(app={"nsg": "outer"})
        subnet["properties"]["subnets"][0]["properties"]["ipConfigurations"] = [
            {"id": f"{NETWORK}/networkInterfaces/{name}/ipConfigurations/ipconfig1"} for name in others
        ]
        # Such a list is whole, whatever else there may be.
        assert bool(rows(analyses(*bodies, subnet, partial=True))) == is_open


def _doubts(given: Analyses) -> dict[str, str]:
    """Rule -> why it is not known what it opens; of rules that surely open nothing."""
    found = {}
    for (_, name), situations in rows(given).items():
        for situation in situations:
            assert not situation["sure"] and situation["possible"]
            found[name] = situation["doubt"]
    return found


def test_what_is_in_doubt_is_told() -> None:
    ssh, subnet = rule("ssh", 300), network(app={"nsg": "nsg"})
    rules: Path = ("properties", "securityRules")
    cases: list[tuple[list[Body], dict[str, Path], dict[str, str]]] = [
        (
            [rule("deny", 200, access="Deny"), ssh],
            {"nsg": (*rules, 0, "properties", "access")},
            {"deny": "access of rule deny"},
        ),
        ([ssh], {"nsg": (*rules, 0)}, {"number 0": "rule number 0 of nsg"}),
        ([ssh], {"nsg": rules}, {"(not known)": "the rules of nsg"}),
        ([rule("deny", 300, access="Deny"), ssh], {}, {"ssh": "which of the rules with priority 300 comes first"}),
    ]
    for listed, hidden, wanted in cases:
        found = _doubts(analyses(group("nsg", *listed), subnet, hidden=hidden))
        assert wanted.items() <= found.items(), found


def test_a_subnet_that_may_exist_elsewhere_may_have_a_group() -> None:
    bodies = [group("own", rule("ssh", 100)), interface("vm", "elsewhere", "10.0.1.4", "own")]
    (sure,) = rows(analyses(*bodies))["own", "ssh"]
    (doubted,) = rows(analyses(*bodies, partial=True))["own", "ssh"]
    assert (len(sure["sure"]), len(doubted["sure"]), len(doubted["possible"])) == (1, 0, 1)
    assert doubted["doubt"] == "the group of the subnet of vm"


def test_a_planned_subnet_may_get_its_group_elsewhere() -> None:
    """By an association of another plan, or one that is not known to be of this subnet; what lives shows its group."""
    bodies = [group("own", rule("ssh", 100)), network(app={}), interface("vm", "app", "10.0.1.4", "own")]
    for change, doubt in (("create", "the group of vnet/app"), ("", "which rules are in force")):
        given = analyses(*bodies, partial=True)
        for resource in given.estate:
            resource.change = change
        (situation,) = rows(given)["own", "ssh"]
        assert (situation["doubt"], bool(situation["sure"])) == (doubt, not change)


def test_a_first_rule_stands_whatever_else_there_is() -> None:
    """No rule can come before priority 100."""
    for priority, is_sure in ((100, True), (101, False)):
        listed = [rule("ssh", priority), rule("other", 200, access="Deny")]
        hidden: dict[str, Path] = {"nsg": ("properties", "securityRules", 1, "properties", "priority")}
        (situation,) = rows(analyses(group("nsg", *listed), network(app={"nsg": "nsg"}), hidden=hidden))["nsg", "ssh"]
        assert bool(situation["sure"]) == is_sure


def test_routes_widen_the_virtual_network() -> None:
    def table(prefix: str, hop: str) -> Body:
        route = {"name": "r", "properties": {"addressPrefix": prefix, "nextHopType": hop}}
        type_ = "routeTables"
        properties = {"routes": [route]}
        return {
            "id": f"{NETWORK}/{type_}/rt",
            "type": f"Microsoft.Network/{type_}",
            "name": "rt",
            "properties": properties,
        }

    given = [group("nsg"), network(app={"nsg": "nsg", "table": "rt"})]
    for prefix, hop, size in (
        ("0.0.0.0/0", "VirtualAppliance", 3_702_258_434),
        ("20.0.0.0/8", "VirtualNetworkGateway", 1 << 24),
        ("AzureCloud.WestEurope", "VirtualAppliance", 3_702_258_434),
        ("10.0.0.0/8", "VirtualAppliance", 0),
        ("Storage", "VirtualAppliance", 0),
        ("0.0.0.0/0", "Internet", 0),
        ("0.0.0.0/0", "None", 0),
    ):
        found = rows(analyses(*given, table(prefix, hop)))
        sizes = {
            opening["own"][0]
            for situations in found.values()
            for situation in situations
            for opening in situation["possible"]
        }
        assert sizes == ({size} if size else set()), (prefix, hop)
        assert set(found) == ({("nsg", "AllowVnetInBound")} if size else set())
    # The group may be attached to subnets that are not in the estate, and so may the table.
    alone = [group("nsg"), table("0.0.0.0/0", "VirtualAppliance")]
    assert set(rows(analyses(*alone, partial=True))) == {("nsg", "AllowVnetInBound")}
    assert set(rows(analyses(*alone))) == set()


def test_rules_that_stand_by_themselves() -> None:
    type_ = "Microsoft.Network/networkSecurityGroups/securityRules"
    bodies = [
        {**one, "id": f"{NETWORK}/networkSecurityGroups/nsg-hub/securityRules/{one['name']}", "type": type_}
        for one in (rule("deny", 200, access="Deny", sourceAddressPrefix="20.0.0.0/8"), rule("ssh", 300))
    ]
    found = rows(analyses(*bodies))
    (situation,) = found["ssh", "ssh"]
    assert situation["where"] == "(judged by itself: its group is not in the estate)"
    assert situation["sure"][0]["total"][0] == 3_702_258_434 - (1 << 24)
    with_group = rows(analyses(*bodies, group("nsg-hub")))
    assert list(with_group) == [("nsg-hub", "ssh")]


def test_examples_of_yaml_read_alike() -> None:
    """Numbers and texts as YAML has them."""
    text = yaml.safe_dump(group("nsg", rule("ssh", 300, destinationPortRange="22-22")))
    assert rows(analyses(yaml.safe_load(text)))["nsg", "ssh"]


def shared(rules: int, subnets: int) -> Analyses:
    """Subnets of one group, whose rules are about a port each."""
    given = [rule(f"r{number}", 100 + number, destinationPortRange=str(1000 + number)) for number in range(rules)]
    return analyses(group("nsg", *given), network(**{f"s{number}": {"nsg": "nsg"} for number in range(subnets)}))


def test_many_subnets_share_a_group() -> None:
    """The group is evaluated once for all of them."""

    def work(subnets: int) -> Callable[[], object]:
        made = shared(100, subnets)
        return lambda: found.append(len(rows(made)))

    found: list[int] = []
    assert_linear(work, 250)
    assert found == [100, 100, 100]


def test_a_group_of_a_thousand_rules() -> None:
    """As many as Azure allows: each is compared with the ports of the others, which are single bits."""
    made, found = shared(1000, 250), list[int]()
    assert calls(lambda: found.append(len(rows(made)))) < 4 * 1000**2
    assert found == [1000]
