"""Rights over databases and key vaults that are no role assignments: administrators of servers, access policies.

https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-configure-sign-in-azure-ad-authentication,
https://learn.microsoft.com/azure/mysql/flexible-server/concepts-azure-ad-authentication (`sid` is the object id) and
https://learn.microsoft.com/azure/key-vault/general/assign-access-policy: access policies count where the vault does not
use Azure RBAC. To list what is in a vault gives names only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.principals import Principal, normalized
from erpguard.analysis.azure.properties import items, read
from erpguard.analysis.azure.role_rights import DATABASE, KEY_VAULT
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource

_ADMINISTRATORS: dict[str, Path] = {
    "Microsoft.DBforPostgreSQL/flexibleServers/administrators": ("properties", "objectId"),
    "Microsoft.DBforMySQL/flexibleServers/administrators": ("properties", "sid"),
}
_VAULT = "Microsoft.KeyVault/vaults"
_POLICIES: Path = ("properties", "accessPolicies")
_PERMISSIONS = ("secrets", "keys", "certificates")
_ONLY_NAMES = frozenset(("list",))


class DirectRight(NamedTuple):
    """A right of a principal over something: what gives it and where that stands, and whether it is so.

    target is what it is over, if that is in the estate.
    """

    kind: str
    name: str
    role: str
    resource: Resource
    path: Path
    target: Resource | None
    holds: bool | None


def direct_rights(analyses: Analyses, principal: Principal) -> Iterator[DirectRight]:
    """What a principal has, or may have."""
    found = (*_of_servers(analyses, principal), *_of_vaults(analyses, principal))
    yield from (right for right in found if right.holds is not False)


def _of_servers(analyses: Analyses, principal: Principal) -> Iterator[DirectRight]:
    for type_, path in _ADMINISTRATORS.items():
        for one in analyses.estate.of_type(type_):
            server = analyses.estate.arm(one.parent).resource if one.parent else None
            name = server.name if server is not None else one.parent.rpartition("/")[2]
            holds = principal.is_(_principal(analyses, one, path))
            yield DirectRight(DATABASE, name, "Microsoft Entra administrator", one, path, server, holds)


def _of_vaults(analyses: Analyses, principal: Principal) -> Iterator[DirectRight]:
    for vault in analyses.estate.of_type(_VAULT):
        by_roles = read(vault, "properties", "enableRbacAuthorization")
        counts = not by_roles.value if by_roles.known else None
        listed, known = items(vault, *_POLICIES)
        role = "in an access policy"
        for path in listed:
            at: Path = (*path, "objectId")
            holds = all_of((counts, principal.is_(_principal(analyses, vault, at)), _uses(vault, path)))
            yield DirectRight(KEY_VAULT, vault.name, role, vault, at, vault, holds)
        if not known:
            yield DirectRight(KEY_VAULT, vault.name, role, vault, _POLICIES, vault, all_of((counts, None)))


def _uses(vault: Resource, policy: Path) -> bool | None:
    """Whether a policy allows more than to list names."""
    answers: list[bool | None] = []
    for name in _PERMISSIONS:
        listed, known = items(vault, *policy, "permissions", name)
        values = [read(vault, *path) for path in listed]
        answers += [None if not one.known else str(one.value).lower() not in _ONLY_NAMES for one in values]
        answers += [] if known else [None]
    return any_of(answers)


def _principal(analyses: Analyses, resource: Resource, path: Path) -> Principal:
    """The principal that stands at a path; a plan knows where its id will come from."""
    found = read(resource, *path)
    id_ = found.value.lower() if isinstance(found.value, str) else ""
    target, attribute = resource.links.get(path, ("", "")) if not id_ else ("", "")
    source = analyses.estate.arm(target).resource if target else None
    return Principal(id_, (source.key if source is not None else target, normalized(attribute)), None)
