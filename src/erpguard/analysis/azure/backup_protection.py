"""What keeps backups from who may delete them: immutability that cannot be taken back, and locks.

https://learn.microsoft.com/azure/backup/backup-azure-immutable-vault-concept (an immutable vault refuses to delete
recovery points; until it is locked, who may write the vault may undo that),
https://learn.microsoft.com/azure/storage/blobs/immutable-time-based-retention-policy-overview (a locked policy cannot
be taken away) and https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources (locks bind
whoever may not delete locks, and not what is done to blobs). Soft delete keeps for some days only what was deleted: it
is no reason to let a workload delete.
"""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.analysis import Analyses
from erpguard.analysis.azure.backup_stores import ACCOUNT, CONTAINER, account_of, backup_stores
from erpguard.analysis.azure.bodies import text
from erpguard.analysis.azure.locks import Locks
from erpguard.analysis.azure.role_definitions import CONTRIBUTOR, Role
from erpguard.analysis.azure.role_rights import Rights, has_any
from erpguard.analysis.azure.vaults import VAULTS
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource

_UNLOCK = Rights(("Microsoft.Authorization/locks/delete",))
_IMMUTABLE: Path = ("properties", "immutabilityPolicy", "properties", "state")
_WITH_VERSIONING: Path = ("properties", "immutableStorageWithVersioning", "immutabilityPolicy", "state")
_OF_VAULT: Path = ("properties", "securitySettings", "immutabilitySettings", "state")
_LOCKED = "locked"


def is_kept(analyses: Analyses, role: Role, resource: Resource) -> bool | None:
    """Whether backups are kept from who has a role, though it may delete them; None where that is not known."""
    if resource.type == ACCOUNT:
        return _is_immutable_account(analyses, resource)
    locks: Locks = analyses.once("azure.locks", Locks)
    unlocks = False if role.effect == CONTRIBUTOR else has_any(analyses, role, _UNLOCK)
    locked = all_of((locks.prevents_deletion(resource), None if unlocks is None else not unlocks))
    return any_of((locked, _is_immutable_vault(analyses, role, resource) if resource.type in VAULTS else False))


def _is_immutable_vault(analyses: Analyses, role: Role, vault: Resource) -> bool | None:
    state = text(vault, *_OF_VAULT)
    if state is None or state.lower() != "unlocked":
        return None if state is None else state.lower() == _LOCKED
    writes = has_any(analyses, role, Rights((f"{vault.type}/write",)))
    return None if writes is None else not writes


def _is_immutable_account(analyses: Analyses, account: Resource) -> bool | None:
    """Whether all containers with backups, of which there are some, have a policy that is locked."""
    store = backup_stores(analyses)[account.key]
    own = [one for one in _containers(analyses, account) if store.takes(f"{one.name.lower()}/") is not False]
    all_known = not store.somewhere and {one.name.lower() for one in own} >= {
        name for name, used in store.containers.items() if used is not False
    }
    containers = all_of((bool(own) and all_known, *(_is_locked(one, _IMMUTABLE) for one in own)))
    return any_of((_is_locked(account, _WITH_VERSIONING), containers))


def _containers(analyses: Analyses, account: Resource) -> Iterator[Resource]:
    for container in analyses.estate.of_type(CONTAINER):
        if account_of(analyses, container) is account:
            yield container


def _is_locked(resource: Resource, path: Path) -> bool | None:
    state = text(resource, *path)
    return None if state is None else state.lower() == _LOCKED
