"""When backups last succeeded, as a running system shows it: manifests and plans say nothing of this.

- CloudNativePG: Backups with the label `cnpg.io/scheduled-backup`, `status.phase` and `status.stoppedAt`
  (cloudnative-pg.io/documentation/current/labels_annotations/, .../cloudnative-pg.v1/#backupstatus).
- Velero: Backups with the label `velero.io/schedule-name`, `status.phase` and `status.completionTimestamp`
  (velero.io/docs/main/api-types/backup/). What is partially failed is not whole.
- CronJobs: `status.lastSuccessfulTime` and `status.lastScheduleTime`
  (kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/#CronJobStatus).
- Protected items of Recovery Services vaults: `lastRecoveryPoint`, else `lastBackupTime` where `lastBackupStatus` is
  Completed (https://learn.microsoft.com/rest/api/backup/protected-items/get).

The scan has a date only: ages are those that they had when it began, so that they are never too great.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.backup.backup_jobs import backup_jobs
from erpguard.analysis.backup.backup_schedules import SCHEDULED_BACKUP, archives_of
from erpguard.analysis.backup.velero_filters import SCHEDULE
from erpguard.analysis.values.selectors import hidden_below
from erpguard.model import Path, Resource

ITEM = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems"

_SPEC: Path = ("spec", "schedule")
_NEVER = 1_000_000


class _Kind(NamedTuple):
    """How an operator notes the backups of a schedule."""

    type: str
    label: str
    time: str
    done: str
    failed: frozenset[str]


_CLOUDNATIVE_PG = _Kind(
    "postgresql.cnpg.io/Backup", "cnpg.io/scheduled-backup", "stoppedAt", "completed", frozenset(("failed",))
)
_VELERO = _Kind(
    "velero.io/Backup",
    "velero.io/schedule-name",
    "completionTimestamp",
    "Completed",
    frozenset(("FailedValidation", "PartiallyFailed", "Failed")),
)


class _Runs(NamedTuple):
    """What is known of the runs of a schedule.

    last    the last success as text; empty for none
    known   whether that is all that there is to know
    absent  the types that show them: there may be more where not all of them were read
    """

    last: str
    known: bool = True
    absent: tuple[str, ...] = ()


def backup_runs(analyses: Analyses) -> View:
    """One row per schedule of which runs are known, and per protected item, at the property that tells.

    Fields: last (when a backup last succeeded, as text; empty for never), age_hours (since then, at least; very many
    for never), archives_wal, absent (types that may show more of them).
    """
    view = View()
    for resource in analyses.estate.of_type(SCHEDULED_BACKUP):
        runs = _of_operator(analyses, resource, _CLOUDNATIVE_PG)
        wal, absent = archives_of(analyses, resource) if runs is not None else (False, [])
        runs = runs._replace(absent=(*runs.absent, *absent)) if runs is not None else None
        _add(view, analyses, resource, _SPEC, runs, wal)
    for resource in analyses.estate.of_type(SCHEDULE):
        _add(view, analyses, resource, _SPEC, _of_operator(analyses, resource, _VELERO))
    for job in backup_jobs(analyses).values():
        if job.scheduled and job.certain:
            _add(view, analyses, job.pod.resource, _SPEC, _of_job(job.pod.resource))
    if ITEM in analyses.estate.types:
        from erpguard.analysis.azure.protected_items import is_running

        for item in analyses.estate.of_type(ITEM):
            running, runs = is_running(item), _of_item(item)
            if running is not False and runs is not None:
                which = (
                    "lastRecoveryPoint"
                    if "lastRecoveryPoint" in (item.body.get("properties") or {})
                    else "lastBackupStatus"
                )
                known = runs.known and running is True
                _add(view, analyses, item, ("properties", which), runs._replace(known=known))
    return view


def _add(
    view: View, analyses: Analyses, resource: Resource, path: Path, runs: _Runs | None, wal: bool | None = False
) -> None:
    if runs is None or not analyses.as_of:
        return
    age = _age(analyses.as_of, runs.last) if runs.last else _NEVER
    fields: dict[str, Any] = {"last": runs.last, "age_hours": age, "archives_wal": wal, "absent": list(runs.absent)}
    unknown = [name for name, value in fields.items() if value is None]
    view.add(resource, path, fields, unknown if runs.known else {*unknown, "age_hours"})


def _age(as_of: str, text: str) -> int | None:
    """Whole hours from a time to the beginning of a day."""
    try:
        then = datetime.fromisoformat(text)
        day = datetime.fromisoformat(as_of)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return int((day.replace(tzinfo=UTC) - then).total_seconds() // 3600)


def _of_operator(analyses: Analyses, schedule: Resource, kind: _Kind) -> _Runs | None:
    """The runs of a schedule by the backups that it made; None where there are none."""
    last, failures, known = "", 0, True
    for backup in analyses.estate.in_namespace(schedule, kind.type):
        if hidden_below(backup, ("metadata", "labels")) & {(), (kind.label,)}:
            known = False
            continue
        if backup.labels.get(kind.label) != schedule.name or not analyses.estate.together(schedule, backup):
            continue
        status = backup.body.get("status") or {}
        known = known and not hidden_below(backup, ("status",))
        last = max(last, str(status.get(kind.time) or "")) if status.get("phase") == kind.done else last
        failures += status.get("phase") in kind.failed
    return _Runs(last, known, (kind.type,)) if last or failures or not known else None


def _of_job(job: Resource) -> _Runs | None:
    """The runs of a CronJob by its status; None where it has not run."""
    status, hidden = job.body.get("status") or {}, hidden_below(job, ("status",))
    last = str(status.get("lastSuccessfulTime") or "")
    tried = status.get("lastScheduleTime") and not status.get("active")  # the first run may go on
    return _Runs(last, not hidden) if last or tried or hidden else None


def _of_item(item: Resource) -> _Runs | None:
    """The runs of a protected item; None where a plan or a template describes it."""
    properties = item.body.get("properties") or {}
    names = ("lastRecoveryPoint", "lastBackupTime", "lastBackupStatus")
    known = all(item.is_known(("properties", name)) for name in names)
    done = properties.get("lastBackupTime") if properties.get("lastBackupStatus") == "Completed" else None
    last = str(properties.get("lastRecoveryPoint") or done or "")
    tried = any(properties.get(name) for name in names)
    return _Runs(last, known) if tried or not known else None
