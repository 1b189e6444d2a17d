"""Durations as Azure writes them: ISO 8601 (`P30D`, `P4W`, `P1Y6M`), and a count with a unit (`Months`).

A month and a year have no fixed length. Asked how long something is kept, they count as the shortest run of days that
so many months can be, 28 for one; asked how far apart two runs are, as the longest one, 31 for one.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

_ISO = re.compile(
    r"P(?!$)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?!$)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.ASCII,
)
_CYCLE = 48  # months; the lengths of months come back after four years, between 1901 and 2099
_MOST_MONTHS = 12 * 9999


class Duration(NamedTuple):
    """Whole months, and seconds besides."""

    months: int
    seconds: int

    @property
    def shortest_days(self) -> float:
        """How many days it lasts at least."""
        return _days(self.months)[0] + self.seconds / 86_400

    @property
    def longest_days(self) -> float:
        """How many days it lasts at most."""
        return _days(self.months)[1] + self.seconds / 86_400


def parse_iso(text: str) -> Duration | None:
    """An ISO 8601 duration without fractions; None where the text is not one."""
    match = _ISO.fullmatch(text) if len(text) < 100 else None
    if match is None:
        return None
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    months = 12 * part["years"] + part["months"]
    days = 7 * part["weeks"] + part["days"]
    seconds = 86_400 * days + 3600 * part["hours"] + 60 * part["minutes"] + part["seconds"]
    return Duration(months, seconds) if months <= _MOST_MONTHS else None


_UNITS = {"days": (0, 86_400), "weeks": (0, 7 * 86_400), "months": (1, 0), "years": (12, 0)}


def counted(count: int, unit: str) -> Duration | None:
    """A `RetentionDuration` of Azure Backup: a count and `Days`, `Weeks`, `Months` or `Years`; None for another unit.

    https://learn.microsoft.com/rest/api/backup/protection-policies/get#retentionduration
    """
    months, seconds = _UNITS.get(unit.lower(), (0, 0))
    if not (months or seconds) or not 0 <= count * months <= _MOST_MONTHS:
        return None
    return Duration(count * months, count * seconds)


@lru_cache(maxsize=256)
def _days(months: int) -> tuple[int, int]:
    """The shortest and the longest run of so many months, in days."""
    cycles, rest = divmod(months, _CYCLE)
    runs = [(_first(start + rest) - _first(start)).days for start in range(_CYCLE)]
    return cycles * 1461 + min(runs), cycles * 1461 + max(runs)


def _first(number: int) -> date:
    """The first day of a month, counted from January 2000."""
    return date(2000 + number // 12, number % 12 + 1, 1)
