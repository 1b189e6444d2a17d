"""INI, as conftest has it: sections of keys, with numbers and truth values (github.com/go-ini/ini 1.67).

Keys before the first section, and those of a section `DEFAULT`, are not in the document.
"""

from __future__ import annotations

import re
from typing import Any

from erpguard.conftest.parsers.go_texts import SPACE, number, truth
from erpguard.conftest.parsers.parsed import NotParsedError, Parsed
from erpguard.model import Path

_DEFAULT = "DEFAULT"
_DELIMITER = re.compile("[=:]")
_COMMENT = re.compile("[#;]")


def parse(text: str) -> Parsed:
    """The document, `{section: {key: value}}`, and the lines of sections and keys."""
    lines = _Lines(text)
    sections: dict[str, dict[str, Any]] = {_DEFAULT: {}}
    places: dict[Path, int] = {}
    name, unnamed = _DEFAULT, 0
    while (line := lines.next()) is not None:
        line = line.lstrip(SPACE)
        if not line or line[0] in "#;":
            continue
        number_ = lines.number
        if line[0] == "[":
            name, unnamed = _section(line, number_), 0
            sections.setdefault(name, {})
            places.setdefault((name,), number_)
            continue
        key, rest = _key(line, number_)
        if key == "-":
            unnamed += 1
            key = f"#{unnamed}"
        value = _value(rest, lines)
        if not key:
            raise NotParsedError(number_, "a key without a name")
        sections[name][key] = _typed(value)
        places[name, key] = number_
    del sections[_DEFAULT]
    return Parsed(sections, places)


class _Lines:
    """The lines of a text, one after the other, each with its end."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self.number = 0

    def next(self) -> str | None:
        """The next line; None after the last."""
        if self.number == len(self._lines):
            return None
        self.number += 1
        return self._lines[self.number - 1] + ("\n" if self.number < len(self._lines) else "")


def _section(line: str, number: int) -> str:
    end = line.rfind("]")
    if end <= 1:
        raise NotParsedError(number, "a section without a name" if end == 1 else "a section that is not closed")
    return line[1:end]


def _key(line: str, number: int) -> tuple[str, str]:
    """The key of a line, and what stands after its delimiter."""
    quote = "`" if line[0] == "`" else ""
    if line[0] == '"':
        quote = '"""' if line.startswith('"""') and len(line.encode()) > 6 else '"'
    start, end = len(quote), 0
    if quote:
        end = line.find(quote, start)
        if end < 0:
            raise NotParsedError(number, "a quote before a key that is not closed")
    delimiter = _DELIMITER.search(line, end + start)
    if delimiter is None:
        raise NotParsedError(number, "neither a section nor a key with = or : and a value")
    if not quote and delimiter.start() == 0:
        raise NotParsedError(number, "a key without a name")
    return line[start : end if quote else delimiter.start()].strip(SPACE), line[delimiter.end() :]


def _value(given: str, lines: _Lines) -> str:
    line = given.lstrip(SPACE)
    if not line:
        return ""
    quote = '"""' if line.startswith('"""') and len(line) > 3 else "`" if line[0] == "`" else ""
    if quote:
        inner = line[len(quote) :]
        end = inner.rfind(quote)
        return inner[:end] if end >= 0 else _quoted(inner, quote, lines)
    line = line.strip(SPACE)
    if line.endswith("\\"):
        return _continued(line[:-1], lines)
    comment = _COMMENT.search(line)
    if comment:
        line = line[: comment.start()].strip(SPACE)
    is_quoted = len(line) >= 2 and line[0] in "'\"" and line.find(line[0], 1) == len(line) - 1
    return line[1:-1] if is_quoted else line


def _quoted(first: str, quote: str, lines: _Lines) -> str:
    """A value over several lines, up to the quote that closes it."""
    start, parts = lines.number, [first]
    while (line := lines.next()) is not None:
        end = line.rfind(quote)
        parts.append(line if end < 0 else line[:end])
        if end >= 0:
            return "".join(parts)
    raise NotParsedError(start, f"a value that begins with {quote} and is not closed")


def _continued(first: str, lines: _Lines) -> str:
    """A value that goes on after a backslash at the end of its line."""
    parts = [first]
    while (line := lines.next()) is not None:
        line = line.strip(SPACE)
        if not line.endswith("\\"):
            return "".join((*parts, line))
        parts.append(line[:-1])
    return "".join(parts)


def _typed(value: str) -> Any:
    found = number(value)
    if found is not None:
        return found
    known = truth(value)
    return value if known is None else known
