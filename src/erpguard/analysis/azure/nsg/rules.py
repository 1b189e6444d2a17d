"""The rules of a group, as its body has them. What is not known of a rule is None or marked, never guessed.

Properties: https://learn.microsoft.com/rest/api/virtualnetwork/network-security-groups/get. Text is compared without
case. A property that Azure requires and that is missing, or a value that Azure would refuse, is not known either: such
a group cannot be what is in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from erpguard.analysis.azure.nsg.addresses import NONE, Intervals, normal, parse, union
from erpguard.analysis.azure.nsg.tags import INTERNET, LOAD_BALANCER, VIRTUAL_NETWORK, tag
from erpguard.model import Path, Resource

GROUP_TYPE = "Microsoft.Network/networkSecurityGroups"
RULE_TYPE = "Microsoft.Network/networkSecurityGroups/securityRules"
RULES: Path = ("properties", "securityRules")

ALL_PORTS: Intervals = ((0, 65536),)
PROTOCOLS = ("tcp", "udp", "icmp", "esp", "ah")
WITH_PORTS = ("tcp", "udp")
_EVERY_PROTOCOL = frozenset(PROTOCOLS)


class Side(NamedTuple):
    """Source or destination of a rule: any of these. `known` is False where it may hold more.

    groups are application security groups, as labels.
    """

    every: bool = False
    addresses: Intervals = NONE
    tags: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    known: bool = True


class Ports(NamedTuple):
    """Ports of a rule. `known` is False where it may hold more."""

    ranges: Intervals = ALL_PORTS
    known: bool = True


class Rule(NamedTuple):
    """One rule.

    path       where it stands in the resource; None for the rules that every group has
    priority, inbound, allows, protocols
               None where not known
    doubt      what of it is not known, for messages: `access and source of allow-ssh`; empty if nothing
    stands     False where it may belong to another group
    """

    name: str
    resource: Resource | None
    path: Path | None
    priority: int | None
    inbound: bool | None
    allows: bool | None
    protocols: frozenset[str] | None
    source: Side
    destination: Side
    source_ports: Ports
    destination_ports: Ports
    doubt: str = ""
    stands: bool = True

    @property
    def place(self) -> tuple[Resource, Path] | None:
        """The rule for findings; None for those that every group has."""
        if self.resource is None or self.path is None:
            return None
        return self.resource, self.path or self.resource.name_path

    @property
    def is_default(self) -> bool:
        """Whether it is one of those that every group has."""
        return self.path is None


def _default(name: str, priority: int, inbound: bool, allows: bool, source: Side, destination: Side) -> Rule:
    ports = Ports()
    return Rule(name, None, None, priority, inbound, allows, _EVERY_PROTOCOL, source, destination, ports, ports)


_ANY = Side(every=True)
_NETWORK = Side(tags=frozenset((VIRTUAL_NETWORK,)))
DEFAULTS = (
    _default("AllowVnetInBound", 65000, True, True, _NETWORK, _NETWORK),
    _default("AllowAzureLoadBalancerInBound", 65001, True, True, Side(tags=frozenset((LOAD_BALANCER,))), _ANY),
    _default("DenyAllInBound", 65500, True, False, _ANY, _ANY),
    _default("AllowVnetOutBound", 65000, False, True, _NETWORK, _NETWORK),
    _default("AllowInternetOutBound", 65001, False, True, _ANY, Side(tags=frozenset((INTERNET,)))),
    _default("DenyAllOutBound", 65500, False, False, _ANY, _ANY),
)
"""The rules of every group (network-security-groups-overview#default-security-rules)."""


def anything(resource: Resource | None, path: Path | None, name: str, doubt: str) -> Rule:
    """A rule of which nothing is known: it stands for rules that cannot be seen, too."""
    side, ports = Side(known=False), Ports(NONE, known=False)
    return Rule(name, resource, path, None, None, None, None, side, side, ports, ports, doubt)


class Reader:
    """Reads rules. `membership` gives the label of an application security group's members by its id in a body."""

    def __init__(self, membership: Callable[[str], str]) -> None:
        self._membership = membership

    def rules(self, group: Resource) -> Iterator[Rule]:
        """The rules that stand in a group's body."""
        if group.is_hidden(RULES):
            yield anything(group, RULES, "(not known)", f"the rules of {group.name}")
            return
        for index, item in enumerate((group.body.get("properties") or {}).get("securityRules") or ()):
            yield self.rule(group, (*RULES, index), item)

    def rule(self, resource: Resource, path: Path, item: Any) -> Rule:
        """The rule at a path of a resource."""
        if resource.is_hidden(path) or not isinstance(item, dict):
            name = f"number {path[-1]}" if path else resource.name
            return anything(resource, path, name, f"rule {name} of {resource.name}")
        fields = _Fields(resource, (*path, "properties"), item.get("properties") or {})
        name = resource.name if not path else f"number {path[-1]}"
        if item.get("name") and not resource.is_hidden((*path, "name")):
            name = str(item["name"])
        priority = fields.value("priority")
        inbound = {"inbound": True, "outbound": False}.get(fields.text("direction"))
        allows = {"allow": True, "deny": False}.get(fields.text("access"))
        protocols = _protocols(fields.text("protocol"))
        source, destination = self._side(fields, "source"), self._side(fields, "destination")
        source_ports = _ports(fields, "source", missing=ALL_PORTS)
        portless = protocols is not None and protocols.isdisjoint(WITH_PORTS)
        destination_ports = _ports(fields, "destination", missing=ALL_PORTS if portless else NONE)
        known = {
            "priority": priority is not None,
            "direction": inbound is not None,
            "access": allows is not None,
            "protocol": protocols is not None,
            "source": source.known,
            "destination": destination.known,
            "source ports": source_ports.known,
            "ports": destination_ports.known,
        }
        hidden = [what for what, is_known in known.items() if not is_known]
        doubt = f"{' and '.join(hidden)} of rule {name}" if hidden else ""
        return Rule(
            *(name, resource, path, priority, inbound, allows, protocols),
            *(source, destination, source_ports, destination_ports, doubt),
        )

    def _side(self, fields: _Fields, side: str) -> Side:
        texts, known = fields.texts(f"{side}AddressPrefix", f"{side}AddressPrefixes")
        ids, ids_known = fields.ids(f"{side}ApplicationSecurityGroups")
        if not texts and not ids:
            return Side(known=False)
        every, addresses, tags = False, list[Intervals](), set[str]()
        for text in texts:
            found = parse(text)
            name = tag(text)
            if text.strip() == "*" or name == "any":
                every = True
            elif found is not None:
                addresses.append(found)
            elif name is not None:
                tags.add(name)
            else:
                known = False
        groups = frozenset(map(self._membership, ids))
        return Side(every, union(*addresses), frozenset(tags), groups, known and ids_known)


class _Fields:
    """The properties of a rule, each known or not."""

    def __init__(self, resource: Resource, path: Path, properties: dict[str, Any]) -> None:
        self._resource = resource
        self._path = path
        self._properties = properties
        self._whole = resource.is_known(path)

    def _hidden(self, *steps: str | int) -> bool:
        return not self._whole and self._resource.is_hidden((*self._path, *steps))

    def value(self, name: str) -> Any:
        """A property; None where it is not known or missing."""
        return None if self._hidden(name) else self._properties.get(name)

    def text(self, name: str) -> str:
        """A text in lower case; empty where it is not known or missing."""
        return str(self.value(name) or "").strip().lower()

    def texts(self, single: str, plural: str) -> tuple[list[str], bool]:
        """The texts of a property that is there once or as a list, and whether these are all."""
        found, known = [], True
        for name in (single, plural):
            value = self._properties.get(name)
            if self._hidden(name):
                known = False
            elif isinstance(value, list):
                for index, text in enumerate(value):
                    if text is None or self._hidden(name, index):
                        known = False
                    else:
                        found.append(text)
            elif value:
                found.append(value)
        return found, known

    def ids(self, name: str) -> tuple[list[str], bool]:
        """The ids of a list of references, and whether these are all."""
        if self._hidden(name):
            return [], False
        found, known = [], True
        for index, item in enumerate(self._properties.get(name) or ()):
            id_ = item.get("id") if isinstance(item, dict) else None
            if id_ is None or self._hidden(name, index, "id"):
                known = False
            else:
                found.append(id_)
        return found, known


def _protocols(text: str) -> frozenset[str] | None:
    if text in ("*", "any"):
        return _EVERY_PROTOCOL
    return frozenset((text,)) if text in PROTOCOLS else None


def _ports(fields: _Fields, side: str, missing: Intervals) -> Ports:
    """The ports of a rule: `missing` is what it means that nobody gave any, nothing for what Azure refuses."""
    texts, known = fields.texts(f"{side}PortRange", f"{side}PortRanges")
    if not texts:
        return Ports(missing if known else NONE, known and bool(missing))
    ranges = []
    for text in ",".join(texts).split(","):
        interval = _port_range(text.strip())
        if interval is None:
            known = False
        else:
            ranges.append(interval)
    return Ports(normal(ranges), known)


def _port_range(text: str) -> tuple[int, int] | None:
    if text.lower() in ("*", "any"):
        return ALL_PORTS[0]
    first, dash, last = (part.strip() for part in text.partition("-"))
    ends = (first, last if dash else first)
    if not all(end.isascii() and end.isdigit() and len(end) < 6 for end in ends):
        return None
    low, high = map(int, ends)
    return (low, high + 1) if low <= high < ALL_PORTS[0][1] else None


def ports_of(rule: Rule, protocol: str) -> Ports:
    """The ports at which a rule matches. One for all protocols that names ports takes in no packet without ports."""
    if protocol in WITH_PORTS:
        return rule.destination_ports
    if rule.protocols is None or rule.protocols.isdisjoint(WITH_PORTS):
        return Ports()
    whole = rule.destination_ports.ranges == ALL_PORTS
    return Ports(ALL_PORTS if whole else NONE, whole or rule.destination_ports.known)
