"""What of an ARM body is not known, by what is not known of the provider's values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from erpguard.model import Path, value_at
from erpguard.normalize.azure.mapping import Spelling
from erpguard.normalize.azure.rows import ensure
from erpguard.normalize.azure.templates import fetch

_NOTHING: frozenset[Path] = frozenset()
_WHOLE: frozenset[Path] = frozenset(
    (key,) for key in ("identity", "kind", "location", "properties", "sku", "tags", "zones")
)
"""What is hidden where nothing of a resource is known."""


class Hidden:
    """The ARM paths that are not known."""

    __slots__ = ("paths",)

    def __init__(self) -> None:
        self.paths: set[Path] = set()


def hidden(spelling: Spelling, unknown: Iterable[Path], values: dict[str, Any], body: dict[str, Any]) -> Hidden:
    """The ARM paths of unknown attributes. What was made from a part only is taken out of `body`, gaps get a place."""
    found = Hidden()
    for hiding in spelling.hiding:
        if fetch(values, hiding.sources[0]) is not None and fetch(body, hiding.target) is None:
            found.paths.add(hiding.target)
    for path in sorted(unknown, key=str):
        if not path:
            found.paths |= _WHOLE
        for target, row in spelling.targets(path) if path else ():
            stands = value_at(body, target)
            if row is not None and row.shared and stands is not None and value_at(values, _attribute(path)) is None:
                continue  # another name of the attribute, which is known
            if row is not None and not row.moves and stands is not None:
                take(body, target)
            found.paths.add(_placed(body, target))
    return found


def targets_of(spelling: Spelling, paths: Iterable[Path]) -> frozenset[Path]:
    """The ARM paths that rest on any of these paths of the provider."""
    return frozenset(target for path in paths if path for target, _ in spelling.targets(path)) or _NOTHING


def _placed(body: dict[str, Any], target: Path) -> Path:
    """The path to mark: an item of a plain list has no place of its own, so that the whole list is unknown then."""
    for length, step in enumerate(target):
        if isinstance(step, int):
            items = value_at(body, target[:length])
            # The first item tells what all are: each of thousands may have something that is unknown.
            if isinstance(items, list) and (
                (step < len(items) and items[step] is None)
                or isinstance(next((one for one in items if one is not None), None), str | int)
            ):
                items[:] = [one for one in items if one is not None]
                return target[:length]
    ensure(body, target)
    return target


def _attribute(path: Path) -> Path:
    """The attribute that a path is in, where it leads to an item of its list."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    return path


def take(body: dict[str, Any], path: Path) -> None:
    """Take a value out of a body."""
    owner = value_at(body, path[:-1])
    if isinstance(owner, dict):
        owner.pop(path[-1], None)
