"""Java properties, as conftest has them: names and texts (github.com/magiconair/properties 1.18).

`${name}` stays as it is written, but what it stands for must not go round in circles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from erpguard.conftest.parsers.parsed import NotParsedError, Parsed
from erpguard.model import Path

_WHITE = " \f\t"
_END_OF_KEY = " \f\t\r\n:="
_ESCAPES = {"f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_DEEPEST = 64


def parse(text: str) -> Parsed:
    """The document, `{name: text}`, and the lines of the names."""
    found: dict[str, str] = {}
    places: dict[Path, int] = {}
    reader = _Reader(text)
    while reader.begins_key():
        line = reader.line()
        key = reader.read(_END_OF_KEY, continues=False)
        if not key:
            raise NotParsedError(line, "a value without a name")
        reader.pass_delimiter()
        found[key] = reader.read("\r\n", continues=True)
        places[(key,)] = line
    _check_references(found, places)
    return Parsed(found, places)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted, self._line = 0, 1

    def line(self) -> int:
        """The line of what comes next."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def begins_key(self) -> bool:
        """Pass over spaces and comments; whether a key comes next."""
        while (one := self._peek()) and one in " \f\t\r\n#!":
            if one in "#!":
                self._to_end_of_line()
            else:
                self._at += 1
        return bool(one)

    def pass_delimiter(self) -> None:
        """Pass over what stands between key and value."""
        self._pass(_WHITE)
        if self._peek() in (":", "="):
            self._at += 1
        self._pass(_WHITE)

    def read(self, ends: str, *, continues: bool) -> str:
        """What stands before one of these characters; a value goes on after a backslash at the end of its line."""
        parts: list[str] = []
        while (one := self._peek()) and one not in ends:
            self._at += 1
            if one != "\\":
                parts.append(one)
            elif continues and self._peek() in ("\r", "\n"):
                self._at += 1
                self._pass(_WHITE)
            else:
                parts.append(self._escaped())
        return "".join(parts)

    def _escaped(self) -> str:
        one = self._peek()
        self._at += 1
        if not one:
            raise NotParsedError(self.line(), "a backslash at the end")
        if one != "u":
            return _ESCAPES.get(one, one)
        match = _HEX.match(self._text, self._at)
        if match is None:
            raise NotParsedError(self.line(), "\\u needs four hexadecimal digits")
        self._at += 4
        code = int(match[0], 16)
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _pass(self, characters: str) -> None:
        while (one := self._peek()) and one in characters:
            self._at += 1

    def _to_end_of_line(self) -> None:
        while (one := self._peek()) and one not in "\r\n":
            self._at += 1


def _check_references(found: Mapping[str, str], places: Mapping[Path, int]) -> None:
    """NotParsedError where `${` is not closed, or leads back to where it stands, or too far."""
    depths: dict[str, int] = {}
    for key in found:
        try:
            if _depth(key, found, depths, ()) > _DEEPEST:
                raise ValueError(f"references over more than {_DEEPEST} names")
        except ValueError as error:
            raise NotParsedError(places[(key,)], str(error)) from error


def _depth(key: str, found: Mapping[str, str], depths: dict[str, int], above: tuple[str, ...]) -> int:
    """Over how many names the references of a name lead; ValueError where they do not end."""
    if key in above:
        raise ValueError("references that go round in circles")
    if len(above) <= _DEEPEST and key not in depths:
        names = _references(found.get(key, ""))
        depths[key] = 1 + max((_depth(name, found, depths, (*above, key)) for name in names), default=0)
    return depths.get(key, 1)


def _references(value: str) -> Iterator[str]:
    at = value.find("${")
    while at >= 0:
        end = value.find("}", at)
        if end < 0:
            raise ValueError("${ without }")
        yield value[at + 2 : end]
        at = value.find("${", end)
