"""Durations against the calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.azure.durations import Duration, counted, parse_iso


def first_of(months: int) -> date:
    return date(1999 + months // 12, months % 12 + 1, 1)


@given(st.integers(0, 130))
def test_months_are_as_short_and_as_long_as_the_calendar_has_them(months: int) -> None:
    runs = [(first_of(start + months) - first_of(start)).days for start in range(12 * 12)]
    assert Duration(months, 0).shortest_days == min(runs)
    assert Duration(months, 0).longest_days == max(runs)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("P30D", 30),
        ("P4W", 28),
        ("P1M", 28),
        ("P2M", 59),
        ("P6M", 181),
        ("P1Y", 365),
        ("P4Y", 1461),
        ("P1Y2W1D", 380),
        ("PT36H", 1.5),
        ("PT0S", 0),
        ("P1DT720M", 1.5),
    ],
)
def test_days_of_iso_durations(text: str, days: float) -> None:
    found = parse_iso(text)
    assert found is not None and found.shortest_days == days


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1", "30D", "P1.5D", "P-1D", "p1d", "P1D2W", "P1H", "P1D ", "P" + "9" * 200 + "D", "P99999Y"],
)
def test_other_texts_are_no_durations(text: str) -> None:
    assert parse_iso(text) is None


@pytest.mark.parametrize(
    ("count", "unit", "days"), [(30, "Days", 30), (2, "weeks", 14), (1, "Months", 28), (10, "Years", 3652)]
)
def test_counts_with_a_unit(count: int, unit: str, days: int) -> None:
    found = counted(count, unit)
    assert found is not None and found.shortest_days == days


@pytest.mark.parametrize(("count", "unit"), [(1, "Invalid"), (1, ""), (-1, "Months"), (10**9, "Years")])
def test_other_counts_are_no_durations(count: int, unit: str) -> None:
    assert counted(count, unit) is None
