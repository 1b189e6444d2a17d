"""Network security groups by the book: one packet, one rule after the other, straight from ARM bodies.

Written apart from `erpguard.analysis.azure.nsg`, after the pages of Microsoft that it names; slow, and plain.
"""

from __future__ import annotations

import ipaddress
from typing import Any, NamedTuple

Body = dict[str, Any]


class Packet(NamedTuple):
    """A packet as a machine in a virtual network sees it.

    far, tag     address at the other end, and the service tag that it is in; `asg:<id>` for members of such a group
    near, members
                 own address, and the ids of the application security groups that it is a member of
    """

    inbound: bool
    far: str
    tag: str
    near: str
    members: frozenset[str]
    protocol: str
    source_port: int
    port: int


def _default(name: str, priority: int, direction: str, access: str, source: str, destination: str) -> Body:
    return {
        "name": name,
        "properties": {
            "priority": priority,
            "direction": direction,
            "access": access,
            "protocol": "*",
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": destination,
            "sourcePortRange": "*",
            "destinationPortRange": "*",
        },
    }


DEFAULTS = [
    _default("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    _default("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
    _default("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
    _default("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    _default("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
    _default("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
]


def decide(packet: Packet, *groups: list[Body] | None) -> list[str] | None:
    """The names of the rules that let a packet through, one of each group; None if some group denies it.

    A group that is not there lets everything through.
    """
    names = []
    for group in groups:
        if group is None:
            continue
        direction = "inbound" if packet.inbound else "outbound"
        rules = [rule for rule in [*group, *DEFAULTS] if rule["properties"]["direction"].lower() == direction]
        for rule in sorted(rules, key=lambda one: one["properties"]["priority"]):
            if _matches(rule["properties"], packet):
                if rule["properties"]["access"].lower() == "deny":
                    return None
                names.append(rule["name"])
                break
    return names


def _matches(rule: Body, packet: Packet) -> bool:
    far, near = ("source", "destination") if packet.inbound else ("destination", "source")
    return ports_match(rule, packet) and far_matches(rule, far, packet) and _near(rule, near, packet)


def ports_match(rule: Body, packet: Packet) -> bool:
    """Whether a rule matches by protocol and ports."""
    if rule["protocol"] != "*" and rule["protocol"].lower() != packet.protocol:
        return False
    if packet.protocol in ("tcp", "udp"):
        if not _port(_listed(rule, "destinationPortRange"), packet.port):
            return False
    elif rule["protocol"] == "*" and not {"*", "0-65535"} & set(_listed(rule, "destinationPortRange")):
        return False
    return _port(_listed(rule, "sourcePortRange"), packet.source_port)


def _listed(rule: Body, name: str) -> list[str]:
    plural = name + ("s" if name.endswith("Range") else "es")
    return [text for text in (rule.get(name), *(rule.get(plural) or ())) if text]


def _port(ranges: list[str], port: int) -> bool:
    for text in ranges:
        if text == "*":
            return True
        ends = text.split("-")
        if int(ends[0]) <= port <= int(ends[-1]):
            return True
    return False


def _in_prefix(text: str, address: str) -> bool:
    """Whether a text that is no tag takes in an address."""
    own = ipaddress.ip_address(address)
    if "-" in text:
        low, high = (ipaddress.ip_address(end) for end in text.split("-"))
        return low.version == own.version and int(low) <= int(own) <= int(high)
    return own in ipaddress.ip_network(text)


PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16")
PRIVATE_V6 = ("fc00::/7", "fe80::/10", "::1/128")


def _in_internet(packet: Packet) -> bool:
    if packet.tag.lower() in ("virtualnetwork", "azureloadbalancer") or packet.tag.startswith("asg:"):
        return False
    address = ipaddress.ip_address(packet.far)
    return not any(address in ipaddress.ip_network(text) for text in (*PRIVATE, *PRIVATE_V6))


def far_matches(rule: Body, side: str, packet: Packet) -> bool:
    """Whether a rule's source or destination takes in the far end of a packet."""
    for group in rule.get(f"{side}ApplicationSecurityGroups") or ():
        if packet.tag.lower() == "asg:" + group["id"].lower():
            return True
    for text in _listed(rule, f"{side}AddressPrefix"):
        if text == "*":
            return True
        if not _tagged(text):
            if _in_prefix(text, packet.far):
                return True
        elif _in_tag(text.lower(), packet):
            return True
    return False


def _tagged(text: str) -> bool:
    return text[0].isalpha() and ":" not in text


def _in_tag(tag: str, packet: Packet) -> bool:
    own = packet.tag.lower()
    if tag == "internet":
        return _in_internet(packet)
    if tag == "virtualnetwork":
        return own == "virtualnetwork" or own.startswith("asg:")
    return own == tag or own.split(".")[0] == tag


def _near(rule: Body, side: str, packet: Packet) -> bool:
    members = {member.lower() for member in packet.members}
    if any(group["id"].lower() in members for group in rule.get(f"{side}ApplicationSecurityGroups") or ()):
        return True
    return any(
        text == "*" or text.lower() == "virtualnetwork" or not _tagged(text) and _in_prefix(text, packet.near)
        for text in _listed(rule, f"{side}AddressPrefix")
    )
