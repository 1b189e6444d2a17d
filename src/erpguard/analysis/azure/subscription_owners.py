"""How many Owners a subscription has: inherited ones, eligible ones and those for a time are Owners too.

https://learn.microsoft.com/azure/role-based-access-control/best-practices. A subscription is what
https://learn.microsoft.com/rest/api/subscription/subscriptions/get shows, with a `type`; its management groups, if they
are there, as Resource Graph has them (`properties.managementGroupAncestorsChain`,
https://learn.microsoft.com/azure/governance/management-groups/resource-graph-samples). Without them the only
subscription of an estate is below every management group that is spoken of: its list of assignments has no others
(https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest). The root management group of a
tenant has the tenant's id for a name (https://learn.microsoft.com/azure/governance/management-groups/overview).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.principals import FOREIGN_GROUP, GROUP
from erpguard.analysis.azure.properties import items, read
from erpguard.analysis.azure.role_assignments import (
    ASSIGNMENT,
    ASSIGNMENT_INSTANCE,
    ELIGIBILITIES,
    Assignment,
    holdings,
    is_owner,
)
from erpguard.analysis.azure.scopes import MANAGEMENT_GROUP, ROOT, SUBSCRIPTION, Scope
from erpguard.analysis.values.selectors import all_of
from erpguard.model import Path, Resource

TYPE = "Microsoft.Resources/subscriptions"

_CHAIN: Path = ("properties", "managementGroupAncestorsChain")
_LIVE_ELIGIBILITY = ELIGIBILITIES[0]


class _Owners(NamedTuple):
    """The Owners of a subscription: those that surely are, each once, and those that may be."""

    sure: list[Assignment]
    possible: list[Assignment]
    nameless: bool  # there is an Owner of which it is not known who it is

    @property
    def at_least(self) -> int:
        return max(len(self.sure), int(self.nameless))

    @property
    def at_most(self) -> int:
        return len(self.sure) + len(self.possible)

    @property
    def has_groups(self) -> bool:
        """Whether one of them is, or may be, a group: how many people that is is not known."""
        return any(one.principal.type in (None, GROUP, FOREIGN_GROUP) for one in (*self.sure, *self.possible))


def subscription_owners(analyses: Analyses) -> View:
    """Two rows per subscription, at its root.

    Fields of both: subscription (its name), owners (who they are), related (where that stands). Of the one: surely (how
    many there are at least). Of the other one: at_least, at_most (not known where assignments may be missing), groups
    (whether one of them is, or may be, a group). A group counts as one.
    """
    view = View()
    subscriptions = analyses.estate.of_type(TYPE)
    is_open = analyses.estate.is_open(ASSIGNMENT, ASSIGNMENT_INSTANCE, _LIVE_ELIGIBILITY)
    for subscription in subscriptions:
        owners = _owners(analyses, subscription, is_only=len(subscriptions) == 1)
        fields: dict[str, Any] = {
            "subscription": read(subscription, "displayName").value or subscription.name,
            "owners": ", ".join(one.principal.title for one in owners.sure),
            "related": [_related(one) for one in owners.sure],
        }
        view.add(subscription, (), {**fields, "surely": owners.at_least}, part="least")
        fields |= {"at_least": owners.at_least, "at_most": owners.at_most, "groups": owners.has_groups}
        view.add(subscription, (), fields, ["at_most"] if is_open else [], part="range")
    return view


def _owners(analyses: Analyses, subscription: Resource, is_only: bool) -> _Owners:
    sure: dict[str, Assignment] = {}
    possible: dict[str, Assignment] = {}
    nameless = False
    for one in holdings(analyses):
        answer = all_of((is_owner(one), _covers(one.scope, subscription, is_only)))
        if answer is False:
            continue
        nameless = nameless or (answer is True and not one.principal.id)
        found = sure if answer and one.principal.id else possible
        found.setdefault(one.principal.id or one.resource.key, one)
    ranked = sorted(sure.values(), key=lambda one: one.principal.id)
    return _Owners(ranked, [one for id_, one in possible.items() if id_ not in sure], nameless)


def _covers(scope: Scope, subscription: Resource, is_only: bool) -> bool | None:
    """Whether what holds at a scope holds for the whole of a subscription."""
    if scope.kind == ROOT:
        return True
    if scope.kind == SUBSCRIPTION:
        return scope.id == subscription.id if scope.id.startswith("/") else None
    if scope.kind == MANAGEMENT_GROUP:
        return _is_below(subscription, scope.id.rpartition("/")[2] if scope.id.startswith("/") else "", is_only)
    return None if scope.kind is None else False


def _is_below(subscription: Resource, group: str, is_only: bool) -> bool | None:
    """Whether a subscription is below a management group, by its name in lower case."""
    tenant = read(subscription, "tenantId")
    if group and isinstance(tenant.value, str) and tenant.value.lower() == group:
        return True
    if is_only:
        return True
    listed, known = items(subscription, *_CHAIN)
    names = [read(subscription, *path, "name") for path in listed]
    if group and group in {name.value.lower() for name in names if isinstance(name.value, str)}:
        return True
    whole = group and listed and known and tenant.known and all(name.known for name in names)
    return False if whole else None


def _related(owner: Assignment) -> dict[str, Any]:
    message = f"{owner.principal.title} is {owner.role.name} on {owner.scope.title}"
    return {"resource": owner.resource.key, "path": ["properties", "principalId"], "message": message}
