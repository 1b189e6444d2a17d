"""Reading ARM bodies: a property with what is known of it, the items of a list, and where an id leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.estate import Node
from erpguard.model import Path, Resource, value_at


class Property(NamedTuple):
    """The value at a path of a body.

    value   None where nothing stands there, and where it is not known
    known   whether the value can be seen; it can where nothing stands there
    stated  whether somebody wrote it: not so for a documented default
    """

    path: Path
    value: Any
    known: bool
    stated: bool

    def is_one_of(self, *names: str) -> bool | None:
        """Whether the value is one of these enumeration names, in any case; None where it is not known."""
        if not self.known:
            return None
        return isinstance(self.value, str) and self.value.casefold() in {name.casefold() for name in names}


class Reference(NamedTuple):
    """What an id leads to.

    present  whether there is an id; None where that, or the id, is not known
    id       the id as it is written; empty where it is not known
    node     what it leads to; its resource is None where that is not in the estate
    """

    present: bool | None
    id: str = ""
    node: Node = Node(None)

    @property
    def resource(self) -> Resource | None:
        """The whole resource that is meant; None where it is only a part of one, or not in the estate."""
        return self.node.resource if not self.node.path else None


def read(resource: Resource, *path: str | int) -> Property:
    """The property at a path."""
    known = not resource.is_hidden(path)
    value = value_at(resource.body, path) if known else None
    return Property(path, value, known, known and value is not None and path not in resource.assumed)


def items(resource: Resource, *path: str | int) -> tuple[list[Path], bool]:
    """The paths of the items of a list, and whether the list itself is known. Items may be hidden one by one."""
    found = read(resource, *path)
    listed = found.value if isinstance(found.value, list) else ()
    return [(*path, index) for index in range(len(listed))], found.known


def refer(analyses: Analyses, resource: Resource, *path: str | int) -> Reference:
    """Where the id at a path leads."""
    found = read(resource, *path)
    if not found.known:
        return Reference(None)
    if not isinstance(found.value, str) or not found.value:
        return Reference(False)
    return Reference(True, found.value, analyses.estate.arm(found.value))


def adrift(analyses: Analyses, type_: str) -> list[Resource]:
    """The children of a type of which it is not known what they belong to."""
    return [one for one in analyses.estate.of_type(type_) if one.parent in ("", "?")]


def may_have_more(analyses: Analyses, type_: str) -> bool:
    """Whether anything may have children of a type that are not in the estate, other than those that are adrift."""
    return analyses.estate.is_open(type_) and not adrift(analyses, type_)


def spread(resource: Resource, pattern: str) -> Iterator[Path]:
    """The paths that a dotted pattern stands for: `a[].b` has one in each item of the list `a`.

    A list that is not known gives its own path, which is hidden.
    """
    yield from _spread(resource, (), pattern.replace("[]", ".[]").split("."))


def _spread(resource: Resource, path: Path, steps: list[str]) -> Iterator[Path]:
    if "[]" not in steps:
        yield (*path, *steps)
        return
    inner = steps.index("[]")
    listed, known = items(resource, *path, *steps[:inner])
    if not known:
        yield (*path, *steps[:inner])
    for item in listed:
        yield from _spread(resource, item, steps[inner + 1 :])
