"""Which roles give a right to change, or to read the data of, what must not be lost: databases, key vaults, backups.

A role is judged by its definition, where the estate has it (live state shows those of built-in roles too), by
`actions` and `dataActions` (https://learn.microsoft.com/azure/role-based-access-control/role-definitions); a built-in
one without it by its name, as https://learn.microsoft.com/azure/role-based-access-control/built-in-roles describes it.
Operations: https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations. The keys of a
storage account open nothing where it does not take them, until somebody who may write the account lets it
(https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent).
"""

from __future__ import annotations

from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.properties import read
from erpguard.analysis.azure.role_assignments import Assignment
from erpguard.analysis.azure.role_definitions import (
    ACCESS_ADMINISTRATOR,
    CONTRIBUTOR,
    OTHER,
    RBAC_ADMINISTRATOR,
    Role,
    definition_of,
    permits,
)
from erpguard.analysis.azure.scopes import Scope
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Resource

DATABASE, KEY_VAULT, BACKUP = "database", "key vault", "backup"


class Treasure(NamedTuple):
    """A type of what must not be lost: what it is, the operations that change it, and those on what is in it."""

    kind: str
    writes: tuple[str, ...]
    data: tuple[str, ...] = ()


def _treasure(kind: str, type_: str, *more: str, data: tuple[str, ...] = ()) -> tuple[str, Treasure]:
    writes = (f"{type_}/write", f"{type_}/delete", *(f"{type_}/{name}" for name in more))
    return type_.lower(), Treasure(kind, writes, tuple(f"{type_}/{name}" for name in data))


_SECRETS = ("secrets/getSecret/action", "secrets/setSecret/action", "secrets/delete")
_KEYS = ("keys/decrypt/action", "keys/unwrap/action", "keys/sign/action", "keys/create/action", "keys/delete")
_CERTIFICATES = ("certificates/create/action", "certificates/delete")
_BLOBS = "blobServices/containers/blobs"
_ITEMS = "backupFabrics/protectionContainers/protectedItems"

TREASURES: dict[str, Treasure] = dict(
    (
        _treasure(DATABASE, "Microsoft.DBforPostgreSQL/flexibleServers", "administrators/write"),
        _treasure(DATABASE, "Microsoft.DBforPostgreSQL/servers"),
        _treasure(DATABASE, "Microsoft.DBforMySQL/flexibleServers", "administrators/write"),
        _treasure(DATABASE, "Microsoft.DBforMySQL/servers"),
        _treasure(DATABASE, "Microsoft.Sql/servers", "databases/write", "databases/delete"),
        _treasure(
            KEY_VAULT, "Microsoft.KeyVault/vaults", "accessPolicies/write", data=(*_SECRETS, *_KEYS, *_CERTIFICATES)
        ),
        _treasure(
            BACKUP,
            "Microsoft.RecoveryServices/vaults",
            "backupPolicies/write",
            f"{_ITEMS}/write",
            f"{_ITEMS}/delete",
        ),
        _treasure(
            BACKUP,
            "Microsoft.DataProtection/backupVaults",
            "backupPolicies/write",
            "backupInstances/write",
            "backupInstances/delete",
        ),
        _treasure(
            BACKUP,
            "Microsoft.Storage/storageAccounts",
            "blobServices/containers/delete",
            "managementPolicies/write",
            data=tuple(f"{_BLOBS}/{name}" for name in ("read", "write", "delete", "add/action")),
        ),
    )
)
"""Type in lower case -> what it is. A storage account counts only where backups are in it."""

_ASSIGN = "Microsoft.Authorization/roleAssignments/write"
_ACCOUNT = "Microsoft.Storage/storageAccounts"
_GIVE_KEYS = tuple(
    f"{_ACCOUNT}/{name}/action" for name in ("listKeys", "regenerateKey", "listAccountSas", "listServiceSas")
)
"""The operations that give the keys of a storage account, or signatures that they make."""

_WITH_KEYS = frozenset(
    (
        "devtest labs user",
        "log analytics contributor",
        "logic app contributor",
        "reader and data access",
        "storage account contributor",
        "storage account key operator service role",
        "virtual machine contributor",
    )
)
"""The built-in roles, besides the privileged ones, that allow one of these."""

