"""The `ports` of a NetworkPolicy's rules: numbers, names and ranges (`NetworkPolicyPort` of the API reference)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path

PROTOCOLS = ("TCP", "UDP", "SCTP")


class Port(NamedTuple):
    """A port of the pod that is connected to: its number, and the names that its containers give it."""

    number: int
    protocol: str = "TCP"
    names: frozenset[str] = frozenset()


def is_any_port(port: Mapping[str, Any], hidden: Collection[Path]) -> bool | None:
    """Whether one entry takes every TCP port: it has no number and no name."""
    ranged = "endPort" in port or ("endPort",) in hidden
    if "port" in port:
        # A placeholder alone is one port, whichever; as the end of a range it may be all.
        return None if hidden and ranged else False
    if hidden or ranged:
        return None
    return bool(port.get("protocol", "TCP") == "TCP")


def takes(port: Mapping[str, Any], hidden: Collection[Path], wanted: Port) -> bool | None:
    """Whether an entry takes a port; `hidden` are the paths below the entry that are not known."""
    if () in hidden:
        return None
    protocol = None if ("protocol",) in hidden else port.get("protocol", "TCP") == wanted.protocol
    return all_of((protocol, _is_number(port, hidden, wanted)))


def _is_number(port: Mapping[str, Any], hidden: Collection[Path], wanted: Port) -> bool | None:
    first = port.get("port")
    if ("port",) in hidden or ("endPort",) in hidden:
        return None
    if first is None:
        return None if "endPort" in port else True  # a range without a start is refused
    if isinstance(first, str):
        return None if "endPort" in port else first in wanted.names
    return bool(first <= wanted.number <= port.get("endPort", first))


class Span(NamedTuple):
    """Ports of one protocol, from `first` to `last`; `sure` whether they are taken."""

    protocol: str
    first: int
    last: int
    sure: bool = True


NamedPorts = Mapping[tuple[str, str], Collection[int]]
"""(protocol, name) -> the numbers that a pod's containers give that name."""

EVERY_PORT = tuple(Span(protocol, 1, 65535) for protocol in PROTOCOLS)
ANY_PORT = tuple(span._replace(sure=False) for span in EVERY_PORT)


def spans(port: Mapping[str, Any], hidden: Collection[Path], named: NamedPorts | None) -> Iterator[Span]:
    """What an entry takes, or may take, at a pod with these named ports; None where the names are not known."""
    first, protocol = port.get("port"), port.get("protocol", "TCP")
    if hidden or (not isinstance(first, int) and "endPort" in port):
        yield from ANY_PORT
    elif first is None:
        yield Span(protocol, 1, 65535)
    elif isinstance(first, int):
        yield Span(protocol, first, port.get("endPort", first))
    elif named is None:
        yield Span(protocol, 1, 65535, sure=False)
    else:
        yield from (Span(protocol, number, number) for number in named.get((protocol, first), ()))


def overlap(some: Iterable[Span], others: Iterable[Span]) -> bool | None:
    """Whether two lists of spans have a port in common."""
    wanted = list(others)
    return any_of(
        True if one.sure and other.sure else None
        for one in some
        for other in wanted
        if one.protocol == other.protocol and one.first <= other.last and other.first <= one.last
    )


def is_every_port(ports: Collection[Mapping[str, Any] | None]) -> bool:
    """Whether the TCP ranges of some entries add up to 1-65535."""
    tcp = [port for port in ports if port and _is_tcp_range(port)]
    ranges = sorted((port["port"], port.get("endPort", port["port"])) for port in tcp)
    reached = 0
    for first, last in ranges:
        if first > reached + 1:
            return False
        reached = max(reached, last)
    return reached >= 65535


def _is_tcp_range(port: Mapping[str, Any]) -> bool:
    numbers = (port.get("port"), port.get("endPort", 0))
    return port.get("protocol", "TCP") == "TCP" and all(isinstance(number, int) for number in numbers)
