"""Sets of IP addresses, as sorted disjoint intervals on one line: IPv4 from 0 on, IPv6 behind it.

What is public follows the IANA registries of special-purpose addresses
(https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry): every IPv4 address
that is "globally reachable" there or not listed, multicast and reserved blocks aside, and of IPv6 what has been given
out so far, 2000::/3. So documentation ranges count nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Intervals = tuple[tuple[int, int], ...]
"""Half-open intervals, sorted, neither touching nor overlapping."""

_V6 = 1 << 32
IPV4: Intervals = ((0, _V6),)
IPV6: Intervals = ((_V6, _V6 + (1 << 128)),)
EVERY: Intervals = ((0, _V6 + (1 << 128)),)
NONE: Intervals = ()


def normal(intervals: Iterable[tuple[int, int]]) -> Intervals:
    """The same set, sorted and joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def union(*sets: Intervals) -> Intervals:
    """What is in any of the sets."""
    return normal(interval for one in sets for interval in one)


def intersection(one: Intervals, other: Intervals) -> Intervals:
    """What is in both sets."""
    found: list[tuple[int, int]] = []
    left = right = 0
    while left < len(one) and right < len(other):
        start, end = max(one[left][0], other[right][0]), min(one[left][1], other[right][1])
        if start < end:
            found.append((start, end))
        if one[left][1] < other[right][1]:
            left += 1
        else:
            right += 1
    return tuple(found)


def difference(one: Intervals, other: Intervals) -> Intervals:
    """What is in the first set only."""
    found: list[tuple[int, int]] = []
    for start, end in one:
        for low, high in other:
            if high <= start:
                continue
            if low >= end:
                break
            if start < low:
                found.append((start, low))
            start = max(start, high)
        if start < end:
            found.append((start, end))
    return tuple(found)


def parse(text: str) -> Intervals | None:
    """The addresses of `10.0.0.4`, `10.0.0.0/24` or `10.0.0.4-10.0.0.9`; None for anything else.

    Bits of the host are ignored.
    """
    first, dash, last = text.strip().partition("-")
    try:
        if dash:
            low, high = _address(first), _address(last)
            same_family = (low < _V6) == (high < _V6)
            return ((low, high + 1),) if low <= high and same_family else None
        return (_network(first),)
    except ValueError:
        return None


def _address(text: str) -> int:
    return _number(ip_address(text.strip()))


def _number(address: IPv4Address | IPv6Address) -> int:
    return int(address) + (_V6 if address.version == 6 else 0)


def _network(text: str) -> tuple[int, int]:
    network: IPv4Network | IPv6Network = ip_network(text, strict=False)
    start = _number(network.network_address)
    return start, start + network.num_addresses


def _all(*texts: str) -> Intervals:
    return normal(_network(text) for text in texts)


PRIVATE: Intervals = _all(
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("fc00::/7", "fe80::/10", "::1/128"),
)
"""Addresses that no packet of the internet has: Azure drops the first four unless a virtual network has them
(https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview#default)."""

INTERNET: Intervals = difference(EVERY, PRIVATE)
"""What the service tag Internet may hold."""

_REACHABLE = _all("192.0.0.9/32", "192.0.0.10/32")
_SPECIAL = _all(
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
)
_REACHABLE_V6 = _all(
    *("2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:3::/32", "2001:4:112::/48", "2001:20::/28"),
    "2001:30::/28",
)
_SPECIAL_V6 = _all("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

PUBLIC: Intervals = union(
    difference(IPV4, difference(_SPECIAL, _REACHABLE)),
    difference(_all("2000::/3"), difference(_SPECIAL_V6, _REACHABLE_V6)),
)
"""Addresses that anybody on the internet may have."""
