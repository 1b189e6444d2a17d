"""Management locks, and what they keep from being deleted.

https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources: a lock on a resource, on its group
or on its subscription holds for the resource; `ReadOnly` forbids deleting, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.backup_stores import ACCOUNT, backup_stores
from erpguard.analysis.azure.bodies import text
from erpguard.analysis.azure.database_servers import SERVERS
from erpguard.analysis.azure.vaults import VAULTS
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Resource
from erpguard.model.arm_ids import parse

LOCK = "Microsoft.Authorization/locks"
SQL_SERVERS = ("Microsoft.Sql/servers", "Microsoft.Sql/managedInstances")

_GROUP = "Microsoft.Resources/resourceGroups"
_PREVENTING = frozenset(("cannotdelete", "readonly"))


class Locks:
    """The locks of an estate by their scope."""

    def __init__(self, analyses: Analyses) -> None:
        self._on_resource: dict[str, list[Resource]] = defaultdict(list)
        self._on_group: dict[str, list[tuple[str, Resource]]] = defaultdict(list)
        self._on_subscription: dict[str, list[Resource]] = defaultdict(list)
        self._somewhere: list[Resource] = []
        for lock in analyses.estate.of_type(LOCK):
            self._sort_in(analyses, lock)

    def _sort_in(self, analyses: Analyses, lock: Resource) -> None:
        scope = parse(lock.parent)
        owner = analyses.estate.arm(lock.parent).resource if lock.parent else None
        if owner is not None and owner.type != _GROUP:
            self._on_resource[owner.key].append(lock)
        elif owner is not None:
            self._on_group[owner.name.lower()].append((owner.cluster, lock))
        elif scope.type:
            return  # on a resource that is not in the estate
        elif scope.group:
            # A plan may name a group without knowing its subscription.
            self._on_group[scope.group.lower()].append((scope.subscription.lower(), lock))
        elif scope.subscription:
            self._on_subscription[scope.subscription.lower()].append(lock)
        else:
            self._somewhere.append(lock)

    def prevents_deletion(self, resource: Resource) -> bool | None:
        """Whether a lock keeps a resource from being deleted; None where that is not known."""
        return any_of(all_of((covers, _prevents(lock))) for lock, covers in self._near(resource))

    def _near(self, resource: Resource) -> Iterator[tuple[Resource, bool | None]]:
        """The locks that cover a resource, or may do so (None)."""
        for lock in self._on_resource.get(resource.key, ()):
            yield lock, True
        for subscription, lock in self._on_group.get(resource.namespace.lower(), ()):
            if resource.namespace and ("" in (subscription, resource.cluster) or subscription == resource.cluster):
                yield lock, True
        for lock in self._on_subscription.get(resource.cluster, ()):
            yield lock, True
        if not resource.cluster:
            yield from ((lock, None) for locks in self._on_subscription.values() for lock in locks)
        if not resource.namespace:
            yield from ((lock, None) for locks in self._on_group.values() for _, lock in locks)
        yield from ((lock, None) for lock in self._somewhere)


def _prevents(lock: Resource) -> bool | None:
    level = text(lock, "properties", "level")
    return None if level is None else level.lower() in _PREVENTING


def deletion_locks(analyses: Analyses) -> View:
    """One row per database server, vault and storage account, at its root.

    Fields: locked, keeps_backups (false for a storage account that is not used for backups).
    """
    view = View()
    locks = Locks(analyses)
    stores = backup_stores(analyses)
    for resource in analyses.estate.of_type(*SERVERS, *SQL_SERVERS, *VAULTS, ACCOUNT):
        fields = {
            "locked": locks.prevents_deletion(resource),
            "keeps_backups": stores[resource.key].used if resource.type == ACCOUNT else True,
        }
        view.add(resource, (), fields, [name for name, value in fields.items() if value is None])
    return view
