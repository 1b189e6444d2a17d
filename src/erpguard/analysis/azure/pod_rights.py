"""What pods can do to databases, key vaults and backups of Azure with the identities that they can use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.backup_stores import ACCOUNT, backup_stores, matches, names_of_stores
from erpguard.analysis.azure.direct_rights import DirectRight, direct_rights
from erpguard.analysis.azure.role_assignments import Assignment, assignments
from erpguard.analysis.azure.role_rights import TREASURES, has_right, is_unconditional
from erpguard.analysis.azure.scopes import RESOURCE, Scope, covers
from erpguard.analysis.azure.workload_identities import Grant, grants
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Resource
from erpguard.model.arm_ids import parse

_NAME = ["metadata", "name"]


class _Right(NamedTuple):
    """A right over something: what kind it is, how it is called, the resource if it is in the estate, how sure."""

    kind: str
    name: str
    resource: Resource | None
    holds: bool | None


def pod_rights(analyses: Analyses) -> View:
    """Rows per ServiceAccount that is, or may be, exchanged for a managed identity, at the object.

    One for each assignment and kind of what it gives a right over (`database`, `key vault`, `backup`), and one without.
    Fields: holds (whether it is so), over, over_kind, identity, role, scope, at ({resource, path} of the assignment),
    flow (the way from the pods to it).
    """
    view = View()
    if not grants(analyses):
        return view
    for grant in grants(analyses):
        fields = {"identity": grant.identity.name, "holds": False}
        view.add(grant.account, (), fields, part=grant.credential.key)
        for assignment in assignments(analyses):
            same = grant.principal.is_(assignment.principal)
            given = all_of((grant.certain, same))
            if given is not False:
                _add(view, analyses, grant, assignment, given)
        for direct in direct_rights(analyses, grant.principal) if grant.certain is not False else ():
            _add_direct(view, grant, direct)
    return view


def _add_direct(view: View, grant: Grant, direct: DirectRight) -> None:
    holds = all_of((grant.certain, direct.holds))
    name, place = f"{direct.kind} {direct.name}", {"resource": direct.resource.key, "path": list(direct.path)}
    step = hop(direct.resource, list(direct.path), f"{grant.identity.name} is {direct.role} of {direct.name}")
    fields: dict[str, Any] = {
        "holds": holds,
        "over": name,
        "over_kind": direct.kind,
        "identity": grant.identity.name,
        "role": direct.role,
        "scope": f"{direct.kind} {direct.name}",
        "at": place,
        "flow": [*way_to(grant, grant.pods[:1]), step, *_end(direct.target, name)],
    }
    part = f"{grant.credential.key} {direct.resource.key} {place['path']}"
    view.add(grant.account, (), fields, ["holds"] if holds is None else [], part=part)


def _add(view: View, analyses: Analyses, grant: Grant, assignment: Assignment, given: bool | None) -> None:
    rights = list(_rights(analyses, assignment))
    for kind in sorted({right.kind for right in rights}):
        own = [right for right in rights if right.kind == kind]
        holds = all_of((given, any_of(right.holds for right in own)))
        if holds is False:
            continue
        first = next((right for right in own if right.holds), own[0])
        more = len({right.name for right in own if right.holds is not False}) - 1
        fields: dict[str, Any] = {
            "holds": holds,
            "over": first.name + (f" and {more} more" if more > 0 else ""),
            "over_kind": kind,
            "identity": grant.identity.name,
            "role": assignment.role.name,
            "scope": assignment.scope.title,
            "at": {"resource": assignment.resource.key, "path": ["properties", "roleDefinitionId"]},
            "flow": list(_flow(grant, assignment, first)),
        }
        part = f"{grant.credential.key} {assignment.resource.key} {kind}"
        view.add(grant.account, (), fields, ["holds"] if holds is None else [], part=part)


def _rights(analyses: Analyses, assignment: Assignment) -> Iterator[_Right]:
    """What an assignment gives a right over, of the estate, and a scope by itself that is such a thing."""
    scope = assignment.scope
    for type_, treasure in TREASURES.items():
        right = has_right(analyses, assignment, type_)
        if right is False:
            continue
        always = is_unconditional(assignment, type_)
        for resource in of_type(analyses, type_):
            counts = _is_backup(analyses, resource) if resource.type == ACCOUNT else True
            holds = all_of((always, has_right(analyses, assignment, type_, resource), counts, covers(scope, resource)))
            if holds is not False:
                yield _Right(treasure.kind, f"{treasure.kind} {resource.name}", resource, holds)
        if is_anywhere(scope):
            yield _Right(treasure.kind, f"a {treasure.kind} that is not known", None, None)
        name = elsewhere(scope, type_)
        if name:
            counts = matches(name, names_of_stores(analyses)) if type_ == ACCOUNT.lower() else True
            if counts is not False:
                yield _Right(treasure.kind, f"{treasure.kind} {name}", None, all_of((always, right, counts)))


def of_type(analyses: Analyses, type_: str) -> list[Resource]:
    """The resources of a type that is written in lower case."""
    named = {one.lower(): one for one in analyses.estate.types}
    return analyses.estate.of_type(named[type_]) if type_ in named else []


def _is_backup(analyses: Analyses, account: Resource) -> bool | None:
    store = backup_stores(analyses).get(account.key)
    return None if store is None else store.used


def is_anywhere(where: Scope) -> bool:
    """Whether a scope may be, or be in, anything that the estate does not show."""
    return where.kind is None or (where.kind == RESOURCE and where.node.resource is None and where.id[:1] != "/")


def elsewhere(where: Scope, type_: str) -> str:
    """The name of a resource of a type that is a scope, or holds it, and is not in the estate; empty if it is not."""
    if where.kind != RESOURCE or where.node.resource is not None or not where.id.startswith("/"):
        return ""
    id_ = where.id
    while (own := parse(id_)).name:
        if own.type.lower() == type_:
            return own.name
        id_ = own.parent
    return ""


def _flow(grant: Grant, assignment: Assignment, right: _Right) -> Iterator[dict[str, Any]]:
    """The way, step by step."""
    yield from way_to(grant, grant.pods[:1])
    text = f"{grant.identity.name} is {assignment.role.name} on {assignment.scope.title}"
    yield hop(assignment.resource, ["properties", "roleDefinitionId"], text)
    yield from _end(right.resource, right.name)


def way_to(grant: Grant, pods: Iterable[Resource]) -> Iterator[dict[str, Any]]:
    """The way from pods to the identity."""
    account, identity = grant.account, grant.identity
    for pod in pods:
        yield hop(pod, list(pod.name_path), f"pods of {pod.kind} {pod.name} run as {account.name}")
    yield hop(account, _NAME, f"ServiceAccount {account.name} gets tokens of the cluster")
    yield hop(grant.credential, ["properties", "subject"], f"they are exchanged for those of identity {identity.name}")


def _end(resource: Resource | None, name: str) -> Iterator[dict[str, Any]]:
    if resource is not None:
        yield hop(resource, list(resource.name_path), f"{name} is there")


def hop(resource: Resource, path: list[Any], message: str) -> dict[str, Any]:
    """A step of a way."""
    return {"resource": resource.key, "path": path, "message": message}
