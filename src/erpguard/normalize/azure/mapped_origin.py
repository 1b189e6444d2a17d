"""Places of a mapped resource: they are asked for in ARM's paths, and found by the provider's."""

from __future__ import annotations

from typing import Any, Protocol

from erpguard.model import Origin, Path, Place


class Locating(Protocol):
    """The part of a spelling that finds the provider's path."""

    def source(self, path: Path, values: dict[str, Any]) -> Path:
        """The provider's path for an ARM path, or for the nearest thing above it that has one."""


class MappedOrigin:
    """The origin of an ARM body that was made from a provider's values.

    Nothing is recorded while the body is made: a place is asked for only where there is a finding.
    """

    __slots__ = ("_base", "_spelling", "_top", "_values")

    def __init__(self, base: Origin, spelling: Locating, values: dict[str, Any], top: Path = ()) -> None:
        self._base = base
        self._spelling = spelling
        self._values = values
        self._top = top

    @property
    def file(self) -> str:
        """The file of the declaration."""
        return self._base.file

    def place(self, path: Path) -> Place:
        """See `erpguard.model.Origin.place`."""
        return self._base.place(self._own(path))

    def place_of_line(self, path: Path, line: int) -> Place:
        """See `erpguard.model.Origin.place_of_line`."""
        return self._base.place_of_line(self._own(path), line)

    def text(self, path: Path) -> str:
        """Nothing: a value in ARM's spelling must not be written over one in the provider's."""
        return ""

    def _own(self, path: Path) -> Path:
        return self._spelling.source(path, self._values) or self._top
