"""Steps of previews: operations, what is counted once, what is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from erpguard.normalize.declared import Reference
from tests.sources.pulumi.programs import (
    CACHE,
    CONFIG,
    NETWORK,
    STACK,
    SUBNET,
    UNKNOWN,
    Json,
    collect,
    contents,
    declared,
    one,
    preview,
    state,
    step,
    told,
    urn,
)

ID = "/subscriptions/0a1b2c3d/resourceGroups/rg-erp-prod/providers/Microsoft.Cache/Redis/erp"
OLD = state(CACHE, "c", {"enableNonSslPort": False}, id=ID, outputs={"enableNonSslPort": False, "hostName": "h"})
NEW = state(CACHE, "c", {"enableNonSslPort": True}, id=ID)


def changes(text: str) -> list[tuple[str, Json, Json | None]]:
    """Change, values and former values of the declarations."""
    return [(found.change, found.values, found.before) for found in declared(text)]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([step("create", NEW)], [("create", {"enableNonSslPort": True}, None)]),
        ([step("update", NEW, OLD)], [("update", {"enableNonSslPort": True, "id": ID}, {"enableNonSslPort": False})]),
        (
            [step("create-replacement", NEW, OLD), step("replace", NEW, OLD), step("delete-replaced", None, OLD)],
            [("replace", {"enableNonSslPort": True}, {"enableNonSslPort": False, "id": ID})],
        ),
        (
            [step("delete-replaced", None, OLD), step("replace", NEW, OLD), step("create-replacement", NEW, OLD)],
            [("replace", {"enableNonSslPort": True}, {"enableNonSslPort": False, "id": ID})],
        ),
        ([step("import-replacement", NEW)], [("replace", {"enableNonSslPort": True}, {})]),
        ([step("same", NEW, OLD)], [("no-op", {"enableNonSslPort": False, "hostName": "h", "id": ID}, None)]),
        ([step("same", NEW)], [("no-op", {"enableNonSslPort": True, "id": ID}, None)]),
        ([step("import", NEW)], [("no-op", {"enableNonSslPort": True, "id": ID}, None)]),
        ([step("delete", None, OLD)], [("delete", {}, {"enableNonSslPort": False, "hostName": "h", "id": ID})]),
        (
            [step("delete", None, {**OLD, "retainOnDelete": True})],
            [("no-op", {"enableNonSslPort": False, "hostName": "h", "id": ID}, None)],
        ),
        (
            [step("refresh", OLD, OLD), step("update", NEW, OLD)],
            [("update", {"enableNonSslPort": True, "id": ID}, {"enableNonSslPort": False})],
        ),
        ([step("refresh", OLD, OLD)], [("no-op", {"enableNonSslPort": False, "hostName": "h", "id": ID}, None)]),
        ([step("refresh", None, OLD)], []),
        ([step("read", NEW)], []),
        ([step("read-replacement", NEW, OLD), step("discard-replaced", None, OLD)], []),
        ([step("discard", None, OLD), step("remove-pending-replace", None, OLD)], []),
    ],
)
def test_operations(steps: list[Json], expected: list[Any]) -> None:
    assert changes(preview(*steps)) == expected


def test_what_is_no_resource_of_the_program() -> None:
    found = declared(
        preview(
            step("create", state(STACK, "erp-prod")),
            step("create", {**state("erp:index:Platform", "erp"), "custom": False}),
            step("create", state("pulumi:providers:azure-native", "west", {"version": "3.2.1"})),
            step("create", state("pulumi:pulumi:StackReference", "base")),
            step("create", state(CACHE, "got", external=True)),
            step(
                "create", state(NETWORK, "hub", provider=urn("pulumi:providers:azure-native", "west") + "::" + UNKNOWN)
            ),
        )
    )
    assert [(one.address, one.provider, one.type, one.defaults) for one in found] == [
        (urn(NETWORK, "hub"), "azure-native", NETWORK, 3)
    ]


def test_unchanged_resources_that_are_left_out() -> None:
    """The stack itself is always shown, and counted."""
    stack = step("same", state(STACK, "erp-prod"))
    whole = collect(preview(stack, step("create", NEW)))
    assert (told(whole), whole.open_types) == ([], set())
    text = preview(stack, step("create", NEW), changeSummary={"same": 12, "create": 1})
    found = collect(text)
    assert told(found) == [("warning", "pulumi-sames")]
    assert "leaves out 11 unchanged resources" in found.problems[0].message
    assert "pulumi preview --json --show-sames" in found.problems[0].message
    assert found.open_types == {"*"}
    assert len(found.resources) == 1


def test_a_preview_that_failed() -> None:
    message = "error: password hunter2 was refused"
    diagnostics = [
        {"severity": "info", "message": "a"},
        {"severity": "error", "message": message, "urn": urn(CACHE, "c")},
    ]
    found = collect(preview(step("create", NEW), diagnostics=diagnostics))
    assert told(found) == [("error", "pulumi-failed")]
    assert "hunter2" not in found.problems[0].message
    assert found.open_types == {"*"}
    assert collect(preview(step("create", NEW), diagnostics=[diagnostics[0]])).problems == []


def test_references() -> None:
    subnet = state(
        SUBNET,
        "db",
        {
            "virtualNetworkName": UNKNOWN,
            "networkSecurityGroup": {"id": UNKNOWN},
            "delegations": [{"name": UNKNOWN}],
            "known": "x",
        },
        dependencies=[urn(NETWORK, "hub"), urn(CACHE, "c")],
        propertyDependencies={
            "virtualNetworkName": [urn(NETWORK, "hub")],
            "networkSecurityGroup": [urn(NETWORK, "a"), urn(NETWORK, "b")],
            "delegations": None,
            "known": [urn(CACHE, "c")],
        },
    )
    found = one(preview(step("create", subnet)))
    assert found.unknown == {("virtualNetworkName",), ("networkSecurityGroup", "id"), ("delegations", 0, "name")}
    assert found.references == {
        ("virtualNetworkName",): (Reference(urn(NETWORK, "hub"), ()),),
        ("networkSecurityGroup",): (Reference(urn(NETWORK, "a"), ()), Reference(urn(NETWORK, "b"), ())),
    }


def test_references_of_a_resource_as_a_whole() -> None:
    """Where properties have no dependencies of their own, a single one of the resource is theirs."""
    text = preview(step("create", state(SUBNET, "db", {"a": UNKNOWN}, dependencies=[urn(NETWORK, "hub")])))
    assert one(text).references == {("a",): (Reference(urn(NETWORK, "hub"), ()),)}
    several = state(SUBNET, "db", {"a": UNKNOWN}, dependencies=[urn(NETWORK, "hub"), urn(CACHE, "c")])
    assert one(preview(step("create", several))).references == {}


def test_secrets_leave_everything() -> None:
    """A secret that is marked in one place leaves the others, and former values as well."""
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"correct horse"'}
    marked = state(CACHE, "c", {"redisConfiguration": {"password": secret}})
    config = state(
        CONFIG, "c", {"metadata": {"name": "a"}, "data": {"url": "redis://:correct horse@h", "x": "correct horse"}}
    )
    text = preview(step("create", marked), step("update", config, config))
    first, second = declared(text)
    assert first.sensitive == first.unknown == {("redisConfiguration", "password")}
    assert second.values["data"] == {"url": "redis://:(removed)@h"}
    assert second.sensitive == {("data", "x")}
    assert second.before is not None
    assert second.before["data"] == {"url": "redis://:(removed)@h"}


def test_a_kubernetes_secret_keeps_its_keys() -> None:
    secret = state(
        "kubernetes:core/v1:Secret", "db", {"metadata": {"name": "db"}, "stringData": {"password": "correct horse"}}
    )
    config = state(CONFIG, "c", {"metadata": {"name": "a"}, "data": {"x": "correct horse"}})
    found = collect(preview(step("create", secret), step("create", config)))
    assert [one.body.get("stringData", one.body.get("data")) for one in found.resources] == [
        {"password": "(removed)"},
        {},
    ]


def test_other_providers_are_counted() -> None:
    found = collect(
        preview(step("create", state("aws:s3/bucket:Bucket", "b")), step("delete", None, state("aws:x:Y", "c")))
    )
    assert found.not_judged == {"aws:s3/bucket:Bucket (no policy knows this type)": 1}


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"op": "create"}, "is no object"),
        ({"op": "create", "newState": "x"}, "is no object"),
        ({"op": "create", "newState": {"type": CACHE}}, "has no urn"),
        ({"op": "create", "newState": {"urn": urn(CACHE, "c")}}, "has no type"),
        ({"op": "create", "newState": {"urn": "x", "type": CACHE}}, "a URN that is none"),
        ({"op": "create", "newState": {**NEW, "inputs": []}}, "inputs that are no object"),
        ({"op": "update", "newState": NEW, "oldState": {}}, "has no urn"),
        ({"op": "explode", "newState": NEW}, "operation 'explode', which is not known"),
        ({"op": ["create"], "newState": NEW}, "which is not known"),
        ({"newState": NEW}, "which is not known"),
    ],
)
def test_a_step_that_is_wrong(given: Json, what: str) -> None:
    """The others count."""
    other = step("create", state(NETWORK, "hub", {"virtualNetworkName": "hub", "resourceGroupName": "rg"}))
    found = collect(json.dumps({"steps": [given, other], "changeSummary": {}}))
    assert told(found) == [("error", "pulumi-step")]
    assert what in found.problems[0].message
    assert (found.problems[0].place.file, found.problems[0].place.line) == ("preview.json", 1)
    assert (len(found.resources), found.open_types) == (1, {"*"})


def test_a_step_that_stands_twice() -> None:
    found = contents(preview(step("create", NEW), step("create", {**NEW, "inputs": {}})))
    assert told(found) == [("error", "duplicate-urn")]
    assert [entry.properties.values for entry in found.entries] == [{"enableNonSslPort": True}]


def test_names_with_colons() -> None:
    name = "erp::prod::cache"
    assert one(preview(step("create", state(CACHE, name)))).address == urn(CACHE, name)
    found = collect(preview(step("create", state(CONFIG, name, {"metadata": {"name": UNKNOWN}}))))
    assert found.resources[0].name == name


def test_an_empty_preview() -> None:
    found = collect(json.dumps({"config": {}, "duration": 3, "changeSummary": {}}))
    assert (found.problems, found.resources, found.open_types) == ([], [], set())
