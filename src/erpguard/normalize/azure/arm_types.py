"""The ARM types that policies know: their canonical case, shape, defaults, and what they hold as parts.

Each is a JSON file beside this module, `types/<type with dots>.json`:

    {"type": "Microsoft.Network/virtualNetworks",
     "shape": {"properties": {"subnets": [{"name": "string"}]}},
     "defaults": [{"path": "properties.enableDdosProtection", "value": false, "source": "https://..."}],
     "parts": {"Microsoft.Network/virtualNetworks/subnets": "properties.subnets"}}

`shape` is in the language of `erpguard.normalize.kubernetes_types`. A default holds where ARM documents one for an
absent property (`[]` after a key: in every item of the list); one with `depends` instead of `value` names what it
depends on: the property is unknown then. `parts` are child types that ARM shows within their parent too.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any, NamedTuple

_FOLDER = os.path.join(os.path.dirname(__file__), "types")


class Default(NamedTuple):
    """What ARM puts where nothing is said: a value, or nothing certain (`depends` says why)."""

    path: tuple[str, ...]
    value: Any
    depends: str


class ArmType(NamedTuple):
    """What is known of one type."""

    name: str
    shape: dict[str, Any]
    defaults: tuple[Default, ...]
    parts: dict[str, tuple[str, ...]]


@cache
def _files() -> dict[str, str]:
    """Lower-case type -> file."""
    names = [name for name in os.listdir(_FOLDER) if name.endswith(".json")]
    return {name.removesuffix(".json").lower(): os.path.join(_FOLDER, name) for name in names}


@cache
def arm_type(name: str) -> ArmType | None:
    """A type by its name in any case; None where no policy knows it."""
    file = _files().get(name.lower().replace("/", "."))
    if file is None:
        return None
    with open(file, encoding="utf-8") as opened:
        given = json.load(opened)
    return ArmType(
        given["type"],
        given["shape"],
        tuple(Default(_steps(one["path"]), one.get("value"), one.get("depends", "")) for one in given["defaults"]),
        {child: _steps(path) for child, path in given.get("parts", {}).items()},
    )


def canonical(name: str) -> str:
    """A type in ARM's own case; as it was given where it is not known."""
    known = arm_type(name)
    return known.name if known else name


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.replace("[]", ".[]").split("."))
