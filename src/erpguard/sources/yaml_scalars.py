"""What a plain YAML scalar means: the rules of kubectl (sigs.k8s.io/yaml, goyaml.v2/resolve.go).

They are the rules of YAML 1.1, and those of PyYAML, save for these:
- `y` and `n` are booleans, `1e3` and `08` are numbers, `0o17` is octal; `1:30` is a string (no base 60);
- an integer that 64 bits do not hold becomes a float.
On top of that, timestamps stay the strings that they were written as, and so do `.inf`, `.nan` and numbers too large
for a float: JSON has no such values, and a string is told by the check of types wherever a number belongs.
"""

from __future__ import annotations

import re
from math import isfinite

Scalar = str | int | float | bool | None

# The cache holds one entry for each distinct plain scalar; both bounds keep a hostile file from filling the memory.
_MOST_CACHED = 100_000
_LONGEST_CACHED = 80

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_NUMERIC_START = frozenset("+-.0123456789")
_INTEGER = re.compile(r"([+-]?)(0[bB][01]+|0[oO][0-7]+|0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"[+-]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][+-]?[0-9]+)?", re.ASCII)
_BASES = {"b": 2, "o": 8, "x": 16}
_EXACT = 2**53
_LONGEST_INTEGER = 66  # 64 binary digits and their prefix: whatever is longer has more than 64 bits


class PlainScalars(dict[str, Scalar]):
    """A cache from the text of a plain scalar to its value: `scalars[text]`."""

    def __missing__(self, text: str) -> Scalar:
        value = resolve_plain(text)
        if len(text) <= _LONGEST_CACHED:
            if len(self) >= _MOST_CACHED:
                self.clear()
            self[text] = value
        return value


def resolve_plain(text: str) -> Scalar:
    """The value of an unquoted, untagged scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_START:
        return text
    digits = text.replace("_", "") if text[0] != "." else text
    number: int | float | None = integer(digits)
    if number is None and _FLOAT.fullmatch(digits):
        number = finite_float(digits)
    return text if number is None else number


def is_null(text: str) -> bool:
    """Whether an unquoted scalar is null."""
    return text in _WORDS and _WORDS[text] is None


def integer(text: str) -> int | None:
    """The integer that a text spells in Go's base-0 notation, None if it is none or has more than 64 bits."""
    match = _INTEGER.fullmatch(text)
    if match is None or len(match[2]) > _LONGEST_INTEGER:
        return None
    sign, digits = match[1], match[2]
    if digits[0] == "0" and len(digits) > 1:
        base = _BASES.get(digits[1].lower())
        number = int(digits[2:], base) if base else int(digits, 8)
    else:
        number = int(digits)
    number = -number if sign == "-" else number
    return number if -(2**63) <= number < 2**64 else None


def finite_float(text: str) -> int | float | None:
    """The number that a text spells, None if it is too large for a float.

    One that is whole is an integer, as in Go, where these become JSON: engines show `1.0` otherwise.
    """
    number = float(text)
    if not isfinite(number):
        return None
    is_plain = number.is_integer() and abs(number) < _EXACT and (number or not text.startswith("-"))
    return int(number) if is_plain else number
