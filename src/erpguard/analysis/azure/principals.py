"""Principals of role assignments: who they are, and whether that is a user, a group or a workload.

An assignment says `principalType` once Azure knows it. In a plan the type often follows from where the principal's id
comes from. ARM's nominal default `User` says nothing and is not assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.properties import read
from erpguard.model import Path, Resource

USER, GROUP, FOREIGN_GROUP, SERVICE_PRINCIPAL = "User", "Group", "ForeignGroup", "ServicePrincipal"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
PRINCIPAL: Path = ("properties", "principalId")

_TYPES = {name.lower(): name for name in (USER, GROUP, FOREIGN_GROUP, SERVICE_PRINCIPAL, "Device")}
# What the Entra provider declares: `azuread_group.admins`, `azuread:index/group:Group::admins`.
_DECLARED = re.compile(r"azuread(?:_|:index/)(user|group|service_?principal)", re.IGNORECASE)

# A data source of Terraform may look up what another one, or a resource, is too.
_LOOKED_UP = re.compile(r"(?:^|\.)data\.")


class Principal(NamedTuple):
    """A principal.

    id      its object id in lower case; empty where it is not known
    link    where an id that is not known yet comes from: the key of a resource, or what the plan calls it, and the
            attribute in lower case without separators (`kubeletidentity0objectid`), empty where that is not known
    type    `User`, `Group`, ...; None where it is not known
    source  the name of the resource that the id comes from; empty for none
    """

    id: str
    link: tuple[str, str]
    type: str | None
    source: str = ""

    def is_(self, other: Principal) -> bool | None:
        """Whether both are the same principal; None where that is not known."""
        if self.id and other.id:
            return self.id == other.id
        if not (all(self.link) and all(other.link)):
            return None
        if self.link[0] != other.link[0] and not (_LOOKED_UP.search(self.link[0]) or _LOOKED_UP.search(other.link[0])):
            return False  # two resources, each with a principal of its own
        return True if self.link == other.link else None

    @property
    def title(self) -> str:
        """The principal for messages: `user 5f1c...`."""
        kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.type or "principal").lower()
        return f"{kind} {self.id or self.source or self.link[0] or '(not known)'}"


def principal_of(analyses: Analyses, resource: Resource) -> Principal:
    """The principal of an assignment, or of the schedule of one."""
    id_ = read(resource, *PRINCIPAL)
    text = id_.value.lower() if isinstance(id_.value, str) else ""
    target, attribute = resource.links.get(PRINCIPAL, ("", "")) if not text else ("", "")
    source = analyses.estate.arm(target).resource if target else None
    if source is not None and source.type == IDENTITY:
        attribute = "principal_id"  # it has no other that names a principal
    link = (source.key if source is not None else target, normalized(attribute))
    name = source.name if source is not None else ""
    stated = read(resource, "properties", "principalType")
    if isinstance(stated.value, str) and stated.value:
        return Principal(text, link, _TYPES.get(stated.value.lower(), stated.value), name)
    return Principal(text, link, _type(analyses, text, target, source), name)


def normalized(attribute: str) -> str:
    """An attribute of any provider without case and separators."""
    return re.sub(r"[^a-z0-9]", "", attribute.lower())


def _type(analyses: Analyses, id_: str, target: str, source: Resource | None) -> str | None:
    """What a principal must be by where its id comes from; None where that does not tell."""
    if id_ in identities(analyses):
        return SERVICE_PRINCIPAL
    if source is not None and source.type.lower().startswith("microsoft."):
        return SERVICE_PRINCIPAL  # only managed identities have a principal's id among their attributes
    match = _DECLARED.search(target)
    return _TYPES[match[1].replace("_", "").lower()] if match else None


def identities(analyses: Analyses) -> frozenset[str]:
    """The object ids of all managed identities that the estate shows."""
    made: frozenset[str] = analyses.once("azure.identities", _identities)
    return made


def _identities(analyses: Analyses) -> frozenset[str]:
    found = {id_.lower() for resource in analyses.estate for id_ in _of(resource) if isinstance(id_, str)}
    return frozenset(found - {""})


def _of(resource: Resource) -> Iterator[Any]:
    if resource.type == IDENTITY:
        yield read(resource, *PRINCIPAL).value
        return
    identity = resource.body.get("identity")
    if not isinstance(identity, Mapping):
        return
    yield identity.get("principalId")
    assigned = identity.get("userAssignedIdentities")
    for one in assigned.values() if isinstance(assigned, Mapping) else ():
        yield one.get("principalId") if isinstance(one, Mapping) else None
