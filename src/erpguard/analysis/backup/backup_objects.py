"""Backups of a workload that stand as objects in the cluster, and what it means to delete one.

velero.io/docs/main/backup-reference/ (who creates a DeleteBackupRequest deletes the data too; of a Backup that is
deleted the data stays, until it expires), velero.io/docs/main/api-types/backupstoragelocation/,
cloudnative-pg.io/documentation/current/backup/ and .../appendixes/object_stores/ (credentials),
cloudnative-pg.io/plugin-barman-cloud/docs/usage/ and kubernetes.io/docs/concepts/storage/volume-snapshots/ (a snapshot
goes with its object, as its class says).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.applications.database_hosts import ELSEWHERE, POOLER, database_of, server_behind
from erpguard.analysis.applications.odoo import odoo_settings
from erpguard.analysis.backup.cloudnative_pg import CLUSTER, OBJECT_STORE, SCHEDULED_BACKUP
from erpguard.analysis.backup.velero import schedules_near
from erpguard.analysis.backup.velero_filters import TEMPLATE, takes_namespace, template_of
from erpguard.analysis.values.selectors import all_of, hidden_below
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Path, Resource, value_at

_DELETE = ("delete", "deletecollection")
_VELERO, _POSTGRES, _BARMAN = "velero.io", "postgresql.cnpg.io", "barmancloud.cnpg.io"
_SNAPSHOTS = ("snapshot.storage.k8s.io", "volumesnapshots", _DELETE)
_STORES = ("barmanObjectStore", "volumeSnapshot")
_READ = ("get", "list", "watch")
_CREDENTIALS = ("azureCredentials", "s3Credentials", "googleCredentials")
_WHOLE_KEYS = ("connectionString", "storageKey")
_BACKUP: Path = ("spec", "backup")


class BackupObjects(NamedTuple):
    """Objects of a kind that are backups of a workload, or make them, or have the key of their store.

    verbs   what deletes backups by them, or reads the key
    name    the name of the object; None for one that gets its name when it is made
    over    whose backups they are, for messages
    source  the object of the estate that makes them
    sure    whether that is so; None where it is not known
    """

    group: str
    resource: str
    verbs: tuple[str, ...]
    namespace: str
    name: str | None
    over: str
    source: Resource
    sure: bool | None

    @property
    def kind(self) -> str:
        """The kind for messages: `schedules.velero.io`, `secrets with the key of their store`."""
        return f"{self.resource}.{self.group}" if self.group else f"{self.resource} with the key of their store"


def backup_objects(analyses: Analyses, pod: Pod, near: set[str] | None) -> Iterator[BackupObjects]:
    """The objects of the backups of a workload: of its namespace by Velero, and of its databases.

    Where it is not known which database that is, any in the namespaces `near` (None: in all) may be.
    """
    for schedule in schedules_near(analyses, pod):
        together = analyses.estate.together(schedule, pod.resource)
        sure = all_of((together, takes_namespace(schedule, pod.resource.namespace)))
        if sure is not False:
            yield from _of_velero(schedule, sure)
    for cluster, own in _databases(analyses, pod, near):
        sure = all_of((own, analyses.estate.together(cluster, pod.resource), _is_backed_up(analyses, cluster)))
        if sure is not False:
            yield from _of_database(analyses, cluster, sure)


def _of_velero(schedule: Resource, sure: bool | None) -> Iterator[BackupObjects]:
    over = f"backups by Schedule {schedule.namespace}/{schedule.name}"
    hidden = hidden_below(schedule, (*TEMPLATE, "storageLocation"))
    location = None if hidden else str(template_of(schedule).get("storageLocation") or "default")
    kinds: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
        ("deletebackuprequests", ("create",), None),
        ("backups", _DELETE, None),
        ("schedules", _DELETE, schedule.name),
        ("backupstoragelocations", _DELETE, location),
    )
    for resource, verbs, name in kinds:
        yield BackupObjects(_VELERO, resource, verbs, schedule.namespace, name, over, schedule, sure)


def keys_beside(analyses: Analyses, pod: Pod) -> Iterator[BackupObjects]:
    """The Secrets with keys of stores of backups of its databases that pods can mount: those of its namespace."""
    for cluster in analyses.estate.in_namespace(pod.resource, CLUSTER):
        sure = analyses.estate.together(cluster, pod.resource)
        if sure is not False:
            yield from (each for each in _of_database(analyses, cluster, sure) if each.resource == "secrets")


def _databases(analyses: Analyses, pod: Pod, near: set[str] | None) -> Iterator[tuple[Resource, bool | None]]:
    """The CloudNativePG Clusters of its namespace, and the one elsewhere that it talks to, or may talk to."""
    own = analyses.estate.in_namespace(pod.resource, CLUSTER)
    yield from ((cluster, True) for cluster in own)
    settings = odoo_settings(analyses).get(pod.resource.key)
    lead = database_of(analyses, settings) if settings is not None else ELSEWHERE
    if lead.server is not None and lead.server.type == POOLER:
        lead = server_behind(analyses, lead.server, None, pooled=False)
    found = [lead.server] if lead.server is not None else []
    if not lead.known:
        all_ = analyses.estate.of_type(CLUSTER) if near is None else ()
        within = (analyses.estate.within(pod.resource.cluster, one, CLUSTER) for one in sorted(near or ()))
        found = [*all_, *(cluster for clusters in within for cluster in clusters)]
    for cluster in found:
        if cluster.type == CLUSTER and cluster.cluster == pod.resource.cluster and cluster not in own:
            yield cluster, lead.known or None


def _is_backed_up(analyses: Analyses, cluster: Resource) -> bool | None:
    """Whether a Cluster has a store for backups, or something that makes them."""
    spec = cluster.body.get("spec") or {}
    scheduled = analyses.estate.in_namespace(cluster, SCHEDULED_BACKUP)
    if spec.get("plugins") or any(store in (spec.get("backup") or {}) for store in _STORES):
        return True
    if any(value_at(one.body, ("spec", "cluster", "name")) == cluster.name for one in scheduled):
        return True
    return None if hidden_below(cluster, _BACKUP) or hidden_below(cluster, ("spec", "plugins")) else False


def _of_database(analyses: Analyses, cluster: Resource, sure: bool | None) -> Iterator[BackupObjects]:
    over, namespace = f"backups of database {cluster.namespace}/{cluster.name}", cluster.namespace
    yield BackupObjects(_POSTGRES, "backups", _DELETE, namespace, None, over, cluster, sure)
    for scheduled in analyses.estate.in_namespace(cluster, SCHEDULED_BACKUP):
        if value_at(scheduled.body, ("spec", "cluster", "name")) == cluster.name:
            name = scheduled.name
            yield BackupObjects(_POSTGRES, "scheduledbackups", _DELETE, namespace, name, over, scheduled, sure)
    if value_at(cluster.body, (*_BACKUP, "volumeSnapshot")) is not None:
        yield BackupObjects(*_SNAPSHOTS, namespace, None, over, cluster, sure)
    yield from _keys(cluster, (*_BACKUP, "barmanObjectStore"), over, sure)
    for plugin in value_at(cluster.body, ("spec", "plugins")) or ():
        name = value_at(plugin, ("parameters", "barmanObjectName"))
        store = analyses.estate.find(cluster, OBJECT_STORE, namespace, name).found if name else None
        if store is not None:
            yield BackupObjects(_BARMAN, "objectstores", _DELETE, namespace, store.name, over, store, sure)
            yield from _keys(store, ("spec", "configuration"), over, sure)


def _keys(source: Resource, store: Path, over: str, sure: bool | None) -> Iterator[BackupObjects]:
    """The Secrets with the keys of a store: the key of an account allows everything, of others that is not known."""
    whole: dict[str | None, bool | None] = {}
    for credentials in _CREDENTIALS:
        for kind, reference in (value_at(source.body, (*store, credentials)) or {}).items():
            name = value_at(reference, ("name",))
            if isinstance(name, str):
                whole[name] = whole.get(name) or kind in _WHOLE_KEYS or None
        if hidden_below(source, (*store, credentials)):
            whole[None] = None
    for name, allows_all in whole.items():
        yield BackupObjects("", "secrets", _READ, source.namespace, name, over, source, all_of((sure, allows_all)))
