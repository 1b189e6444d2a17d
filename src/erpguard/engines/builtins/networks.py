"""`net.cidr_*` on networks as Go reads them: no masks in dots, no leading zeros, host bits are dropped.

https://www.openpolicyagent.org/docs/policy-reference/builtins/net and https://pkg.go.dev/net#ParseCIDR.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
    summarize_address_range,
)

from erpguard.engines.builtins.unsupported import Unsupported

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_CIDR = re.compile(r"([0-9A-Fa-f:.]+)/([0-9]+)")
_MAPPED = 96
"""How many bits of an address of IPv4 within IPv6 are the same in all."""
_FIRST_OF_IPV4, _LAST_OF_IPV4 = 0xFFFF << 32, (0xFFFF << 32) + 0xFFFFFFFF
_MANY = 1 << 20
_CLASSES = ((128, 8), (192, 16), (224, 24))
"""First bytes below, and the length of the prefix that Go assumes for a bare address."""


def intersects(one: str, other: str) -> bool:
    """Whether two networks share an address. ValueError for what is none."""
    return _overlap(_network(one), _network(other))


def contains(outer: str, inner: str) -> bool:
    """Whether a network contains another, or an address. ValueError for what is neither."""
    if not isinstance(outer, str) or not isinstance(inner, str):
        raise ValueError("no text")
    network = _network(outer)
    within = _network(inner) if "/" in inner else _host(inner)
    return _overlap(network, within) and network.prefixlen <= within.prefixlen


def merge(given: Iterable[str]) -> list[str]:
    """Networks, and IPv4 addresses as the networks of their class, in as few as possible."""
    networks = sorted(map(_mergeable, given), key=lambda one: (one[0].version, int(one[0].network_address)))
    if len({network.version for network, _ in networks}) > 1 and any(_is_near_ipv4(one) for one, _ in networks):
        raise Unsupported("IPv4 beside what is around it in IPv6")
    merged: list[list[tuple[Network, str]]] = []
    for network, shown in networks:
        if merged and _touches([each for each, _ in merged[-1]], network):
            merged[-1].append((network, shown))
        else:
            merged.append([(network, shown)])
    return [text for group in merged for text in _as_few(group)]


def _is_near_ipv4(network: Network) -> bool:
    """Whether it has, or is next to, addresses of IPv4 within IPv6."""
    first, last = int(network.network_address), int(network.broadcast_address)
    return network.version == 6 and first <= _LAST_OF_IPV4 + 1 and last >= _FIRST_OF_IPV4 - 1


def _as_few(group: list[tuple[Network, str]]) -> list[str]:
    """A network that merges with no other stays as it was written."""
    if len(group) == 1:
        return [group[0][1]]
    first, last = group[0][0].network_address, max((each.broadcast_address for each, _ in group), key=int)
    return list(map(str, summarize_address_range(first, last)))


def _touches(group: list[Network], network: Network) -> bool:
    ends = max(int(each.broadcast_address) for each in group)
    return group[0].version == network.version and int(network.network_address) <= ends + 1


def _mergeable(text: str) -> tuple[Network, str]:
    """A network, and how it is shown on its own."""
    if "/" in text:
        network = _network(text)
        if ":" in text and network.version == 4:
            raise Unsupported(text)
        return network, str(network)
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        raise Unsupported(text)
    if not isinstance(address, IPv4Address):
        raise ValueError(f"{text} needs the length of its prefix")
    length = next((length for below, length in _CLASSES if address.packed[0] < below), None)
    if length is None:
        raise Unsupported(f"{text}, which is in no class of networks (write {text}/32),")
    return ip_network((address, length), strict=False), f"{text}/{length}"


def _overlap(one: Network, other: Network) -> bool:
    if isinstance(one, IPv4Network):
        return isinstance(other, IPv4Network) and one.overlaps(other)
    return isinstance(other, IPv6Network) and one.overlaps(other)


def is_valid(text: str) -> bool:
    """Whether it is a network."""
    try:
        _network(text)
    except ValueError:
        return False
    return True


def expand(text: str) -> list[str]:
    """All addresses of a network."""
    network = _network(text)
    if network.num_addresses > _MANY or text.lower().startswith("::ffff:"):
        raise Unsupported(text)
    return list(map(str, network))


def _network(text: str) -> Network:
    """An address of IPv4 within IPv6 is one of IPv4 in Go, as long as the prefix has the bits that say so."""
    if not (read := _CIDR.fullmatch(text)):
        raise ValueError(f"{text} is no network")
    address, length = ip_address(read[1]), int(read[2])
    if length > address.max_prefixlen:
        raise ValueError(f"{text} is no network")
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None and length >= _MAPPED:
        return ip_network((address.ipv4_mapped, length - _MAPPED), strict=False)
    return ip_network((address, length), strict=False)


def _host(text: str) -> Network:
    if "%" in text:
        raise ValueError(f"{text} is no address")
    address = ip_address(text)
    return ip_network((address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address)
