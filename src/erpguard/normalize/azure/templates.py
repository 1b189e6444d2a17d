"""Paths with open places: `ip_configuration[].subnet_id`, `properties.ipConfigurations[].properties.subnet.id`.

`[]` stands for every item of a list, `[2+]` for every item of a list that begins two places later in ARM, `[0]` for a
block of which there is at most one. Terraform writes such a block as a list of one, the bridged Pulumi provider as the
object itself: here both are read alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from erpguard.model import Path, Step

EACH = -1
"""The step of a template that stands for every index; `EACH - 2` for every index and two more."""

Template = tuple[Step, ...]


def template(text: str) -> Template:
    """The steps of a path as mappings write it; `""` is the object itself."""
    steps: list[Step] = []
    for part in text.split(".") if text else ():
        key, _, index = part.partition("[")
        if key:
            steps.append(key)
        while index:
            number, _, index = index.partition("]")
            steps.append(EACH - int(number[:-1]) if number.endswith("+") else int(number) if number else EACH)
            index = index.removeprefix("[")
    return tuple(steps)


def is_open(step: Step) -> bool:
    """Whether a step of a template stands for every index."""
    return isinstance(step, int) and step < 0


def filled(steps: Template, indexes: Sequence[int]) -> Path:
    """A template with its open places filled from the left; what comes after the last index given is cut off."""
    rest = iter(indexes)
    path: list[Step] = []
    for step in steps:
        if isinstance(step, int) and step < 0:
            index = next(rest, None)
            if index is None:
                break
            path.append(index + EACH - step)
        else:
            path.append(step)
    return tuple(path)


def fetch(value: Any, steps: Template) -> Any:
    """What stands at a path of a provider's values; None where nothing does."""
    for step in steps:
        if isinstance(step, str):
            if not isinstance(value, dict):
                return None
            value = value.get(step)
            if value is None:
                return None
        elif isinstance(value, list):
            if len(value) <= step:
                return None
            value = value[step]
    return value


def actual(value: Any, steps: Template) -> Path:
    """The path as the values have it: without the steps of single blocks that are not lists there."""
    path: list[Step] = []
    for step in steps:
        if isinstance(step, str):
            path.append(step)
            value = value.get(step) if isinstance(value, dict) else None
        elif isinstance(value, list) or value is None:
            path.append(step)
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return tuple(path)


def match(steps: Template, path: Path) -> tuple[int, int, list[int]]:
    """How far a template and a path go together: steps of the template, steps of the path, and the indexes met.

    An index of the template that is no `[]` may be missing in the path.
    """
    done = at = 0
    indexes: list[int] = []
    while done < len(steps) and at < len(path):
        expected, step = steps[done], path[at]
        if isinstance(expected, str):
            if step != expected:
                break
        elif expected < 0:
            if isinstance(step, str) or step < EACH - expected:
                break
            indexes.append(step - (EACH - expected))
        elif isinstance(step, str):
            done += 1
            continue
        elif step != expected:
            break
        done += 1
        at += 1
    return done, at, indexes
