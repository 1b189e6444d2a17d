"""The rules of SARIF logs as text, made at packaging: a log has one for each of about a hundred policies.

A wheel carries `sarif-rules.txt` beside the policies; elsewhere each log makes them anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from erpguard.model import Policy
from erpguard.reporters.sarif_locations import Json
from erpguard.reporters.sarif_rules import relations, rule
from erpguard.shipped import shipped

FILE = "sarif-rules.txt"

encode = json.JSONEncoder().encode
"""JSON in one line: without an indent the encoder is the fast one."""


def packaged(policies: Iterable[Policy]) -> str:
    """What a wheel carries: a line for each policy, its id and the rule without its controls."""
    return "".join(f"{policy.id} {encode(rule(policy))}\n" for policy in policies)


def rule_text(policy: Policy, taxa: Sequence[Json]) -> str:
    """The rule of a policy as JSON, see `sarif_rules.rule`. Ids of policies that ship belong to no others."""
    made = _made().get(policy.id)
    if made is None:
        return encode(rule(policy, taxa))
    return f"{made[:-1]}, {encode(relations(taxa))[1:]}" if taxa else made


@cache
def _made() -> Mapping[str, str]:
    try:
        with open(os.path.join(shipped("policies"), FILE), encoding="utf-8", newline="") as opened:
            lines = opened.read().split("\n")
    except FileNotFoundError:
        return {}
    return dict(line.split(" ", 1) for line in lines if line)
