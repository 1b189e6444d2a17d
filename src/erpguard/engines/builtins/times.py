"""`time.*`, but for the clock: nanoseconds from 1970 on, in a time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from erpguard.engines.builtins import dates
from erpguard.engines.builtins.layouts import DAYS, NAMED, Moment, written
from erpguard.engines.builtins.unsupported import Unsupported

_SECOND = 10**9
_LARGEST = 1 << 63
_MANY = 10**6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Given = int | Sequence[int | str]


class _Time(NamedTuple):
    nanoseconds: int
    zone: ZoneInfo | timezone
    layout: str

    def moment(self) -> Moment:
        """What a clock there shows."""
        seconds, nanosecond = divmod(self.nanoseconds, _SECOND)
        at = (_EPOCH + timedelta(seconds=seconds)).astimezone(self.zone)
        offset = at.utcoffset() or timedelta()
        return Moment(
            at.year, at.month, at.day, at.hour, at.minute, at.second, nanosecond,
            at.isoweekday() % 7, at.timetuple().tm_yday, int(offset.total_seconds()), at.tzname() or "",
        )  # fmt: skip


def _time(given: Given) -> _Time:
    """Nanoseconds, or a list of them, a zone and a layout. ValueError for what is none."""
    parts = list(given) if isinstance(given, (list, tuple)) else [given]
    if not parts:
        raise ValueError("no time")
    nanoseconds, zone, layout = [*parts, "", ""][:3]
    if isinstance(nanoseconds, bool) or not isinstance(nanoseconds, int) or not _fits(nanoseconds):
        raise ValueError("no time")
    if not isinstance(zone, str) or not isinstance(layout, str):
        raise ValueError("no time zone, or no layout")
    return _Time(nanoseconds, _zone(zone), layout)


@lru_cache(maxsize=128)
def _zone(name: str) -> ZoneInfo | timezone:
    if name in ("", "UTC"):
        return UTC
    if name == "Local":
        raise Unsupported("the time zone of this machine")
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        _check_zones()
        raise ValueError(f"{name} is no time zone") from None


def _check_zones() -> None:
    """Where there are no zones at all, none is unknown: Windows has none without the package tzdata."""
    try:
        ZoneInfo("Europe/Berlin")
    except (OSError, KeyError):
        raise Unsupported("a time zone on a system without any") from None


def _fits(nanoseconds: int) -> bool:
    return -_LARGEST <= nanoseconds < _LARGEST


def _checked(nanoseconds: int) -> int:
    if not _fits(nanoseconds):
        raise ValueError("time outside of valid range")
    return nanoseconds


def clock(given: Given) -> list[int]:
    """Hours, minutes and seconds."""
    return list(_time(given).moment()[3:6])


def date(given: Given) -> list[int]:
    """Year, month and day."""
    return list(_time(given).moment()[:3])


def weekday(given: Given) -> str:
    """The name of the day."""
    return DAYS[_time(given).moment().weekday]


def format_time(given: Given) -> str:
    """A text."""
    time = _time(given)
    layout = time.layout or "RFC3339Nano"
    return written(time.moment(), NAMED.get(layout, layout))


def parse_ns(layout: str, text: str) -> int:
    """Nanoseconds from 1970 on."""
    return _checked(dates.parsed(layout, text))


def parse_rfc3339_ns(text: str) -> int:
    """Nanoseconds from 1970 on."""
    return parse_ns("RFC3339", text)


def add_date(given: Given, years: int, months: int, days: int) -> int:
    """The same time of another day: https://pkg.go.dev/time#Time.AddDate."""
    if max(map(abs, (years, months, days))) > _MANY:
        raise Unsupported("so much time")
    time = _time(given)
    at = time.moment()
    more, month = divmod(at.month - 1 + months, 12)
    day = dates.days(at.year + years + more, month + 1, at.day + days)
    local = day * 86400 + at.hour * 3600 + at.minute * 60 + at.second
    return _checked((local - _offset(time.zone, local)) * _SECOND + at.nanosecond)


def _offset(zone: ZoneInfo | timezone, local: int) -> int:
    """The offset of a time on the wall; where that is there twice, or not at all, one of both."""
    first = _offset_at(zone, local)
    return _offset_at(zone, local - first) if first else 0


def _offset_at(zone: ZoneInfo | timezone, seconds: int) -> int:
    try:
        at = (_EPOCH + timedelta(seconds=seconds)).astimezone(zone)
    except OverflowError:
        raise ValueError("time outside of valid range") from None
    return int((at.utcoffset() or timedelta()).total_seconds())


def diff(one: Given, other: Given) -> list[int]:
    """Years, months, days, hours, minutes and seconds between, in the zone of the first."""
    first, second = _time(one), _time(other)
    second = second._replace(zone=first.zone)
    if first.nanoseconds > second.nanoseconds:
        first, second = second, first
    start, end = first.moment(), second.moment()
    found = [late - early for early, late in zip(start[:6], end[:6], strict=True)]
    for place, size in ((5, 60), (4, 60), (3, 24)):
        if found[place] < 0:
            found[place] += size
            found[place - 1] -= 1
    if found[2] < 0:
        month = dates.days(start.year + start.month // 12, start.month % 12 + 1, 1)
        found[2] += month - dates.days(start.year, start.month, 1)
        found[1] -= 1
    if found[1] < 0:
        found[1] += 12
        found[0] -= 1
    return found
