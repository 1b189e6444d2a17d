"""Roles: which one an id names, what it amounts to, and what the actions of custom roles allow.

A role is known by the GUID at the end of its id; before that stand a subscription, a management group or nothing
(https://learn.microsoft.com/azure/role-based-access-control/role-definitions-list). A custom role amounts to a built-in
one where it allows what makes that one powerful: to write role assignments, with which everything else can be had, or
to write resources of every provider, whatever few are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.operations import TooManyStatesError, example, matches
from erpguard.analysis.azure.properties import items, read
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource
from erpguard.normalize.azure.built_in_roles import role_name

DEFINITION = "Microsoft.Authorization/roleDefinitions"

OWNER, CONTRIBUTOR = "Owner", "Contributor"
ACCESS_ADMINISTRATOR, RBAC_ADMINISTRATOR = "User Access Administrator", "Role Based Access Control Administrator"
PRIVILEGED = frozenset((OWNER, CONTRIBUTOR, ACCESS_ADMINISTRATOR, RBAC_ADMINISTRATOR))
OTHER = "other"

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ROLE: Path = ("properties", "roleDefinitionId")

_ASSIGN = "microsoft.authorization/roleassignments/write"
_OF_ANY_PROVIDER = "microsoft.~/~/write"  # no provider has such a name: only wildcards take it in
_AUTHORIZATION = "microsoft.authorization/*/write"
_WELL_KNOWN = tuple(
    f"Microsoft.Authorization/{name}/write"
    for name in ("roleAssignments", "roleDefinitions", "policyAssignments", "policyDefinitions", "locks")
)


_WITHOUT_PARTS = tuple(
    f"Microsoft.Authorization/{name}/*/write" for name in ("roleAssignments", "roleDefinitions", "locks")
)
"""What no operation of Microsoft.Authorization matches: of these, nothing but themselves can be written
(https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance)."""


class Role(NamedTuple):
    """A role. `effect` is the privileged role that it amounts to, or `other`; None where that is not known."""

    guid: str
    name: str
    effect: str | None


UNKNOWN = Role("", "a role that is not known", None)


def role_of(analyses: Analyses, resource: Resource) -> Role:
    """The role that an assignment, or the schedule of one, gives."""
    found = read(resource, *_ROLE)
    if not found.known:
        target, _ = resource.links.get(_ROLE, ("", ""))
        definition = analyses.estate.arm(target).resource if target else None
        return _defined(definition) if definition is not None and definition.type == DEFINITION else UNKNOWN
    if not isinstance(found.value, str) or not found.value:
        return UNKNOWN
    return _named(analyses, found.value)


def _named(analyses: Analyses, id_: str) -> Role:
    guid = id_.rstrip("/").rpartition("/")[2].lower()
    built_in = role_name(guid)
    if built_in:
        return Role(guid, built_in, built_in if built_in in PRIVILEGED else OTHER)
    definition = analyses.estate.arm(id_).resource or analyses.once("azure.roles", _by_guid).get(guid)
    if definition is not None and definition.type == DEFINITION:
        return _defined(definition)
    return Role(guid if _GUID.fullmatch(guid) else "", f"the role {guid}", None)


def _by_guid(analyses: Analyses) -> dict[str, Resource]:
    definitions = reversed(analyses.estate.of_type(DEFINITION))
    return {one.name.lower(): one for one in definitions if _GUID.fullmatch(one.name.lower())}


def _defined(definition: Resource) -> Role:
    name = definition.body.get("properties", {}).get("roleName") or definition.name
    custom = is_custom(definition)
    effect = OTHER if custom is False else _effect(definition)
    if custom is None and effect != OTHER:
        effect = None
    guid = definition.name.lower()
    shown = name if custom is False else f"custom role {name}"
    return Role(guid if _GUID.fullmatch(guid) else definition.id, shown, effect)


def is_custom(definition: Resource) -> bool | None:
    """Whether a role was made by the tenant. One that is being made cannot be anything else."""
    built_in = read(definition, "properties", "type").is_one_of("BuiltInRole")
    return None if built_in is None else not built_in


def _effect(definition: Resource) -> str | None:
    assigns, writes = _allows(definition, _ASSIGN), _allows(definition, _OF_ANY_PROVIDER)
    if assigns is None or writes is None:
        return None
    if assigns:
        return OWNER if writes else ACCESS_ADMINISTRATOR
    return CONTRIBUTOR if writes else OTHER


class Patterns(NamedTuple):
    """The patterns of one list: path and text of each, and the paths of what is not known of it."""

    known: list[tuple[Path, str]]
    hidden: list[Path]

    def match(self, operation: str) -> bool | None:
        """Whether a pattern of the list takes in an operation."""
        if any(matches(text, operation) for _, text in self.known):
            return True
        return None if self.hidden else False

    @property
    def texts(self) -> list[str]:
        """The patterns that are known."""
        return [text for _, text in self.known]


def _permissions(
    definition: Resource, granted: str = "actions", taken: str = "notActions"
) -> tuple[list[tuple[Patterns, Patterns]], list[Path]]:
    """(actions, notActions) of each permission, and the paths of the permissions that are not known."""
    at, known = items(definition, "properties", "permissions")
    hidden = [path for path in at if definition.is_hidden(path)]
    shown = [path for path in at if not definition.is_hidden(path)]
    pairs = [(_patterns(definition, path, granted), _patterns(definition, path, taken)) for path in shown]
    return pairs, hidden if known else [("properties", "permissions")]


def _patterns(definition: Resource, permission: Path, key: str) -> Patterns:
    at, known = items(definition, *permission, key)
    found = Patterns([], [] if known else [(*permission, key)])
    for path in at:
        item = read(definition, *path)
        if item.known and isinstance(item.value, str):
            found.known.append((path, item.value))
        else:
            found.hidden.append(path)
    return found


def definition_of(analyses: Analyses, role: Role) -> Resource | None:
    """The definition of a role, where the estate has it: live state has those of built-in roles too."""
    found = analyses.once("azure.roles", _by_guid).get(role.guid) or analyses.estate.arm(role.guid).resource
    return found if found is not None and found.type == DEFINITION else None


def permits(definition: Resource, operation: str, data: bool = False) -> bool | None:
    """Whether a role allows an operation, on data where `data` says so; None where that is not known."""
    return _allows(definition, operation, *(("dataActions", "notDataActions") if data else ()))


def _allows(definition: Resource, operation: str, *keys: str) -> bool | None:
    pairs, hidden = _permissions(definition, *keys)
    return any_of([*(_left(actions.match(operation), taken, operation) for actions, taken in pairs), *_none(hidden)])


def _left(granted: bool | None, taken: Patterns, operation: str) -> bool | None:
    out = taken.match(operation)
    return all_of((granted, None if out is None else not out))


def _none(hidden: Iterable[Path]) -> Iterator[None]:
    for _ in hidden:
        yield None


def custom_role_actions(analyses: Analyses) -> View:
    """One row per pattern in the actions of a custom role, at the pattern; one at the role if it has none.

    Fields: role_name, action, every_provider (whether it allows to write resources of every provider that notActions do
    not name), authorization (a write to Microsoft.Authorization that it allows; empty if there is none).
    """
    view = View()
    for definition in analyses.estate.of_type(DEFINITION):
        custom = is_custom(definition)
        if custom is False:
            continue
        pairs, hidden = _permissions(definition)
        name = {"role_name": read(definition, "properties", "roleName").value or definition.name}
        for actions, taken in pairs:
            hidden += actions.hidden
            for path, text in actions.known:
                _add_action(view, definition, path, {**name, "action": text}, taken, custom is None)
        for path in hidden:
            view.add(definition, path, name, ("action", "every_provider", "authorization"))
        if definition.key not in view.by_resource:
            view.add(definition, (), {**name, "action": "", "every_provider": False, "authorization": ""})
    return view


def _add_action(
    view: View, definition: Resource, path: Path, fields: dict[str, str], taken: Patterns, doubtful: bool
) -> None:
    every = _left(matches(fields["action"], _OF_ANY_PROVIDER), taken, _OF_ANY_PROVIDER)
    write = _authorization_write(fields["action"], taken.texts)
    unknown = [] if every is not None and not (doubtful and every) else ["every_provider"]
    if write is None or (write and (doubtful or taken.hidden)):
        unknown.append("authorization")
    view.add(definition, path, {**fields, "every_provider": every, "authorization": write}, unknown)


def _authorization_write(action: str, taken: list[str]) -> str | None:
    """A write to Microsoft.Authorization that a pattern allows; empty if there is none, None if that is not known."""
    for operation in _WELL_KNOWN:
        if matches(action, operation) and not any(matches(pattern, operation) for pattern in taken):
            return operation
    try:
        found = example([action, _AUTHORIZATION], [*taken, *_WITHOUT_PARTS])
    except TooManyStatesError:
        return None
    return "Microsoft.Authorization/*/write" if found is not None else ""
