"""Which addresses a token may be sent to: those of the ARM endpoint, and no other."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin

_ADDRESS = re.compile(
    r"https://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?:[/?][\x21-\x5b\x5d-\x7e]*)?"
)
"""An address that every library reads alike: no user before the host, no backslash, nothing that is not printed."""

_KEPT = "!#$%&'()*+,/:;=?@[]~"


def host_of(address: str) -> tuple[str, int] | None:
    """The host and the port of an https address; None where it is none."""
    found = _ADDRESS.fullmatch(address)
    return (found["host"].lower(), int(found["port"] or 443)) if found else None


def absolute(link: str, base: str) -> str:
    """A link as an address, escaped where a service forgot it; as it is where no address can be made of it."""
    try:
        joined = urljoin(base, link)
    except ValueError:
        return link
    return quote(joined, safe=_KEPT, errors="replace")


def refused(address: str, endpoint: str) -> str:
    """Why an address may not be called: it is not below the endpoint; empty if it is."""
    host, own = host_of(address), host_of(endpoint)
    if host is not None and host == own:
        return ""
    if address.lower().startswith("http:"):
        return "it is without TLS"
    return f"it is on {host[0]}:{host[1]}" if host else "it is no address of ARM"
