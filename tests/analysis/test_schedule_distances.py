"""How far schedules are apart, against a walk through the minutes of some weeks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis.values.bounds import ANY, Bounds
from erpguard.analysis.values.schedule_distances import Schedule, distance, distance_of_gaps

_STEP = 15
_WEEK = 7 * 24 * 60
_Times = tuple[frozenset[int], frozenset[int], frozenset[int]]

_times = st.tuples(
    st.frozensets(st.sampled_from((0, 15, 30, 45)), min_size=1, max_size=2),
    st.frozensets(st.integers(0, 23), min_size=1, max_size=2),
    st.frozensets(st.integers(0, 6), max_size=3),
)


def _text(times: _Times) -> str:
    minutes, hours, days = (",".join(map(str, sorted(part))) for part in times)
    return f"{minutes} {hours} * * {days or '*'}"


def _runs(times: _Times, weeks: range) -> list[int]:
    """The minutes at which a schedule runs, found one by one."""
    minutes, hours, days = times
    return [
        minute
        for minute in range(weeks.start * _WEEK, weeks.stop * _WEEK, _STEP)
        if minute % 60 in minutes and minute // 60 % 24 in hours and (not days or minute // 1440 % 7 in days)
    ]


def _farthest(one: _Times, other: _Times) -> int:
    around = _runs(other, range(-1, 2))
    return max(min(abs(run - near) for near in around) for run in _runs(one, range(1)))


@settings(deadline=None)
@given(_times, _times)
def test_distance(one: _Times, other: _Times) -> None:
    expected = max(_farthest(one, other), _farthest(other, one))
    first, second = Schedule(_text(one)), Schedule(_text(other))
    assert distance(first, second) == distance(second, first) == (expected, expected)
    rough = distance_of_gaps(first.gap, second.gap)
    assert rough.least <= expected <= rough.most


_HOUR = 60
_DAY = 24 * _HOUR


@pytest.mark.parametrize(
    ("one", "other", "minutes"),
    [
        (Schedule("@daily"), Schedule("0 2 * * *"), (2 * _HOUR, 2 * _HOUR)),
        (Schedule("@daily"), Schedule("0 0 2 * * *", seconds=True), (2 * _HOUR, 2 * _HOUR)),
        (Schedule("0 0 1 * *"), Schedule("0 0 2 * *"), (_DAY, _DAY)),
        (Schedule("0 0 1 * *"), Schedule("@daily"), (15 * _DAY, 15 * _DAY)),
        (Schedule("@every 24h"), Schedule("0 2 * * *"), (0, 12 * _HOUR)),
        (Schedule("@every 168h"), Schedule("0 2 * * *"), (3 * _DAY, 84 * _HOUR)),
        (Schedule("TZ=UTC 0 2 * * *"), Schedule("0 2 * * *"), (0, 0)),
        (Schedule("0 2 * * *", zone="Etc/UTC"), Schedule("0 2 * * *"), (0, 0)),
        (Schedule("TZ=Asia/Tokyo 0 2 * * *"), Schedule("0 2 * * *", zone="Asia/Tokyo"), (0, 0)),
        (Schedule("TZ=Asia/Tokyo 0 2 * * *"), Schedule("0 2 * * *"), (0, 12 * _HOUR)),
        (Schedule("TZ=Asia/Tokyo 0 2 * * 0"), Schedule("0 2 * * 3"), (46 * _HOUR, 84 * _HOUR)),
        # Too many runs to compare: what follows from the gaps, here of 8,641 and 44,581 minutes.
        (Schedule("* * * * * *", seconds=True), Schedule("* * * * *"), (0, 1)),
        (Schedule("* * * * 0"), Schedule("* 0 1 * *"), (17_970, 22_291)),
    ],
)
def test_examples(one: Schedule, other: Schedule, minutes: tuple[int, int]) -> None:
    assert distance(one, other) == minutes


@pytest.mark.parametrize("text", ["", "${SCHEDULE}", "0 0 30 2 *", "often"])
def test_what_is_no_schedule(text: str) -> None:
    assert Schedule(text).gap == ANY
    assert distance(Schedule(text), Schedule("@daily")) == Bounds(0, ANY.most)
