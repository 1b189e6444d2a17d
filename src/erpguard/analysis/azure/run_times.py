"""When the schedules of Azure Backup run, and the longest time between two runs, on the wall clock.

Recovery Services vaults: https://learn.microsoft.com/rest/api/backup/protection-policies/get (`SimpleSchedulePolicy`,
`SimpleSchedulePolicyV2`). Backup vaults: repeating intervals of ISO 8601, `R/2024-01-01T02:00:00+00:00/P1D`
(https://learn.microsoft.com/rest/api/dataprotection/backup-policies/get).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from erpguard.analysis.azure.durations import parse_iso

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_DAY = 24 * 60
_WEEK = 7 * _DAY
_CLOCK = re.compile(r"(?:^|T)([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_EPOCH = datetime(1970, 1, 1)
_REPEATED = re.compile(r"R-?[0-9]*/(?P<start>[^/]+)/(?P<period>P[^/]+)", re.ASCII)


def weekly_runs(schedule: Mapping[str, Any]) -> frozenset[int] | None:
    """The minutes of a week, from its Sunday on, at which a schedule of a Recovery Services vault runs.

    None where it is not one that can be read.
    """
    frequency = str(schedule.get("scheduleRunFrequency", "")).lower()
    if frequency == "hourly":
        return _on(range(7), _hourly(schedule.get("hourlySchedule") or {}))
    inner = schedule.get(f"{frequency}Schedule") or schedule
    times = _times(inner.get("scheduleRunTimes") or ())
    if frequency == "daily":
        return _on(range(7), times)
    if frequency == "weekly":
        return _on(_weekdays(inner.get("scheduleRunDays") or ()), times)
    return None


def longest_gap_hours(runs: Collection[int], every_weeks: int = 1) -> float:
    """The longest time between two of these minutes of the week, when the schedule runs every so many weeks."""
    return _around(sorted(runs), every_weeks * _WEEK) / 60


def repeated_gap_hours(intervals: Iterable[str]) -> float | None:
    """The longest time between two runs of repeating intervals together; None where one cannot be read.

    Those of one period are laid over each other. Of several periods the shortest gap counts, which no gap exceeds.
    """
    starts: dict[int, list[int]] = {}
    gaps: list[float] = []
    for text in intervals:
        match = _REPEATED.fullmatch(text)
        period = parse_iso(match["period"]) if match else None
        start = _moment(match["start"]) if match else None
        if period is None or start is None or period.longest_days <= 0:
            return None
        if period.months:
            gaps.append(period.longest_days * 24)
        else:
            starts.setdefault(period.seconds, []).append(start % period.seconds)
    gaps += [_around(sorted(offsets), period) / 3600 for period, offsets in starts.items()]
    return min(gaps, default=None)


def _around(offsets: list[int], period: int) -> int:
    return max((*(later - earlier for earlier, later in pairwise(offsets)), period + offsets[0] - offsets[-1]))


def _moment(text: str) -> int | None:
    """Seconds since 1970; a time without offset is in the time zone of the policy, the same for all of its times."""
    try:
        found = datetime.fromisoformat(text)
        return int((found.replace(tzinfo=None) - (found.utcoffset() or timedelta()) - _EPOCH).total_seconds())
    except (ValueError, OverflowError):
        return None


def _on(days: Iterable[int] | None, minutes: Collection[int] | None) -> frozenset[int] | None:
    if days is None or minutes is None:
        return None
    return frozenset(day * _DAY + minute for day in days for minute in minutes) or None


def _weekdays(names: Iterable[Any]) -> list[int] | None:
    lowered = [str(name).lower() for name in names]
    return [_DAYS.index(name) for name in lowered] if all(name in _DAYS for name in lowered) else None


def _times(texts: Iterable[Any]) -> set[int] | None:
    """Minutes of the day; midnight where no time is said."""
    matches = [_CLOCK.search(str(text)) for text in texts]
    found = {60 * int(match[1]) + int(match[2]) for match in matches if match}
    return (found or {0}) if None not in matches else None


def _hourly(schedule: Mapping[str, Any]) -> set[int] | None:
    """Every `interval` hours within a window of the day, its end included."""
    interval, length = schedule.get("interval"), schedule.get("scheduleWindowDuration")
    if not isinstance(interval, int) or not isinstance(length, int) or interval < 1 or length < 1:
        return None
    begin = _times([schedule["scheduleWindowStartTime"]] if "scheduleWindowStartTime" in schedule else ())
    if begin is None:
        return None
    hours = range(0, min(length, 23) + 1, interval)
    return {(start + 60 * hour) % _DAY for start in begin for hour in hours}
