"""Objects that a caller holds in memory: copied and checked, so that they are what a manifest could have said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from erpguard.model import Path, Place, Problem, pointer
from erpguard.sources import Collected
from erpguard.sources.yaml_values import DEEPEST


class _NotJsonError(Exception):
    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def copied(value: Any, path: Path = ()) -> Any:
    """A deep copy of a JSON value; raises `_NotJsonError` for anything else, with the path to it."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise _NotJsonError(path, "holds a lone surrogate, which is no text") from None
        return str(value)
    if isinstance(value, int):
        if not -(2**63) <= value < 2**64:
            raise _NotJsonError(path, "is an integer of more than 64 bits")
        return int(value)
    if isinstance(value, float):
        if not isfinite(value):
            raise _NotJsonError(path, "is not a finite number")
        return float(value)
    return _copied_collection(value, path)


def _copied_collection(value: Any, path: Path) -> Any:
    if len(path) >= DEEPEST and isinstance(value, (Mapping, list, tuple)):
        raise _NotJsonError(path[:8], f"is nested deeper than {DEEPEST} levels")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise _NotJsonError(path, f"has a key of type {type(key).__name__}, keys are strings")
        return {copied(key, path): copied(inner, (*path, key)) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [copied(inner, (*path, index)) for index, inner in enumerate(value)]
    raise _NotJsonError(path, f"is of type {type(value).__name__}, which JSON does not have")


def copied_objects(objects: Iterable[Any], collected: Collected) -> Iterator[dict[str, Any]]:
    """Copies of the objects; what is no JSON object becomes a problem."""
    for index, given in enumerate(objects):
        name = f"resources[{index}]"
        try:
            body = copied(given)
        except _NotJsonError as error:
            message = f"{name}{pointer(error.path)} {error.message}"
            place = Place(object_id=name, pointer=pointer(error.path))
            collected.problems.append(Problem("not-json", message, place))
            collected.open_types.add("*")
            continue
        if isinstance(body, dict):
            collected.documents += 1
            yield body
        else:
            message = f"{name} is no object: give mappings with apiVersion and kind"
            collected.problems.append(Problem("not-json", message, Place(object_id=name)))
            collected.open_types.add("*")
