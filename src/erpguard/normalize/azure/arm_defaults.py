"""What ARM documents for properties that nobody set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from erpguard.model import Path, Resource
from erpguard.normalize.azure.arm_types import Default, arm_type
from erpguard.normalize.azure.bodies import put

_VERSION = re.compile(r"\d{4}-\d\d-\d\d(?![0-9])")


def fill_defaults(resource: Resource) -> None:
    """Fill in what ARM documents for absent properties; `assumed` notes where."""
    described = arm_type(resource.type)
    assumed: set[Path] = set()
    unknown: set[Path] = set()
    for default in described.defaults if described else ():
        value = _made_with(resource, default) if default.depends else default.value
        for path in _absent(resource.body, default.path):
            if not resource.is_known(path):
                continue
            if value is None:
                unknown.add(path)
            else:
                put(resource.body, path, deepcopy(value))
                assumed.add(path)
    if assumed:
        resource.assumed |= assumed
    if unknown:
        resource.unknown |= unknown


def _made_with(resource: Resource, default: Default) -> Any:
    """What holds for a resource that Azure shows, or that a known version of the API makes; else what holds by default,
    None where that is not certain.
    """
    if not resource.change and "apiVersion" not in resource.body:
        return default.shown
    version = made_by(resource)
    of_version = (value for since, value in reversed(default.by_api_version) if version and version >= since)
    return next(of_version, default.value)


def made_by(resource: Resource) -> str:
    """The version of the API that makes a resource, as `2023-05-01`; empty where it is not known, or made before."""
    version = resource.body.get("apiVersion")
    if not isinstance(version, str) or _VERSION.match(version) is None or not resource.is_known(("apiVersion",)):
        return ""
    return version if resource.change in ("", "create", "replace") else ""


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
