"""Places of an object that a provider's resource was translated to: asked for in the API's paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from erpguard.model import Origin, Path, Place

Locate = Callable[[Path], Path]
"""The provider's path for a path of the object, or for the nearest node above it that has one."""


class TranslatedOrigin:
    """The origin of an object, by that of the declaration. `address` is what places name where there is no file."""

    __slots__ = ("_address", "_base", "_locate")

    def __init__(self, base: Origin, locate: Locate, address: str) -> None:
        self._base = base
        self._locate = locate
        self._address = address

    @property
    def file(self) -> str:
        """The file of the declaration."""
        return self._base.file

    def place(self, path: Path) -> Place:
        """See `erpguard.model.Origin.place`."""
        return self._named(self._base.place(self._locate(path)))

    def place_of_line(self, path: Path, line: int) -> Place:
        """See `erpguard.model.Origin.place_of_line`."""
        return self._named(self._base.place_of_line(self._locate(path), line))

    def text(self, path: Path) -> str:
        """Nothing: a value in the API's spelling must not be written over one in the provider's."""
        return ""

    def _named(self, place: Place) -> Place:
        return place if place.file or place.object_id else place._replace(object_id=self._address)


def by_moves(moved: Mapping[Path, Path]) -> Locate:
    """Finds what was translated piece by piece: `moved` leads from paths of the object to those of the provider."""

    def locate(path: Path) -> Path:
        for length in range(len(path), 0, -1):
            found = moved.get(path[:length])
            if found is not None:
                return found + path[length:]
        return path

    return locate


def below(prefix: Path) -> Locate:
    """Finds what stands in one attribute as the API has it."""
    return lambda path: prefix + path


def at(path: Path) -> Locate:
    """Everything stands in one text."""
    return lambda _: path
