"""What ARM documents for properties that nobody set."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from erpguard.model import Path, Resource
from erpguard.normalize.azure.arm_types import arm_type
from erpguard.normalize.azure.bodies import put


def fill_defaults(resource: Resource) -> None:
    """Fill in what ARM documents for absent properties; `assumed` notes where."""
    described = arm_type(resource.type)
    assumed: set[Path] = set()
    unknown: set[Path] = set()
    for default in described.defaults if described else ():
        for path in _absent(resource.body, default.path):
            if not resource.is_known(path):
                continue
            if default.depends:
                unknown.add(path)
            else:
                put(resource.body, path, deepcopy(default.value))
                assumed.add(path)
    if assumed:
        resource.assumed |= assumed
    if unknown:
        resource.unknown |= unknown


def _absent(value: Any, steps: tuple[str, ...], path: Path = ()) -> Iterator[Path]:
    """The places where a default is missing: one, or one in each item of a list."""
    if not steps:
        if value is None:
            yield path
        return
    if steps[0] == "[]":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _absent(item, steps[1:], (*path, index))
        return
    if value is None and "[]" not in steps:
        yield (*path, *steps)
    elif isinstance(value, dict):
        yield from _absent(value.get(steps[0]), steps[1:], (*path, steps[0]))
