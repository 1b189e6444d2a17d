"""Ranges of addresses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Address = IPv4Address | IPv6Address
    Network = IPv4Network | IPv6Network


def network(cidr: object) -> Network | None:
    """The network of a CIDR, host bits ignored as Kubernetes does; None where it is none (a placeholder, say)."""
    from ipaddress import ip_network

    try:
        return ip_network(cidr, strict=False) if isinstance(cidr, str) else None
    except ValueError:
        return None


def is_within(inner: Network, networks: Iterable[Network | None]) -> bool:
    """Whether networks, those that are known, hold every address of another one of their family."""
    from ipaddress import collapse_addresses

    given: list[Any] = [one for one in networks if one is not None and one.version == inner.version]
    return any(inner.overlaps(one) and inner.prefixlen >= one.prefixlen for one in collapse_addresses(given))


def is_whole(networks: Iterable[Network | None]) -> bool:
    """Whether networks add up to every address of IPv4 or of IPv6."""
    from ipaddress import IPv4Network, IPv6Network, collapse_addresses

    given = list(networks)
    four = collapse_addresses([one for one in given if isinstance(one, IPv4Network)])
    six = collapse_addresses([one for one in given if isinstance(one, IPv6Network)])
    return any(one.prefixlen == 0 for one in four) or any(one.prefixlen == 0 for one in six)
