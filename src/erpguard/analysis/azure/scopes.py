"""Scopes of role assignments: the root, management groups, subscriptions, resource groups, resources.

https://learn.microsoft.com/azure/role-based-access-control/scope-overview. A plan may name a scope that does not exist
yet by the address of what it will be.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.properties import read
from erpguard.estate import Node
from erpguard.model import Path, Resource
from erpguard.model.arm_ids import parse

ROOT, MANAGEMENT_GROUP, SUBSCRIPTION = "root", "management group", "subscription"
RESOURCE_GROUP, RESOURCE = "resource group", "resource"
BROAD = frozenset((ROOT, MANAGEMENT_GROUP, SUBSCRIPTION))
"""Subscription scope and above."""

SCOPE: Path = ("properties", "scope")

_KIND_BY_TYPE = {
    "microsoft.management/managementgroups": MANAGEMENT_GROUP,
    "microsoft.resources/subscriptions": SUBSCRIPTION,
    "microsoft.subscription/aliases": SUBSCRIPTION,
    "microsoft.subscription/subscriptions": SUBSCRIPTION,
    "microsoft.resources/resourcegroups": RESOURCE_GROUP,
    "microsoft.resources/subscriptions/resourcegroups": RESOURCE_GROUP,
}
_KIND_BY_NAME = {
    "managementgroup": MANAGEMENT_GROUP,
    "subscription": SUBSCRIPTION,
    "alias": SUBSCRIPTION,
    "resourcegroup": RESOURCE_GROUP,
}
# The type in an address of Terraform (`data.azurerm_subscription.current`), or at the end of a URN's types.
_DECLARED = re.compile(r"(?:^|\.)azurerm_(\w+)\.[^.]+$|azure(?:-native)?:[\w/-]+:(\w+)::[^:]*$")


class Scope(NamedTuple):
    """A scope. `kind` is None where it is not known; `id` is in lower case, empty where it is not known."""

    kind: str | None
    id: str = ""
    node: Node = Node(None)

    @property
    def key(self) -> tuple[str, Path]:
        """The same for two spellings of one scope; its text is empty where the scope is not known."""
        return (self.node.resource.key if self.node.resource is not None else self.id, self.node.path)

    @property
    def title(self) -> str:
        """The scope for messages: `resource group rg-erp-prod`."""
        if self.kind == ROOT:
            return "the root scope"
        owner = self.node.resource
        name = owner.name if owner is not None and not self.node.path else self.id.rpartition("/")[2]
        return f"{self.kind} {name}" if self.kind and name else "a scope that is not known"

    @property
    def type(self) -> str:
        """The type of the resource, or part of one, that is the scope; empty where that is not known."""
        owner = self.node.resource
        return owner.type if owner is not None and not self.node.path else parse(self.id).type

    def is_(self, other: Scope) -> bool | None:
        """Whether both are the same scope; None where that is not known."""
        if not self.id or not other.id:
            return None
        return self.key == other.key


def scope_of(analyses: Analyses, resource: Resource) -> Scope:
    """The scope of an assignment, or of the schedule of one: its property, else what its id begins with."""
    found = read(resource, *SCOPE)
    if not found.known:
        target, _ = resource.links.get(SCOPE, ("", ""))
        return scope(analyses, target) if target else Scope(None)
    if isinstance(found.value, str) and found.value:
        return scope(analyses, found.value)
    if resource.id.startswith("/"):
        return scope(analyses, resource.parent or "/")
    return scope(analyses, resource.parent) if resource.parent not in ("", "?") else Scope(None)


def scope(analyses: Analyses, text: str) -> Scope:
    """A scope by its id, or by what a plan calls it."""
    node = analyses.estate.arm(text) if text.strip("/") else Node(None)
    return Scope(_kind(text, node), text.lower().rstrip("/") or "/", node)


def _kind(text: str, node: Node) -> str | None:
    lowered = text.lower().strip("/")
    if not text.startswith("/"):
        return _declared(text, node)
    if not lowered:
        return ROOT
    steps = lowered.split("/")
    if steps[0] == "subscriptions":
        return {2: SUBSCRIPTION, 4: RESOURCE_GROUP}.get(len(steps), RESOURCE)
    return _KIND_BY_TYPE.get("/".join(steps[1:3]), RESOURCE) if steps[0] == "providers" else None


def _declared(text: str, node: Node) -> str | None:
    if node.resource is not None:
        return RESOURCE if node.path else _KIND_BY_TYPE.get(node.resource.type.lower(), RESOURCE)
    match = _DECLARED.search(re.sub(r"\[[^]]*\]$", "", text))
    if match is None:
        return None
    return _KIND_BY_NAME.get((match[1] or match[2]).replace("_", "").lower(), RESOURCE)


def covers(where: Scope, resource: Resource) -> bool | None:
    """Whether what holds at a scope holds for a resource, or for a part of it; None where that is not known."""
    if where.kind in (None, ROOT):
        return True if where.kind == ROOT else None
    if where.kind == MANAGEMENT_GROUP:
        return None if resource.change else True  # what is listed of a subscription is inherited by it
    if where.kind == SUBSCRIPTION:
        return _same(where.id.rpartition("/")[2] if where.id.startswith("/") else "", resource.cluster)
    if where.kind == RESOURCE_GROUP:
        return _is_group_of(where, resource)
    return _is_resource(where, resource)


def _same(one: str, other: str) -> bool | None:
    return one.lower() == other.lower() if one and other else None


def _is_group_of(where: Scope, resource: Resource) -> bool | None:
    owner = where.node.resource
    named = owner.name if owner is not None else where.id.rpartition("/")[2] if where.id.startswith("/") else ""
    same = _same(named, resource.namespace)
    steps = where.id.split("/")
    if same and steps[1:2] == ["subscriptions"] and resource.cluster:
        return steps[2] == resource.cluster.lower()
    return same


def _is_resource(where: Scope, resource: Resource) -> bool | None:
    found = where.node.resource
    if found is resource:
        return True
    if where.id.startswith("/") and resource.id.startswith("/"):
        return where.id.startswith(resource.id + "/") or resource.id.startswith(where.id + "/")
    if found is None:
        return None
    return resource.id in (found.id, found.parent)
