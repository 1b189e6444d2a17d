"""Durations as Go writes them (`2160h`, `1h30m`, `300ms`): pkg.go.dev/time#ParseDuration."""

from __future__ import annotations

import re
from fractions import Fraction

# In nanoseconds. Go takes the micro sign (U+00B5) and the Greek letter mu (U+03BC).
_UNITS = {
    "ns": 1,
    "us": 10**3,
    "\u00b5s": 10**3,
    "\u03bcs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_PART = re.compile(r"(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?(?P<unit>[^0-9.]+)", re.ASCII)
_LARGEST = 2**63 - 1
_LONGEST = 100  # digits; 2^63 has 19, and int() refuses thousands


def parse_duration(text: str) -> Fraction | None:
    """The seconds of a Go duration, cut to whole nanoseconds; None where Go would refuse the text."""
    sign, rest = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    if rest == "0":
        return Fraction(0)
    total, position = 0, 0
    while position < len(rest) or position == 0:
        part = _PART.match(rest, position)
        amount = _amount(part) if part else None
        if part is None or amount is None:
            return None
        total += amount
        position = part.end()
    if total > _LARGEST + (sign == "-"):
        return None
    return Fraction(-total if sign == "-" else total, 10**9)


def _amount(part: re.Match[str]) -> int | None:
    """The nanoseconds of one number with its unit."""
    whole, behind = part["whole"].lstrip("0"), part["part"] or ""
    if not (part["whole"] or behind) or part["unit"] not in _UNITS or len(whole) > _LONGEST:
        return None
    behind = behind[:_LONGEST]
    number = Fraction(int(whole or "0")) + Fraction(int(behind or "0"), 10 ** len(behind))
    return int(number * _UNITS[part["unit"]])
