"""What a preview or a state holds, on its way to declarations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from erpguard.model import Path, Problem
from erpguard.normalize.scrubbing import Secrets
from erpguard.sources.pulumi.values import Properties

Json = dict[str, Any]


class Entry:
    """A resource of a preview or state.

    urn, type     its address, and its type token as it is written
    start         where the text has the element that describes it
    prefixes      where its properties are below that: the first one that has a property is its place
    properties    as they will be, or as they are in a state
    before        the properties as they are now, for `update`, `replace` and `delete`
    id            what the provider calls it; empty before it exists
    change        `create`, `update`, `replace`, `delete`, `no-op`
    provider      the reference to its provider
    dependencies  by property, the URNs that its value rests on; under "" those of the resource as a whole
    position      where the program declares it: `project:///index.ts#12,5`
    """

    __slots__ = (
        "before",
        "change",
        "dependencies",
        "id",
        "position",
        "prefixes",
        "properties",
        "provider",
        "start",
        "type",
        "urn",
    )

    def __init__(self, state: Json, start: int, prefixes: tuple[Path, ...], properties: Properties) -> None:
        self.urn: str = state["urn"]
        self.type: str = state["type"]
        self.start = start
        self.prefixes = prefixes
        self.properties = properties
        self.before: Json | None = None
        self.id = text_of(state.get("id"))
        self.change = "no-op"
        self.provider = text_of(state.get("provider"))
        self.dependencies = _dependencies(state)
        self.position = text_of(state.get("sourcePosition"))


class Contents:
    """What a file holds.

    broken    whether the file could not be read to its end, or is neither preview nor state
    skipped   reason -> how many entries are no resources of the estate
    versions  of the providers in the file, by URN
    """

    def __init__(self) -> None:
        self.broken = False
        self.is_open = False
        self.entries: list[Entry] = []
        self.secrets = Secrets()
        self.versions: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.skipped: dict[str, int] = {}

    def skip(self, reason: str) -> None:
        """Count an entry that is no resource of the estate."""
        self.skipped[reason] = self.skipped.get(reason, 0) + 1


def text_of(value: Any) -> str:
    """A text, or none."""
    return value if isinstance(value, str) else ""


def texts_of(value: Any) -> tuple[str, ...]:
    """The texts of a list, or none."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _dependencies(state: Json) -> dict[str, tuple[str, ...]]:
    found = {"": texts_of(state.get("dependencies"))}
    by_property = state.get("propertyDependencies")
    pairs: Iterable[tuple[str, Any]] = by_property.items() if isinstance(by_property, dict) else ()
    found.update((name, texts_of(urns)) for name, urns in pairs)
    return found
