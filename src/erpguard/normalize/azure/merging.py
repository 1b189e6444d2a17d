"""Settings of a resource that stand in a resource of their own: associations, rules, updates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.model import Origin, Path, Resource, value_at
from erpguard.normalize.azure.bodies import leaves, list_at, put
from erpguard.normalize.azure.origins import ComposedOrigin

_OWN = ("apiVersion", "id", "name", "type", "resourceGroup")
"""What a setting says of itself."""

EVERY = -1
"""A step of a path to add to that stands for every item of a list."""


def merge(owner: Resource, setting: Resource, append: tuple[Path, ...], at: Path = ()) -> None:
    """Put a setting where it belongs. The lists of `append` are added to, everything else is set.

    `at` is the place of a part of the owner, where it is a setting of that part.
    """
    body = value_at(owner.body, at) if at else owner.body
    moved: dict[Path, tuple[Path, ...]] = {
        path: tuple((*at, *end) for end in found)
        for path in append
        if (found := tuple(_ends(body, path, setting.body)))
    }

    def targets(path: Path) -> list[Path]:
        for template, ends in moved.items():
            depth = len(template)
            if _fits(path, template) and len(path) > depth:
                index = path[depth]
                assert isinstance(index, int)
                return [(*end[:-1], int(end[-1]) + index, *path[depth + 1 :]) for end in ends]
        return [(*at, *path)]

    places: dict[Path, tuple[Origin, Path]] = {}
    for path, value in _parts(setting.body, append):
        for target in targets(path):
            put(owner.body, target, value)
            places[target] = (setting.origin, path)
            owner.unknown = frozenset(one for one in owner.unknown if one != target[: len(one)])
    for path in setting.unknown:
        places.update({target: (setting.origin, path) for target in targets(path)})
    owner.unknown |= {target for path in setting.unknown for target in targets(path)}
    owner.sensitive |= {target for path in setting.sensitive for target in targets(path)}
    links = {target: link for path, link in setting.links.items() for target in targets(path)}
    if links:
        owner.links = {**owner.links, **links}
    for ends in (found for path, found in moved.items() if EVERY not in path):
        owner.parts = {**owner.parts, setting.id: ends[0]}
    owner.origin = ComposedOrigin(owner.origin, places)


def retract(owner: Resource, setting: Resource, computed: frozenset[Path] | None) -> None:
    """Take out of a resource what a setting put there that a plan deletes; what is configured there as well stays."""
    for path, value in leaves(setting.body):
        if path[0] in _OWN or value_at(owner.body, path) != value:
            continue
        if computed is None or any(path[:length] in computed for length in range(1, len(path) + 1)):
            _remove(owner.body, path)


def keep(owner: Resource, setting: Resource) -> None:
    """Put into a resource that is there what a setting left behind that a plan deletes; what it says itself holds."""
    if owner.change in ("create", "replace"):
        return
    places: dict[Path, tuple[Origin, Path]] = {}
    for path, value in leaves(setting.body):
        if path[0] not in _OWN and value_at(owner.body, path) is None and not owner.is_hidden(path):
            put(owner.body, path, value)
            places[path] = (setting.origin, path)
    owner.origin = ComposedOrigin(owner.origin, places)


def _remove(body: dict[str, Any], path: Path) -> None:
    """Remove a value, and the objects that held nothing else."""
    while len(path) > 1:
        holder = value_at(body, path[:-1])
        if not isinstance(holder, dict):
            return
        holder.pop(path[-1], None)
        if holder:
            return
        path = path[:-1]


def _parts(body: dict[str, Any], append: tuple[Path, ...]) -> Iterator[tuple[Path, Any]]:
    """What a setting sets: its scalars and lists; of the lists that it adds to, each item."""
    for path, value in leaves(body):
        if path[0] in _OWN:
            continue
        if isinstance(value, list) and any(path == one[: len(path)] for one in append):
            yield from _items(path, value, append)
        else:
            yield path, value


def _items(path: Path, items: list[Any], append: tuple[Path, ...]) -> Iterator[tuple[Path, Any]]:
    for index, item in enumerate(items):
        if any(path == one for one in append):
            yield (*path, index), item
        elif isinstance(item, dict):
            for inner, value in leaves(item):
                at = (*path, index, *inner)
                if isinstance(value, list):
                    yield from (((*at, number), one) for number, one in enumerate(value))


def _ends(body: dict[str, Any], template: Path, setting: dict[str, Any]) -> Iterator[Path]:
    """The ends of the lists to add to: where the next item goes. Nothing if the setting has none to add."""
    if EVERY not in template:
        yield (*template, len(list_at(body, template)))
        return
    at = template.index(EVERY)
    for index, item in enumerate(list_at(body, template[:at], make=False)):
        if isinstance(item, dict):
            for end in _ends(item, template[at + 1 :], setting):
                yield (*template[:at], index, *end)


def _fits(path: Path, template: Path) -> bool:
    return len(path) >= len(template) and all(
        step == other or (other == EVERY and isinstance(step, int)) for step, other in zip(path, template, strict=False)
    )
