"""Exported stacks and checkpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from erpguard.sources import Input
from erpguard.sources.pulumi import Pulumi
from tests.sources.pulumi.programs import CACHE, NETWORK, Json, collect, contents, declared, exported, one, state, told

DATA = Path(__file__).parents[4] / "shared" / "data" / "pulumi"
ID = "/subscriptions/0a1b2c3d/resourceGroups/rg-erp-prod/providers/Microsoft.Cache/Redis/erp"


def test_outputs_count_before_inputs() -> None:
    found = one(exported(state(CACHE, "c", {"a": 1, "b": 2}, id=ID, outputs={"b": 3, "c": 4})))
    assert found.values == {"a": 1, "b": 3, "c": 4, "id": ID}
    assert (found.change, found.before) == ("no-op", None)
    assert one(exported(state(CACHE, "c", {"a": 1}, id="c"))).values == {"a": 1}


def test_what_is_about_to_go() -> None:
    old, new = state(CACHE, "c", {"a": 1}, delete=True), state(CACHE, "c", {"a": 2})
    found = collect(
        exported(new, old, state(NETWORK, "hub", pendingReplacement=True), state(NETWORK, "x", external=True))
    )
    assert len(found.resources) == 1
    assert found.not_judged == {
        "resource that Pulumi is to delete (left over from a replacement)": 1,
        "resource that Pulumi has deleted and is to create again": 1,
    }


@pytest.mark.parametrize("version", [0, 1, 2, 3, 4])
def test_versions(version: int) -> None:
    assert len(declared(exported(state(CACHE, "c"), version=version))) == 1
    checkpoint = {"version": version, "checkpoint": {"stack": "prod", "latest": {"resources": [state(CACHE, "c")]}}}
    assert len(declared(json.dumps(checkpoint))) == 1


def test_the_oldest_checkpoint() -> None:
    assert len(declared(json.dumps({"target": "prod", "latest": {"resources": [state(CACHE, "c")]}}))) == 1


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"version": 5}, "version '5'"),
        ({"version": True}, "version 'True'"),
        ({"version": "3"}, "only 0 to 4"),
        ({"version": 4, "features": ["views", "time-travel"]}, "uses 'time-travel', which is not known"),
        ({"version": 4, "features": "views"}, "features is no list"),
    ],
)
def test_what_cannot_be_read(more: Json, what: str) -> None:
    deployment = {"resources": [state(CACHE, "c")]}
    for document in ({**more, "deployment": deployment}, {"deployment": deployment, **more}):
        found = collect(json.dumps(document))
        assert told(found) == [("error", "pulumi-version")]
        assert what in found.problems[0].message
        assert (found.resources, found.open_types) == ([], {"*"})


@pytest.mark.parametrize(
    "document",
    [
        {"version": 3, "deployment": None},
        {"version": 3, "deployment": {}},
        {"version": 3, "deployment": {"resources": None}},
        {"version": 3, "checkpoint": {"stack": "prod"}},
        {"version": 3, "checkpoint": {"latest": None}},
        {"version": 4, "features": None, "deployment": {"resources": []}},
    ],
)
def test_a_stack_without_resources(document: Json) -> None:
    found = collect(json.dumps(document))
    assert (found.problems, found.resources, found.open_types, found.documents) == ([], [], set(), 1)


def test_operations_that_never_ended() -> None:
    found = collect(
        exported(state(CACHE, "c"), pending_operations=[{"type": "creating", "resource": state(NETWORK, "x")}])
    )
    assert told(found) == [("warning", "pulumi-pending")]
    assert "run `pulumi refresh`" in found.problems[0].message
    assert collect(exported(pending_operations=[])).problems == []


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (3, "is no object"),
        ({"type": CACHE, "custom": True}, "has no urn"),
        ({"urn": "urn:pulumi:prod::erp::t::n", "custom": True}, "has no type"),
        ({**state(CACHE, "c"), "outputs": "x"}, "outputs that are no object"),
    ],
)
def test_a_resource_that_is_wrong(given: Any, what: str) -> None:
    found = collect(exported(given, state(CACHE, "d")))
    assert told(found) == [("error", "pulumi-resource")]
    assert what in found.problems[0].message
    assert (len(found.resources), found.open_types) == (1, {"*"})


def test_a_resource_that_stands_twice() -> None:
    found = contents(exported(state(CACHE, "c", {"a": 1}), state(CACHE, "c", {"a": 2})))
    assert told(found) == [("error", "duplicate-urn")]
    assert [entry.properties.values for entry in found.entries] == [{"a": 1}]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("checkpoint-v0.json", ""),
        ("checkpoint-v1.json", ""),
        ("checkpoint-v3.json", ""),
        ("checkpoint-v4.json", ""),
        ("checkpoint-secrets.json", ""),
        ("checkpoint-v4-unsupported-feature.json", "pulumi-version"),
    ],
)
def test_real_checkpoints(name: str, code: str) -> None:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    found = Pulumi().collect([Input(name, str(path))], {})
    assert [problem.code for problem in found.problems] == ([code] if code else [])
    # All of them are of one stack, with 23 resources of AWS besides its components.
    assert sum(found.not_judged.values()) == (0 if code else 23)
    assert found.open_types == ({"*"} if code else set())
