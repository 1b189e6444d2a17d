"""Children put into their parents: rules into groups, subnets into networks, pools into clusters.

A parent may have thousands of children. So all that moves is gathered, and put into the parent at once.
"""

from __future__ import annotations

from typing import Any

from erpguard.model import Origin, Path, Resource
from erpguard.normalize.azure.bodies import list_at, put
from erpguard.normalize.azure.origins import ComposedOrigin

_GONE: Any = object()
"""Stands in a list where an item was deleted, until all are; None stands for one that is not known."""

_FLAT = "agentPoolProfiles"
"""A list whose items have on top what their resource has under `properties`."""


class Family:
    """A parent on its way in, and the children that were put into it. `close` has to be called at the end."""

    def __init__(self, parent: Resource) -> None:
        self.parent = parent
        self._adopted: dict[Path, Resource] = {}
        self._lists: dict[Path, _Names] = {}

    def twin(self, at: Path, name: str) -> int | None:
        """The index of the item of that name in a list of the parent."""
        return self._names(at).first(name)

    def is_adopted(self, path: Path) -> bool:
        """Whether an item is a child that was put there before."""
        return path in self._adopted

    def adopt(self, child: Resource, at: Path) -> None:
        """Put a child into a list, in the place of its twin."""
        names = self._names(at)
        index = names.first(child.name)
        path = (*at, names.add(child.name) if index is None else index)
        put(self.parent.body, path, _item(child, at))
        self._adopted[path] = child

    def remove(self, at: Path, index: int) -> None:
        """Take an item out of a list."""
        self._names(at).remove(index)
        self._adopted.pop((*at, index), None)

    def close(self) -> None:
        """Note in the parent what moved into it, and let the items behind a gap move up."""
        if self._adopted:
            _note(self.parent, self._adopted)
        for at, names in self._lists.items():
            if any(item is _GONE for item in names.items):
                _close_gaps(self.parent, at, names.items)

    def _names(self, at: Path) -> _Names:
        found = self._lists.get(at)
        if found is None:
            found = self._lists[at] = _Names(list_at(self.parent.body, at))
        return found


class _Names:
    """The items of a list by their names, which Azure does not tell apart by case."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self._by_name: dict[str, list[int]] = {}
        for index, item in enumerate(items):
            if isinstance(item, dict):
                self._by_name.setdefault(str(item.get("name", "")).lower(), []).append(index)

    def first(self, name: str) -> int | None:
        known = self._by_name.get(name.lower()) if name else None
        return known[0] if known else None

    def add(self, name: str) -> int:
        self.items.append({})
        self._by_name.setdefault(name.lower(), []).append(len(self.items) - 1)
        return len(self.items) - 1

    def remove(self, index: int) -> None:
        self._by_name[str(self.items[index].get("name", "")).lower()].remove(index)
        self.items[index] = _GONE


def _item(child: Resource, at: Path) -> dict[str, Any]:
    """A child as its parent shows it."""
    properties = child.body.get("properties", {})
    item = {**(properties if at[-1] == _FLAT else child.body), "name": child.name}
    item.pop("type", None)
    item.pop("resourceGroup", None)
    item["id"] = child.id
    return item


def _note(parent: Resource, adopted: dict[Path, Resource]) -> None:
    """Note the places of children, what is unknown of them, and what they refer to."""
    unknown, sensitive = set(_beside(parent.unknown, adopted)), set(parent.sensitive)
    invalid, assumed = set(parent.invalid), set(parent.assumed)
    links = dict(parent.links)
    parts = dict(parent.parts)
    moved: dict[Path, tuple[Origin, Path]] = {}
    for path, child in adopted.items():
        inner: Path = ("properties",) if path[-2] == _FLAT else ()
        parts[child.id] = path
        moved[path], moved[(*path, "name")] = (child.origin, inner), (child.origin, ("name",))
        for found, own in (
            (unknown, child.unknown),
            (sensitive, child.sensitive),
            (invalid, child.invalid),
            (assumed, child.assumed),
        ):
            found.update((*path, *one[len(inner) :]) for one in own if one[: len(inner)] == inner)
        for one, link in child.links.items():
            if one[: len(inner)] == inner:
                links[(*path, *one[len(inner) :])] = link
    parent.unknown, parent.sensitive = frozenset(unknown), frozenset(sensitive)
    parent.invalid, parent.assumed = frozenset(invalid), frozenset(assumed)
    parent.parts = parts
    if links:
        parent.links = links
    parent.origin = ComposedOrigin(parent.origin, moved)


def _beside(paths: frozenset[Path], adopted: dict[Path, Resource]) -> frozenset[Path]:
    """The paths that are not within an item that a child took the place of."""
    return frozenset(one for one in paths if not any(one[:length] in adopted for length in range(1, len(one) + 1)))


def _close_gaps(parent: Resource, at: Path, items: list[Any]) -> None:
    """Take removed items out of a list; what is noted of those behind them moves along."""
    kept = [index for index, item in enumerate(items) if item is not _GONE]
    new = {(*at, old): (*at, index) for index, old in enumerate(kept)}
    depth = len(at) + 1

    def is_left(path: Path) -> bool:
        return path[: len(at)] != at or len(path) < depth or path[:depth] in new

    def moved(path: Path) -> Path:
        return (*new.get(path[:depth], path[:depth]), *path[depth:])

    def all_moved(paths: frozenset[Path]) -> frozenset[Path]:
        return frozenset(moved(one) for one in paths if is_left(one))

    parent.unknown, parent.sensitive = all_moved(parent.unknown), all_moved(parent.sensitive)
    parent.invalid, parent.assumed = all_moved(parent.invalid), all_moved(parent.assumed)
    parent.origin = ComposedOrigin(parent.origin, {path: (parent.origin, old) for old, path in new.items()})
    parent.parts = {id_: moved(path) for id_, path in parent.parts.items() if is_left(path)}
    if parent.links:
        parent.links = {moved(path): link for path, link in parent.links.items() if is_left(path)}
    items[:] = [items[index] for index in kept]
