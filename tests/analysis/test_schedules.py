"""Cron schedules: the longest gap, against walks through the calendar minute by minute and day by day."""

from __future__ import annotations

import calendar
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis.values.schedules import NEVER, longest_gap

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("0 2 * * *", DAY),
        ("@daily", DAY),
        ("@midnight", DAY),
        ("@hourly", HOUR),
        ("@weekly", 7 * DAY),
        ("@monthly", 31 * DAY),
        ("@yearly", 366 * DAY),
        ("@every 24h", DAY),
        ("@every 1h30m", 5400),
        ("@every 1500ms", 1),
        ("@every -5h", 1),
        ("*/5 * * * *", 300),
        ("0 */7 * * *", 7 * HOUR),
        ("30 3 * * 1-5", 3 * DAY),
        ("30 3 * * MON-fri", 3 * DAY),
        ("0 2 29 2 *", 1461 * DAY),
        ("0 2 31 * *", 61 * DAY),
        ("0 2 1 * 1", 7 * DAY),  # the first of the month, or Monday
        ("0 2 */2 * 1", 2 * DAY),  # a star with a step is no star
        ("0 2 ? * *", DAY),
        ("TZ=Europe/Berlin 0 2 * * *", DAY),
        ("CRON_TZ=Europe/Berlin 0 2 * * *", DAY),
        ("0 2,14 * * *", 12 * HOUR),
        ("5/20 * * * *", 20 * 60),
        ("  0   2 * * * ", DAY),
        ("0 0 +1 * *", 31 * DAY),
        ("0 2 30 2 *", NEVER),
        ("0 , * * *", NEVER),
    ],
)
def test_five_fields(text: str, gap: float) -> None:
    assert longest_gap(text) == gap


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("0 0 2 * * *", DAY),
        ("0 0 2 1 * *", 31 * DAY),
        ("0 0 * * *", HOUR),  # seconds first, the day of the week left out: at every full hour
        ("0 0 0 */2 * 1", 21 * DAY),  # Mondays with an odd date: version 1 takes the step for a star
        ("*/10 * * * * *", 10),
        ("TZ=UTC 0 0 2 * * *", DAY),
        ("@daily", DAY),
    ],
)
def test_fields_of_cloudnative_pg(text: str, gap: float) -> None:
    assert longest_gap(text, seconds=True) == gap


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "0 2 * *",
            "0 0 2 * * *",
            "@reboot",
            "@Daily",
            "@every",
            "@every day",
            "TZ=UTC",
            "60 * * * *",
            "* 24 * * *",
        ),
        *("0 2 * * 7", "0 2 0 * *", "0 2 32 * *", "0 2 * 13 *", "0 2 * * 5-1", "*/0 * * * *", "1/2/3 * * * *"),
        *("1-2-3 * * * *", "0 2 * * 1L", "0 2 * * 1#2", "0 2 15W * *", "-1 * * * *", "H 2 * * *", "${CRON}"),
        "٣ 2 * * *",
    ],
)
def test_what_kubernetes_refuses_is_no_schedule(text: str) -> None:
    assert longest_gap(text) is None


def _part(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    spans = st.tuples(number, number).map(lambda pair: "-".join(map(str, sorted(pair))))
    stepped = st.tuples(st.one_of(st.just("*"), number.map(str), spans), st.integers(1, 9)).map("{0[0]}/{0[1]}".format)
    return st.one_of(st.just("*"), st.just("?"), number.map(str), spans, stepped)


def _field(low: int, high: int) -> st.SearchStrategy[str]:
    return st.lists(_part(low, high), min_size=1, max_size=3).map(",".join)


def _says(field: str, value: int, low: int, high: int) -> bool:
    """Whether a field takes a value, asked value by value."""
    for part in field.split(","):
        span, _, step = part.partition("/")
        start, _, end = span.partition("-")
        star = start in "*?"
        first = low if star else int(start)
        last = high if star or (step and not end) else int(end or start)
        if first <= value <= last and (value - first) % int(step or 1) == 0:
            return True
    return False


@given(_field(0, 59), _field(0, 23), _field(0, 6))
@settings(max_examples=60, deadline=None)
def test_weekly_schedules_against_a_walk_by_minutes(minute: str, hour: str, weekday: str) -> None:
    start = datetime.datetime(2026, 1, 4)
    minutes = {number for number in range(60) if _says(minute, number, 0, 59)}
    hours = {number for number in range(24) if _says(hour, number, 0, 23)}
    days = {number for number in range(7) if _says(weekday, number, 0, 6)}
    last, longest = None, 0
    for number in range(3 * 7 * 24 * 60):
        now = start + datetime.timedelta(minutes=number)
        if now.minute in minutes and now.hour in hours and (now.weekday() + 1) % 7 in days:
            longest = max(longest, number - last) if last is not None else 0
            last = number
    assert longest_gap(f"{minute} {hour} * * {weekday}") == longest * 60
    assert longest_gap(f"0 {minute} {hour} * * {weekday}", seconds=True) == longest * 60


def _is_star(field: str, *, steps_too: bool) -> bool:
    stars = [part.partition("/") for part in field.split(",") if part[0] in "*?"]
    return any(step in ("", "1") or steps_too for _, _, step in stars)


@given(_field(1, 31), _field(1, 12), _field(0, 6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_calendars_against_a_walk_by_days(day: str, month: str, weekday: str, seconds: bool) -> None:
    both = _is_star(day, steps_too=seconds) or _is_star(weekday, steps_too=seconds)
    found = []
    for year in range(1971, 2028):
        for number in filter(lambda number: _says(month, number, 1, 12), range(1, 13)):
            for date, on in zip(*_month(year, number), strict=True):
                taken = _says(day, date, 1, 31), _says(weekday, on, 0, 6)
                if all(taken) if both else any(taken):
                    found.append(datetime.date(year, number, date).toordinal())
    gap = max((later - earlier for earlier, later in zip(found, found[1:], strict=False)), default=None)
    text = f"17 4 {day} {month} {weekday}"
    assert longest_gap("0 " + text if seconds else text, seconds=seconds) == (NEVER if gap is None else gap * DAY)


def _month(year: int, month: int) -> tuple[range, list[int]]:
    """The dates of a month, and their days of the week from Sunday."""
    first, length = calendar.monthrange(year, month)
    return range(1, length + 1), [(first + 1 + number) % 7 for number in range(length)]
