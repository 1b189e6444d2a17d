"""View: what the internet reaches over TCP, by the rule that lets it in.

Whether that is too much is for policies to say: rows have ports with the number of public addresses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.nsg.attachments import Target, all_targets
from erpguard.analysis.azure.nsg.effects import Effect, Exposure, Openings
from erpguard.analysis.azure.nsg.groups import Group, all_groups, rules_of
from erpguard.analysis.azure.nsg.rules import Rule

_SHOWN = 3
_MOST_RELATED = 20


class _Situation:
    """Targets at which one rule has the same effect."""

    def __init__(self, effect: Effect) -> None:
        self.effect = effect
        self.targets: list[Target] = []


Situations = dict[tuple[Any, ...], _Situation]


def nsg_exposures(analyses: Analyses) -> View:
    """One row per group, and one per rule that lets public addresses in, at the rule.

    Fields: rule (its name), situations: where it is in force, as {where (text), sure, possible, every, every_possible,
    doubt (why the possible ones are not sure), related}. The four lists hold {first, last, own, largest, total}: ports,
    and how many public addresses reach them, as [IPv4 addresses, IPv6 networks of /48]: through this rule, at most
    through one rule, through all of them. `every` has all ports, where all are open and this rule answers for it. The
    possible ones are empty where nothing is in doubt.

    A rule that stands apart from its group has the rows itself.
    """
    view = View()
    exposures: dict[tuple[Any, ...], Exposure] = {}
    for group in all_groups(analyses).values():
        for subject in group.subjects():
            view.add(subject, (), {}, part="group")
        rules: dict[int, tuple[Rule, Situations]] = {}
        for target in all_targets(analyses)[group.key]:
            key = (target.layers, target.extent.addresses)
            if key not in exposures:
                exposures[key] = Exposure([rules_of(analyses, one) for one in target.layers], target.extent)
            for effect in exposures[key].at(target.points):
                if target.layers[effect.layer] == group.key:
                    _add(rules.setdefault(id(effect.rule), (effect.rule, {}))[1], effect, target)
        for rule, situations in rules.values():
            _add_row(view, group, rule, situations.values())
    return view


def _add(situations: Situations, effect: Effect, target: Target) -> None:
    key = (effect.sure, effect.possible, effect.every, effect.every_possible, target.doubt)
    targets = situations.setdefault(key, _Situation(effect)).targets
    if not targets or targets[-1] is not target:
        targets.append(target)


def _add_row(view: View, group: Group, rule: Rule, situations: Iterable[_Situation]) -> None:
    if not rule.stands:
        return  # it is judged by itself
    resource, path = rule.place or group.place()
    shown = [_shown(group, one) for one in situations]
    view.add(resource, path, {"rule": rule.name, "situations": shown}, part=f"rule {rule.name}")


def _shown(group: Group, situation: _Situation) -> dict[str, Any]:
    effect, targets = situation.effect, situation.targets
    doubts = dict.fromkeys((*effect.doubts, *(target.doubt for target in targets if target.doubt)))
    related = [
        {"resource": target.place[0].key, "path": list(target.place[1]), "message": target.title}
        for target in targets[:_MOST_RELATED]
        if target.place is not None
    ]
    for rule, message in effect.others:
        if rule.place is not None:
            resource, path = rule.place
            text = f"rule {rule.name} of {resource.name} {message}"
            related.append({"resource": resource.key, "path": list(path), "message": text})
    return {
        "where": _where(group, targets),
        "sure": _listed(effect.sure),
        "possible": _listed(effect.possible),
        "every": _listed(effect.every),
        "every_possible": _listed(effect.every_possible),
        "doubt": "; ".join(doubts) or "which rules are in force",
        "related": related,
    }


def _listed(openings: Openings) -> list[dict[str, Any]]:
    return [
        {
            **{"first": one.first, "last": one.last},
            **{"own": list(one.own), "largest": list(one.largest), "total": list(one.total)},
        }
        for one in openings
    ]


def _where(group: Group, targets: list[Target]) -> str:
    """Where that is, for messages."""
    titles = list(dict.fromkeys(target.title for target in targets))
    if titles == [""]:
        if group.resource is None:
            return "(judged by itself: its group is not in the estate)"
        return "(judged by itself: nothing in the estate is attached to the group)"
    more = f" and {len(titles) - _SHOWN} more" if len(titles) > _SHOWN else ""
    return f"of {', '.join(titles[:_SHOWN])}{more}"
