"""One document of a file, its value and its places, and how a resource reaches them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from erpguard.model import Path, Place, pointer
from erpguard.sources.nodes import Node, Span, entry_text, find, span
from erpguard.sources.text_lines import Lines


class Document:
    """A document: its value, and the text that it was read from.

    `text` begins at the start of a line of the file, after `first_line` other lines. `offset` is where the document
    begins in it (only JSON documents that follow each other have one). `file` is empty for standard input.
    """

    __slots__ = ("file", "first_line", "json", "offset", "text", "value")

    def __init__(self, file: str, text: str, first_line: int, value: Any, json: bool = False, offset: int = 0) -> None:
        self.file = file
        self.text = text
        self.first_line = first_line
        self.value = value
        self.json = json
        self.offset = offset

    def place(self, path: Path) -> Place:
        """The region of the node at `path`, as `erpguard.model.Origin.place` describes it."""
        return self._place(span(self._nodes(), path)) if self.file else Place(pointer=pointer(path))

    def place_of_line(self, path: Path, number: int) -> Place:
        """The line with that number (from 0) of a block scalar's value; the whole node if it is none."""
        if not self.file:
            return Place(pointer=pointer(path))
        entries = find(self._nodes(), path)
        if len(entries) != len(path) or not entries or not entries[-1].value.literal:
            return self.place(path)
        node, lines = entries[-1].value, self._all_lines()
        row = lines.row(self.text.find("|", node.start)) + 1 + number
        if number < 0 or row > lines.row(max(node.end - 1, node.start)):
            return self.place(path)
        end = lines.end(row)
        content = self.text[lines.starts[row] : end].lstrip()
        return self._place((end - len(content), end))

    def entry_text(self, path: Path) -> str:
        """The entry at `path`, as `erpguard.model.Origin.text` describes it."""
        return entry_text(self._nodes(), path, self.text) if self.file else ""

    def line_of(self, offset: int) -> int:
        """The line of the file, from 1, that holds an offset into the text."""
        return self._all_lines().position(offset)[0]

    def place_at(self, start: int, end: int) -> Place:
        """The region between two offsets into the text; none without a file."""
        return self._place((start, end)) if self.file else Place()

    def __getstate__(self) -> tuple[Any, ...]:
        # Not the value: what travels to another process is a resource, which has it as its body.
        return self.file, self.text, self.first_line, self.json, self.offset

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.file, self.text, self.first_line, self.json, self.offset = state
        self.value = None

    def _nodes(self) -> Node:
        return _located(self)

    def _all_lines(self) -> Lines:
        return _lines(self)

    def _place(self, region: Span) -> Place:
        lines = self._all_lines()
        return Place(self.file, *lines.position(region[0]), *lines.position(region[1]))


@lru_cache(maxsize=64)
def _located(document: Document) -> Node:
    """The nodes of a document. Findings come resource by resource, so that few documents need to stay located."""
    if document.json:
        from erpguard.sources.json_places import locate as locate_json

        return locate_json(document.text, document.offset)
    from erpguard.sources.yaml_places import locate

    return locate(document.text)


@lru_cache(maxsize=64)
def _lines(document: Document) -> Lines:
    return Lines(document.text, document.first_line)


class DocumentOrigin:
    """Where the nodes of one resource stand: a document, and the path to the resource within it.

    Without a file, `object_id` and a pointer stand for the place.
    """

    __slots__ = ("_document", "_prefix", "object_id")

    def __init__(self, document: Document, prefix: Path = (), object_id: str = "") -> None:
        self._document = document
        self._prefix = prefix
        self.object_id = object_id

    @property
    def file(self) -> str:
        """The file, as in `Place.file`; empty for standard input."""
        return self._document.file

    def place(self, path: Path) -> Place:
        """See `erpguard.model.Origin.place`."""
        if not self.file:
            return Place(object_id=self.object_id, pointer=pointer(path))
        return self._document.place((*self._prefix, *path))

    def place_of_line(self, path: Path, number: int) -> Place:
        """The line with that number (from 0) of the block scalar at `path`, for files within a ConfigMap."""
        if not self.file:
            return Place(object_id=self.object_id, pointer=pointer(path))
        return self._document.place_of_line((*self._prefix, *path), number)

    def text(self, path: Path) -> str:
        """See `erpguard.model.Origin.text`; empty without a file."""
        return self._document.entry_text((*self._prefix, *path))


class ObjectOrigin:
    """An object that was given in memory: places are its id and a pointer."""

    __slots__ = ("object_id",)

    def __init__(self, object_id: str) -> None:
        self.object_id = object_id

    @property
    def file(self) -> str:
        """Empty: there is no file."""
        return ""

    def place(self, path: Path) -> Place:
        """The node itself."""
        return Place(object_id=self.object_id, pointer=pointer(path))

    def place_of_line(self, path: Path, number: int) -> Place:
        """The node itself: there are no lines."""
        return self.place(path)

    def text(self, path: Path) -> str:
        """Empty: there is no text."""
        return ""
