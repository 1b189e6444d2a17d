"""`time.parse_duration_ns`: https://pkg.go.dev/time#ParseDuration, and days, weeks and years of 365 days."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9
}  # fmt: skip
_HOURS = {"d": 24, "w": 7 * 24, "y": 365 * 24}
_PART = re.compile(r"([0-9]*)(?:(\.)([0-9]*))?([^0-9.]+)")
_LONG_PART = re.compile(r"([0-9.]+)(ms|us|\u00b5s|ns|[a-z])")
_LARGEST = 1 << 63


def parse(text: str) -> int:
    """Nanoseconds. ValueError for what is no duration, or too long."""
    return _short(_rewritten(text) if re.search("[dwy]", text) else text)


def _rewritten(text: str) -> str:
    """The long units as hours."""
    sign = text[:1] if text[:1] in ("+", "-") else ""
    rest = text[len(sign) :]
    parts = list(_LONG_PART.finditer(rest))
    if "".join(part[0] for part in parts) != rest:
        raise ValueError("no duration")
    return sign + "".join(map(_as_hours, parts))


def _as_hours(part: re.Match[str]) -> str:
    digits, unit = part.groups()
    if unit not in _HOURS:
        return part[0]
    return f"{Decimal(repr(float(digits) * _HOURS[unit])):f}h"


def _short(text: str) -> int:
    is_negative = text.startswith("-")
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    parts = list(_PART.finditer(rest))
    if not rest or "".join(part[0] for part in parts) != rest:
        raise ValueError("no duration")
    total = 0
    for part in parts:
        total += _nanoseconds(part)
        if total > _LARGEST:
            raise ValueError("too long")
    if total == _LARGEST and not is_negative:
        raise ValueError("too long")
    return -total if is_negative else total


def _nanoseconds(part: re.Match[str]) -> int:
    whole, point, digits, unit = part.groups("")
    if unit not in _UNITS or not whole + digits or int(whole or 0) * _UNITS[unit] > _LARGEST:
        raise ValueError("no duration")
    fraction, scale = _fraction(digits)
    return int(whole or 0) * _UNITS[unit] + (int(float(fraction) * (float(_UNITS[unit]) / scale)) if point else 0)


def _fraction(digits: str) -> tuple[int, float]:
    """As many digits as fit, and what they are parts of."""
    value, scale = 0, 1.0
    for digit in digits:
        if value > (_LARGEST - 1) // 10 or value * 10 + int(digit) > _LARGEST:
            break
        value, scale = value * 10 + int(digit), scale * 10
    return value, scale
