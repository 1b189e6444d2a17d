"""`sprintf` as Go formats: https://pkg.go.dev/fmt, for the integers, floats and texts that Rego hands to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from erpguard.engines.builtins import written
from erpguard.engines.builtins.unsupported import Unsupported
from erpguard.engines.builtins.verbs import Large, Layout, Value, one, type_name

_FLAGS = re.compile(r"[#0+\- ]*")
_INDEX = re.compile(r"\[([^\]]*)\]", re.DOTALL)
_TOO_LARGE = 10**6
_LARGE = 1 << 63
_MANY = 64
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?[0-9]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")


class _Number(NamedTuple):
    """A width or a precision: None where there is none, and what is said against it."""

    value: int | None
    complaint: str = ""


def sprintf(text: str, values: Sequence[int | str | Sequence[str]]) -> str:
    """The text with its verbs replaced; Go's complaints about verbs and values stand within it.

    Integers are there as they are, and any other number as a list of its digits.
    """
    choices = list(map(_choices, values))
    if prod(map(len, choices)) > _MANY:
        raise Unsupported("so many numbers that may have been written in two ways")
    first, *others = sorted({_Formatting(text, chosen).made() for chosen in product(*choices)})
    if others:
        raise Unsupported(f"a number that is shown in two ways, {first!r} and {others[0]!r},")
    return first


def _choices(given: int | str | Sequence[str]) -> Collection[Value]:
    """What a value may be in Go: numbers are there by how they are written."""
    if isinstance(given, str):
        return [given]
    is_integer = isinstance(given, int)
    values = map(_number, written.forms(str(given) if isinstance(given, int) else given[0], is_integer))
    return {(type(value), value, str(value)): value for value in values}.values()


def _number(text: str) -> Value:
    if not _INTEGER.fullmatch(text):
        if _FLOAT.fullmatch(text):
            return float(text)
        raise Unsupported(f"the number {text}")
    return int(text) if -_LARGE <= int(text) < _LARGE else Large(text)


class _Formatting:
    """One format, read from left to right, and its values."""

    def __init__(self, text: str, values: Sequence[Value]) -> None:
        self._text = text
        self._values = values
        self._place = 0
        self._number = 0
        self._is_reordered = False
        self._after_index = False
        self._is_good = True

    def made(self) -> str:
        """The text."""
        parts: list[str] = []
        while (percent := self._text.find("%", self._place)) >= 0:
            parts.append(self._text[self._place : percent])
            self._place = percent + 1
            parts.append(self._directive())
        parts.append(self._text[self._place :])
        left = [] if self._is_reordered else self._values[self._number :]
        if left:
            told = (f"{type_name(value)}={one(value, 'v', Layout())}" for value in left)
            parts.append(f"%!(EXTRA {', '.join(told)})")
        return "".join(parts)

    def _directive(self) -> str:
        self._is_good, self._after_index = True, False
        flags = _FLAGS.match(self._text, self._place)
        given = flags[0] if flags else ""
        self._place += len(given)
        self._index()
        width = self._width()
        precision = self._precision()
        if not self._after_index:
            self._index()
        complaints = width.complaint + precision.complaint
        if self._place >= len(self._text):
            return f"{complaints}%!(NOVERB)"
        verb = self._text[self._place]
        self._place += 1
        return complaints + self._verb(verb, _layout(given, width.value, precision.value))

    def _verb(self, verb: str, layout: Layout) -> str:
        if verb == "%":
            return "%"
        if not self._is_good:
            return f"%!{verb}(BADINDEX)"
        if self._number >= len(self._values):
            return f"%!{verb}(MISSING)"
        self._number += 1
        return one(self._values[self._number - 1], verb, layout)

    def _width(self) -> _Number:
        if self._text.startswith("*", self._place):
            return self._from_value("%!(BADWIDTH)")
        width = self._digits()
        self._is_good &= not (self._after_index and width is not None)
        return _Number(width)

    def _precision(self) -> _Number:
        if not self._text.startswith(".", self._place) or self._place + 1 >= len(self._text):
            return _Number(None)
        self._place += 1
        self._is_good &= not self._after_index
        self._index()
        if self._text.startswith("*", self._place):
            found = self._from_value("%!(BADPREC)")
            return _Number(None, "%!(BADPREC)") if (found.value or 0) < 0 else found
        return _Number(self._digits() or 0)

    def _from_value(self, complaint: str) -> _Number:
        """`*`: the next value."""
        self._place += 1
        self._after_index = False
        if self._number >= len(self._values):
            return _Number(None, complaint)
        value = self._values[self._number]
        self._number += 1
        is_one = isinstance(value, int) and abs(value) <= _TOO_LARGE
        return _Number(int(value)) if is_one else _Number(None, complaint)

    def _digits(self) -> int | None:
        """A number that stands here; all else is left out after one that is too large."""
        found = re.compile("[0-9]*").match(self._text, self._place)
        digits = found[0] if found else ""
        if _is_too_large(digits):
            self._place = len(self._text)
            return None
        self._place += len(digits)
        return int(digits) if digits else None

    def _index(self) -> None:
        """`[2]`: which value is the next one."""
        self._after_index = False
        if not self._text.startswith("[", self._place):
            return
        self._is_reordered = True
        found = _INDEX.match(self._text, self._place)
        if not found or len(self._text) - self._place < 3:
            self._is_good, self._place = False, self._place + 1
            return
        self._place = found.end()
        is_number = found[1].isascii() and found[1].isdecimal() and not _is_too_large(found[1])
        self._after_index = is_number
        if is_number and 0 < int(found[1]) <= len(self._values):
            self._number = int(found[1]) - 1
        else:
            self._is_good = False


def _is_too_large(digits: str) -> bool:
    """Whether Go stops to read: it looks before the last digit."""
    start = digits[:-1].lstrip("0")
    return len(start) > len(str(_TOO_LARGE)) or int(start or 0) > _TOO_LARGE


def _layout(flags: str, width: int | None, precision: int | None) -> Layout:
    is_left = "-" in flags or (width or 0) < 0
    return Layout(
        is_left=is_left,
        has_sign="+" in flags,
        has_space=" " in flags,
        has_prefix="#" in flags,
        is_zero="0" in flags and not is_left,
        width=abs(width or 0),
        precision=precision,
    )
