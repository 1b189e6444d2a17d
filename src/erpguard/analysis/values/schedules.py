"""Cron schedules: the longest time between two runs.

The language is that of github.com/robfig/cron, which runs the CronJobs of Kubernetes and the Schedules of Velero
(version 3, five fields) and the ScheduledBackups of CloudNativePG (version 1: a field of seconds first, and the day of
the week may be missing, so that five fields mean something else). It is smaller than that of other crons: no 7 for
Sunday, no `L`, `W` or `#`, no range over the end of the week.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from erpguard.analysis.values.durations import parse_duration

NEVER = math.inf
"""The gap of a schedule that never comes, such as the 30th of February."""

_NAMES_OF_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES_OF_MONTHS, 1)}
_WEEKDAYS = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
_DESCRIPTORS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_EVERY = "@every "
_INTEGER = re.compile(r"\+?[0-9]{1,18}", re.ASCII)
_DAY = 86_400
# The calendar repeats itself every 28 years, days of the week included, between 1901 and 2099.
_FIRST, _CYCLE = date(2001, 1, 1), 10_227
_PERIODS = (1, 7, _CYCLE)


class _Bounds(NamedTuple):
    low: int
    high: int
    names: dict[str, int] = {}


_BOUNDS = (
    _Bounds(0, 59),
    _Bounds(0, 59),
    _Bounds(0, 23),
    _Bounds(1, 31),
    _Bounds(1, 12, _MONTHS),
    _Bounds(0, 6, _WEEKDAYS),
)


class _Field(NamedTuple):
    """The values of one field, and whether it is a star: then the other field of days decides alone."""

    values: frozenset[int]
    star: bool


class _IllegalScheduleError(ValueError):
    """robfig/cron would refuse the text."""


@lru_cache(maxsize=4096)
def longest_gap(text: str, *, seconds: bool = False) -> float | None:
    """The longest time between two runs, in seconds, on the wall clock without the daylight-saving hour.

    `seconds`: the schedule is CloudNativePG's. NEVER where it never comes; None where it is not a schedule.
    """
    schedule = _zoned(text, seconds)[1]
    if schedule.startswith(_EVERY):
        return _interval(schedule[len(_EVERY) :])
    try:
        return _gap(_parsed(schedule, seconds))
    except _IllegalScheduleError:
        return None


class Calendar(NamedTuple):
    """When a schedule runs: in every period of so many days, on these days, at these seconds of the day."""

    period: int
    days: tuple[int, ...]
    seconds: tuple[int, ...]
    zone: str

    def runs(self, period: int) -> list[int]:
        """The seconds at which it runs within a longer period, in order."""
        starts = (first + day for first in range(0, period, self.period) for day in self.days)
        return [start * _DAY + second for start in sorted(starts) for second in self.seconds]


@lru_cache(maxsize=1024)
def calendar_of(text: str, *, seconds: bool = False) -> Calendar | None:
    """When a schedule runs; None for one that never does, that counts from its start (`@every`), or is none."""
    zone, schedule = _zoned(text, seconds)
    try:
        second, minute, hour, *dates = _parsed(schedule, seconds)
    except _IllegalScheduleError:
        return None
    days = _days(*dates)
    times = [(h * 60 + m) * 60 + s for h in hour.values for m in minute.values for s in second.values]
    if not (days and times):
        return None
    period = next(one for one in _PERIODS if len({day % one for day in days}) * (_CYCLE // one) == len(days))
    return Calendar(period, tuple(day for day in days if day < period), tuple(sorted(times)), zone)


def _zoned(text: str, seconds: bool) -> tuple[str, str]:
    """(time zone, schedule): the zone may stand before the schedule."""
    if not text.startswith(("TZ=",) if seconds else ("TZ=", "CRON_TZ=")):
        return "", text
    zone, _, schedule = text.partition(" ")
    return zone.partition("=")[2], schedule.strip()


def _parsed(schedule: str, seconds: bool) -> list[_Field]:
    if schedule.startswith("@"):
        schedule = _DESCRIPTORS.get(schedule, "")
    elif not seconds:
        schedule = "0 " + schedule
    return _fields(schedule.split(), seconds)


def _interval(text: str) -> float | None:
    duration = parse_duration(text)
    return None if duration is None else float(max(math.floor(duration), 1))


def _fields(texts: Sequence[str], seconds: bool) -> list[_Field]:
    if seconds and len(texts) == len(_BOUNDS) - 1:
        texts = [*texts, "*"]
    if len(texts) != len(_BOUNDS):
        raise _IllegalScheduleError(len(texts))
    return [_field(text, bounds, seconds) for text, bounds in zip(texts, _BOUNDS, strict=True)]


def _field(text: str, bounds: _Bounds, seconds: bool) -> _Field:
    ranges = [_range(part, bounds, seconds) for part in text.split(",") if part]
    values = frozenset(value for found, _ in ranges for value in found)
    return _Field(values, any(star for _, star in ranges))


def _range(text: str, bounds: _Bounds, seconds: bool) -> tuple[range, bool]:
    span, *steps = text.split("/")
    low, *highs = span.split("-")
    star = low in ("*", "?")
    if len(steps) > 1 or (len(highs) > 1 and not star):
        raise _IllegalScheduleError(text)
    first, last = bounds.low, bounds.high
    if not star:
        first = _number(low, bounds.names)
        last = _number(highs[0], bounds.names) if highs else bounds.high if steps else first
    if steps and not highs:
        last = bounds.high
    step = _number(steps[0]) if steps else 1
    if not bounds.low <= first <= last <= bounds.high or step == 0:
        raise _IllegalScheduleError(text)
    # Version 1 takes `*/2` for a star, too.
    return range(first, last + 1, step), star and (step == 1 or seconds)


def _number(text: str, names: dict[str, int] | None = None) -> int:
    named = (names or {}).get(text.lower())
    if named is not None:
        return named
    if not _INTEGER.fullmatch(text):
        raise _IllegalScheduleError(text)
    return int(text)


class _Runs(NamedTuple):
    """Runs within a span of time: the first and the last one, and the longest time between two neighbours."""

    first: int
    last: int
    gap: int

    def repeated(self, numbers: Iterable[int], unit: int) -> _Runs:
        """The same runs in each of the spans with these numbers, of `unit` seconds each."""
        starts = sorted(number * unit for number in numbers)
        between = max((later - earlier for earlier, later in pairwise(starts)), default=0)
        gap = max(self.gap, between + self.first - self.last) if between else self.gap
        return _Runs(starts[0] + self.first, starts[-1] + self.last, gap)


def _gap(fields: Sequence[_Field]) -> float:
    second, minute, hour, *calendar = fields
    days = _days(*calendar)
    if not (second.values and minute.values and hour.values and days):
        return NEVER
    daily = _Runs(0, 0, 0).repeated(second.values, 1).repeated(minute.values, 60).repeated(hour.values, 3600)
    around = (*days, days[0] + _CYCLE)
    return float(daily.repeated(around, _DAY).gap)


@lru_cache(maxsize=256)
def _days(day: _Field, month: _Field, weekday: _Field) -> tuple[int, ...]:
    """The days of the cycle on which the schedule runs, counted from its first day."""
    every_day = len(day.values) == 31 and len(weekday.values) == 7
    if every_day and len(month.values) == 12:
        return tuple(range(_CYCLE))
    return tuple(number for number in range(_CYCLE) if _runs_on(_FIRST + timedelta(number), day, month, weekday))


def _runs_on(on: date, day: _Field, month: _Field, weekday: _Field) -> bool:
    if on.month not in month.values:
        return False
    by_day, by_weekday = on.day in day.values, on.isoweekday() % 7 in weekday.values
    return (by_day and by_weekday) if day.star or weekday.star else (by_day or by_weekday)
