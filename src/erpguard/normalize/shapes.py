"""Compares a value with a shape: what does not fit is taken out and told.

The language of shapes is described in `erpguard.normalize.kubernetes_types`.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from erpguard.model import Path

# Kubernetes quantities: apimachinery/pkg/api/resource/quantity.go, the grammar in the comment of `Quantity`.
_QUANTITY = re.compile(
    r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]+)?", re.ASCII
)
PLACEHOLDER = re.compile(r"\$\{|\{\{")
"""Where a template placeholder begins."""

_TEXTS = frozenset(("string", "text", "int-or-string"))
_NUMBERS = frozenset(("number", "quantity"))
_INTEGERS = _NUMBERS | {"int", "int-or-string"}

_EXPECTED = {
    "string": "a string",
    "text": "a string",
    "bool": "true or false",
    "int": "an integer",
    "number": "a number",
    "quantity": "a quantity such as 500m, 1Gi or 2",
    "int-or-string": "an integer or a string",
}


class Misfit(NamedTuple):
    """A value that the API server would refuse: where, and what belongs there."""

    path: Path
    message: str


class Fit:
    """What the comparison found: paths of placeholders, and what was taken out."""

    __slots__ = ("misfits", "unknown")

    def __init__(self) -> None:
        self.unknown: set[Path] = set()
        self.misfits: list[Misfit] = []


def has_placeholder(text: str) -> bool:
    """Whether a text holds a template placeholder, `${X}` or `{{ X }}`, so that its value is not known."""
    return "{" in text and PLACEHOLDER.search(text) is not None


def fit(value: dict[str, Any], shape: Any) -> Fit:
    """Compare an object with its shape, and take out in place what does not fit."""
    result = Fit()
    _object(value, shape, (), result)
    return result


def _fits(value: Any, shape: Any, path: Path, result: Fit) -> bool:
    """Whether the value may stay; notes misfits in and below it."""
    if isinstance(shape, dict):
        if isinstance(value, dict):
            _object(value, shape, path, result)
            return True
        return _refuse(path, "an object", value, result)
    if isinstance(shape, list):
        if isinstance(value, list):
            _array(value, shape[0], path, result)
            return True
        return _refuse(path, "a list", value, result)
    return _leaf(value, shape, path, result)


def _object(value: dict[str, Any], shape: dict[str, Any], path: Path, result: Fit) -> None:
    free = shape.get("*")
    if free is not None:
        for key in list(value):
            _entry(value, key, free, path, result)
        return
    for key, inner in shape.items():
        if key[-1] in "!+":
            key, mark = key[:-1], key[-1]
            if value.get(key) is None:
                value.pop(key, None)
                result.misfits.append(Misfit((*path, key), "is required and missing"))
                continue
            if mark == "+" and value[key] == []:
                result.misfits.append(Misfit((*path, key), "must not be empty"))
        if key in value:
            _entry(value, key, inner, path, result)


def _entry(value: dict[str, Any], key: str, shape: Any, path: Path, result: Fit) -> None:
    if value[key] is None or not _fits(value[key], shape, (*path, key), result):
        del value[key]


def _array(value: list[Any], shape: Any, path: Path, result: Fit) -> None:
    # An item that does not fit becomes an empty object or is kept as None, so that the indexes of the others stay.
    for index, item in enumerate(value):
        if item is None:
            result.misfits.append(Misfit((*path, index), "is null: remove it"))
        if item is None or not _fits(item, shape, (*path, index), result):
            value[index] = {} if isinstance(shape, dict) else None


def _leaf(value: Any, kind: str, path: Path, result: Fit) -> bool:
    if isinstance(value, str) and kind != "text" and has_placeholder(value):
        result.unknown.add(path)
        return True
    return _is_a(value, kind) or _refuse(path, _EXPECTED[kind], value, result)


def _is_a(value: Any, kind: str) -> bool:
    """Whether a value without placeholder is of a leaf kind."""
    if kind == "any":
        return True
    if isinstance(value, str):
        return kind in _TEXTS or (kind == "quantity" and _QUANTITY.fullmatch(value) is not None)
    if isinstance(value, bool):
        return kind == "bool"
    if isinstance(value, int):
        return kind in _INTEGERS
    return isinstance(value, float) and kind in _NUMBERS


def _refuse(path: Path, expected: str, value: Any, result: Fit) -> bool:
    remedy = ": put it in quotes" if expected == "a string" and isinstance(value, (bool, int, float)) else ""
    result.misfits.append(Misfit(path, f"must be {expected}, not {_described(value)}{remedy}"))
    return False


def _described(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the string "{value[:40]}"'
    if isinstance(value, (int, float)):
        return f"the number {str(value)[:40]}"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "nothing"
