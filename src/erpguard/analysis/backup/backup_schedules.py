"""When backups are made: ScheduledBackups, Velero's Schedules, the CronJobs that are backup jobs, Azure's policies."""

from __future__ import annotations

import math
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.backup.backup_jobs import backup_jobs
from erpguard.analysis.backup.cloudnative_pg import CLUSTER, archives_wal
from erpguard.analysis.backup.velero_filters import SCHEDULE, TEMPLATE, template_of
from erpguard.analysis.values.durations import parse_duration
from erpguard.analysis.values.schedules import NEVER, longest_gap
from erpguard.model import Path, Resource

SCHEDULED_BACKUP = "postgresql.cnpg.io/ScheduledBackup"
DEFAULT_TTL_HOURS = 720
"""What Velero takes where `ttl` is missing or 0 (velero.io/docs/main/backup-reference/)."""

AZURE_POLICIES = frozenset(
    ("Microsoft.DataProtection/backupVaults/backupPolicies", "Microsoft.RecoveryServices/vaults/backupPolicies")
)

_SPEC: Path = ("spec",)


def backup_schedules(analyses: Analyses) -> View:
    """One row per schedule of backups, at its `spec`; of a policy of Azure Backup at the schedule.

    Fields: schedule (its text), gap_hours (the longest time between two runs), never (it never comes, or is no
    schedule), place (the path of the schedule, from the row on), switch (the key that stops it: suspend or paused),
    stopped, archives_wal (the database archives its write-ahead log all the time), absent (types whose absence
    `archives_wal` rests on).
    """
    view = View()
    for resource in analyses.estate.of_type(SCHEDULED_BACKUP):
        archives, absent = archives_of(analyses, resource)
        _add(view, resource, "suspend", seconds=True, more={"archives_wal": archives, "absent": absent})
    for resource in analyses.estate.of_type(SCHEDULE):
        _add(view, resource, "paused", more={"archives_wal": False, "absent": []})
    for job in backup_jobs(analyses).values():
        if job.scheduled:
            certain = {} if job.certain else {"stopped", "gap_hours", "never"}
            more: dict[str, Any] = {"archives_wal": False, "absent": []}
            _add(view, job.pod.resource, "suspend", more=more, unknown=set(certain))
    if not AZURE_POLICIES.isdisjoint(analyses.estate.types):
        from erpguard.analysis.azure.backup_policies import add_schedules

        add_schedules(view, analyses)
    return view


def _add(
    view: View,
    resource: Resource,
    switch: str,
    *,
    more: dict[str, Any],
    seconds: bool = False,
    unknown: set[str] | None = None,
) -> None:
    spec = resource.body.get("spec") or {}
    hidden = set(unknown or ())
    hidden |= {name for name in more if more[name] is None}
    if not resource.is_known(("spec", "schedule")):
        hidden |= {"schedule", "gap_hours", "never"}
    if not resource.is_known(("spec", switch)):
        hidden.add("stopped")
    text = spec.get("schedule", "")
    gap = longest_gap(text, seconds=seconds)
    never = gap is None or gap == NEVER
    fields = {
        "schedule": text,
        "gap_hours": None if gap is None or never else gap / 3600,
        "never": never,
        "place": ["schedule"],
        "switch": switch,
        "stopped": bool(spec.get(switch, False)),
        **more,
    }
    view.add(resource, _SPEC, fields, hidden)


def archives_of(analyses: Analyses, backup: Resource) -> tuple[bool | None, list[str]]:
    """Whether the database of a ScheduledBackup archives its log, and the types on whose absence that rests."""
    if not backup.is_known(("spec", "cluster")):
        return None, []
    name = ((backup.body.get("spec") or {}).get("cluster") or {}).get("name", "")
    lookup = analyses.estate.find(backup, CLUSTER, backup.namespace, name)
    if lookup.found is not None:
        return archives_wal(lookup.found), []
    namesakes = any(one.name == name for one in analyses.estate.in_namespace(backup, CLUSTER))
    return (None, []) if namesakes else (False, [CLUSTER])


def velero_schedules(analyses: Analyses) -> View:
    """One row per Schedule of Velero, at its `spec`.

    Fields: ttl_hours (how long its backups are kept, default 720).
    """
    view = View()
    for resource in analyses.estate.of_type(SCHEDULE):
        hours = ttl_hours(resource)
        view.add(resource, _SPEC, {"ttl_hours": hours}, [] if hours is not None else ["ttl_hours"])
    return view


def ttl_hours(schedule: Resource) -> int | None:
    """How long the backups of a Schedule of Velero are kept; None where that is not known."""
    seconds = parse_duration(template_of(schedule).get("ttl", "0"))
    if seconds is None or not schedule.is_known((*TEMPLATE, "ttl")):
        return None
    return math.floor(seconds / 3600) if seconds else DEFAULT_TTL_HOURS
