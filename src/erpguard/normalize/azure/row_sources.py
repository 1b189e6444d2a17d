"""From a path of an ARM body back to the provider's: asked for only where there is a finding, so that nothing is kept.

A finding has to stand where one changes it. So a property leads to the attribute that it was made of, an item of a list
to the item, be it in another order there, and a property that nobody set to the attribute that would set it, or to the
block that would hold it: never to another attribute beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from erpguard.model import Path
from erpguard.normalize.azure.templates import Template, actual, fetch, filled, match

if TYPE_CHECKING:
    from erpguard.normalize.azure.rows import Row

_RESOURCE: Path = ("properties",)
"""What holds the properties of a resource is the resource itself, and no block of it."""


def source(rows: Sequence[Row], path: Path, values: dict[str, Any]) -> Path:
    """The provider's path of an ARM path: its own, that of what it holds, or that of the nearest thing above it."""
    found = _exactly(rows, path, values) or _within(rows, path, values)
    above = path[:-1]
    while found is None and above and above != _RESOURCE:
        found = _exactly(rows, above, values) or _around(rows, above, values)
        above = above[:-1]
    return found or ()


def counts(row: Row, item: Any, indexes: Sequence[int] = ()) -> bool:
    """Whether the conditions of a row hold."""
    return all(fetch(item, filled(steps, indexes)) in values for steps, values in row.when)


def _exactly(rows: Iterable[Row], path: Path, values: dict[str, Any]) -> Path | None:
    """The attribute that a property was made of; where none is there, the first that would make it."""
    best: Path | None = None
    for row in rows:
        done, at, indexes = match(row.target, path)
        if done < len(row.target):
            continue
        given = [actual(values, filled(steps, indexes)) for steps in row.sources]
        for one in given:
            found = _item(row, fetch(values, one), one, path[at:])
            if found is None:
                continue
            if fetch(values, one) is not None and _gives(row, given, values, indexes):
                return found
            best = best or found
    return best


def _gives(row: Row, given: list[Path], values: dict[str, Any], indexes: Sequence[int]) -> bool:
    """Whether the property was made by this row: a provider has words for "nothing", which others are asked after."""
    if not counts(row, values, indexes):
        return False
    if row.change is None:
        return True
    found = [fetch(values, one) for one in given]
    return row.change(found if len(found) > 1 else found[0]) is not None


def _item(row: Row, value: Any, at: Path, rest: Path) -> Path | None:
    """The path of an attribute, or of an item of it; None where the attribute has nothing of the kind."""
    if not rest or row.moves:
        return (*at, *rest)
    if len(row.sources) > 1:
        return None
    if row.change is None:
        return (*at, *rest)
    made = row.change(value)
    if not isinstance(made, list | dict) or not isinstance(value, list):
        return at if isinstance(made, list) and rest == (0,) else None  # one value, of which a list was made
    step = rest[0]
    if isinstance(made, list):
        if not isinstance(step, int) or not 0 <= step < len(made):
            return None
        if len(made) == len(value) and row.change([value[step]]) == [made[step]]:
            return (*at, step)  # in the same order
    # In another order, or as keys: the item that by itself gives what stands there.
    key = [made[step]] if isinstance(step, int) else step
    for index, one in enumerate(value):
        alone = row.change([one])
        if alone == key or (isinstance(alone, dict) and step in alone):
            return (*at, index)
    return None


def _within(rows: Iterable[Row], path: Path, values: dict[str, Any]) -> Path | None:
    """What all that is below an ARM path is made of: the block that they have in common, or the only one there."""
    possible = list(_below(rows, path, values))
    return _common(possible) or _common([one for one in possible if fetch(values, one) is not None]) or None


def _around(rows: Iterable[Row], path: Path, values: dict[str, Any]) -> Path | None:
    """The block that holds what is below an ARM path, where something of it that nobody set would stand."""
    return _common([_block(one) for one in _below(rows, path, values)]) or None


def _below(rows: Iterable[Row], path: Path, values: dict[str, Any]) -> Iterator[Path]:
    """The attributes of everything below an ARM path, there or not."""
    for row in rows:
        _, at, indexes = match(row.target, path)
        if at == len(path):
            yield from (actual(values, filled(steps, indexes)) for steps in row.sources)


def _block(path: Path) -> Template:
    """The block of an attribute, or of an item of its list."""
    length = len(path)
    while length and isinstance(path[length - 1], int):
        length -= 1
    return path[: max(length - 1, 0)]


def _common(paths: list[Path]) -> Path:
    """The longest path that all of these begin with."""
    shared = paths[0] if paths else ()
    for path in paths:
        length = 0
        while length < min(len(shared), len(path)) and shared[length] == path[length]:
            length += 1
        shared = shared[:length]
    return shared
