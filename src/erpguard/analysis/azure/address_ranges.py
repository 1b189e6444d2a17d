"""Allow-lists of addresses, as network rules have them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erpguard.analysis.values.cidrs import Network

_HALF = 2**31


def admit_everybody(networks: Iterable[Network | None]) -> bool:
    """Whether ranges leave out so little that they are no allow-list: they hold more than half of all addresses.

    Services refuse `0.0.0.0/0` in their rules, so that people write down the rest of the internet around a hole. Of
    IPv6 the addresses that are in use count (2000::/3, https://www.iana.org/assignments/ipv6-address-space/).
    """
    from ipaddress import IPv4Network, IPv6Network, collapse_addresses

    given = list(networks)
    four = sum(one.num_addresses for one in collapse_addresses(one for one in given if isinstance(one, IPv4Network)))
    used = IPv6Network("2000::/3")
    six = [one for one in given if isinstance(one, IPv6Network) and one.overlaps(used)]
    within = (used if one.supernet_of(used) else one for one in six)
    return four > _HALF or sum(one.num_addresses for one in collapse_addresses(within)) > used.num_addresses // 2
