"""The ARM types that policies know: their canonical case, shape, defaults, and what they hold as parts.

Each is a JSON file beside this module, `types/<type with dots>.json`:

    {"type": "Microsoft.Network/virtualNetworks",
     "shape": {"properties": {"subnets": [{"name": "string"}]}},
     "defaults": [{"path": "properties.enableDdosProtection", "value": false, "source": "https://..."}],
     "parts": {"Microsoft.Network/virtualNetworks/subnets": "properties.subnets"},
     "made_as": "default"}

`shape` is in the language of `erpguard.normalize.kubernetes_types`. A default holds where ARM documents one for an
absent property (`[]` after a key: in every item of the list). One with `depends` names what it depends on:
`by_api_version` (first version -> value) tells it of what is made by a known version of the API, and `shown` of what
Azure itself shows without it; of all others it is `value`, and without one the property is unknown. `parts` are child
types that ARM shows within their parent too. `made_as` is the name of the one that every parent has from the beginning,
whether it is declared or not.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any, NamedTuple

_FOLDER = os.path.join(os.path.dirname(__file__), "types")


class Default(NamedTuple):
    """What ARM puts where nothing is said: a value, or nothing certain (`depends` says why).

    by_api_version  what it puts into what is made, by the first version of the API that does so, in their order
    shown           what holds where Azure shows what is there without saying it; None where that tells nothing
    """

    path: tuple[str, ...]
    value: Any
    depends: str
    by_api_version: tuple[tuple[str, Any], ...] = ()
    shown: Any = None


class ArmType(NamedTuple):
    """What is known of one type."""

    name: str
    shape: dict[str, Any]
    defaults: tuple[Default, ...]
    parts: dict[str, tuple[str, ...]]
    made_as: str


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
        tuple(_default(one) for one in given["defaults"]),
        {child: _steps(path) for child, path in given.get("parts", {}).items()},
        given.get("made_as", ""),
    )


def all_names() -> list[str]:
    """All types that are known, sorted."""
    return sorted(known.name for name in _files() if (known := arm_type(name)) is not None)


def _default(given: dict[str, Any]) -> Default:
    versions = tuple(sorted(given.get("by_api_version", {}).items()))
    return Default(_steps(given["path"]), given.get("value"), given.get("depends", ""), versions, given.get("shown"))


def canonical(name: str) -> str:
    """A type in ARM's own case; as it was given where it is not known."""
    known = arm_type(name)
    return known.name if known else name


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.replace("[]", ".[]").split("."))
