"""A text made of another one, that knows where everything in it comes from. Offsets are those of bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

Range = tuple[int, int]


class Edit(NamedTuple):
    """What takes the place of the bytes from start to end: bytes of ours, and ranges of the text that move here."""

    start: int
    end: int
    parts: tuple[bytes | Range, ...] = ()


class Edited:
    """A text after edits."""

    def __init__(self, source: bytes, edits: Iterable[Edit]) -> None:
        self.text = b""
        self._starts: list[int] = []
        self._origins: list[tuple[int, int]] = []
        made: list[bytes] = []
        before = length = 0
        for edit in (*sorted(edits, key=lambda one: one[:2]), Edit(len(source), len(source))):
            for part in ((before, edit.start), *edit.parts):
                start, end = part if isinstance(part, tuple) else (edit.start, edit.start)
                text = part if isinstance(part, bytes) else source[start:end]
                self._starts.append(length)
                self._origins.append((start, end))
                made.append(text)
                length += len(text)
            before = edit.end
        self.text = b"".join(made)

    def origin(self, offset: int) -> int:
        """Where in the text before the edits that stands which stands at an offset now."""
        piece = max(bisect_right(self._starts, offset) - 1, 0)
        start, end = self._origins[piece]
        return min(start + offset - self._starts[piece], end)


class Unrewritable(Exception):
    """What is at an offset of a text cannot be rewritten; the text of the error says what to write instead."""

    def __init__(self, offset: int, text: str) -> None:
        super().__init__(text)
        self.offset = offset
