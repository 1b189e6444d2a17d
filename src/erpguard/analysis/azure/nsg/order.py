"""The order in which the rules of a group are asked: by priority, the rules that every group has last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from erpguard.analysis.azure.nsg.rules import DEFAULTS, Rule

_FIRST_PRIORITY = 100
_LAST_PRIORITY = 4096


class Turn(NamedTuple):
    """When a rule is asked. `certain` is False where that may be later, or not at all."""

    priority: int
    rule: Rule
    certain: bool


def in_order(rules: Sequence[Rule], inbound: bool) -> list[Turn]:
    """The rules of a direction in the order in which they are asked.

    A rule whose priority is not known is asked twice: where it may be at the earliest, which is right behind the rules
    that leave no priority free before it (Azure refuses two rules with one priority and direction), and where it surely
    has been asked, behind all rules but the default ones.
    """
    asked = [rule for rule in (*rules, *DEFAULTS) if rule.inbound in (inbound, None)]
    taken = {rule.priority for rule in asked if rule.stands and rule.inbound is not None}
    free = _FIRST_PRIORITY
    while free in taken:
        free += 1
    turns = []
    for rule in asked:
        in_force = rule.stands and rule.inbound is not None
        if rule.priority is not None:
            turns.append(Turn(rule.priority, rule, in_force))
            continue
        turns.append(Turn(free, rule, False))
        if in_force:
            turns.append(Turn(_LAST_PRIORITY + 1, rule, True))
    return sorted(turns, key=lambda turn: turn.priority)
