"""Places of a resource that was put together from several blocks."""

from __future__ import annotations

from erpguard.model import Origin, Path, Place


class ComposedOrigin:
    """The places of a resource that was put together: what stands below a path comes from another origin."""

    __slots__ = ("_base", "_parts")

    def __init__(self, base: Origin, parts: dict[Path, tuple[Origin, Path]]) -> None:
        self._base: Origin = base
        self._parts: dict[Path, tuple[Origin, Path]] = parts
        if isinstance(base, ComposedOrigin) and base._parts.keys().isdisjoint(parts):
            self._base, self._parts = base._base, {**base._parts, **parts}

    @property
    def file(self) -> str:
        """The file of the resource itself."""
        return self._base.file

    def place(self, path: Path) -> Place:
        """See `erpguard.model.Origin.place`."""
        origin, inner = self._own(path)
        return origin.place(inner)

    def place_of_line(self, path: Path, line: int) -> Place:
        """See `erpguard.model.Origin.place_of_line`."""
        origin, inner = self._own(path)
        return origin.place_of_line(inner, line)

    def text(self, path: Path) -> str:
        """See `erpguard.model.Origin.text`."""
        origin, inner = self._own(path)
        return origin.text(inner)

    def _own(self, path: Path) -> tuple[Origin, Path]:
        for length in range(len(path), 0, -1):
            part = self._parts.get(path[:length])
            if part is not None:
                origin, prefix = part
                return origin, (*prefix, *path[length:])
        return self._base, path
