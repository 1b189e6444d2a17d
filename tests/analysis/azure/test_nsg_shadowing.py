"""Rules that never match, against an oracle that tries packets until a rule decides one."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis.azure.nsg.groups import Group
from erpguard.analysis.azure.nsg.rules import Reader
from erpguard.analysis.azure.nsg.shadowing import Shadow, shadows
from erpguard.analysis.azure.nsg.tags import GROUP
from erpguard.model import Path, Resource
from tests.analysis.azure.nsg_oracle import Body, Packet, far_matches, ports_match
from tests.analysis.estates import FakeOrigin
from tests.counted import assert_linear

ASG = "/subscriptions/s/asg/web"
PREFIXES = (
    "*",
    "*",
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "::/0",
    "10.0.0.0/8",
    "10.0.0.0/9",
    "10.128.0.0/9",
    "8.0.0.0/7",
)
TAGS = ("Internet", "VirtualNetwork", "AzureLoadBalancer", "AzureCloud", "AzureCloud.EastUS", "Storage")
PORTS = ("*", "0-65535", "22", "0-1023", "1024-65535", "20-30")
# One address of each kind that the rules tell apart; a tag has public addresses, the network private ones.
PUBLIC = ("9.0.0.1", "11.0.0.1", "200.0.0.1", "2a00::1")
PRIVATE = ("10.0.0.1", "10.200.0.1", "172.16.0.1", "192.168.0.1", "fd00::1")
ENDS = (
    *(("", address) for address in (*PUBLIC, *PRIVATE)),
    *((tag, address) for tag in TAGS[3:] for address in PUBLIC),
    *((tag, address) for tag in ("VirtualNetwork", "asg:" + ASG) for address in PRIVATE),
    *(("AzureLoadBalancer", address) for address in ("168.63.129.16", "169.254.169.254", "fe80::1234:5678:9abc")),
)
PROTOCOLS = ("tcp", "udp", "icmp", "esp", "ah")
SOME_PORTS = (0, 19, 22, 25, 31, 1024)
SOURCE_PORTS = (0, 40000)


@st.composite
def sides(draw: st.DrawFn, side: str) -> Body:
    """Source or destination."""
    if draw(st.integers(0, 9)) == 0:
        return {f"{side}ApplicationSecurityGroups": [{"id": ASG}]}
    if draw(st.booleans()):
        return {f"{side}AddressPrefix": draw(st.sampled_from((*PREFIXES, *TAGS)))}
    return {f"{side}AddressPrefixes": draw(st.lists(st.sampled_from(PREFIXES[2:]), min_size=1, max_size=2))}


@st.composite
def groups(draw: st.DrawFn, largest: int) -> list[Body]:
    """Rules of one or both directions."""
    priorities = draw(st.lists(st.integers(100, 112), unique=True, min_size=2, max_size=largest))
    return [
        {
            "name": f"r{priority}",
            "properties": {
                "priority": priority,
                "direction": draw(st.sampled_from(("Inbound",) * 4 + ("Outbound",))),
                "access": draw(st.sampled_from(("Allow", "Deny"))),
                "protocol": draw(st.sampled_from(("*", "*", "Tcp", "Udp", "Icmp"))),
                "sourcePortRange": draw(st.sampled_from(("*", "*", "*", "*", "0-1023", "1024-65535"))),
                "destinationPortRange": draw(st.sampled_from(PORTS)),
                **draw(sides("source")),
                **draw(sides("destination")),
            },
        }
        for priority in priorities
    ]


def shadowed(group: list[Body]) -> dict[str, bool]:
    """Rule -> whether an earlier one takes every packet that it matches."""
    found = {}
    for rule in group:
        own = rule["properties"]
        earlier = [
            other["properties"]
            for other in group
            if other["properties"]["direction"] == own["direction"]
            and other["properties"]["priority"] < own["priority"]
        ]
        found[rule["name"]] = not any(
            not any(all(one) for one in zip(*matches, strict=True)) for matches in _matches(own, earlier)
        )
    return found


def _matches(own: Body, earlier: list[Body]) -> Iterator[list[list[bool]]]:
    """For each packet of a rule: whether the earlier rules match by ports, by source, and by destination."""
    at_ports = []
    for protocol, port, source_port in product(PROTOCOLS, SOME_PORTS, SOURCE_PORTS):
        packet = Packet(True, "", "", "", frozenset(), protocol, source_port, port)
        if ports_match(own, packet):
            at_ports.append([ports_match(one, packet) for one in earlier])
    ends = []
    for side in ("source", "destination"):
        packets = [Packet(True, address, tag, "", frozenset(), "tcp", 0, 0) for tag, address in ENDS]
        own_ones = [packet for packet in packets if far_matches(own, side, packet)]
        ends.append([[far_matches(one, side, packet) for one in earlier] for packet in own_ones])
    for ports, source, destination in product(_distinct(at_ports), _distinct(ends[0]), _distinct(ends[1])):
        yield [ports, source, destination]


def _distinct(lists: list[list[bool]]) -> list[list[bool]]:
    return [list(one) for one in dict.fromkeys(map(tuple, lists))]


def found(group: list[Body], unknown: frozenset[Path] = frozenset()) -> dict[str, Shadow]:
    """What the analysis says of each rule."""
    body = {"properties": {"securityRules": deepcopy(group)}}
    resource = Resource(
        "Microsoft.Network/networkSecurityGroups", "n", "n", "", body, FakeOrigin(), "", unknown=unknown
    )
    rules = tuple(Reader(lambda id_: GROUP + id_.lower()).rules(resource))
    return {rule.name: shadow for rule, shadow in shadows(Group("n", resource, rules))}


@settings(max_examples=400, deadline=None, derandomize=True)
@given(groups(7))
def test_shadowed_is_what_never_decides(group: list[Body]) -> None:
    wanted = shadowed(group)
    answers = found(group)
    assert {name: shadow.answer for name, shadow in answers.items()} == wanted
    for name, shadow in answers.items():
        if shadow.answer:
            own = next(rule for rule in group if rule["name"] == name)
            named = [rule for rule in group if rule["name"] in {other.name for other in shadow.rules}]
            assert shadowed([*named, own])[name], "the rules that it names do not cover it"


VALUES: dict[str, tuple[Any, ...]] = {
    "priority": tuple(range(100, 116)),
    "direction": ("Inbound", "Outbound"),
    "access": ("Allow", "Deny"),
    "protocol": ("*", "Tcp", "Udp", "Icmp"),
    "sourceAddressPrefix": ("*", "200.0.0.1", "9.0.0.1", "10.0.0.1", *TAGS),
    "destinationPortRange": ("*", "22", "31", "1024"),
}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(groups(4), st.sampled_from(sorted(VALUES)), st.integers(0, 20))
def test_what_is_not_known_leaves_open_what_its_value_would_change(group: list[Body], name: str, which: int) -> None:
    index = which % len(group)
    properties = group[index]["properties"]
    for other in list(properties):
        if name == "sourceAddressPrefix" and other.startswith("source") and "Port" not in other:
            del properties[other]
    taken = {rule["properties"]["priority"] for rule in group} - {properties.pop(name, None)}
    answers = found(group, frozenset([("properties", "securityRules", index, "properties", name)]))
    possible: dict[str, set[bool]] = {rule["name"]: set() for rule in group}
    for value in VALUES[name]:
        if name == "priority" and value in taken:
            continue
        properties[name] = value
        for rule, is_shadowed in shadowed(group).items():
            possible[rule].add(is_shadowed)
    for rule, shadow in answers.items():
        assert shadow.answer is None or possible[rule] == {shadow.answer}, rule


def many_rules(count: int) -> list[dict[str, Any]]:
    return [
        {
            "name": f"r{number}",
            "properties": {
                "priority": 100 + number,
                "direction": "Inbound",
                "access": "Allow" if number % 3 else "Deny",
                "protocol": "Tcp",
                "sourcePortRange": "*",
                "sourceAddressPrefix": f"{number % 200 + 11}.{number % 7}.0.0/16",
                "destinationAddressPrefix": "*",
                "destinationPortRange": str(number * 13 % 65536),
            },
        }
        for number in range(count)
    ]


def test_a_group_of_a_thousand_rules() -> None:
    """Each rule is compared with those before it that may match the same: far fewer than all."""
    assert not any(shadow.answer for shadow in found(many_rules(1000)).values())
    assert_linear(lambda count: lambda: found(many_rules(count)), 250)
