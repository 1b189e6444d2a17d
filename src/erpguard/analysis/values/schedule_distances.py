"""How far two schedules are apart: the longest time from a run of one of them to the nearest run of the other."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from erpguard.analysis.values.bounds import ANY, UNBOUNDED, Bounds
from erpguard.analysis.values.schedules import NEVER, Calendar, calendar_of, longest_gap

_MINUTE, _DAY = 60, 86_400
_MOST_RUNS = 20_000
_ZONES_APART = 26 * 60
"""Minutes between two time zones at most."""
_UTC = frozenset(("", "UTC", "Etc/UTC", "GMT", "Etc/GMT"))


class Schedule(NamedTuple):
    """A schedule as it is written. `seconds`: CloudNativePG's; `zone`: where it stands apart from the text."""

    text: str
    seconds: bool = False
    zone: str = ""

    @property
    def gap(self) -> Bounds:
        """The longest time between two runs, in minutes."""
        found = longest_gap(self.text, seconds=self.seconds)
        if found is None or found == NEVER:
            return ANY
        minutes = -int(-found // _MINUTE)
        return Bounds(minutes, minutes)


@lru_cache(maxsize=1024)
def distance(one: Schedule, other: Schedule) -> Bounds:
    """The minutes from some run of either to the nearest run of the other, at most; exact where both are calendars."""
    rough = distance_of_gaps(one.gap, other.gap)
    first, second = (calendar_of(each.text, seconds=each.seconds) for each in (one, other))
    found = _distance(first, second) if first is not None and second is not None else None
    if first is None or second is None or found is None:
        return rough
    zones = one.zone or first.zone, other.zone or second.zone
    if zones[0] == zones[1] or _UTC.issuperset(zones):
        return Bounds(found, found)
    return Bounds(max(rough.least, found - _ZONES_APART), min(rough.most, found + _ZONES_APART))


def distance_of_gaps(one: Bounds, other: Bounds) -> Bounds:
    """The same where only the longest times between two runs are known: wherever they begin.

    In the middle of the longer gap there is a run of the other schedule, or one within half of the shorter gap.
    """
    least = max(0, one.least - other.most, other.least - one.most) // 2
    most = max(one.most, other.most)
    return Bounds(least, UNBOUNDED if most == UNBOUNDED else -(-most // 2))


def _distance(one: Calendar, other: Calendar) -> int | None:
    """The minutes between two calendars; None where they have too many runs to compare."""
    period = max(one.period, other.period)
    if any(len(each.days) * len(each.seconds) * (period // each.period) > _MOST_RUNS for each in (one, other)):
        return None
    runs, others = one.runs(period), other.runs(period)
    farthest = max(*_nearest(runs, others, period * _DAY), *_nearest(others, runs, period * _DAY))
    return -(-farthest // _MINUTE)


def _nearest(runs: list[int], others: list[int], period: int) -> Iterator[int]:
    """For each run the time to the nearest of the others, which come again after the period."""
    around = [others[-1] - period, *others, others[0] + period]
    for run in runs:
        index = bisect(around, run)
        yield min(run - around[index - 1], around[min(index, len(around) - 1)] - run)
