"""A large JSON text, piece by piece: the members of an object, the elements of an array, each with its offsets.

The C scanner reads each piece once. What is not asked for is passed over without a value being built, so that the parts
of a plan that repeat the others, or hold secrets, are never in memory.

    for member in JsonText(text, file).members():
        if member.key == "resource_changes":
            for element in member.elements():
                element.start, element.end, element.value
        elif member.key == "format_version":
            version = member.value()
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from json import JSONDecodeError, JSONDecoder
from sys import intern
from typing import Any, NamedTuple

from erpguard.model import Place, Problem
from erpguard.sources.json_documents import (
    ConstantError,
    is_deep,
    json_float,
    json_integer,
    no_constant,
    without_lone_surrogates,
)
from erpguard.sources.text_positions import Positions
from erpguard.sources.yaml_values import DEEPEST

_SPACE = re.compile(r"[ \t\r\n]*")
_LONGEST_STUMP = 16
_STUMP = re.compile(r"[^{}\[\],:\"]*")
"""What may be left of a literal, a number or an escape that was cut off."""

Decode = Callable[[str, int], tuple[Any, int]]


class JsonError(Exception):
    """The text is no JSON from an offset on, or not of the expected kind there."""

    def __init__(self, code: str, message: str, offset: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.offset = offset


class Element(NamedTuple):
    """A value and where it stands in the text."""

    start: int
    end: int
    value: Any


class Member:
    """A member of an object, or an item of an array (its key is empty), and where its value begins.

    The value is read in one of four ways, or not at all.
    """

    __slots__ = ("_text", "end", "key", "start")

    def __init__(self, text: JsonText, key: str, start: int) -> None:
        self._text = text
        self.key = key
        self.start = start
        self.end = -1

    @property
    def opening(self) -> str:
        """The first character of the value: `{` of an object, `[` of an array."""
        return self._text.at(self.start)

    def value(self) -> Any:
        """The value as a whole."""
        found, self.end = self._text.decode(self.start)
        return found

    def elements(self) -> Iterator[Element]:
        """The elements of an array with their values, one by one; none if it is no array."""
        for item in self.items():
            value = item.value()
            yield Element(item.start, item.end, value)

    def items(self) -> Iterator[Member]:
        """The elements of an array, to be read as one likes; none if it is no array."""
        if self.opening == "[":
            self.end = yield from self._text.array(self.start)

    def members(self) -> Iterator[Member]:
        """The members of an object, one by one; none if it is no object."""
        if self.opening == "{":
            self.end = yield from self._text.object(self.start)


class JsonText:
    """A JSON text and its file (empty for standard input). Iterators raise JsonError where the text is wrong.

    `problems` are the keys that stand twice in one object of what was read.
    """

    def __init__(self, text: str, file: str = "") -> None:
        self.text = text
        self.file = file
        self.positions = Positions(text)
        self.problems: list[Problem] = []
        self._readable = without_lone_surrogates(text)
        self._has_duplicates = False
        self._decode = _decoder(self._object)
        # Objects become True or False without a detour through Python, so that nearly nothing is kept.
        self._pass_over = _decoder(bool)

    def members(self, offset: int = 0) -> Iterator[Member]:
        """The members of the one object that the text holds from an offset on, and nothing behind it."""
        start = self.skip(offset)
        if self.at(start) != "{":
            raise JsonError("json-syntax", "not a JSON object", start)
        end = yield from self.object(start)
        if (rest := self.skip(end)) < len(self.text):
            raise self._broken("extra data", rest)

    def values(self) -> Iterator[Element]:
        """The values of a text that holds one or several after each other, such as one a line."""
        offset = self.skip(0)
        while offset < len(self.text):
            value, end = self.decode(offset)
            yield Element(offset, end, value)
            offset = self.skip(end)

    def object(self, start: int) -> Generator[Member, None, int]:
        """The members of the object at an offset; returns the offset behind it."""
        seen: set[str] = set()
        offset = self.skip(start + 1)
        if self.at(offset) == "}":
            return offset + 1
        while True:
            member = self._member(offset)
            if member.key in seen:
                self.problems.append(self._duplicate(member.key, offset))
            seen.add(member.key)
            yield member
            offset = self.skip(self._end(member))
            if self.at(offset) == "}":
                return offset + 1
            offset = self._behind_comma(offset)

    def array(self, start: int) -> Generator[Member, None, int]:
        """The items of the array at an offset; returns the offset behind it."""
        offset = self.skip(start + 1)
        if self.at(offset) == "]":
            return offset + 1
        while True:
            item = Member(self, "", offset)
            yield item
            offset = self.skip(self._end(item))
            if self.at(offset) == "]":
                return offset + 1
            offset = self._behind_comma(offset)

    def decode(self, offset: int) -> tuple[Any, int]:
        """The value at an offset, and the offset behind it."""
        value, end = self._scan(self._decode, offset)
        if isinstance(value, (dict, list)) and is_deep(value):
            raise JsonError("too-deep", _TOO_DEEP, offset)
        if self._has_duplicates:
            self._has_duplicates = False
            self._note_duplicates(offset)
        return value, end

    def problem(self, code: str, message: str, offset: int) -> Problem:
        """A problem at an offset; standard input has no places, so the line goes into the text."""
        line, column = self.positions.of(offset)
        if self.file:
            return Problem(code, message, Place(self.file, line, column, line, column))
        return Problem(code, f"standard input, line {line}: {message}")

    def problem_of(self, error: JsonError) -> Problem:
        """The problem that an error is."""
        again = ": make it again" if error.code == "json-syntax" else ""
        return self.problem(error.code, error.message + again, error.offset)

    def at(self, offset: int) -> str:
        """The character at an offset; empty at the end of the text."""
        return self.text[offset : offset + 1]

    def skip(self, offset: int) -> int:
        """The offset of the next character that is no white space."""
        match = _SPACE.match(self.text, offset)
        return match.end() if match else offset

    def _member(self, offset: int) -> Member:
        if self.at(offset) != '"':
            raise self._broken("expecting property name enclosed in double quotes", offset)
        key, end = self._scan(self._decode, offset)
        colon = self.skip(end)
        if self.at(colon) != ":":
            raise self._broken("expecting ':' delimiter", colon)
        return Member(self, key, self.skip(colon + 1))

    def _end(self, member: Member) -> int:
        return member.end if member.end >= 0 else self._scan(self._pass_over, member.start)[1]

    def _behind_comma(self, offset: int) -> int:
        if self.at(offset) != ",":
            raise self._broken("expecting ',' delimiter", offset)
        return self.skip(offset + 1)

    def _scan(self, decode: Decode, offset: int) -> tuple[Any, int]:
        try:
            return decode(self._readable, offset)
        except JSONDecodeError as error:
            raise self._broken(f"{error.msg[:1].lower()}{error.msg[1:]}", error.pos) from None
        except ConstantError as error:
            raise JsonError("json-syntax", str(error), offset) from None
        except RecursionError:
            raise JsonError("too-deep", _TOO_DEEP, offset) from None

    def _broken(self, what: str, offset: int) -> JsonError:
        """The error of a text that is wrong from an offset on, or ends there: most of what is broken was cut off."""
        rest = self.text[offset : offset + _LONGEST_STUMP]
        is_cut = offset + len(rest) == len(self.text) and len(rest) < _LONGEST_STUMP and _STUMP.fullmatch(rest)
        if is_cut or what.startswith("unterminated string"):
            return JsonError("json-syntax", "not valid JSON: it ends too early", len(self.text))
        return JsonError("json-syntax", f"not valid JSON: {what}", offset)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        # The scanner shares keys within one piece only; interned, all pieces share them, which halves what they weigh.
        made = {intern(key): value for key, value in pairs}
        if len(made) != len(pairs):
            self._has_duplicates = True
        return made

    def _note_duplicates(self, offset: int) -> None:
        from erpguard.sources.json_places import duplicate_keys

        self.problems += [self._duplicate(key, at) for key, at in duplicate_keys(self.text, offset)]

    def _duplicate(self, key: str, offset: int) -> Problem:
        message = f"the key {key[:80]!r} stands twice in one object, as no tool writes it: make it again"
        return self.problem("duplicate-key", message, offset)


_TOO_DEEP = f"nested deeper than {DEEPEST} levels, the limit: exclude the file"


def _decoder(make_object: Callable[[list[tuple[str, Any]]], Any]) -> Decode:
    return JSONDecoder(
        object_pairs_hook=make_object, parse_int=json_integer, parse_float=json_float, parse_constant=no_constant
    ).raw_decode
