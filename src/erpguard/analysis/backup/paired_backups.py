"""Whether the database and the filestore of an Odoo instance can be restored to one moment.

An instance needs a kind of backup of its database and one of its filestore that go together: both go back equally far,
and near every moment of the one there is a moment of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.applications.database_hosts import AZURE_SERVER, database_of, server_behind
from erpguard.analysis.backup.database_recoveries import recoveries_of
from erpguard.analysis.backup.databases import all_databases
from erpguard.analysis.backup.filestores import (
    BACKUP_INSTANCE,
    Filestore,
    all_filestores,
    copying_jobs,
    hidden_workloads,
)
from erpguard.analysis.backup.recovery_points import (
    FOR_EVER,
    RecoveryPoints,
    kept_apart,
    made_apart,
    of_job,
    of_schedule,
    spell,
)
from erpguard.analysis.backup.velero import covers, schedules_near
from erpguard.analysis.resources.autoscalers import pod_of
from erpguard.analysis.values.bounds import UNBOUNDED, Bounds
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of
from erpguard.model import Resource


class _Pair(NamedTuple):
    """A kind of backup of each half, and by how much they differ, in minutes."""

    database: RecoveryPoints
    filestore: RecoveryPoints
    kept: Bounds
    made: Bounds

    @property
    def certain(self) -> bool:
        """Whether there surely are such backups."""
        return self.database.certain and self.filestore.certain

    @property
    def apart(self) -> Bounds:
        """The greater difference; without bound where there may be no such backups."""
        most = max(self.kept.most, self.made.most)
        return Bounds(max(self.kept.least, self.made.least), most if self.certain else UNBOUNDED)


def paired_backups(analyses: Analyses) -> View:
    """One row per erp workload whose filestore and database both have, or may have, a backup, at its root.

    Fields: least and most (by how many hours the two backups that go together best differ), differences ([{hours,
    what, at, related}] of these two: in how long they are kept, and in when they are made), doubt (what is not known).
    """
    view = View()
    for filestore in all_filestores(analyses).values():
        if filestore.elsewhere is True or filestore.coverage.answer is False:
            continue
        databases = _of_database(analyses, filestore)
        if databases is not None:
            _add(view, filestore, databases, list(_of_filestore(analyses, filestore)))
    for pod in hidden_workloads(analyses):
        _add_doubt(view, pod.resource, f"what {pod.resource.kind} {pod.resource.name} runs")
    return view


def _of_database(analyses: Analyses, filestore: Filestore) -> list[RecoveryPoints] | None:
    """The kinds of backups of the database; none where these are not known, None where it has no backup."""
    lead = database_of(analyses, filestore.settings)
    server = lead.server
    if server is not None and server.type != AZURE_SERVER and server.key not in all_databases(analyses):
        server = server_behind(analyses, server, pod_of(analyses, server), pooled=lead.pooled).server
    if server is None:
        return []
    if server.type == AZURE_SERVER:
        from erpguard.analysis.azure.recovery_points import recoveries_of_server

        return list(recoveries_of_server(analyses, server))
    database = all_databases(analyses).get(server.key)
    if database is None:
        return []
    return None if database.protection.answer is False else list(recoveries_of(analyses, database))


def _of_filestore(analyses: Analyses, filestore: Filestore) -> Iterator[RecoveryPoints]:
    """The kinds of backups that take all volumes of a filestore."""
    pod, volumes = filestore.pod, filestore.volumes
    for schedule in schedules_near(analyses, pod) if volumes else ():
        answer = all_of(covers(analyses, schedule, pod, volume).answer for volume in volumes)
        if answer is not False:
            yield of_schedule(schedule, certain=answer is True)
    if len(volumes) == 1:
        for job, reads in copying_jobs(analyses, pod, volumes[0]):
            if reads is not False:
                yield of_job(job, certain=reads is True)
    if volumes and BACKUP_INSTANCE in analyses.estate.types:
        from erpguard.analysis.azure.recovery_points import recoveries_of_volumes

        yield from recoveries_of_volumes(analyses, pod, volumes)


def _add(view: View, filestore: Filestore, databases: list[RecoveryPoints], files: list[RecoveryPoints]) -> None:
    pairs = [_Pair(one, two, kept_apart(one, two), made_apart(one, two)) for one in databases for two in files]
    resource = filestore.pod.resource
    sure = all_of((filestore.pod.tier_known, filestore.known, filestore.elsewhere is False))
    if not (pairs and sure):
        what = "the database" if not databases else "the filestore"
        _add_doubt(view, resource, f"how {what} of {resource.kind} {resource.name} is backed up")
        return
    best = min(pairs, key=lambda pair: (pair.apart.least, pair.apart.most))
    fields: dict[str, Any] = {
        # Where a half may have no backup at all, it is not judged here.
        "least": best.apart.least / 60 if any(pair.certain for pair in pairs) else 0,
        "most": min(pair.apart.most for pair in pairs) / 60,
        "differences": list(_differences(best)),
        "doubt": _doubt(best),
    }
    view.add(resource, (), fields)


def _add_doubt(view: View, resource: Resource, doubt: str) -> None:
    view.add(resource, (), {"least": 0, "most": UNBOUNDED, "differences": [], "doubt": doubt})


def _differences(pair: _Pair) -> Iterator[dict[str, Any]]:
    """In how long the backups are kept: at the shorter time, or at the one without end; and in when they are made."""
    first, second = sorted((pair.database, pair.filestore), key=lambda one: one.kept.least)
    what = f"the database is kept for {spell(pair.database.kept)} ({pair.database.title})"
    what += f", the filestore for {spell(pair.filestore.kept)} ({pair.filestore.title})"
    changed, other = (second, first) if second.kept == FOR_EVER else (first, second)
    yield _difference(pair.kept, what, changed.kept_at, other.kept_at)
    rare, often = (
        (pair.database, pair.filestore)
        if pair.database.gap.least > pair.filestore.gap.least and not pair.database.continuous
        else (pair.filestore, pair.database)
    )
    what = f"the database is backed up {pair.database.when()} ({pair.database.title})"
    what += f", the filestore {pair.filestore.when()} ({pair.filestore.title})"
    yield _difference(pair.made, what, rare.made_at, often.made_at)


def _difference(apart: Bounds, what: str, at: Node, other: Node) -> dict[str, Any]:
    related = {"resource": other.resource.key, "path": list(other.path), "message": "the other half"}
    return {"hours": apart.least / 60, "what": what, "at": at.at(), "related": [related]}


def _doubt(pair: _Pair) -> str:
    doubts = [f"whether {one.title} backs it up" for one in (pair.database, pair.filestore) if not one.certain]
    doubts += [f"how long {one.title} keeps" for one in (pair.database, pair.filestore) if not one.kept.is_exact]
    if not pair.made.is_exact:
        doubts.append("how far apart the backups are made")
    return ", ".join(doubts) or "whether other backups go together"
