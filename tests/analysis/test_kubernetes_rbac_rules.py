"""Rules of roles against an authorizer that lists every request they let through."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.kubernetes_rbac.grants import TABLES, grants, wildcards
from erpguard.analysis.kubernetes_rbac.names import may_be_same
from erpguard.analysis.kubernetes_rbac.roles import Effective
from erpguard.analysis.kubernetes_rbac.rules import REQUEST_VERBS, Items, Rule, read_rule
from erpguard.analysis.values.references import could_be
from tests.analysis.estates import resource

PLACEHOLDER = "${X}"
VERBS = ("get", "create", "update", "deletecollection", "bind")
GROUPS = ("", "apps")
RESOURCES = ("pods", "pods/exec", "pods/status", "secrets", "nodes", "nodes/proxy", "pods/proxy", "tokenreviews")
NAMES = ("", "one", "two")
Request = tuple[str, str, str, str]


def _some(*items: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(items), min_size=1, max_size=3)


BODIES = st.fixed_dictionaries(
    {
        "verbs": _some("*", *VERBS),
        "apiGroups": _some("*", *GROUPS),
        "resources": _some("*", "*/exec", "*/status", "*/proxy", "pods/*", *RESOURCES),
    },
    optional={"resourceNames": _some("one", "two")},
)


def _requests(body: dict[str, Any]) -> set[Request]:
    """Every request of the small world that a rule lets through, listed item by item."""
    let_through: set[Request] = set()
    for verb, group, item in product(body["verbs"], body["apiGroups"], body["resources"]):
        verbs = VERBS if verb == "*" else (verb,)
        groups = GROUPS if group == "*" else (group,)
        if item == "*":
            resources: tuple[str, ...] = RESOURCES
        elif item.startswith("*/"):
            resources = tuple(one for one in RESOURCES if one.endswith(item[1:]))
        else:
            resources = tuple(one for one in RESOURCES if one == item)
        for request in product(verbs, groups, resources, body.get("resourceNames") or NAMES):
            let_through.add(request)
    return {one for one in let_through if _exists(one)}


def _exists(request: Request) -> bool:
    """Creating an object and deleting a collection carry no name; the name of all else is that of the object."""
    verb, _, resource_, name = request
    nameless = verb == "deletecollection" or (verb == "create" and "/" not in resource_)
    return nameless is (name == "") and not (verb == "deletecollection" and "/" in resource_)


def _rule(body: dict[str, Any]) -> Rule:
    made = resource("rbac.authorization.k8s.io/v1", "ClusterRole", "role", rules=[body])
    return read_rule(made, 0, made.body["rules"][0])


@given(BODIES)
def test_a_rule_allows_what_the_oracle_lets_through(body: dict[str, Any]) -> None:
    rule, requests = _rule(body), _requests(body)
    for verb, group, name in product(VERBS, GROUPS, RESOURCES):
        if verb == "deletecollection" and "/" in name:
            continue  # no such request
        assert rule.allows(verb, group, name) is any(one[:3] == (verb, group, name) for one in requests)


@given(BODIES)
def test_a_rule_writes_what_the_oracle_changes(body: dict[str, Any]) -> None:
    changing = ("create", "update", "deletecollection")
    within = ("pods", "pods/exec", "pods/proxy", "secrets")
    changes = [one for one in _requests(body) if one[0] in changing and one[2] in within]
    assert _rule(body).writes() is bool(changes)


@given(BODIES, st.sampled_from(("verbs", "apiGroups", "resources")), st.data())
def test_a_placeholder_is_certain_only_where_every_value_agrees(
    body: dict[str, Any], field: str, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(body[field]) - 1))
    pool = {"verbs": ("*", *VERBS), "apiGroups": ("*", *GROUPS), "resources": ("*", "*/exec", *RESOURCES)}[field]
    worlds = [_rule({**body, field: _replaced(body[field], index, value)}) for value in pool]
    blind = _rule({**body, field: _replaced(body[field], index, PLACEHOLDER)})
    for verb, group, name in product(VERBS, GROUPS, RESOURCES):
        answer = blind.allows(verb, group, name)
        if answer is not None:
            assert {world.allows(verb, group, name) for world in worlds} == {answer}
    if blind.writes() is not None:
        assert {world.writes() for world in worlds} == {blind.writes()}
    for table in TABLES:
        sure, complete = grants(blind, table, namespaced=False)
        for world in worlds:
            rights = _rights(grants(world, table, namespaced=False)[0])
            assert _rights(sure) <= rights
            assert not complete or _rights(sure) == rights


def _replaced(items: list[str], index: int, value: str) -> list[str]:
    return [*items[:index], value, *items[index + 1 :]]


def _rights(found: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(one["group"], one["resource"], one["verb"]) for one in found}


@given(BODIES)
def test_rights_stand_at_the_items_without_which_they_are_gone(body: dict[str, Any]) -> None:
    rule = _rule(body)
    for table in TABLES:
        found, complete = grants(rule, table, namespaced=False)
        assert complete
        for right in found:
            assert body["verbs"][right["verb_path"][1]] in ("*", right["verb"])
            alike = [one for one in found if _rights([one]) == _rights([right])]
            places = {one["resource_path"][1] for one in alike}
            left = [item for index, item in enumerate(body["resources"]) if index not in places]
            assert _rights([right]).isdisjoint(_rights(grants(_rule({**body, "resources": left}), table, False)[0]))


EVERYTHING = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([EVERYTHING], True),
        ([{**EVERYTHING, "verbs": list(REQUEST_VERBS[:4])}, {**EVERYTHING, "verbs": list(REQUEST_VERBS[4:])}], True),
        ([{**EVERYTHING, "verbs": list(REQUEST_VERBS[:7])}], False),
        ([{**EVERYTHING, "resourceNames": ["one"]}], False),
        ([{**EVERYTHING, "apiGroups": ["", "apps"]}], False),
        ([{**EVERYTHING, "resources": ["*/*"]}], False),
        ([{**EVERYTHING, "apiGroups": [PLACEHOLDER]}], None),
        ([{**EVERYTHING, "verbs": [*REQUEST_VERBS[:7], PLACEHOLDER]}], None),
        ([{**EVERYTHING, "verbs": ["get", PLACEHOLDER], "apiGroups": ["apps"]}], False),
        ([], False),
    ],
)
def test_cluster_admin_in_effect(rules: list[dict[str, Any]], expected: bool | None) -> None:
    assert Effective(tuple((_rule(body), True) for body in rules)).cluster_admin is expected


def test_what_is_only_possible_is_not_known() -> None:
    rule = _rule(EVERYTHING)
    assert Effective(((rule, False),)).cluster_admin is None
    assert Effective((), complete=False).reads_secrets is None
    assert Effective(((rule, True),), complete=False).reads_secrets is True


@pytest.mark.parametrize(
    ("kind", "resources", "verbs", "expected"),
    [
        ("Role", ["clusterroles"], ["bind", "escalate", "create"], {("clusterroles", "bind")}),
        ("ClusterRole", ["clusterroles"], ["bind", "get"], {("clusterroles", "bind")}),
        ("ClusterRole", ["userextras/scopes"], ["impersonate"], {("userextras/scopes", "impersonate")}),
        ("ClusterRole", ["userextras"], ["impersonate"], set()),
        ("Role", ["users"], ["impersonate"], set()),
        ("Role", ["serviceaccounts"], ["*"], {("serviceaccounts", "impersonate")}),
    ],
)
def test_identity_grants(kind: str, resources: list[str], verbs: list[str], expected: set[tuple[str, str]]) -> None:
    rule = Rule(Items(tuple(verbs)), Items(("*",)), Items(tuple(resources)))
    found, complete = grants(rule, "identity_grants", namespaced=kind == "Role")
    assert complete
    assert {(one["resource"], one["verb"]) for one in found} == expected


def test_wildcards() -> None:
    rule = Rule(Items(("*", "get", "*")), Items(("",)), Items(("*/scale", "pods-${X}")))
    found, complete = wildcards(rule)
    assert [one["path"] for one in found] == [["verbs", 0], ["verbs", 2]]
    assert complete
    assert wildcards(Rule(Items((None,))))[1] is False
    assert wildcards(Rule(Items(("${X}",))))[1] is False


def test_names_with_placeholders() -> None:
    assert could_be("a-${X}-b", "a-1-b") and could_be("{{ X }}", "anything") and could_be(None, "a")
    assert not could_be("a-${X}", "b-1") and not could_be("a", "b")
    assert could_be("${X", "a")
    assert may_be_same("${X}", "${X}") is True
    assert may_be_same("${X}", "${Y}") is None
    assert may_be_same("a-${X}", "b") is False and may_be_same("b", "a-${X}") is False
    assert may_be_same(None, "a") is None and may_be_same("a", "b") is False
