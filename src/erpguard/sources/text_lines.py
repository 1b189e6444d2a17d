"""Offsets into a text to lines and columns, and back."""

from __future__ import annotations

import re
from bisect import bisect_right

from erpguard.sources.text_decoding import utf16_length

_BREAK = re.compile(r"\r\n?|\n")


class Lines:
    """The lines of a text. Line breaks are LF, CRLF and CR, as editors have them; YAML 1.1 knows three more."""

    __slots__ = ("first", "starts", "text")

    def __init__(self, text: str, first: int = 0) -> None:
        self.text = text
        self.first = first
        self.starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Line (from 1, plus the lines before this text) and column (from 1, in UTF-16 code units)."""
        row = self.row(offset)
        return self.first + row + 1, utf16_length(self.text[self.starts[row] : offset]) + 1

    def row(self, offset: int) -> int:
        """The index of the line that holds the offset."""
        return bisect_right(self.starts, offset) - 1

    def end(self, row: int) -> int:
        """The offset after the last character of a line, its line break left out."""
        stop = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.text)
        return self.starts[row] + len(self.text[self.starts[row] : stop].rstrip("\r\n"))


def count_lines(text: str, start: int, stop: int) -> int:
    """How many line breaks there are in `text[start:stop]`, which does not begin between a CR and its LF."""
    count = text.count("\n", start, stop)
    returns = text.count("\r", start, stop)
    return count if not returns else count + returns - text.count("\r\n", start, stop)
