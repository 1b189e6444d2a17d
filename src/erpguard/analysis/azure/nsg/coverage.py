"""Whether rules that come earlier take all packets of a rule.

A packet has, besides protocol and ports, two ends, each with an address and a label. Which rules match at some ports is
settled first; what is left is a rectangle, sources times destinations, and the question whether others cover it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from erpguard.analysis.azure.nsg.addresses import EVERY, INTERNET, Intervals, difference, parse, union
from erpguard.analysis.azure.nsg.partition import Match, Remote, bits, ranges
from erpguard.analysis.azure.nsg.rules import PROTOCOLS, Rule, Side, ports_of
from erpguard.analysis.azure.nsg.tags import GROUP, PLAIN, PLATFORM, VIRTUAL_NETWORK
from erpguard.analysis.azure.nsg.tags import INTERNET as INTERNET_TAG

_MOST_STEPS = 20_000
"""So often a rectangle is looked at for one rule at some ports; after that it is not known whether it is covered."""

_HOST: Intervals = union(*(parse(text) or () for text in ("168.63.129.16", "169.254.169.254", "fe80::1234:5678:9abc")))


class TooIntricateError(Exception):
    """The rules overlap in so many ways that the answer would take too long."""


class Area(NamedTuple):
    """Sources times destinations, as masks."""

    sources: int
    destinations: int


class Rectangles:
    """The rules of one direction as rectangles at every port.

    least, most  what each rule surely takes in, and at most
    """

    def __init__(self, rules: Sequence[Rule], networks: Intervals) -> None:
        """`networks`: addresses of virtual networks that are no private ones."""
        self.rules = rules
        own = union(difference(EVERY, INTERNET), networks)
        sources, source_domain = _axis([rule.source for rule in rules], own)
        destinations, destination_domain = _axis([rule.destination for rule in rules], own)
        self.least = [
            Area(one & source_domain, other & destination_domain)
            for one, other in zip(sources.yes, destinations.yes, strict=True)
        ]
        self.most = [
            Area(sure.sources | one & source_domain, sure.destinations | other & destination_domain)
            for sure, one, other in zip(self.least, sources.maybe, destinations.maybe, strict=True)
        ]
        every = (1 << len(rules)) - 1
        source_ports = dict.fromkeys(match for _, _, match in ranges([rule.source_ports for rule in rules], every))
        self._ports = list(dict.fromkeys(self._at_ports(list(source_ports))))

    def _at_ports(self, source_ports: Iterable[Match]) -> Iterator[tuple[int, int]]:
        """The rules that match at some ports, surely and perhaps, once for each way in which ports differ."""
        for protocol in PROTOCOLS:
            among = perhaps = 0
            for number, rule in enumerate(self.rules):
                among |= (rule.protocols is not None and protocol in rule.protocols) << number
                perhaps |= (rule.protocols is None) << number
            for _, _, match in ranges([ports_of(rule, protocol) for rule in self.rules], among, perhaps):
                for source in source_ports:
                    yield match.yes & source.yes, match.possible & source.possible

    def covering(self, number: int, earlier: int) -> set[int] | None:
        """The rules of `earlier`, a mask, that surely take all that a rule may be about; None if they do not."""
        return self._cover(self.most[number], number, earlier, False)

    def may_cover(self, number: int, earlier: int) -> bool:
        """Whether rules may take all that a rule, of which everything is known, is about."""
        return self._cover(self.least[number], number, earlier, True) is not None

    def meets(self, number: int, earlier: int) -> bool:
        """Whether, for some of its ports, a rule may have a packet in common with one of `earlier`."""
        mine = self.most[number]
        return any(
            possible >> number & 1 and any(_common(mine, self.most[other]) for other in bits(possible & earlier))
            for _, possible in self._ports
        )

    def _cover(self, area: Area, number: int, earlier: int, perhaps: bool) -> set[int] | None:
        if not (area.sources and area.destinations):
            return None
        rectangles = self.most if perhaps else self.least
        beside = {pair[perhaps] & earlier for pair in self._ports if pair[not perhaps] >> number & 1}
        touching = [other for other in bits(reduce(or_, beside, 0)) if _common(area, rectangles[other])]
        touching.sort(key=lambda other: _extent(area, rectangles[other]), reverse=True)
        among = sum(1 << other for other in touching)
        present = {candidates & among for candidates in beside}
        found: list[int] = [1 << other for other in touching if _within(area, rectangles[other])]
        used = 0
        # Where the fewest rules match it shows first that they do not cover it.
        for candidates in sorted(present, key=int.bit_count):
            enough = next((known for known in found if not known & ~candidates), None)
            if enough is None:
                enough = _cover(area, [(other, rectangles[other]) for other in touching], candidates)
                if enough is None:
                    return None
                found.append(enough)
            used |= enough
        return set(bits(used))


def _cover(area: Area, ordered: list[tuple[int, Area]], candidates: int) -> int | None:
    """Those of some rectangles that cover an area together; None if they do not."""
    left = [(area, 0)]
    steps = used = 0
    while left:
        area, index = left.pop()
        while index < len(ordered):
            number, other = ordered[index]
            index += 1
            if candidates >> number & 1 and _common(area, other):
                break
            steps += 1
        else:
            return None
        steps += 1
        if steps > _MOST_STEPS:
            raise TooIntricateError
        used |= 1 << number
        beside = Area(area.sources & ~other.sources, area.destinations)
        below = Area(area.sources & other.sources, area.destinations & ~other.destinations)
        left += [(part, index) for part in (beside, below) if part.sources and part.destinations]
    return used


def _extent(area: Area, other: Area) -> int:
    """How many cells of an area a rectangle takes."""
    return (area.sources & other.sources).bit_count() * (area.destinations & other.destinations).bit_count()


def _common(one: Area, other: Area) -> bool:
    return bool(one.sources & other.sources and one.destinations & other.destinations)


def _within(one: Area, other: Area) -> bool:
    return not (one.sources & ~other.sources or one.destinations & ~other.destinations)


def _axis(sides: Sequence[Side], own: Intervals) -> tuple[Remote, int]:
    """One end of packets, and which of them there are: a virtual network has its own addresses only."""
    names = {name for side in sides for name in side.tags if name not in (INTERNET_TAG, VIRTUAL_NETWORK)}
    labels = (PLAIN, VIRTUAL_NETWORK, *sorted(names | {label for side in sides for label in side.groups}))
    axis = Remote(sides, labels, cuts=(own, _HOST))
    return axis, axis.where(_domain(own))


def _domain(own: Intervals) -> Callable[[str], Intervals]:
    def addresses(label: str) -> Intervals:
        if label == VIRTUAL_NETWORK or label.startswith(GROUP):
            return own
        if label in PLATFORM:
            return _HOST
        return EVERY if label == PLAIN else INTERNET

    return addresses
