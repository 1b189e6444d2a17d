"""Reading and building nested JSON bodies by path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.model import Path


def put(body: Any, path: Path, value: Any) -> None:
    """Set the value at a path, making the objects and list items that lead there; what is neither gives way."""
    for step, following in zip(path, path[1:], strict=False):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            while len(body) <= step:
                body.append({})
            if not isinstance(body[step], type(empty)):
                body[step] = empty
        elif not isinstance(body.get(step), type(empty)):
            body[step] = empty
        body = body[step]
    last = path[-1]
    if isinstance(last, int):
        while len(body) <= last:
            body.append({})
    body[last] = value


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar and every list of a body, with its path: what a setting sets at once."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif path:
        yield path, value


def list_at(body: Any, at: Path, make: bool = True) -> list[Any]:
    """The list at a path; with `make` it is put there when there is none."""
    for step in at[:-1]:
        body = body.setdefault(step, {}) if make else body.get(step) or {}
        if not isinstance(body, dict):
            return []
    found = body.get(at[-1])
    if not isinstance(found, list):
        found = []
        if make:
            body[at[-1]] = found
    return found
