"""Groups against every packet at once.

A packet's decision is that of the first rule that matches it, by priority; where two groups are in force, both have to
let it through. What is not known of rules gives three values: a packet is let through surely, perhaps, or not at all.
A rule that perhaps matches decides perhaps, and those behind it as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from operator import and_
from typing import NamedTuple

from erpguard.analysis.azure.nsg.addresses import NONE, Intervals
from erpguard.analysis.azure.nsg.order import in_order
from erpguard.analysis.azure.nsg.partition import Local, Match, Point, Remote, bits, ranges
from erpguard.analysis.azure.nsg.rules import Rule, Side, ports_of

Layer = Sequence[Rule]
"""The rules of one group, in any order, without those that every group has."""


class Answer(NamedTuple):
    """Which of some packets are let through, as masks of the far side.

    sure, possible  let through surely, or perhaps at least
    by_rule         allowing rule (its number in the evaluation) -> those of `possible` that it lets through, or may
    doubts          rule -> those of `possible`, but not of `sure`, that it is the reason for
    """

    sure: int
    possible: int
    by_rule: dict[int, int]
    doubts: dict[int, int]


_NOTHING = Answer(0, 0, {}, {})


class Reach(NamedTuple):
    """What gets through at some ports, first and last."""

    first: int
    last: int
    answer: Answer


class Evaluation:
    """One direction of one or several groups that are in force together.

    rules   the rules of all groups, each group's in the order in which they are asked; see `in_order` for those that
            are asked twice
    layers  the rules of each group, as masks
    remote  the far side: sources of inbound rules, destinations of outbound ones
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        labels: Sequence[str],
        inbound: bool = True,
        extent: Intervals = NONE,
        matters: Callable[[Side], bool] = lambda far: True,
    ) -> None:
        """`extent`: see `Remote`. Packets have one of the labels; `matters` leaves out rules for other far ends."""
        placed = [
            [
                turn
                for turn in in_order(layer, inbound)
                if matters(turn.rule.source if inbound else turn.rule.destination)
            ]
            for layer in layers
        ]
        turns = [turn for layer in placed for turn in layer]
        self.rules = [turn.rule for turn in turns]
        far, near = [rule.source for rule in self.rules], [rule.destination for rule in self.rules]
        if not inbound:
            far, near = near, far
        self.remote = Remote(far, labels, extent)
        self._local = Local(near)
        self._certain = _mask(turn.certain for turn in turns)
        self._priorities = [turn.priority for turn in turns]
        starts = [sum(map(len, placed[:number])) for number in range(len(placed) + 1)]
        self.layers = [(1 << end) - (1 << start) for start, end in zip(starts, starts[1:], strict=False)]
        self._answers: dict[tuple[int, int, int], Answer] = {}
        self._axes: dict[str, list[tuple[int, int, Match]]] = {}
        every = (1 << len(self.rules)) - 1
        source_ports = ranges([rule.source_ports for rule in self.rules], every)
        self._source_ports = list(dict.fromkeys(match for _, _, match in source_ports))

    def matches(self, points: Iterable[Point]) -> list[Match]:
        """Which rules match at the points: points at which the same ones do are one."""
        return list(dict.fromkeys(match for point in points for match in self._local.at(point)))

    def reach(self, matches: Iterable[Match], among: int, protocol: str = "tcp") -> Iterator[Reach]:
        """What of the packets `among` gets through to some of the points, from some source port, by port."""
        situations = [
            Match(match.yes & source.yes, match.possible & source.possible, match.version, match.exists)
            for match in matches
            for source in self._source_ports
        ]
        held: Reach | None = None
        for first, last, ports in self.axis(protocol):
            answer = _union(
                (self._decide(match.yes & ports.yes, match.possible & ports.possible, among, match), match.exists)
                for match in situations
            )
            if held is not None and held.answer == answer:
                held = held._replace(last=last)
                continue
            if held is not None:
                yield held
            held = Reach(first, last, answer)
        if held is not None:
            yield held

    def axis(self, protocol: str) -> list[tuple[int, int, Match]]:
        """The ports of a protocol, cut where other rules match. For protocols without ports all ports are the same."""
        if protocol not in self._axes:
            among = _mask(rule.protocols is not None and protocol in rule.protocols for rule in self.rules)
            perhaps = _mask(rule.protocols is None for rule in self.rules)
            ports = [ports_of(rule, protocol) for rule in self.rules]
            self._axes[protocol] = list(ranges(ports, among, perhaps))
        return self._axes[protocol]

    def _decide(self, yes: int, possible: int, among: int, match: Match) -> Answer:
        packets = among & self.remote.version[match.version]
        key = (yes, possible, packets)
        if key not in self._answers:
            answers = [self._layer(yes & layer, possible & layer, packets) for layer in self.layers]
            self._answers[key] = _both(answers, packets)
        return self._answers[key]

    def _layer(self, yes: int, possible: int, packets: int) -> Answer:
        """The decision of one group about packets that some rules match, as far as near side and ports tell."""
        far, perhaps = self.remote.yes, self.remote.maybe
        yes &= self._certain
        left, decided, priority = packets, 0, 0
        allowed = denied = 0
        by_rule: dict[int, int] = {}
        doubts: dict[int, int] = {}
        for number in bits(possible):
            if self._priorities[number] != priority:
                left &= ~decided
                priority = self._priorities[number]
                if not left:
                    break
            sure = left & far[number] if yes >> number & 1 else 0
            touched = left & (far[number] | perhaps[number])
            if not touched:
                continue
            decided |= sure
            allows = self.rules[number].allows
            if allows is not False:
                allowed |= touched
                by_rule[number] = touched
            if allows is not True:
                denied |= touched
            doubts[number] = touched if allows is None else touched & ~sure
        sure = allowed & ~denied
        # Two rules of one priority: what is in doubt, and not because something about a rule is not known.
        conflict = reduce(and_, (~mask for mask in doubts.values()), allowed & denied)
        for number, mask in by_rule.items() if conflict else ():
            doubts[number] |= mask & conflict
        return Answer(sure, allowed, by_rule, {rule: mask for rule, mask in doubts.items() if mask})


def _mask(flags: Iterable[bool]) -> int:
    return sum(1 << index for index, flag in enumerate(flags) if flag)


def _both(answers: Sequence[Answer], packets: int) -> Answer:
    """What several groups let through together."""
    sure = possible = packets
    for answer in answers:
        sure, possible = sure & answer.sure, possible & answer.possible
    if not possible:
        return _NOTHING
    by_rule = {rule: mask & possible for answer in answers for rule, mask in answer.by_rule.items() if mask & possible}
    open_ = possible & ~sure
    doubts = {rule: mask & open_ for answer in answers for rule, mask in answer.doubts.items() if mask & open_}
    return Answer(sure, possible, by_rule, doubts)


def _union(answers: Iterable[tuple[Answer, bool]]) -> Answer:
    """What gets through in some of several situations, of which some may not exist."""
    sure = possible = 0
    by_rule: dict[int, int] = {}
    doubts: dict[int, int] = {}
    for answer, exists in answers:
        sure |= answer.sure if exists else 0
        possible |= answer.possible
        for rule, mask in answer.by_rule.items():
            by_rule[rule] = by_rule.get(rule, 0) | mask
        for rule, mask in answer.doubts.items():
            doubts[rule] = doubts.get(rule, 0) | mask
    return Answer(sure, possible, by_rule, doubts)
