"""Role assignments: who has which role where, with or without a condition, for good or for a time.

https://learn.microsoft.com/azure/role-based-access-control/role-assignments. Privileged Identity Management makes
assignments that end, or that a principal has to activate; what it plans and what is there now are schedules
(https://learn.microsoft.com/rest/api/authorization/privileged-role-assignment-rest-sample). An assignment stands for
good where no such schedule is about the same principal, role and scope.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.principals import SERVICE_PRINCIPAL, Principal, principal_of
from erpguard.analysis.azure.properties import read
from erpguard.analysis.azure.role_definitions import (
    ACCESS_ADMINISTRATOR,
    OTHER,
    OWNER,
    RBAC_ADMINISTRATOR,
    Role,
    role_of,
)
from erpguard.analysis.azure.scopes import BROAD, Scope, scope_of
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Resource

ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
ASSIGNMENT_REQUEST = "Microsoft.Authorization/roleAssignmentScheduleRequests"
ASSIGNMENT_INSTANCE = "Microsoft.Authorization/roleAssignmentScheduleInstances"
ELIGIBILITIES = (
    "Microsoft.Authorization/roleEligibilityScheduleInstances",
    "Microsoft.Authorization/roleEligibilityScheduleRequests",
)
_SCHEDULES = (ASSIGNMENT_INSTANCE, ASSIGNMENT_REQUEST, *ELIGIBILITIES)
_GIVES = ("AdminAssign", "AdminUpdate", "AdminRenew", "AdminExtend", "SelfActivate", "SelfRenew", "SelfExtend")
"""The requests that give a role; the others take one away."""


class Assignment(NamedTuple):
    """One assignment: a role assignment, a request for one, or the schedule of one."""

    resource: Resource
    principal: Principal
    role: Role
    scope: Scope


class Held(NamedTuple):
    """An assignment, and whether the role is held for good; None where that is not known."""

    assignment: Assignment
    standing: bool | None


def assignments(analyses: Analyses) -> list[Assignment]:
    """Every role assignment of the estate, and every request that makes one."""
    made: list[Assignment] = analyses.once("azure.role_assignments", _assignments)
    return made


def _assignments(analyses: Analyses) -> list[Assignment]:
    requests = [one for one in analyses.estate.of_type(ASSIGNMENT_REQUEST) if _gives(one) is not False]
    return [_read(analyses, one) for one in (*analyses.estate.of_type(ASSIGNMENT), *requests)]


def holdings(analyses: Analyses) -> list[Assignment]:
    """Everything that gives a role, or lets somebody activate it: assignments, schedules, and requests for either."""
    made: list[Assignment] = analyses.once("azure.holdings", _holdings)
    return made


def _holdings(analyses: Analyses) -> list[Assignment]:
    schedules = analyses.estate.of_type(ASSIGNMENT_INSTANCE, *ELIGIBILITIES)
    return [*assignments(analyses), *(_read(analyses, one) for one in schedules if _is_schedule(one))]


def _read(analyses: Analyses, resource: Resource) -> Assignment:
    return Assignment(
        resource, principal_of(analyses, resource), role_of(analyses, resource), scope_of(analyses, resource)
    )


def _gives(request: Resource) -> bool | None:
    return read(request, "properties", "requestType").is_one_of(*_GIVES)


def role_assignments(analyses: Analyses) -> View:
    """One row per assignment, at the object.

    Fields: role, effect (the privileged role that it amounts to, or `other`), scope and scope_kind, principal and
    principal_type, conditioned (whether it has a condition; said to be not known only for roles that are, or may be,
    those of access administrators), standing (whether the role is held for good; only for roles that are, or may be,
    privileged), standing_type (the principal_type; `nobody` where that is not known and the role not held for good),
    automation_effect (the effect; `none` where that is not known and the principal surely no service principal).
    """
    view = View()
    for assignment, standing in _held(analyses):
        resource, principal, role, scope = assignment
        condition = read(resource, "properties", "condition")
        fields = {
            "role": role.name,
            "effect": role.effect,
            "scope": scope.title,
            "scope_kind": scope.kind,
            "principal": principal.title,
            "principal_type": principal.type,
            "conditioned": bool(condition.value) if condition.known else None,
            "standing": standing,
            "standing_type": "nobody" if principal.type is None and standing is False else principal.type,
            "automation_effect": role.effect or (None if principal.type in (None, SERVICE_PRINCIPAL) else "none"),
        }
        hidden = [name for name, value in fields.items() if value is None]
        if role.effect == OTHER:
            hidden.remove("standing")
        if role.effect not in (None, ACCESS_ADMINISTRATOR, RBAC_ADMINISTRATOR) and "conditioned" in hidden:
            hidden.remove("conditioned")
        view.add(resource, (), fields, hidden)
    return view


def _held(analyses: Analyses) -> list[Held]:
    made: list[Held] = analyses.once("azure.held", lambda one: list(_each_held(one)))
    return made


def _each_held(analyses: Analyses) -> Iterator[Held]:
    schedules = _by_role(_read(analyses, one) for one in analyses.estate.of_type(*_SCHEDULES) if _is_schedule(one))
    may_be_more = analyses.estate.is_open(ASSIGNMENT_INSTANCE)
    for assignment in assignments(analyses):
        if assignment.role.effect == OTHER:
            yield Held(assignment, None)
        elif assignment.resource.type == ASSIGNMENT_REQUEST:
            ends = _is_temporary(assignment.resource)
            yield Held(assignment, None if ends is None or _gives(assignment.resource) is None else not ends)
        else:
            managed = _is_managed(list(_near(assignment, schedules)), may_be_more)
            yield Held(assignment, None if managed is None else not managed)


def _is_schedule(resource: Resource) -> bool:
    return not resource.type.endswith("Requests") or _gives(resource) is not False


def _by_role(schedules: Iterable[Assignment]) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = defaultdict(list)
    for schedule in schedules:
        found[schedule.role.guid].append(schedule)
    return found


class Match(NamedTuple):
    """A schedule that is (None: may be) about an assignment."""

    schedule: Resource
    certain: bool | None


def _near(assignment: Assignment, schedules: dict[str, list[Assignment]]) -> Iterator[Match]:
    guid = assignment.role.guid
    roles = (guid, "") if guid else tuple(schedules)
    for schedule in (one for role in roles for one in schedules.get(role, ())):
        answers = (
            schedule.role.guid == guid if schedule.role.guid and guid else None,
            schedule.scope.is_(assignment.scope),
            schedule.principal.is_(assignment.principal),
        )
        certain = all_of(answers)
        if certain is not False:
            yield Match(schedule.resource, certain)


def _is_managed(near: list[Match], may_be_more: bool) -> bool | None:
    """Whether the schedules about an assignment make it end, or make it one of an activation.

    A schedule of the assignment itself tells; where there is none, that the principal is eligible for the role. Where
    there may be schedules that were not read, being eligible does not tell: who is may hold the role for good besides.
    """
    own = [match for match in near if match.schedule.type not in ELIGIBILITIES]
    eligible = any_of(match.certain for match in near if match.schedule.type in ELIGIBILITIES)
    if eligible and may_be_more and not any(match.certain for match in own):
        eligible = None
    surely = any_of(_is_temporary(match.schedule) for match in own if match.certain)
    least = surely if any(match.certain for match in own) else eligible
    most = any_of(_is_temporary(match.schedule) for match in own) if own else eligible
    return least if least == most else None


def _is_temporary(schedule: Resource) -> bool | None:
    """Whether a schedule ends, or is one of activations."""
    if schedule.type in ELIGIBILITIES:
        return True
    if schedule.type == ASSIGNMENT_INSTANCE:
        end = read(schedule, "properties", "endDateTime")
        activated = read(schedule, "properties", "assignmentType").is_one_of("Activated")
        return any_of((bool(end.value) if end.known else None, activated))
    kind = read(schedule, "properties", "scheduleInfo", "expiration", "type")
    if not kind.known or not kind.value:
        return None
    return not kind.is_one_of("NoExpiration")


def owner_counts(analyses: Analyses) -> View:
    """One row per standing Owner at subscription scope or above, at the object.

    Fields: owner_scope, owner_role, owner, and owner_rank: which of the standing Owners of exactly this scope it is, by
    name. A further row, whose rank is not known, says that there may be more of them.
    """
    view = View()
    certain: dict[object, list[Assignment]] = defaultdict(list)
    possible: list[Assignment] = []
    for assignment, standing in _held(analyses):
        is_one = all_of((is_owner(assignment), standing, _is_broad(assignment)))
        if is_one is None or (is_one and not assignment.scope.id):
            possible.append(assignment)
        elif is_one:
            certain[assignment.scope.key].append(assignment)
    for owners in certain.values():
        doubtful = any(owners[0].scope.is_(other.scope) is not False for other in possible)
        for rank, owner in enumerate(sorted(owners, key=_order), 1):
            _add_owner(view, owner, rank)
            if doubtful:
                view.add(owner.resource, (), {}, ["owner_rank"], part="others")
    for assignment in possible:
        _add_owner(view, assignment, None)
    return view


def _add_owner(view: View, assignment: Assignment, rank: int | None) -> None:
    fields = {
        "owner_scope": assignment.scope.title,
        "owner_role": assignment.role.name,
        "owner": assignment.principal.title,
        "owner_rank": rank,
    }
    view.add(assignment.resource, (), fields, ["owner_rank"] if rank is None else [], part="owner")


def _order(assignment: Assignment) -> tuple[str, str]:
    return assignment.resource.name.lower(), assignment.resource.key


def is_owner(assignment: Assignment) -> bool | None:
    """Whether the role amounts to Owner; None where that is not known."""
    effect = assignment.role.effect
    return None if effect is None else effect == OWNER


def _is_broad(assignment: Assignment) -> bool | None:
    kind = assignment.scope.kind
    return None if kind is None else kind in BROAD
