"""The backups of a CloudNativePG Cluster (cloudnative-pg.io/documentation/current/backup/).

A Cluster has a store (Barman object store, volume snapshots, a plugin) in its own `spec`; a ScheduledBackup of its
namespace names the Cluster and the method. The store of the Barman Cloud plugin is an ObjectStore
(cloudnative-pg.io/plugin-barman-cloud/docs/usage/).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.model import Path, Resource

CLUSTER = "postgresql.cnpg.io/Cluster"
SCHEDULED_BACKUP = "postgresql.cnpg.io/ScheduledBackup"
OBJECT_STORE = "barmancloud.cnpg.io/ObjectStore"
BARMAN_PLUGIN = "barman-cloud.cloudnative-pg.io"

_BACKUP: Path = ("spec", "backup")
_PLUGINS: Path = ("spec", "plugins")


class Protection(NamedTuple):
    """Whether a database is backed up (None: not known), what is missing, and the types whose absence that rests on."""

    answer: bool | None
    missing: str = ""
    absent: tuple[str, ...] = ()


def _spec(resource: Resource) -> dict[str, Any]:
    return resource.body.get("spec") or {}


def archives_wal(cluster: Resource) -> bool | None:
    """Whether a Cluster archives its write-ahead log continuously; None where that is not known."""
    plugins = [_is_archiver(cluster, index, plugin) for index, plugin in enumerate(_spec(cluster).get("plugins") or ())]
    if () in hidden_below(cluster, _PLUGINS):
        plugins.append(None)
    return any_of((_has(cluster, "barmanObjectStore"), *plugins))


def _has(cluster: Resource, store: str) -> bool | None:
    """Whether `spec.backup` has a store. What stands in the store may be unknown."""
    if store in (_spec(cluster).get("backup") or {}):
        return True
    return None if hidden_below(cluster, (*_BACKUP, store)) else False


def _is_enabled(cluster: Resource, index: int, plugin: dict[str, Any]) -> bool | None:
    return plugin.get("enabled", True) if cluster.is_known((*_PLUGINS, index, "enabled")) else None


def _is_archiver(cluster: Resource, index: int, plugin: dict[str, Any]) -> bool | None:
    known = cluster.is_known((*_PLUGINS, index, "isWALArchiver"))
    return all_of((_is_enabled(cluster, index, plugin), plugin.get("isWALArchiver", False) if known else None))


def protection(analyses: Analyses, cluster: Resource) -> Protection:
    """Whether a Cluster has a store and a ScheduledBackup that uses it and is not suspended."""
    stores, plugins = _stores(analyses, cluster)
    store = any_of((*stores.values(), *(answer for _, answer in plugins)))
    if store is False:
        return Protection(False, "no backup store", (OBJECT_STORE,) if any(name for name, _ in plugins) else ())
    scheduled = any_of(answer for _, answer in scheduled_backups(analyses, cluster))
    if scheduled is False:
        return Protection(False, "no ScheduledBackup that runs", (SCHEDULED_BACKUP,))
    return Protection(all_of((store, scheduled)))


def scheduled_backups(analyses: Analyses, cluster: Resource) -> Iterator[tuple[Resource, bool | None]]:
    """The ScheduledBackups that name a Cluster, and whether they back it up."""
    stores, plugins = _stores(analyses, cluster)
    for backup in _named(analyses, cluster):
        yield backup, _uses(analyses, backup, cluster, stores, plugins)


def object_stores(analyses: Analyses, cluster: Resource) -> list[Resource]:
    """The ObjectStores that the Barman plugin of a Cluster names."""
    names = [
        (plugin.get("parameters") or {}).get("barmanObjectName")
        for plugin in _spec(cluster).get("plugins") or ()
        if plugin.get("name") == BARMAN_PLUGIN
    ]
    return [store for store in analyses.estate.in_namespace(cluster, OBJECT_STORE) if store.name in names]


def _stores(
    analyses: Analyses, cluster: Resource
) -> tuple[dict[str, bool | None], list[tuple[str | None, bool | None]]]:
    """The stores in a Cluster's own spec, and its plugins."""
    stores = {store: _has(cluster, store) for store in ("barmanObjectStore", "volumeSnapshot")}
    plugins = [
        _plugin(analyses, cluster, index, body) for index, body in enumerate(_spec(cluster).get("plugins") or ())
    ]
    if () in hidden_below(cluster, _PLUGINS):
        plugins.append((None, None))
    return stores, plugins


def _plugin(analyses: Analyses, cluster: Resource, index: int, body: dict[str, Any]) -> tuple[str | None, bool | None]:
    """The name of a plugin (None: not known), and whether it is a store for backups."""
    where = (*_PLUGINS, index)
    if not cluster.is_known((*where, "name")):
        return None, None
    name = body.get("name", "")
    enabled = _is_enabled(cluster, index, body)
    if name != BARMAN_PLUGIN:
        # Other plugins: those that archive the log are stores for backups, too.
        return name, all_of((enabled, _is_archiver(cluster, index, body)))
    if not cluster.is_known((*where, "parameters")):
        return name, all_of((enabled, None))
    store = (body.get("parameters") or {}).get("barmanObjectName", "")
    if not store:
        return name, False
    there = any(found.name == store for found in analyses.estate.in_namespace(cluster, OBJECT_STORE))
    return name, all_of((enabled, there))


def _named(analyses: Analyses, cluster: Resource) -> list[Resource]:
    """The ScheduledBackups that name a Cluster, or may do so."""
    index: dict[tuple[str, str, str], list[Resource]] = analyses.once("cnpg.scheduled", _by_cluster)
    where = cluster.cluster, cluster.namespace
    return [*index.get((*where, cluster.name), ()), *index.get((*where, ""), ())]


def _by_cluster(analyses: Analyses) -> dict[tuple[str, str, str], list[Resource]]:
    """(cluster, namespace, name of the Cluster) -> ScheduledBackups; an unknown name is empty."""
    index: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
    for backup in analyses.estate.of_type(SCHEDULED_BACKUP):
        known = backup.is_known(("spec", "cluster"))
        name = (_spec(backup).get("cluster") or {}).get("name", "") if known else ""
        index[backup.cluster, backup.namespace, name].append(backup)
    return index


def _uses(
    analyses: Analyses,
    backup: Resource,
    cluster: Resource,
    stores: dict[str, bool | None],
    plugins: list[tuple[str | None, bool | None]],
) -> bool | None:
    """Whether a ScheduledBackup runs, belongs to the Cluster, and its method is one that the Cluster is set up for."""
    running = not _spec(backup).get("suspend", False) if backup.is_known(("spec", "suspend")) else None
    known = backup.is_known(("spec", "cluster"))
    named = (_spec(backup).get("cluster") or {}).get("name", "") == cluster.name if known else None
    return all_of((running, named, analyses.estate.together(backup, cluster), _method(backup, stores, plugins)))


def _method(
    backup: Resource, stores: dict[str, bool | None], plugins: list[tuple[str | None, bool | None]]
) -> bool | None:
    if not backup.is_known(("spec", "method")):
        return None
    method = _spec(backup).get("method", "barmanObjectStore")
    if method != "plugin":
        return stores.get(method, False)
    if not backup.is_known(("spec", "pluginConfiguration", "name")):
        return None
    wanted = (_spec(backup).get("pluginConfiguration") or {}).get("name", "")
    return any_of(None if name is None else all_of((name == wanted, answer)) for name, answer in plugins)
