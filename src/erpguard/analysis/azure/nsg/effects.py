"""What each rule of the groups in force does about packets from the public internet, over TCP."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import NamedTuple

from erpguard.analysis.azure.nsg.addresses import PUBLIC, intersection
from erpguard.analysis.azure.nsg.evaluation import Evaluation, Reach
from erpguard.analysis.azure.nsg.partition import Match, Point, Size, bits
from erpguard.analysis.azure.nsg.routes import Extent
from erpguard.analysis.azure.nsg.rules import Ports, Rule, Side
from erpguard.analysis.azure.nsg.tags import INTERNET, PLAIN, VIRTUAL_NETWORK, is_anybody

_USABLE = (1, 65535)
"""First and last port that anything can listen on."""

_MOST_OTHERS = 20
_NONE: Size = (0, 0)


class Opening(NamedTuple):
    """How many public addresses reach some ports.

    own      through the rule in question
    largest  through the rule of the same group that lets most of them in
    total    through all rules together
    """

    first: int
    last: int
    own: Size
    largest: Size
    total: Size


Openings = tuple[Opening, ...]


class Effect(NamedTuple):
    """What one rule does at some points.

    layer           which of the groups it belongs to
    sure, possible  what it opens surely, and at most
    every, every_possible
                    all ports, where all are open and this rule answers for it: it is for all ports, or no rule is
    doubts          why `sure` and `possible` differ
    others          rules that let the same packets through the other group, and denying ones that come too late
    """

    layer: int
    rule: Rule
    sure: Openings
    possible: Openings
    every: Openings
    every_possible: Openings
    doubts: tuple[str, ...]
    others: tuple[tuple[Rule, str], ...]


class Exposure:
    """Groups that are in force together, the outermost first, against the public internet."""

    def __init__(self, layers: Sequence[Sequence[Rule]], extent: Extent) -> None:
        self._extent = extent
        tags = {name for layer in layers for rule in layer for name in rule.source.tags if is_anybody(name)}
        labels = (PLAIN, *sorted(tags))
        self._evaluation = Evaluation(layers, labels, extent=extent.addresses, matters=self._matters)
        self._effects: dict[tuple[Match, ...], list[Effect]] = {}
        self._layer_of = {number: layer for layer, mask in enumerate(self._evaluation.layers) for number in bits(mask)}

    def at(self, points: Iterable[Point]) -> list[Effect]:
        """What the rules do there, the same list for points at which the same rules match."""
        matches = tuple(self._evaluation.matches(points))
        if matches not in self._effects:
            reaches = list(self._evaluation.reach(matches, self._evaluation.remote.public))
            self._effects[matches] = list(self._all(reaches, matches))
        return self._effects[matches]

    def _matters(self, source: Side) -> bool:
        """Whether a rule's source may hold a public address that anybody may have."""
        if source.every or not source.known or any(name == INTERNET or is_anybody(name) for name in source.tags):
            return True
        in_routes = VIRTUAL_NETWORK in source.tags and self._extent.addresses
        return bool(in_routes or intersection(source.addresses, PUBLIC))

    def _all(self, reaches: list[Reach], matches: tuple[Match, ...]) -> Iterator[Effect]:
        size = self._evaluation.remote.size
        held: dict[tuple[int, int], list[tuple[Reach, int]]] = defaultdict(list)
        totals: list[Opening] = []
        totals_possible: list[Opening] = []
        for reach in reaches:
            answer = reach.answer
            for totalled, mask in ((totals, answer.sure), (totals_possible, answer.possible)):
                total = size(mask)
                totalled.append(Opening(reach.first, reach.last, total, total, total))
            for key, mask in self._by_rule(reach).items():
                held[key].append((reach, mask))
        largest = self._largest(held)
        every, every_possible = _if_whole(totals), _if_whole(totals_possible)
        covering = {layer for layer, number in held if _is_for_all_ports(self._evaluation.rules[number])}
        for (layer, number), found in held.items():
            rule = self._evaluation.rules[number]
            answers = layer not in covering or _is_for_all_ports(rule)
            sure = _joined(self._opening(reach, mask, largest, layer, True) for reach, mask in found)
            possible = _joined(self._opening(reach, mask, largest, layer, False) for reach, mask in found)
            yield Effect(
                *(layer, rule, sure, possible if possible != sure else ()),
                every if answers else (),
                every_possible if answers and every_possible != every else (),
                tuple(self._doubts(found)),
                tuple(islice(self._others(number, layer, found, matches), _MOST_OTHERS)),
            )

    def _by_rule(self, reach: Reach) -> dict[tuple[int, int], int]:
        """(group, the rule's last turn in it) -> what the rule may let through."""
        found: dict[tuple[int, int], int] = {}
        for number, mask in reach.answer.by_rule.items():
            key = (self._layer_of[number], self._last_turn(number))
            found[key] = found.get(key, 0) | mask
        return found

    def _last_turn(self, number: int) -> int:
        rule = self._evaluation.rules[number]
        if rule.priority is not None:
            return number
        mine = self._layer_of[number]
        return max(
            other for other, one in enumerate(self._evaluation.rules) if one is rule and self._layer_of[other] == mine
        )

    def _largest(self, held: dict[tuple[int, int], list[tuple[Reach, int]]]) -> dict[tuple[int, int, bool], Size]:
        """(group, first port, surely) -> the most that one rule of the group lets in."""
        size = self._evaluation.remote.size
        found: dict[tuple[int, int, bool], Size] = {}
        for (layer, _), reaches in held.items():
            for reach, mask in reaches:
                for surely in (True, False):
                    key = (layer, reach.first, surely)
                    own = size(mask & reach.answer.sure if surely else mask)
                    before = found.get(key, _NONE)
                    found[key] = (max(own[0], before[0]), max(own[1], before[1]))
        return found

    def _opening(
        self, reach: Reach, mask: int, largest: dict[tuple[int, int, bool], Size], layer: int, surely: bool
    ) -> Opening:
        size, answer = self._evaluation.remote.size, reach.answer
        own = size(mask & answer.sure if surely else mask)
        total = size(answer.sure if surely else answer.possible)
        return Opening(reach.first, reach.last, own, largest[layer, reach.first, surely], total)

    def _doubts(self, found: list[tuple[Reach, int]]) -> Iterator[str]:
        told = set()
        for reach, mask in found:
            for number, doubtful in reach.answer.doubts.items():
                rule = self._evaluation.rules[number]
                if doubtful & mask and id(rule) not in told:
                    told.add(id(rule))
                    yield from self._doubts_about(rule)

    def _doubts_about(self, rule: Rule) -> Iterator[str]:
        if VIRTUAL_NETWORK in rule.source.tags and self._extent.reason:
            yield self._extent.reason
        if rule.doubt:
            yield rule.doubt
        elif rule.priority is not None and VIRTUAL_NETWORK not in rule.source.tags:
            yield f"which of the rules with priority {rule.priority} comes first"

    def _others(
        self, number: int, layer: int, found: list[tuple[Reach, int]], matches: tuple[Match, ...]
    ) -> Iterator[tuple[Rule, str]]:
        rules, layers, far = self._evaluation.rules, self._evaluation.layers, self._evaluation.remote.yes
        if len(layers) > 1:
            theirs = {other for reach, mask in found for other, its in reach.answer.by_rule.items() if its & mask}
            for other in sorted(other for other in theirs if self._layer_of[other] != layer):
                if rules[other] is not rules[number]:  # one group may be in force in both places
                    yield rules[other], "lets it through too"
        here = reduce(or_, (match.possible for match in matches), 0)
        mine = reduce(or_, (mask for _, mask in found), 0)
        for other in bits(here & layers[layer] & ~((2 << number) - 1)):
            rule = rules[other]
            denies = rule.allows is False and not rule.is_default and "tcp" in (rule.protocols or ())
            if denies and mine & far[other] and any(_meet(rule.destination_ports, reach) for reach, _ in found):
                yield rule, "comes too late"


def _meet(ports: Ports, reach: Reach) -> bool:
    return any(start <= reach.last and reach.first < end for start, end in ports.ranges)


def _is_for_all_ports(rule: Rule) -> bool:
    """Whether a rule is for all ports, as far as that is known."""
    first, last = _USABLE
    ports = rule.destination_ports
    return not ports.known or any(start <= first and last < end for start, end in ports.ranges)


def _if_whole(openings: list[Opening]) -> Openings:
    """The openings from the first usable port to the last, if something reaches each of them."""
    usable = [opening for opening in openings if opening.last >= _USABLE[0]]
    return _joined(usable) if all(opening.total != _NONE for opening in usable) else ()


def _joined(openings: Iterable[Opening]) -> Openings:
    """Openings with neighbours that are alike joined, and those of nothing left out."""
    joined: list[Opening] = []
    for opening in openings:
        if opening.own == _NONE:
            continue
        if joined and joined[-1].last + 1 == opening.first and joined[-1][2:] == opening[2:]:
            joined[-1] = joined[-1]._replace(last=opening.last)
        else:
            joined.append(opening)
    return tuple(joined)
