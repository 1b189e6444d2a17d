"""The backups of the databases that Odoo talks to, each kind by itself.

CloudNativePG archives the log all the time where a store is set up for it, and keeps it with the base backups for as
long as the retention policy of the store says, for ever without one; snapshots of volumes have no retention policy
(cloudnative-pg.io/documentation/current/backup/). Logical backups of Zalando's operator run at `30 00 * * *` by default
(postgres-operator.readthedocs.io/en/latest/reference/operator_parameters/). A flexible server of Azure can be restored
to every moment of its retention (https://learn.microsoft.com/azure/postgresql/backup-restore/concepts-backup-restore).
"""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.analysis import Analyses
from erpguard.analysis.backup.backup_retentions import Retention, logical_retention, retention_of
from erpguard.analysis.backup.cloudnative_pg import (
    CLUSTER,
    SCHEDULED_BACKUP,
    archives_wal,
    object_stores,
    scheduled_backups,
)
from erpguard.analysis.backup.database_dumps import Target, database_dumps, target
from erpguard.analysis.backup.databases import Database, data_volumes
from erpguard.analysis.backup.recovery_points import DAY, FOR_EVER, RecoveryPoints, of_job, of_schedule, written
from erpguard.analysis.backup.velero import covers, schedules_near
from erpguard.analysis.backup.zalando import POSTGRESQL, archives_log, makes_logical_backups
from erpguard.analysis.values.bounds import ANY, Bounds, exactly
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Resource

_LOGICAL_SCHEDULE = ("spec", "logicalBackupSchedule")
_LOGICAL_DEFAULT = "30 00 * * *"


def recoveries_of(analyses: Analyses, database: Database) -> Iterator[RecoveryPoints]:
    """The kinds of backups of a database in the cluster, those that it may have included."""
    resource = database.pod.resource
    if resource.type == CLUSTER:
        yield from _of_cluster(analyses, resource)
    elif resource.type == POSTGRESQL:
        yield from _of_zalando(analyses, resource)
    else:
        yield from _of_volumes(analyses, database.pod)
        yield from _of_dumps(analyses, database.pod)


def _of_cluster(analyses: Analyses, cluster: Resource) -> Iterator[RecoveryPoints]:
    archives = archives_wal(cluster)
    for backup, answer in scheduled_backups(analyses, cluster):
        if answer is False:
            continue
        runs = written(backup, seconds=True)
        kept, kept_at = _kept(analyses, cluster, backup)
        yield RecoveryPoints(
            title=f"{SCHEDULED_BACKUP.rpartition('/')[2]} {backup.name}",
            certain=answer is True,
            kept=kept,
            kept_at=kept_at,
            continuous=archives,
            schedule=runs,
            gap=runs.gap if runs else ANY,
            made_at=Node(backup, ("spec", "schedule")),
        )


def _kept(analyses: Analyses, cluster: Resource, backup: Resource) -> tuple[Bounds, Node]:
    """How long what a ScheduledBackup makes is kept, by the store that its method takes."""
    method = (backup.body.get("spec") or {}).get("method", "barmanObjectStore")
    if not backup.is_known(("spec", "method")):
        return ANY, Node(backup, ("spec", "method"))
    if method == "volumeSnapshot":
        return FOR_EVER, Node(backup, ("spec", "method"))
    stores = [cluster] if method == "barmanObjectStore" else object_stores(analyses, cluster)
    if len(stores) != 1:
        return ANY, Node(backup, ("spec", "method"))
    return _minutes(retention_of(stores[0])), Node(stores[0], retention_of(stores[0]).path)


def _minutes(retention: Retention) -> Bounds:
    if not retention.known:
        return ANY
    return FOR_EVER if retention.days is None else exactly(round(retention.days * DAY))


def _of_zalando(analyses: Analyses, database: Resource) -> Iterator[RecoveryPoints]:
    """The logical backups, and what Spilo archives: how long it keeps that is set in many places."""
    logical = makes_logical_backups(database)
    if logical is not False:
        retention = logical_retention(database)
        runs = written(database, _LOGICAL_SCHEDULE, default=_LOGICAL_DEFAULT)
        yield RecoveryPoints(
            title=f"logical backups of {database.name}",
            certain=logical is True,
            kept=_minutes(retention) if retention.text else ANY,  # the operator has a default of its own
            kept_at=Node(database, retention.path),
            continuous=False,
            schedule=runs,
            gap=runs.gap if runs else ANY,
            made_at=Node(database, _LOGICAL_SCHEDULE),
        )
    archives = archives_log(analyses, database)
    if archives is not False:
        name = Node(database, database.name_path)
        yield RecoveryPoints(f"postgresql {database.name}", archives is True, ANY, name, True, None, ANY, name)


def _of_volumes(analyses: Analyses, pod: Pod) -> Iterator[RecoveryPoints]:
    volumes = list(data_volumes(analyses, pod))
    for schedule in schedules_near(analyses, pod) if volumes else ():
        answer = all_of(
            None if volume is None else covers(analyses, schedule, pod, volume).answer for volume in volumes
        )
        if answer is not False:
            yield of_schedule(schedule, certain=answer is True)


def _of_dumps(analyses: Analyses, pod: Pod) -> Iterator[RecoveryPoints]:
    for found in database_dumps(analyses).of(pod.resource):
        sure = all_of((found.certain, found.job.running, True if found.job.certain else None))
        kind, _ = target(analyses, found, pod)
        if sure is not False and kind in (None, Target.AWAY):
            yield of_job(found.job, certain=sure is True and kind is Target.AWAY)
