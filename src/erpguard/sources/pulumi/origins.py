"""Where the properties of a resource stand: in the program, if its folder is given, else in the file that was read."""

from __future__ import annotations

from functools import lru_cache

from erpguard.model import Path, Place, pointer
from erpguard.sources.nodes import Node, find, span
from erpguard.sources.pulumi.program import Program
from erpguard.sources.text_positions import Positions


class PulumiText:
    """The text of a preview or state, and the folder of the program where it is given."""

    __slots__ = ("file", "positions", "program", "text")

    def __init__(self, text: str, file: str, positions: Positions, program: Program | None) -> None:
        self.text = text
        self.file = file
        self.positions = positions
        self.program = program


class EntryOrigin:
    """The places of one resource, which the JSON object at `start` describes.

    `prefixes` lead from there to its properties: the first that has a property is its place. `position` is where the
    program declares the resource; a program has no places of single properties.
    """

    __slots__ = ("_position", "_prefixes", "_start", "_text", "object_id")

    def __init__(self, text: PulumiText, start: int, prefixes: tuple[Path, ...], urn: str, position: str) -> None:
        self._text = text
        self._start = start
        self._prefixes = prefixes
        self._position = position
        self.object_id = urn

    @property
    def file(self) -> str:
        """The preview's or state's file; empty for standard input."""
        return self._text.file

    def place(self, path: Path) -> Place:
        """See `erpguard.model.Origin.place`."""
        program = self._text.program
        found = program.place(self._position) if program is not None and self._position else None
        if found is not None:
            return found._replace(object_id=self.object_id)
        if not self.file:
            return Place(object_id=self.object_id, pointer=pointer(path))
        node = _located(self._text, self._start)
        region = span(node, self._full(node, path))
        return self._text.positions.place(self.file, *region)._replace(object_id=self.object_id)

    def place_of_line(self, path: Path, line: int) -> Place:
        """See `erpguard.model.Origin.place_of_line`: the lines of a text are no lines of the file."""
        return self.place(path)

    def text(self, path: Path) -> str:
        """Empty: a preview is not what one changes, and the text may hold what must not be shown."""
        return ""

    def _full(self, node: Node, path: Path) -> Path:
        for prefix in self._prefixes:
            at = (*prefix, *path[:1])
            if len(find(node, at)) == len(at):
                return (*prefix, *path)
        return (*self._prefixes[0], *path)


@lru_cache(maxsize=64)
def _located(text: PulumiText, start: int) -> Node:
    """The nodes of one resource: never those of the whole text, which may have 100 MB."""
    from erpguard.sources.json_places import locate

    return locate(text.text, start)
