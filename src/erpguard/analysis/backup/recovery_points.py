"""To which moments backups of one kind can be restored: how far back they go, and how far apart they are."""

from __future__ import annotations

from typing import NamedTuple

from erpguard.analysis.backup.backup_jobs import BackupJob
from erpguard.analysis.backup.backup_schedules import ttl_hours
from erpguard.analysis.backup.velero_filters import TEMPLATE
from erpguard.analysis.values.bounds import ANY, UNBOUNDED, Bounds, exactly
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.schedule_distances import Schedule, distance, distance_of_gaps
from erpguard.model import Path, Resource

DAY = 24 * 60
"""Minutes; all times here are in minutes."""

FOR_EVER = exactly(UNBOUNDED)

_SCHEDULE: Path = ("spec", "schedule")


class RecoveryPoints(NamedTuple):
    """Backups of one kind, of one half of an instance.

    title       what makes them
    certain     whether it surely does
    kept        for how long
    kept_at     the node that says so
    continuous  whether every moment can be restored, because the log is archived
    schedule    when they are made; None where only the longest time between two of them is known
    gap         that time
    made_at     the node that says when
    """

    title: str
    certain: bool
    kept: Bounds
    kept_at: Node
    continuous: bool | None
    schedule: Schedule | None
    gap: Bounds
    made_at: Node

    def when(self) -> str:
        """When they are made, as text."""
        if self.continuous:
            return "all the time"
        if self.schedule is not None:
            return f'at "{self.schedule.text}"'
        return f"every {spell(self.gap)}"


def kept_apart(one: RecoveryPoints, other: RecoveryPoints) -> Bounds:
    """By how much the one kind is kept longer than the other."""
    a, b = one.kept, other.kept
    if a == b == FOR_EVER:
        return exactly(0)
    return Bounds(max(0, a.least - b.most, b.least - a.most), max(a.most - b.least, b.most - a.least))


def made_apart(one: RecoveryPoints, other: RecoveryPoints) -> Bounds:
    """How far a moment that the one kind has may be from the nearest one that the other has.

    Where one of them has every moment, that is what has passed since the last backup of the other, at most.
    """
    choices = {
        (first, second): _apart(one, other, first, second)
        for first in _choices(one.continuous)
        for second in _choices(other.continuous)
    }
    found, *others = choices.values()
    for choice in others:
        found = found.around(choice)
    return found


def _choices(continuous: bool | None) -> tuple[bool, ...]:
    return (True, False) if continuous is None else (continuous,)


def _apart(one: RecoveryPoints, other: RecoveryPoints, all_of_one: bool, all_of_other: bool) -> Bounds:
    if all_of_one:
        return exactly(0) if all_of_other else other.gap
    if all_of_other:
        return one.gap
    if one.schedule is not None and other.schedule is not None:
        return distance(one.schedule, other.schedule)
    return distance_of_gaps(one.gap, other.gap)


def spell(minutes: Bounds) -> str:
    """A time as a person would write it."""
    if minutes == FOR_EVER:
        return "ever"
    if not minutes.is_exact:
        return "a time that is not known"
    days, rest = divmod(minutes.least, DAY)
    return f"{days} days" if days and not rest else f"{minutes.least / 60:g} hours"


def of_schedule(schedule: Resource, certain: bool) -> RecoveryPoints:
    """The backups that a Schedule of Velero makes."""
    hours = ttl_hours(schedule)
    runs = written(schedule)
    return RecoveryPoints(
        title=f"Schedule {schedule.name}",
        certain=certain,
        kept=ANY if hours is None else exactly(hours * 60),
        kept_at=Node(schedule, (*TEMPLATE, "ttl")),
        continuous=False,
        schedule=runs,
        gap=runs.gap if runs else ANY,
        made_at=Node(schedule, _SCHEDULE),
    )


def of_job(job: BackupJob, certain: bool) -> RecoveryPoints:
    """The backups that a CronJob makes: what it deletes again is not seen."""
    resource = job.pod.resource
    runs = written(resource)
    zone = (resource.body.get("spec") or {}).get("timeZone", "") if resource.is_known(("spec", "timeZone")) else None
    if runs is not None:
        runs = runs._replace(zone=zone) if zone is not None else None
    return RecoveryPoints(
        title=f"CronJob {resource.name}",
        certain=certain,
        kept=ANY,
        kept_at=Node(resource, resource.name_path),
        continuous=False,
        schedule=runs,
        gap=runs.gap if runs else ANY,
        made_at=Node(resource, _SCHEDULE),
    )


def written(resource: Resource, path: Path = _SCHEDULE, *, seconds: bool = False, default: str = "") -> Schedule | None:
    """The schedule that stands at a path of a resource; None where it is not known."""
    if not resource.is_known(path):
        return None
    node: object = resource.body
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return Schedule(node if isinstance(node, str) else default, seconds=seconds)
