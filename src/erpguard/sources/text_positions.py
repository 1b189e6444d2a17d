"""Offsets into a large text to lines and columns, without a list of its lines."""

from __future__ import annotations

from bisect import bisect_right

from erpguard.model import Place
from erpguard.sources.text_decoding import utf16_length
from erpguard.sources.text_lines import count_lines

_STEP = 1 << 14


class Positions:
    """Lines and columns of a text. A pass over it, at the first question, leaves a mark every few thousand characters.

    A list of all lines would weigh more than a pretty-printed plan itself; counting from the start of one that is a
    single line would take a second for each place.
    """

    __slots__ = ("_columns", "_lines", "_offsets", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._offsets: list[int] = []
        self._lines: list[int] = []
        self._columns: list[int] = []

    def of(self, offset: int) -> tuple[int, int]:
        """Line and column (in UTF-16 code units), from 1."""
        if not self._offsets:
            self._mark()
        index = bisect_right(self._offsets, offset) - 1
        return self._moved(self._offsets[index], self._lines[index], self._columns[index], offset)

    def place(self, file: str, start: int, end: int) -> Place:
        """The region of a file between two offsets."""
        return Place(file, *self.of(start), *self.of(end))

    def _mark(self) -> None:
        text, offset, line, column = self._text, 0, 1, 1
        while True:
            self._offsets.append(offset)
            self._lines.append(line)
            self._columns.append(column)
            following = offset + _STEP
            if following >= len(text):
                return
            following += text[following - 1 : following + 1] == "\r\n"
            line, column = self._moved(offset, line, column, following)
            offset = following

    def _moved(self, start: int, line: int, column: int, stop: int) -> tuple[int, int]:
        """The position of `stop`, from that of `start`; neither is between a CR and its LF."""
        breaks = count_lines(self._text, start, stop)
        if not breaks:
            return line, column + utf16_length(self._text[start:stop])
        last = max(self._text.rfind("\n", start, stop), self._text.rfind("\r", start, stop))
        return line + breaks, utf16_length(self._text[last + 1 : stop]) + 1
