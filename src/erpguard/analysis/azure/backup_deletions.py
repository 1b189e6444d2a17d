"""Backups in Azure that pods can delete with the identities that they can use.

Pods can use a managed identity by a federated credential, and that of the kubelet of their node by the metadata service
(https://learn.microsoft.com/azure/aks/use-managed-identity; `podLinkLocalAccess` is of
https://learn.microsoft.com/rest/api/aks/managed-clusters/get). A server takes its own backups with it:
https://learn.microsoft.com/azure/postgresql/backup-restore/concepts-backup-restore.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.backup_protection import is_kept
from erpguard.analysis.azure.backup_stores import ACCOUNT, backup_stores, matches, names_of_stores
from erpguard.analysis.azure.cluster_identities import KUBELET, cluster_identities
from erpguard.analysis.azure.cluster_of import clusters_of
from erpguard.analysis.azure.pod_rights import elsewhere, is_anywhere, of_type, way_to
from erpguard.analysis.azure.properties import read
from erpguard.analysis.azure.role_assignments import Assignment, assignments
from erpguard.analysis.azure.role_rights import Rights, has_any, is_unconditional, within
from erpguard.analysis.azure.scopes import Scope, covers
from erpguard.analysis.azure.workload_identities import Grant, grants, uses
from erpguard.analysis.backup.deletion import Deletion, hop
from erpguard.analysis.network.isolation import is_governed, isolated
from erpguard.analysis.network.network_policy import TYPE as NETWORK_POLICY
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Path, Resource

_ITEMS = "backupFabrics/protectionContainers/protectedItems"
_BLOBS = "blobServices/containers/blobs"
_CONTAINER = "/blobservices/default/containers/"

_WITH_ACCOUNT = ("storage account contributor",)
_WITH_BLOBS = ("avere contributor", "avere operator", "storage blob data contributor", "storage blob data owner")


def _rights(
    type_: str, actions: str, data: str = "", names: tuple[str, ...] = (), by_keys: bool = False
) -> tuple[str, Rights]:
    def full(given: str) -> tuple[str, ...]:
        return tuple(f"{type_}/{operation}" for operation in given.split())

    return type_.lower(), Rights(full(actions), full(data), frozenset(names), by_keys)


DELETIONS: dict[str, Rights] = dict(
    (
        _rights(
            "Microsoft.Storage/storageAccounts",
            "delete blobServices/containers/delete managementPolicies/write",
            f"{_BLOBS}/delete {_BLOBS}/deleteBlobVersion/action {_BLOBS}/permanentDelete/action",
            (*_WITH_ACCOUNT, *_WITH_BLOBS),
            by_keys=True,  # who has the keys of an account, or a signature that it makes, has all of its blobs
        ),
        _rights("Microsoft.RecoveryServices/vaults", f"{_ITEMS}/delete", names=("backup contributor",)),
        _rights("Microsoft.DataProtection/backupVaults", "backupInstances/delete", names=("backup contributor",)),
        _rights("Microsoft.DBforPostgreSQL/flexibleServers", "delete backups/delete"),
        _rights("Microsoft.DBforMySQL/flexibleServers", "delete"),
    )
)
"""Type in lower case -> what deletes backups there, by https://learn.microsoft.com/azure/role-based-access-control/
resource-provider-operations and, of built-in roles whose definition the estate has not, by their names. Vaults that
have backups in them cannot be deleted as such."""

_TITLES = {
    "microsoft.storage/storageaccounts": "backups in storage account",
    "microsoft.recoveryservices/vaults": "backups in Recovery Services vault",
    "microsoft.dataprotection/backupvaults": "backups in Backup vault",
    "microsoft.dbforpostgresql/flexibleservers": "backups of database server",
    "microsoft.dbformysql/flexibleservers": "backups of database server",
}


class _Store(NamedTuple):
    """Backups that an assignment gives a right over: the resource, if it is in the estate, and how sure that is."""

    title: str
    resource: Resource | None
    holds: bool | None


class _Usable(NamedTuple):
    """An assignment that a pod can use, whether that is certain, and the way to it."""

    identity: str
    certain: bool | None
    assignment: Assignment
    way: tuple[dict[str, Any], ...]


def deletions_in_azure(analyses: Analyses, pod: Pod) -> Iterator[Deletion]:
    """The rights to delete backups that pods of a workload have in Azure: one per assignment."""
    for usable in (*_federated(analyses, pod), *_by_kubelet(analyses, pod)):
        found = _stores(analyses, usable.assignment)
        holds = all_of((usable.certain, any_of(store.holds for store in found)))
        if holds is not False:
            yield _deletion(usable, found, holds)


def _deletion(usable: _Usable, found: list[_Store], holds: bool | None) -> Deletion:
    first, (assignment, _, role, scope) = found[0], usable.assignment
    place: tuple[Resource, Path] = (assignment, ("properties", "roleDefinitionId"))
    right = f"is {role.name} on {scope.title}"
    flow = [*usable.way, hop(*place, f"{usable.identity} {right}")]
    if first.resource is not None:
        flow.append(hop(first.resource, first.resource.name_path, f"{first.title} are there"))
    over = first.title + (f" and {len(found) - 1} more" if len(found) > 1 else "")
    return Deletion(usable.identity, right, scope.title, over, holds, place, tuple(flow))


def _federated(analyses: Analyses, pod: Pod) -> Iterator[_Usable]:
    """What pods have by managed identities that their ServiceAccount is exchanged for."""
    by_pod: dict[str, list[Grant]] = analyses.once("azure.grants_by_pod", _by_pod)
    for grant in by_pod.get(pod.resource.key, ()):
        certain = all_of((grant.named, uses(pod, grant.account)))
        way = tuple(way_to(grant, (pod.resource,)))
        for assignment in assignments(analyses):
            given = all_of((certain, grant.principal.is_(assignment.principal)))
            if given is not False:
                yield _Usable(f"identity {grant.identity.name}", given, assignment, way)


def _by_pod(analyses: Analyses) -> dict[str, list[Grant]]:
    found: dict[str, list[Grant]] = defaultdict(list)
    for grant in grants(analyses):
        for pod in grant.pods:
            found[pod.key].append(grant)
    return dict(found)


def _by_kubelet(analyses: Analyses, pod: Pod) -> Iterator[_Usable]:
    """What pods have by the identity of the kubelet, whose tokens the metadata service gives to all on the node."""
    held: list[_Kubelet] = analyses.once("azure.kubelet_assignments", _kubelets)
    meant = clusters_of(analyses, pod.resource) if held else []
    for cluster, assignment, is_one in held:
        if any(cluster is one for one in meant):
            certain = all_of((is_one, len(meant) == 1 or None, _reaches_metadata(analyses, pod, cluster)))
            if certain is not False:
                text = f"pods on nodes of {cluster.name} get tokens of the kubelet's identity"
                way = (hop(pod.resource, pod.resource.name_path, text),)
                yield _Usable(f"kubelet identity of {cluster.name}", certain, assignment, way)


class _Kubelet(NamedTuple):
    """An assignment to the identity of the kubelets of a cluster, or that may be one."""

    cluster: Resource
    assignment: Assignment
    is_one: bool | None


def _kubelets(analyses: Analyses) -> list[_Kubelet]:
    own = [one for one in cluster_identities(analyses) if one.role == KUBELET]
    found = (
        _Kubelet(one.cluster, assignment, one.is_(assignment.principal))
        for one in own
        for assignment in assignments(analyses)
    )
    return [one for one in found if one.is_one is not False]


def _reaches_metadata(analyses: Analyses, pod: Pod, cluster: Resource) -> bool | None:
    """Whether pods can ask the metadata service; where a policy governs what leaves them, that is not known."""
    access = read(cluster, "properties", "networkProfile", "podLinkLocalAccess").is_one_of("None")
    closed = all_of((is_governed(pod), access))
    if closed:
        return False
    limited = all_of((is_governed(pod), isolated(analyses, pod, "Egress")))
    open_ = analyses.estate.is_open(NETWORK_POLICY)
    return True if closed is False and limited is False and not open_ else None


def _stores(analyses: Analyses, assignment: Assignment) -> list[_Store]:
    """The backups of the estate that an assignment lets be deleted, and a scope by itself that holds some."""

    def make(analyses: Analyses) -> list[_Store]:
        found: list[_Store] = []
        for type_, rights in DELETIONS.items():
            if has_any(analyses, assignment.role, within(rights, type_, assignment.scope)) is not False:
                found += [one for one in _of_type(analyses, assignment, type_) if one.holds is not False]
        return sorted(found, key=lambda one: not one.holds)

    made: list[_Store] = analyses.once(f"azure.deletable.{assignment.resource.key}", make)
    return made


def _of_type(analyses: Analyses, assignment: Assignment, type_: str) -> Iterator[_Store]:
    scope, always = assignment.scope, is_unconditional(assignment, type_)
    rights = within(DELETIONS[type_], type_, scope)
    for resource in of_type(analyses, type_):
        right = all_of((always, has_any(analyses, assignment.role, rights, resource)))
        holds = all_of((right, covers(scope, resource), _keeps_backups(analyses, resource, scope)))
        if holds is not False:
            kept = is_kept(analyses, assignment.role, resource)
            holds = all_of((holds, None if kept is None else not kept))
        yield _Store(f"{_TITLES[type_]} {resource.name}", resource, holds)
    if is_anywhere(scope):
        yield _Store(f"{_TITLES[type_]} (not known)", None, None)
    name = elsewhere(scope, type_)
    if name and (type_ != ACCOUNT.lower() or matches(name, names_of_stores(analyses)) is not False):
        # Whether the backups there are immutable is not known.
        yield _Store(f"{_TITLES[type_]} {name}", None, None)


def _keeps_backups(analyses: Analyses, resource: Resource, scope: Scope) -> bool | None:
    """Whether there are backups in what a scope takes in of a resource."""
    if resource.type != ACCOUNT:
        return True
    store = backup_stores(analyses)[resource.key]
    container = _container(scope)
    return store.takes(f"{container}/") if container else store.used


def _container(scope: Scope) -> str:
    """The name of the container of blobs that is a scope; empty where it is none."""
    owner = scope.node.resource
    if owner is not None and owner.type.endswith("/containers"):
        return owner.name
    return scope.id.partition(_CONTAINER)[2].partition("/")[0]
