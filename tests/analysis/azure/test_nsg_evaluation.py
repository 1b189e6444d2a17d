"""The evaluation of groups, against an oracle that walks one packet after the other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis.azure.nsg.addresses import EVERY, INTERNET, IPV4, PUBLIC, difference, intersection, parse, union
from erpguard.analysis.azure.nsg.evaluation import Answer, Evaluation
from erpguard.analysis.azure.nsg.partition import Point
from erpguard.analysis.azure.nsg.rules import PROTOCOLS, Reader, Rule
from erpguard.analysis.azure.nsg.tags import GROUP, PLAIN
from erpguard.model import Path, Resource
from tests.analysis.azure.nsg_oracle import Body, Packet, decide
from tests.analysis.estates import FakeOrigin

ASGS = ("/subscriptions/s/asg/web", "/subscriptions/s/asg/Data")
TAGS = (
    "Internet",
    "VirtualNetwork",
    "AzureLoadBalancer",
    "AzureCloud",
    "azurecloud.westeurope",
    "Storage",
    "Storage.EastUS",
)
PREFIXES = (
    *("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.0.1.0/24", "10.0.1.4", "8.0.0.0/7", "20.1.0.0/16"),
    *("20.1.2.3-20.1.2.9", "203.0.113.0/24", "::/0", "2a00::/16", "2a00:1::/32", "fd00::/8"),
)
FAR = (
    *("10.0.1.4", "10.0.1.5", "10.9.0.1", "9.255.255.255", "20.1.2.3", "20.1.2.10", "203.0.113.7", "198.51.100.1"),
    *("2a00:1::1", "2a00:2::1", "fd00::1"),
)
NEAR = ("10.0.1.4", "10.0.1.200", "10.0.2.4", "fd00::4")
PORTS = ("*", "0-65535", "22", "20-25", "23-3389", "443", "3390-65535", "0-21")
SOME_PORTS = (0, 21, 22, 23, 25, 26, 443, 3389, 3390, 65535)
SOURCE_PORTS = (0, 1024, 40000)
LABELS = (PLAIN, *(tag.lower() for tag in TAGS if tag != "Internet"), *(GROUP + asg.lower() for asg in ASGS))

addresses = st.lists(st.sampled_from(PREFIXES), min_size=1, max_size=3)
one_address = st.sampled_from(("*", "*", *TAGS, *PREFIXES))
ports = st.lists(st.sampled_from(PORTS), min_size=1, max_size=2)


@st.composite
def sides(draw: st.DrawFn, side: str) -> Body:
    """Source or destination: one prefix or tag, several prefixes, or application security groups."""
    kind = draw(st.sampled_from(("one", "one", "one", "several", "groups")))
    if kind == "several":
        return {f"{side}AddressPrefixes": draw(addresses)}
    if kind == "groups":
        return {f"{side}ApplicationSecurityGroups": [{"id": draw(st.sampled_from((*ASGS, ASGS[0].upper())))}]}
    return {f"{side}AddressPrefix": draw(one_address), f"{side}AddressPrefixes": []}


@st.composite
def rules(draw: st.DrawFn, priority: int) -> Body:
    """A rule of that priority."""
    properties = {
        "priority": priority,
        "direction": draw(st.sampled_from(("Inbound", "inbound", "Inbound", "Outbound"))),
        "access": draw(st.sampled_from(("Allow", "Deny", "allow"))),
        "protocol": draw(st.sampled_from(("*", "*", "Tcp", "TCP", "Udp", "Icmp", "Esp"))),
        "sourcePortRange": draw(st.sampled_from(("*", "*", "*", "*", "1024-65535", "0-1023"))),
        **draw(sides("source")),
        **draw(sides("destination")),
    }
    if draw(st.booleans()):
        properties["destinationPortRange"] = draw(st.sampled_from(PORTS))
    else:
        properties["destinationPortRanges"] = draw(ports)
    return {"name": f"r{priority}", "properties": properties}


@st.composite
def groups(draw: st.DrawFn, largest: int = 8) -> list[Body]:
    """The rules of a group: up to that many, of all priorities, in any order."""
    priorities = draw(st.lists(st.integers(100, 112), unique=True, max_size=largest))
    return [draw(rules(priority)) for priority in priorities]


def read(group: list[Body], unknown: frozenset[Path] = frozenset()) -> list[Rule]:
    """The rules of a body."""
    body = {"properties": {"securityRules": deepcopy(group)}}
    resource = Resource(
        "Microsoft.Network/networkSecurityGroups", "nsg", "nsg", "", body, FakeOrigin(), "", unknown=unknown
    )
    return list(Reader(lambda id_: GROUP + id_.lower()).rules(resource))


def point(address: str, members: frozenset[str]) -> Point:
    """The point of a packet."""
    found = parse(address)
    assert found is not None
    return Point(found, frozenset(GROUP + member.lower() for member in members))


Situation = tuple[bool, str, frozenset[str], str]


def packets(seed: int, count: int) -> Iterator[Packet]:
    """Packets of four situations at random: far ends, ports, and all source ports that rules tell apart."""
    chance = random.Random(seed)
    situations = []
    for _ in range(4):
        members = frozenset(asg for asg in ASGS if chance.random() < 0.3)
        situations.append(
            (chance.random() < 0.7, chance.choice(NEAR), members, chance.choice(PROTOCOLS[:2] + PROTOCOLS))
        )
    for _ in range(count):
        inbound, near, members, protocol = chance.choice(situations)
        tag = chance.choice(("", "", "", *(tag for tag in TAGS if tag != "Internet"), *("asg:" + asg for asg in ASGS)))
        port = chance.choice(SOME_PORTS) if protocol in ("tcp", "udp") else 0
        far = chance.choice([far for far in FAR if (":" in far) == (":" in near)])
        yield Packet(inbound, far, tag, near, members, protocol, 0, port)


class Evaluated:
    """What the evaluation says about single packets."""

    def __init__(self, *layers: list[Rule]) -> None:
        self._directions = {inbound: Evaluation(layers, LABELS, inbound) for inbound in (True, False)}
        self._reached: dict[Any, list[tuple[int, int, Answer]]] = {}

    def answer(self, packet: Packet) -> tuple[bool, bool, list[str]]:
        """Whether it surely gets through, whether it may, and the names of the rules that let it."""
        evaluation = self._directions[packet.inbound]
        key = (packet.inbound, packet.near, packet.members, packet.protocol)
        if key not in self._reached:
            matches = evaluation.matches([point(packet.near, packet.members)])
            self._reached[key] = list(evaluation.reach(matches, evaluation.remote.all, packet.protocol))
        address = parse(packet.far)
        assert address is not None
        bit = evaluation.remote.at(packet.tag.lower(), address[0][0])
        for first, last, answer in self._reached[key]:
            if first <= packet.port <= last:
                names = [evaluation.rules[rule].name for rule, mask in sorted(answer.by_rule.items()) if mask & bit]
                return bool(answer.sure & bit), bool(answer.possible & bit), names
        raise AssertionError("ports are not covered")


CASES = {"packets": 0}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(groups(), st.none() | groups(4), st.integers(0, 2**32))
def test_packets_get_through_as_the_rules_say(subnet: list[Body], nic: list[Body] | None, seed: int) -> None:
    for rule in nic or ():
        rule["name"] = "nic " + rule["name"]
    evaluated = Evaluated(read(subnet), *([read(nic)] if nic is not None else []))
    for packet in packets(seed, 100):
        answers = [decide(packet._replace(source_port=port), subnet, nic) for port in SOURCE_PORTS]
        through = [answer for answer in answers if answer is not None]
        sure, possible, names = evaluated.answer(packet)
        assert sure == possible == bool(through), (packet, answers, names)
        if through:
            assert set(names) == {name for answer in through for name in answer}, packet
        CASES["packets"] += 1


def test_enough_packets_were_tried() -> None:
    assert CASES["packets"] >= 20_000


HIDDEN = (
    "priority",
    "direction",
    "access",
    "protocol",
    "sourceAddressPrefix",
    "destinationAddressPrefix",
    "destinationPortRange",
    "sourcePortRange",
)
VALUES: dict[str, tuple[Any, ...]] = {
    "priority": tuple(range(100, 120)),
    "direction": ("Inbound", "Outbound"),
    "access": ("Allow", "Deny"),
    "protocol": ("*", "Tcp", "Udp", "Icmp", "Esp"),
    "sourceAddressPrefix": ("*", "192.0.2.1", *FAR, *TAGS[1:]),
    "destinationAddressPrefix": ("*", "192.0.2.1", *FAR, *NEAR, *TAGS[1:]),
    "destinationPortRange": ("*", *map(str, SOME_PORTS)),
    "sourcePortRange": ("*", "0-1023", "1024-65535"),
}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(groups(5), st.none() | groups(3), st.sampled_from(HIDDEN), st.integers(0, 20), st.integers(0, 2**32))
def test_what_is_not_known_decides_where_its_value_would(
    subnet: list[Body], nic: list[Body] | None, name: str, which: int, seed: int
) -> None:
    """One property hidden: a packet is undecided if and only if values of that property differ about it."""
    if not subnet:
        return
    index = which % len(subnet)
    _take_away(subnet[index]["properties"], name)
    hidden = frozenset([("properties", "securityRules", index, "properties", name)])
    evaluated = Evaluated(read(subnet, hidden), *([read(nic)] if nic is not None else []))
    completions = list(_completed(subnet, index, name))
    for packet in packets(seed, 20):
        through = {
            any(decide(packet._replace(source_port=port), group, nic) is not None for port in SOURCE_PORTS)
            for group in completions
        }
        sure, possible, _ = evaluated.answer(packet)
        if sure or not possible or not _may_differ_unseen(name, packet):
            assert through == {sure, possible}, (packet, name)


def _take_away(properties: Body, name: str) -> None:
    """Take a property away, and what may stand in its place."""
    kind = name.removesuffix("Prefix").removesuffix("Range")
    for other in list(properties):
        side = name.removesuffix("AddressPrefix")
        if other == name or other.startswith(kind) and kind != name or other.startswith(f"{side}Application"):
            del properties[other]


def _completed(group: list[Body], index: int, name: str) -> Iterator[list[Body]]:
    """The group with each value that Azure would accept for a property of a rule."""
    direction = group[index]["properties"].get("direction", "").lower()
    taken = {
        one["properties"].get("priority")
        for one in group
        if one["properties"].get("direction", "").lower() == direction
    }
    for value in VALUES[name]:
        if name != "priority" or value not in taken:
            completed = deepcopy(group)
            completed[index]["properties"][name] = value
            yield completed


def _may_differ_unseen(name: str, packet: Packet) -> bool:
    """Where the values above are not all that there are, or combinations of source ports decide."""
    return name == "sourcePortRange" or packet.protocol not in ("tcp", "udp")


def test_sets_of_addresses_are_sets() -> None:
    """Set operations against plain sets of small numbers."""
    chance = random.Random(1)
    for _ in range(300):
        one, other = ({chance.randrange(24) for _ in range(chance.randrange(16))} for _ in range(2))
        left, right = (union(tuple((item, item + 1) for item in items)) for items in (one, other))
        assert _items(union(left, right)) == one | other
        assert _items(intersection(left, right)) == one & other
        assert _items(difference(left, right)) == one - other
        assert all(high < low for (_, high), (low, _) in zip(left, left[1:], strict=False))


def _items(intervals: tuple[tuple[int, int], ...]) -> set[int]:
    return {item for start, end in intervals for item in range(start, end)}


def test_public_addresses_are_those_of_the_registry() -> None:
    inside = ("8.8.8.8", "1.0.0.0", "20.1.2.3", "192.0.0.9", "223.255.255.255", "2a00::1", "2606:4700::1", "2001:20::1")
    outside = ("10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.1.1", "192.0.2.1", "198.18.0.1", "203.0.113.1")
    more = (
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "0.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "2001:db8::1",
        "ff02::1",
    )
    for text in inside:
        assert intersection(parse(text) or (), PUBLIC), text
    for text in (*outside, *more):
        assert not intersection(parse(text) or (), PUBLIC), text
    assert intersection(parse("203.0.113.1") or (), INTERNET)
    assert sum(end - start for start, end in intersection(IPV4, PUBLIC)) == 3_702_258_434
    assert union(EVERY, PUBLIC) == EVERY


def test_texts_that_are_no_addresses() -> None:
    for text in (
        "",
        "10.0.0",
        "10.0.0.0/33",
        "10.0.0.9-10.0.0.1",
        "10.0.0.1-::1",
        "Internet",
        "300.1.1.1",
        "10.0.0.1-",
    ):
        assert parse(text) is None, text
    assert parse("10.0.0.5/24") == parse("10.0.0.0/24") == parse("10.0.0.0-10.0.0.255")
