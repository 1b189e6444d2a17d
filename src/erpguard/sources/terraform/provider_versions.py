"""The major version of each provider: its own defaults stand in a plan, and they changed between versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_LOCKED = re.compile(r"provider\s+\"[^\"\n]*/([^/\"\n]+)\"\s*\{[^}]*?\bversion\s*=\s*\"(\d+)\.")
_CONSTRAINT = re.compile(r"\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+)((?:\.\d+)*)(?:-[\w.]+)?\s*")


def locked(text: str) -> dict[str, int]:
    """Provider -> major version, of a `.terraform.lock.hcl`."""
    return {name: int(major) for name, major in _LOCKED.findall(text)}


def constrained(providers: Mapping[str, Any]) -> dict[str, int]:
    """Provider -> major version, of `provider_config`, where the constraints leave only one."""
    given: dict[str, list[str]] = {}
    for one in providers.values():
        name = one.get("full_name") or one.get("name")
        constraint = one.get("version_constraint")
        if isinstance(name, str) and isinstance(constraint, str):
            given.setdefault(name.rpartition("/")[2], []).extend(constraint.split(","))
    return {name: major for name, parts in given.items() if (major := _only_major(parts))}


def _only_major(constraints: Iterable[str]) -> int:
    """The one major version that fits (https://developer.hashicorp.com/terraform/language/expressions/version-constraints).

    0 if there may be several, or none.
    """
    lowest, highest = 0, 0
    for one in constraints:
        match = _CONSTRAINT.fullmatch(one)
        if match is None or match[1] == "!=":
            continue
        operator, major, rest = match[1] or "=", int(match[2]), match[3]
        if operator in ("=", "~>", ">=", ">"):
            lowest = max(lowest, major)
        if operator == "=" or (operator == "~>" and rest):
            top = major
        elif operator in ("<=", "<"):
            # `< 4.0` leaves 3 as the highest, `< 4.5` and `<= 4.0` leave 4.
            top = major - 1 if operator == "<" and not rest.strip(".0") else major
        else:
            continue
        highest = min(highest, top) if highest else top
    return lowest if lowest == highest else 0