_BY_NAME: dict[str, frozenset[str]] = {
    "microsoft.sql/servers": frozenset(("sql db contributor", "sql server contributor")),
    "microsoft.keyvault/vaults": frozenset(
        (
            "key vault administrator",
            "key vault certificate user",
            "key vault certificates officer",
            "key vault contributor",
            "key vault crypto officer",
            "key vault crypto service encryption user",
            "key vault crypto service release user",
            "key vault crypto user",
            "key vault data access administrator",
            "key vault secrets officer",
            "key vault secrets user",
        )
    ),
    "microsoft.recoveryservices/vaults": frozenset(
        ("backup contributor", "backup operator", "virtual machine contributor")
    ),
    "microsoft.dataprotection/backupvaults": frozenset(("backup contributor",)),
    "microsoft.storage/storageaccounts": frozenset(
        (
            "avere contributor",
            "avere operator",
            "storage account backup contributor",
            "storage account contributor",
            "storage blob data contributor",
            "storage blob data owner",
            "storage blob data reader",
        )
    ),
}
"""Type in lower case -> the built-in roles, besides the privileged ones, that have such a right."""


class Rights(NamedTuple):
    """Rights over a type: the operations, those on what is in it, and the built-in roles that have one of them.

    by_keys  whether the keys of a storage account give them too
    """

    actions: tuple[str, ...]
    data: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    by_keys: bool = False


def has_right(analyses: Analyses, given: Assignment, type_: str, resource: Resource | None = None) -> bool | None:
    """Whether an assignment allows to change a resource of a type, or to use what is in it; None where not known.

    Without `resource`: one that is not in the estate. Whether the scope takes the resource in is not asked.
    """
    treasure, names = TREASURES[type_.lower()], _BY_NAME.get(type_.lower(), frozenset())
    rights = Rights(treasure.writes, treasure.data, names, by_keys=type_.lower() == _ACCOUNT.lower())
    return has_any(analyses, given.role, within(rights, type_, given.scope), resource)


def within(rights: Rights, type_: str, scope: Scope) -> Rights:
    """What is left of rights over a type at a scope inside of such a resource: those over what is there.

    A role holds for its scope and what is below
    (https://learn.microsoft.com/azure/role-based-access-control/scope-overview): the keys of an account are not had by
    a role at one of its containers.
    """
    inner = f"{scope.type.lower()}/"
    if not scope.type.lower().startswith(f"{type_.lower()}/"):
        return rights
    actions, data = (
        tuple(one for one in operations if one.lower().startswith(inner))
        for operations in (rights.actions, rights.data)
    )
    return Rights(actions, data, rights.names)


def has_any(analyses: Analyses, role: Role, rights: Rights, resource: Resource | None = None) -> bool | None:
    """Whether a role allows one of the operations, or to assign itself a role that does; None where it is not known."""
    if not rights.actions and not rights.data:
        return False
    if role.effect not in (None, OTHER) and (rights.actions or role.effect != CONTRIBUTOR):
        return True
    definition = definition_of(analyses, role)
    takes_keys = _takes_keys(resource) if rights.by_keys else False
    if definition is not None:
        writes = (permits(definition, operation) for operation in (*rights.actions, _ASSIGN))
        uses = (permits(definition, operation, data=True) for operation in rights.data)
        return any_of((*writes, *uses, rights.by_keys and _opens(definition, takes_keys)))
    if role.effect is None:
        return None
    name = role.name.lower()
    return any_of((name in rights.names, all_of((name in _WITH_KEYS, takes_keys))))


def _takes_keys(account: Resource | None) -> bool | None:
    """Whether a storage account can be used with its keys; None where that is not known, as of one elsewhere."""
    found = read(account, "properties", "allowSharedKeyAccess").value if account is not None else None
    return found if isinstance(found, bool) else None


def _opens(definition: Resource, takes_keys: bool | None) -> bool | None:
    """Whether a role gives keys of a storage account, which takes them or which the role lets take them."""
    given = any_of(permits(definition, operation) for operation in _GIVE_KEYS)
    return all_of((given, any_of((takes_keys, permits(definition, f"{_ACCOUNT}/write")))))


def is_unconditional(assignment: Assignment, type_: str) -> bool | None:
    """True where no condition can take away what a role gives over a type; else None: conditions are not evaluated.

    They limit which roles may be assigned, and the use of blobs
    (https://learn.microsoft.com/azure/role-based-access-control/conditions-overview).
    """
    condition, effect = read(assignment.resource, "properties", "condition"), assignment.role.effect
    limited = (ACCESS_ADMINISTRATOR, RBAC_ADMINISTRATOR, *((None, OTHER) if type_.lower() == _ACCOUNT.lower() else ()))
    return None if effect in limited and (condition.value or not condition.known) else True
