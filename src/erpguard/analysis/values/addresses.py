"""Lists of client addresses, as allow-lists have them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from erpguard.normalize.shapes import has_placeholder


def admits_everybody(address: str | None) -> bool | None:
    """Whether an address or range is the whole of IPv4 or IPv6; None where it is not known or not a range."""
    if address is None or has_placeholder(address):
        return None
    try:
        return ipaddress.ip_network(address.strip(), strict=False).prefixlen == 0
    except ValueError:
        return None


def is_allow_list(addresses: Iterable[str | None]) -> bool | None:
    """Whether a list keeps somebody out: it has items, and none of them admits everybody."""
    answers = [admits_everybody(address) for address in addresses]
    if not answers or True in answers:
        return False
    return None if None in answers else True
