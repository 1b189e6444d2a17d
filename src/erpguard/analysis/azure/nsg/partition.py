"""The axes of a packet, cut where rules tell packets apart. Sets of cells and of rules are the bits of integers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate
from operator import and_, or_, xor
from typing import NamedTuple

from erpguard.analysis.azure.nsg.addresses import EVERY, INTERNET, IPV4, IPV6, NONE, PUBLIC, Intervals, intersection
from erpguard.analysis.azure.nsg.rules import ALL_PORTS, Ports, Side
from erpguard.analysis.azure.nsg.tags import INTERNET as INTERNET_TAG
from erpguard.analysis.azure.nsg.tags import VIRTUAL_NETWORK, holds, is_public

_BLOCK = 1 << 80
"""Addresses of a /48."""

Size = tuple[int, int]
"""How many addresses: of IPv4, and of IPv6 in blocks of a /48, a part of one counted whole."""


def bits(mask: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _runs(mask: int) -> Iterator[tuple[int, int]]:
    """The runs of set bits, as half-open intervals."""
    at = 0
    while mask:
        skip = (mask & -mask).bit_length() - 1
        mask >>= skip
        length = (~mask & (mask + 1)).bit_length() - 1
        yield at + skip, at + skip + length
        at, mask = at + skip + length, mask >> length


class Line:
    """The line of addresses, cut at the ends of some sets of them: each of these is a mask of cells then."""

    def __init__(self, sets: Iterable[Intervals]) -> None:
        cuts = {end for one in (EVERY, IPV4, *sets) for interval in one for end in interval}
        self._cuts = sorted(cuts)
        self.cells = len(self._cuts) - 1
        self.all = (1 << self.cells) - 1

    def indexes(self, addresses: Intervals) -> Iterator[tuple[int, int]]:
        """The cells of a set that the line is cut for, as half-open intervals."""
        return ((bisect_left(self._cuts, start), bisect_left(self._cuts, end)) for start, end in addresses)

    def mask(self, addresses: Intervals) -> int:
        """The cells of a set that the line is cut for."""
        return sum((1 << end) - (1 << start) for start, end in self.indexes(addresses))

    def touched(self, addresses: Intervals) -> int:
        """The cells that a set has something in common with."""
        found = 0
        for start, end in addresses:
            found |= (1 << bisect_left(self._cuts, end)) - (1 << bisect_right(self._cuts, start) - 1)
        return found

    def interval(self, cell: int) -> tuple[int, int]:
        """The addresses of a cell."""
        return self._cuts[cell], self._cuts[cell + 1]


class Remote:
    """The far side of packets: for each label a line of addresses, all lines one after the other in one mask.

    yes, maybe  the packets that each side takes in, surely and perhaps
    """

    def __init__(
        self, sides: Sequence[Side], labels: Sequence[str], extent: Intervals = NONE, cuts: Iterable[Intervals] = ()
    ) -> None:
        """`extent` are addresses that the tag VirtualNetwork may hold besides those of the network."""
        self.labels = tuple(labels)
        self._line = Line((*(side.addresses for side in sides), INTERNET, PUBLIC, extent, *cuts))
        self._internet = self._line.mask(INTERNET)
        self._extent = self._line.mask(extent)
        self.all = self._everywhere(self._line.all)
        self.public = self._everywhere(self._line.mask(PUBLIC))
        self.version = {4: self._everywhere(self._line.mask(IPV4)), 6: self._everywhere(self._line.mask(IPV6))}
        self.yes = [self._yes(side) for side in sides]
        self.maybe = [self._maybe(side) for side in sides]
        cells = [self._line.interval(cell) for cell in range(self._line.cells)]
        edge = IPV4[0][1]
        self._four = list(accumulate((min(end, edge) - min(start, edge) for start, end in cells), initial=0))
        self._six = list(accumulate((max(end, edge) - max(start, edge) for start, end in cells), initial=0))
        self._sizes: dict[int, Size] = {}

    def size(self, packets: int) -> Size:
        """How many addresses packets come from; the same address with two labels is one."""
        folded = 0
        while packets:
            folded |= packets & self._line.all
            packets >>= self._line.cells
        found = self._sizes.get(folded)
        if found is None:
            runs = list(_runs(folded))
            four = sum(self._four[end] - self._four[start] for start, end in runs)
            six = sum(self._six[end] - self._six[start] for start, end in runs)
            found = self._sizes[folded] = (four, -(-six // _BLOCK))
        return found

    def where(self, addresses: Callable[[str], Intervals]) -> int:
        """The packets with some addresses for each label, for which the line is cut (`cuts`)."""
        return self._over(self._line.mask(addresses(label)) for label in self.labels)

    def at(self, label: str, address: int) -> int:
        """The bit of one packet."""
        cell = self._line.touched(((address, address + 1),))
        return cell << self.labels.index(label) * self._line.cells

    def _everywhere(self, cells: int) -> int:
        return self._over(cells for _ in self.labels)

    def _over(self, masks: Iterable[int]) -> int:
        found = 0
        for index, mask in enumerate(masks):
            found |= mask << index * self._line.cells
        return found

    def _yes(self, side: Side) -> int:
        if side.every:
            return self.all
        cells = self._line.mask(side.addresses)
        if not side.tags and not side.groups:
            return self._everywhere(cells)
        return self._over(cells | self._tagged(side, label) for label in self.labels)

    def _tagged(self, side: Side, label: str) -> int:
        if any(name != INTERNET_TAG and holds(name, label) for name in side.tags) or label in side.groups:
            return self._line.all
        return self._internet if INTERNET_TAG in side.tags and is_public(label) else 0

    def _maybe(self, side: Side) -> int:
        if not side.known:
            return self.all
        return self._everywhere(self._extent) if VIRTUAL_NETWORK in side.tags and self._extent else 0


class Point(NamedTuple):
    """The near side of packets: an address, or several of which nothing else tells apart.

    groups  the application security groups that it is a member of, as labels
    whole   False where it may be a member of others
    each    whether there is something at every address; else it has one of them, and which is not known
    exists  False where it is not known whether it exists
    """

    addresses: Intervals
    groups: frozenset[str] = frozenset()
    whole: bool = True
    each: bool = True
    exists: bool = True


class Match(NamedTuple):
    """The rules that match at some point, surely and perhaps; the IP version of its packets; whether it exists."""

    yes: int
    possible: int
    version: int = 4
    exists: bool = True


class Local:
    """The near side: which rules match at a point. Points lie in the virtual network, and in no other service tag."""

    def __init__(self, sides: Sequence[Side]) -> None:
        self._line = Line(side.addresses for side in sides)
        self._always = self._unknown = 0
        self._members: dict[str, int] = {}
        toggles = [0] * (self._line.cells + 1)
        for rule, side in enumerate(sides):
            bit = 1 << rule
            if side.every or VIRTUAL_NETWORK in side.tags:
                self._always |= bit
            if not side.known:
                self._unknown |= bit
            for group in side.groups:
                self._members[group] = self._members.get(group, 0) | bit
            for start, end in self._line.indexes(side.addresses):
                toggles[start] ^= bit
                toggles[end] ^= bit
        self._at = list(accumulate(toggles[:-1], xor))

    def at(self, point: Point) -> Iterator[Match]:
        """What matches at a point: once for each way in which its addresses differ."""
        base = reduce(or_, (self._members.get(group, 0) for group in point.groups), self._always)
        perhaps = base | self._unknown
        if not point.whole:
            perhaps = reduce(or_, self._members.values(), perhaps)
        for version, family in ((4, IPV4), (6, IPV6)):
            cells = self._line.touched(intersection(point.addresses, family))
            masks = {self._at[cell] for cell in bits(cells)}
            if masks and not point.each:
                yield Match(reduce(and_, masks) | base, reduce(or_, masks) | perhaps, version, point.exists)
            elif masks:
                for mask in sorted(masks):
                    yield Match(mask | base, mask | perhaps, version, point.exists)


def ranges(ports: Sequence[Ports], among: int, perhaps: int = 0) -> Iterator[tuple[int, int, Match]]:
    """An axis of ports, cut where other rules match: first port, last port, which rules.

    `among` are the rules that match at all, `perhaps` those of which that is not known.
    """
    toggles = dict.fromkeys(ALL_PORTS[0], 0)
    unknown = 0
    for rule, one in enumerate(ports):
        bit = 1 << rule
        if not bit & (among | perhaps):
            continue
        if not one.known:
            unknown |= bit
        for end in (end for interval in one.ranges for end in interval):
            toggles[end] = toggles.get(end, 0) ^ bit
    matching, cuts = 0, sorted(toggles)
    for start, end in zip(cuts, cuts[1:], strict=False):
        matching ^= toggles[start]
        yield start, end - 1, Match(matching & among, matching | unknown)
