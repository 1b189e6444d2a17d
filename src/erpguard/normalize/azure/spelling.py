"""Names of properties in ARM's spelling.

Resource providers take names in any case, and some answer in another one than their documentation has
(https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/resource, `ignore_casing`).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from erpguard.model import Path


def respell(value: Any, shape: Any) -> None:
    """Give the properties of a body, in place, the names that its shape has. Keys that anybody chooses stay."""
    if isinstance(value, list) and isinstance(shape, list):
        for item in value:
            respell(item, shape[0])
    elif isinstance(value, dict) and isinstance(shape, dict):
        if "*" in shape:
            shape = {**dict.fromkeys(value, shape["*"]), **shape}
        elif others := [key for key in value if key not in shape]:
            _rename(value, others, _by_lower_case(tuple(shape)))
        for name, expected in shape.items():
            if not isinstance(expected, str) and name in value:
                respell(value[name], expected)


def _rename(value: dict[str, Any], keys: list[str], names: dict[str, str]) -> None:
    for key in keys:
        name = names.get(key.lower(), key)
        if name not in value:
            value[name] = value.pop(key)


def respelled(path: Path, shape: Any) -> Path:
    """A path of a body, by the names that its shape has."""
    steps: list[str | int] = []
    for step in path:
        steps.append(_named(step, shape) if isinstance(step, str) and isinstance(shape, dict) else step)
        shape = _below(shape, steps[-1])
    return tuple(steps)


def _named(key: str, shape: dict[str, Any]) -> str:
    if key in shape or "*" in shape:
        return key
    return _by_lower_case(tuple(shape)).get(key.lower(), key)


@cache
def _by_lower_case(names: tuple[str, ...]) -> dict[str, str]:
    return {name.lower(): name for name in names}


def _below(shape: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return shape[0] if isinstance(shape, list) else None
    return shape.get(step, shape.get("*")) if isinstance(shape, dict) else None
