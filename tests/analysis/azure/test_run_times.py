"""Schedules of Azure Backup against a calendar that is walked minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.azure.run_times import longest_gap_hours, repeated_gap_hours, weekly_runs

DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
SUNDAY = datetime(2025, 1, 5)


def walked(days: list[str], times: list[str], weeks: int = 1) -> float:
    """The longest gap, in hours, over some weeks of a calendar."""
    runs = [
        SUNDAY + timedelta(days=day, hours=int(time[:2]), minutes=int(time[3:]))
        for day in range(14 * weeks + 1)
        for time in times
        if DAYS[day % 7] in days and (day // 7) % weeks == 0
    ]
    return max((later - earlier).total_seconds() / 3600 for earlier, later in pairwise(sorted(runs)))


CLOCKS = st.lists(
    st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 30])), min_size=1, max_size=3, unique=True
)


@given(st.lists(st.sampled_from(DAYS), min_size=1, unique=True), CLOCKS)
def test_weekly(days: list[str], times: list[str]) -> None:
    stamps = [f"2025-01-01T{time}:00Z" for time in times]
    simple = {"scheduleRunFrequency": "Weekly", "scheduleRunDays": days, "scheduleRunTimes": stamps}
    second = {
        "scheduleRunFrequency": "Weekly",
        "weeklySchedule": {"scheduleRunDays": days, "scheduleRunTimes": stamps},
    }
    for schedule in (simple, second):
        runs = weekly_runs(schedule)
        assert runs is not None and longest_gap_hours(runs) == walked(days, times)


@given(CLOCKS)
def test_daily(times: list[str]) -> None:
    runs = weekly_runs({"scheduleRunFrequency": "Daily", "scheduleRunTimes": times})
    assert runs is not None and longest_gap_hours(runs) == walked(DAYS, times)


@given(st.integers(1, 24), st.integers(1, 24))
def test_hourly_within_a_window(interval: int, length: int) -> None:
    start = "2025-01-01T20:00:00Z"
    hourly = {"interval": interval, "scheduleWindowStartTime": start, "scheduleWindowDuration": length}
    runs = weekly_runs({"scheduleRunFrequency": "Hourly", "hourlySchedule": hourly})
    times = {f"{(20 + hour) % 24:02}:00" for hour in range(0, min(length, 23) + 1, interval)}
    assert runs is not None and longest_gap_hours(runs) == walked(DAYS, sorted(times))


def test_every_second_week() -> None:
    runs = weekly_runs({"scheduleRunFrequency": "Weekly", "scheduleRunDays": ["Sunday", "Friday"]})
    assert runs is not None and longest_gap_hours(runs, 2) == walked(["Sunday", "Friday"], ["00:00"], 2) == 9 * 24


@pytest.mark.parametrize(
    "schedule",
    [
        {},
        {"scheduleRunFrequency": "Invalid"},
        {"scheduleRunFrequency": "Weekly"},
        {"scheduleRunFrequency": "Weekly", "scheduleRunDays": ["Someday"]},
        {"scheduleRunFrequency": "Daily", "scheduleRunTimes": ["soon"]},
        {"scheduleRunFrequency": "Hourly"},
        {"scheduleRunFrequency": "Hourly", "hourlySchedule": {"interval": 0, "scheduleWindowDuration": 8}},
    ],
)
def test_what_cannot_be_read(schedule: dict[str, Any]) -> None:
    assert weekly_runs(schedule) is None


@pytest.mark.parametrize(
    ("intervals", "hours"),
    [
        (["R/2025-01-01T02:20:00+01:00/P1D"], 24),
        (["R/2025-01-01T02:00:00+00:00/PT4H"], 4),
        (["R/2025-01-05T02:00:00Z/P1W"], 168),
        (["R/2025-01-05T02:00:00+00:00/P1W", "R/2025-01-08T02:00:00+00:00/P1W"], 96),
        (["R/2025-01-05T02:00:00+00:00/P1W", "R/2025-01-05T03:00:00+01:00/P1W"], 168),
        (["R/2025-01-05T02:00:00/P1D", "R/2025-01-05T14:00:00/P1D"], 12),
        (["R/2025-01-05T02:00:00+00:00/P1D", "R/2025-01-05T02:00:00+00:00/P1M"], 24),
        (["R/2025-01-05T02:00:00+00:00/P1M"], 31 * 24),
        (["R5/2025-01-05T02:00:00+00:00/P2D"], 48),
        ([], None),
        (["R/soon/P1D"], None),
        (["R/2025-01-05T02:00:00+00:00/PT0S"], None),
        (["P1D"], None),
        (["R/0001-01-01T00:00:00+14:00/P1D"], None),
    ],
)
def test_repeating_intervals(intervals: list[str], hours: float | None) -> None:
    assert repeated_gap_hours(intervals) == hours
