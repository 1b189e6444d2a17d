"""The view `role_rules`: what each rule of a role gives, at the rule.

A rule is reported where it is written, once: not again at the aggregating roles that take it over. Only what such a
role takes over from the control plane's own roles is reported at its selector, as nothing else can be changed there.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.kubernetes_rbac.grants import TABLES, grants, wildcards
from erpguard.analysis.kubernetes_rbac.roles import (
    CLUSTER_ROLE,
    ROLE,
    SELECTORS,
    ClusterRoles,
    RbacRole,
    cluster_roles,
    read_role,
)
from erpguard.analysis.kubernetes_rbac.rules import Rule
from erpguard.model import Path, Resource

FIELDS = ("wildcards", *TABLES)


def role_rules(analyses: Analyses) -> View:
    """One row per rule of a Role or ClusterRole, at the rule; for an aggregating role one at its `aggregationRule`.

    Fields: control_plane (labelled as a default of the control plane), wildcards [{field, path}], identity_grants,
    pod_access_grants and cluster_control_grants [{group, resource, verb, verb_path, resource_path}]; the paths lead
    from the row to the item. What the rule possibly gives besides is a second row, whose fields are not known.
    """
    view = View()
    for resource in analyses.estate.of_type(ROLE):
        _add_rules(view, resource, read_role(resource))
    for resource in analyses.estate.of_type(CLUSTER_ROLE):
        known = cluster_roles(analyses, resource.cluster)
        role = known.by_key[resource.key]
        if role.aggregating:
            _add_aggregation(view, resource, role, known, analyses.estate.is_open(CLUSTER_ROLE))
        else:
            _add_rules(view, resource, role)
    return view


def _add_rules(view: View, resource: Resource, role: RbacRole) -> None:
    for index, rule in enumerate(role.rules):
        fields, hidden = _given((rule,), resource.type == ROLE)
        _add(view, resource, ("rules", index), role, fields, hidden)
    if not role.complete:
        _add(view, resource, ("rules",), role, {}, FIELDS)


def _add_aggregation(view: View, resource: Resource, role: RbacRole, known: ClusterRoles, open_: bool) -> None:
    complete = role.complete and not open_
    hidden = set() if complete else set(FIELDS)
    taken: dict[tuple[int, str], tuple[Rule, ...]] = {}
    for index, first, sure in known.selected(role):
        surely, possibly = known.reached([(first, sure)])
        for other in surely:
            if other.control_plane and other.rules:
                taken[index, other.name] = other.rules
        for other in (*surely, *possibly):
            if other.control_plane is not False and (other in possibly or not other.control_plane):
                fields, unsure = _given(other.rules, namespaced=False, at_items=False)
                hidden |= {name for name, given in fields.items() if given} | unsure
    _add(view, resource, ("aggregationRule",), role, {}, hidden)
    for (index, name), rules in taken.items():
        fields, unsure = _given(rules, namespaced=False, at_items=False)
        _add(view, resource, (*SELECTORS, index), role, {**fields, "taken_from": name}, unsure, part=name)


def _given(
    rules: Iterable[Rule], namespaced: bool, at_items: bool = True
) -> tuple[dict[str, list[dict[str, Any]]], set[str]]:
    """Field -> what the rules surely give, and the fields in which they may give more."""
    fields: dict[str, list[dict[str, Any]]] = {name: [] for name in FIELDS}
    hidden = set()
    for rule in rules:
        for name, (found, complete) in _given_by(rule, namespaced, at_items).items():
            fields[name] += found if at_items else [one for one in found if one not in fields[name]]
            if not complete:
                hidden.add(name)
    return fields, hidden


@lru_cache(maxsize=4096)  # large estates hold the same rules again and again
def _given_by(rule: Rule, namespaced: bool, at_items: bool) -> dict[str, tuple[list[dict[str, Any]], bool]]:
    given = {name: grants(rule, name, namespaced, at_items) for name in TABLES}
    return {"wildcards": wildcards(rule, at_items), **given}


def _add(
    view: View,
    resource: Resource,
    path: Path,
    role: RbacRole,
    fields: dict[str, Any],
    hidden: Iterable[str],
    part: str = "",
) -> None:
    unsure = ("control_plane",) if role.control_plane is None else ()
    own = {"control_plane": role.control_plane}
    view.add(resource, path, {**own, **fields}, unsure, part)
    if set(hidden):
        # A row of its own, so that what is known stays certain.
        view.add(resource, path, own, (*unsure, *sorted(hidden)), f"{part}?")
