"""Widths, indents and colors of the report for people."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import NamedTuple

NARROWEST = 40

_BOLD, _DIM, _GREEN = "1", "2", "32"
_COLORS = {
    "critical": "1;31",
    "high": "31",
    "medium": "33",
    "low": "36",
    "undetermined": "35",
    "error": "31",
    "warning": "33",
}


class Page(NamedTuple):
    """What is written on: texts that come in are plain, lines that go out may carry our colors."""

    width: int
    color: bool

    def title(self, text: str) -> str:
        """A heading; never wrapped, because it may be a path."""
        return self._paint(text.strip(), _BOLD)

    def dim(self, text: str) -> str:
        """Something of less weight."""
        return self._paint(text, _DIM)

    def word(self, text: str, width: int = 0) -> str:
        """A severity or level, in its color, filled up to a width."""
        return self._paint(text, _COLORS.get(text, "")) + " " * (width - len(text))

    def wrapped(self, text: str, indent: str, hanging: str | None = None) -> Iterator[str]:
        """Text as lines that fit, those after the first under the text above them."""
        later = indent if hanging is None else hanging
        yield from wrap(
            text,
            max(self.width, NARROWEST),
            initial_indent=indent,
            subsequent_indent=later,
            break_on_hyphens=False,
        )

    def labelled(self, label: str, text: str, indent: str) -> Iterator[str]:
        """`label: text`, later lines under the text."""
        for number, line in enumerate(self.wrapped(f"{label} {text}", indent, indent + " " * (len(label) + 1))):
            start = indent + label
            yield indent + self._paint(label, _GREEN) + line[len(start) :] if number == 0 else line

    def unbroken(self, label: str, text: str, indent: str) -> str:
        """`label: text` for ids and addresses, which a break would make useless."""
        return f"{indent}{self._paint(label, _GREEN)} {text}"

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and code and text else text


def count(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`, `2 policies`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
