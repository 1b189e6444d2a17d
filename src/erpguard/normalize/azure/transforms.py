"""How one attribute of a provider becomes one ARM property: the small vocabulary that mappings use.

A transform takes the value that the provider has and gives ARM's, None where ARM has nothing. What it does not
understand it hands on as it is: the check of types says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

Transform = Callable[[Any], Any]

OWN = "\0own"
"""Stands for the id of the resource itself, until that is known."""


def transform(given: Any) -> Transform | None:
    """The transform that a row of a mapping names; None where the value stays as it is."""
    if given is None:
        return None
    if isinstance(given, str):
        return _NAMED[given]
    (name, argument), *more = given.items()
    if more:
        raise ValueError(f"a transform has one key, not {given}")
    return partial(_WITH_ARGUMENT[name], argument)


def _enabled(value: Any) -> Any:
    return ("Enabled" if value else "Disabled") if isinstance(value, bool) else value


def _lower_enabled(value: Any) -> Any:
    """The registry writes `enabled` in lower case."""
    return ("enabled" if value else "disabled") if isinstance(value, bool) else value


def _not(value: Any) -> Any:
    return not value if isinstance(value, bool) else value


def _text(value: Any) -> Any:
    """What a map of texts holds: ARM writes booleans and numbers as text there."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _sorted(value: Any) -> Any:
    """Sets have no order of their own."""
    return sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


def _lower(value: Any) -> Any:
    if isinstance(value, list):
        return [_lower(one) for one in value]
    return value.lower() if isinstance(value, str) else value


def _list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _first(value: Any) -> Any:
    if isinstance(value, list):
        return value[0] if value else None
    return value


def _joined(separator: str, value: Any) -> Any:
    """A set that ARM writes as one text, in a fixed order."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return separator.join(sorted(value))
    return value


def _gigabytes(value: Any) -> Any:
    return value // 1024 if isinstance(value, int) and not isinstance(value, bool) else value


def _number(value: Any) -> Any:
    """Providers write some numbers as text (`fixed_rate = "60"`)."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def _keys(value: Any) -> Any:
    """A list of ids where ARM has an object with the ids as keys: user-assigned identities."""
    return {one: {} for one in value if isinstance(one, str)} if isinstance(value, list) else value


def _id(value: Any) -> Any:
    """An ARM id; azurerm writes that of a role definition with its scope behind a bar."""
    return value.partition("|")[0] if isinstance(value, str) else value


def _filled(value: Any) -> Any:
    """An empty text, list or object counts as absent."""
    return None if value in ("", [], {}) else value


def _mapped(table: dict[str, Any], value: Any) -> Any:
    key = _text(value)
    return table.get(key, value) if isinstance(key, str) else value


def _present(constant: Any, value: Any) -> Any:
    """A constant where there is anything at all: ARM asks for it, the provider implies it."""
    return None if value in ("", [], {}, False) else constant


def _block(constant: Any, value: Any) -> Any:
    """A constant where a block is written, be it an empty one."""
    return None if value in ("", [], False) else constant


def _own(kind: str, value: Any) -> Any:
    """The id of another part of the same resource, by its name; `placed` puts the resource's id before it."""
    return f"{OWN}/{kind}/{value}" if isinstance(value, str) and value else None


def placed(value: Any, id_: str) -> Any:
    """A body in which ids of parts begin with the id of the resource."""
    if isinstance(value, str):
        return id_ + value[len(OWN) :] if value.startswith(OWN) else value
    if isinstance(value, dict):
        return {key: placed(inner, id_) for key, inner in value.items()}
    return [placed(inner, id_) for inner in value] if isinstance(value, list) else value


def _but(table: list[Any], value: Any) -> Any:
    """The provider's words for "nothing": absent."""
    return None if any(value == one and type(value) is type(one) for one in table) else value


_NAMED: dict[str, Transform] = {
    "enabled": _enabled,
    "filled": _filled,
    "first": _first,
    "gigabytes": _gigabytes,
    "id": _id,
    "keys": _keys,
    "list": _list,
    "lower": _lower,
    "lower-enabled": _lower_enabled,
    "not": _not,
    "not-enabled": lambda value: _enabled(_not(value)),
    "not-text": lambda value: _text(_not(value)),
    "number": _number,
    "sorted": _sorted,
    "text": _text,
}

_WITH_ARGUMENT: dict[str, Callable[[Any, Any], Any]] = {
    "block": _block,
    "but": _but,
    "joined": _joined,
    "map": _mapped,
    "own": _own,
    "present": _present,
}

NAMES = frozenset((*_NAMED, "hides"))
NAMES_WITH_ARGUMENT = frozenset((*_WITH_ARGUMENT, "hook", "links", "named"))
