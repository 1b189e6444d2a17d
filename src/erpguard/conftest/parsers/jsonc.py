"""JSON with comments, as conftest has it (github.com/muhammadmuzzammil1998/jsonc 1.0).

`//` and `#` begin a comment up to the end of the line, `/*` one up to `*/`. It reads quotes also in comments.
"""

from __future__ import annotations

import json
from typing import Any

from erpguard.conftest.parsers.parsed import NotParsedError, Parsed


def parse(text: str) -> Parsed:
    """The document. Its nodes have no places: what is left of the text without its comments is another one."""
    try:
        return Parsed(json.loads(_bare(text), parse_constant=_refused))
    except ValueError as error:
        raise NotParsedError(1, f"without its comments, it is no JSON: {str(error).partition(':')[0]}") from error


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def _bare(text: str) -> str:
    """The text without its comments, and without spaces and ends of lines."""
    reader = _Reader()
    for one in text:
        reader.take(one)
    return "".join(reader.bare)


class _Reader:
    """Takes one character after the other, and keeps those that are in no comment."""

    def __init__(self) -> None:
        self.bare: list[str] = []
        self._comment = ""
        self._is_quoted = self._is_escaped = self._can_start = self._can_end = False

    def take(self, one: str) -> None:
        """The next character."""
        if one == "\\" or self._is_escaped:
            self._is_escaped = not self._is_escaped
            if not self._comment:
                self.bare.append(one)
            return
        self._is_quoted ^= one == '"'
        if one == "\n":
            if self._comment == "line":
                self._end()
        elif one not in " \t" or self._is_quoted:
            (self._in_comment if self._comment else self._outside)(one)

    def _in_comment(self, one: str) -> None:
        if self._comment == "block" and one == "/" and self._can_end:
            self._end()
        else:
            self._can_end = self._comment == "block" and one == "*"

    def _outside(self, one: str) -> None:
        if self._is_quoted:
            self.bare.append(one)
        elif one == "#" or (self._can_start and one in "*/"):
            self._comment = "block" if one == "*" else "line"
        elif one == "/":
            self._can_start = True
        else:
            self.bare.append(one)

    def _end(self) -> None:
        self._comment, self._can_start = "", False
