"""The groups of an estate, and the rules in them.

A rule stands within its group. One whose group is not in the estate stands by itself: with the other rules of that
group, as far as they are here. One whose group is not known may belong to any group that a plan describes.

Azure takes 1,000 rules in a group, and lifts that for nobody
(https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#networking-limits).
A group that has more cannot be what is in force: its rules are not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.nsg.rules import GROUP_TYPE, RULE_TYPE, RULES, Reader, Rule, anything
from erpguard.analysis.azure.nsg.tags import GROUP
from erpguard.model import Path, Resource, value_at

MOST_RULES = 1000
"""So many rules a group can have."""

UNSEEN = "?"
"""The key of a group that is in force, but not in the estate, or of which it is not known whether it is."""


class Group(NamedTuple):
    """A group. `resource` is None where it is not in the estate; then `rules` are those that are."""

    key: str
    resource: Resource | None
    rules: tuple[Rule, ...]

    def subjects(self) -> list[Resource]:
        """Who is judged for it: the group, or its rules where it is not in the estate."""
        if self.resource is not None:
            return [self.resource]
        return [rule.resource for rule in self.rules if rule.resource is not None]

    def place(self) -> tuple[Resource, Path]:
        """What has to change where a rule is missing."""
        subject = self.subjects()[0]
        return subject, subject.name_path


def all_groups(analyses: Analyses) -> dict[str, Group]:
    """Every group by its key."""
    made: dict[str, Group] = analyses.once("azure.nsg.groups", _all)
    return made


def rules_of(analyses: Analyses, key: str) -> tuple[Rule, ...]:
    """The rules of the group with a key, which may be that of an unseen one."""
    if key == UNSEEN:
        return (_ANYTHING,)
    return all_groups(analyses)[key].rules


_ANYTHING = anything(None, None, "(not known)", "")


def _all(analyses: Analyses) -> dict[str, Group]:
    reader = Reader(lambda id_: membership(analyses, id_))
    alone: dict[str, list[Rule]] = defaultdict(list)
    adrift: list[Rule] = []
    for resource in analyses.estate.of_type(RULE_TYPE):
        rule = reader.rule(resource, (), resource.body)
        if resource.parent in ("", "?"):
            alone[f"{UNSEEN}{resource.key}"].append(rule)
            adrift.append(rule._replace(stands=False, doubt=f"the group of rule {rule.name}"))
        else:
            alone[resource.parent.lower()].append(rule)
    found: dict[str, Group] = {}
    for key, rules in alone.items():
        if len(rules) <= MOST_RULES:
            found[key] = Group(key, None, tuple(rules))
        else:  # each by itself: together they cannot be in force
            doubt = _too_many(len(rules), f"the group of rule {rules[0].name}")
            split = (Group(f"{key}#{number}", None, _hidden(one, doubt)) for number, one in enumerate(rules))
            found |= {group.key: group for group in split}
    for resource in analyses.estate.of_type(GROUP_TYPE):
        found[resource.key] = Group(resource.key, resource, _rules(reader, resource, adrift))
    return found


def _rules(reader: Reader, group: Resource, adrift: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules of a group, and those that may belong to it; one that may be anything instead of too many."""
    listed = value_at(group.body, RULES)
    count = len(listed) if isinstance(listed, list) else 0
    perhaps = adrift if group.change else ()
    if count > MOST_RULES:
        doubt = _too_many(count, group.name)
    elif count + len(perhaps) > MOST_RULES:
        doubt = f"which of {len(perhaps):,} rules belong to {group.name}"
    else:
        return (*reader.rules(group), *perhaps)
    return (anything(group, RULES, "(not known)", doubt),)


def _too_many(count: int, group: str) -> str:
    return f"what is in force of {count:,} rules of {group} (Azure takes {MOST_RULES:,} in a group)"


def _hidden(rule: Rule, doubt: str) -> tuple[Rule, ...]:
    """A rule of which nothing is said, among others that cannot be seen."""
    return (anything(rule.resource, rule.path, rule.name, doubt), _ANYTHING)


def membership(analyses: Analyses, id_: str) -> str:
    """The label of the members of an application security group, by the id that a body has."""
    found = analyses.estate.arm(id_).resource
    return GROUP + (found.key if found is not None else id_.lower())
