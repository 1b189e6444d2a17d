"""View: the rules of groups, and those before them that leave them nothing.

This is about a group by itself, wherever it is in force. Rules that every group has are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.nsg.addresses import EVERY, NONE, Intervals, parse, union
from erpguard.analysis.azure.nsg.coverage import Rectangles, TooIntricateError
from erpguard.analysis.azure.nsg.groups import Group, all_groups
from erpguard.analysis.azure.nsg.order import Turn, in_order
from erpguard.analysis.azure.nsg.rules import RULES, Rule
from erpguard.analysis.azure.properties import items, read
from erpguard.analysis.azure.subnets import NETWORK

_FEW = 12


class Shadow(NamedTuple):
    """Whether earlier rules take all of a rule (None: not known), and which."""

    answer: bool | None
    rules: tuple[Rule, ...] = ()


def nsg_rules(analyses: Analyses) -> View:
    """One row per rule of a group, at the rule; one at the list where it is not known.

    Fields: rule (its name), shadowed (whether it never matches, surely or perhaps), before (what comes before it and
    takes its packets, with the verb), doubt (what is not known, where that is so perhaps), related.
    """
    view = View()
    networks, known = analyses.once("azure.nsg.networks", _networks)
    for group in all_groups(analyses).values():
        found = list(shadows(group, networks))
        if not known:
            found = [_agreed(*both) for both in zip(found, shadows(group, EVERY), strict=True)]
        for rule, shadow in found:
            if rule.stands and rule.place is not None:
                fields = {
                    "rule": rule.name,
                    "shadowed": shadow.answer is not False,
                    "before": _before(rule, shadow.rules),
                    "doubt": _doubt(group, rule) if shadow.answer is None else "",
                    "related": list(_related(shadow.rules)),
                }
                view.add(*rule.place, fields)
    return view


def _doubt(group: Group, rule: Rule) -> str:
    """What is not known, where a rule perhaps never matches."""
    if rule.doubt:
        return rule.doubt
    others = [other.doubt for other in group.rules if other.doubt and other.inbound in (rule.inbound, None)]
    return "; ".join(others) or "which packets earlier rules take"


def shadows(group: Group, networks: Intervals = NONE) -> Iterator[tuple[Rule, Shadow]]:
    """What is left to each rule of a group. `networks`: see `Rectangles`."""
    for inbound in (True, False):
        turns: dict[int, Turn] = {}
        for turn in in_order(group.rules, inbound):
            if not turn.rule.is_default:
                turns.setdefault(id(turn.rule), turn)
        yield from _in_one_direction(list(turns.values()), networks)
    for rule in group.rules:
        if rule.inbound is None:
            # One that stands for a whole list may be several.
            yield rule, Shadow(None if len(group.rules) > 1 or rule.path == RULES else False)


def _in_one_direction(turns: list[Turn], networks: Intervals) -> Iterator[tuple[Rule, Shadow]]:
    rectangles = Rectangles([turn.rule for turn in turns], networks)
    unclear = sum(1 << number for number, turn in enumerate(turns) if not _is_clear(turn.rule))
    certain = perhaps = 0
    for _, same in groupby(enumerate(turns), key=lambda item: item[1].priority):
        together = list(same)
        for number, turn in together:
            if turn.rule.inbound is None:
                continue
            if turn.rule.priority is None:
                yield turn.rule, _shadow(rectangles, number, 0, (1 << len(turns)) - 1 & ~(1 << number), unclear)
            else:
                yield turn.rule, _shadow(rectangles, number, certain, perhaps, unclear)
        for number, turn in together:
            certain |= turn.certain << number
            perhaps |= 1 << number


def _shadow(rectangles: Rectangles, number: int, sure: int, perhaps: int, unclear: int) -> Shadow:
    """`sure` and `perhaps` are the rules that come earlier, as masks; `unclear` are not known in all."""
    rule = rectangles.rules[number]
    try:
        covering = rectangles.covering(number, sure)
        if covering is not None:
            needed = _needed(rectangles, number, covering)
            return Shadow(True, tuple(rectangles.rules[other] for other in sorted(needed)))
        if not _is_told(rule):
            # Some value of what is not known may leave the rule only packets that others take.
            return Shadow(None if rectangles.meets(number, perhaps) else False)
        in_doubt = perhaps != sure or perhaps & unclear
        return Shadow(None if in_doubt and rectangles.may_cover(number, perhaps) else False)
    except TooIntricateError:
        return Shadow(None)


def _is_told(rule: Rule) -> bool:
    """Whether it is known which packets a rule is about."""
    ports = rule.source_ports.known and rule.destination_ports.known and rule.protocols is not None
    return ports and rule.source.known and rule.destination.known


def _is_clear(rule: Rule) -> bool:
    """Whether it is also known when it is asked."""
    return _is_told(rule) and rule.stands and rule.priority is not None and rule.inbound is not None


def _needed(rectangles: Rectangles, number: int, covering: set[int]) -> set[int]:
    """The covering rules without those that the others make up for."""
    if 1 < len(covering) <= _FEW:
        for one in sorted(covering, reverse=True):
            rest = sum(1 << other for other in covering - {one})
            if rectangles.covering(number, rest) is not None:
                covering = covering - {one}
    return covering


def _agreed(least: tuple[Rule, Shadow], most: tuple[Rule, Shadow]) -> tuple[Rule, Shadow]:
    """What holds whatever the addresses of virtual networks are."""
    return most if least[1].answer == most[1].answer else (least[0], Shadow(None))


def _networks(analyses: Analyses) -> tuple[Intervals, bool]:
    """The address spaces of the virtual networks in the estate, and whether these are all of them."""
    found, whole = [], True
    for network in analyses.estate.of_type(NETWORK):
        paths, known = items(network, "properties", "addressSpace", "addressPrefixes")
        addresses = [parse(str(read(network, *path).value)) for path in paths]
        found += [one for one in addresses if one is not None]
        whole = whole and known and None not in addresses
    return union(*found), whole


def _before(rule: Rule, covering: tuple[Rule, ...]) -> str:
    """What takes the packets of a rule, and what becomes of them."""
    if not covering:
        return "other rules may take its packets"
    names = ", ".join(other.name for other in covering)
    answers = {other.allows for other in covering}
    one = len(covering) == 1
    who = f"rule {names}" if one else f"rules {names}"
    if len(answers) != 1 or None in answers or rule.allows is None:
        return f"{who} {'decides' if one else 'decide'} about its packets"
    verb = ("allows" if one else "allow") if answers == {True} else ("denies" if one else "deny")
    return f"{who} {verb} " + ("them too" if answers == {rule.allows} else "what it should " + _verb(rule))


def _verb(rule: Rule) -> str:
    return "allow" if rule.allows else "deny"


def _related(covering: tuple[Rule, ...]) -> Iterator[dict[str, Any]]:
    for other in covering:
        if other.place is not None:
            resource, path = other.place
            message = f"rule {other.name}, priority {other.priority}"
            yield {"resource": resource.key, "path": list(path), "message": message}
