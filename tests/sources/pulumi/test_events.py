"""Previews that are streamed, an event a line."""

from __future__ import annotations

import json

import pytest

from erpguard.normalize.declared import Reference
from tests.sources.pulumi.programs import (
    CACHE,
    NETWORK,
    SECRET,
    SIGNATURE,
    STACK,
    SUBNET,
    UNKNOWN,
    collect,
    declared,
    event,
    one,
    state,
    stream,
    told,
    urn,
)


def test_a_stream() -> None:
    stack = {**state(STACK, "erp-prod"), "custom": False}
    new = state(CACHE, "c", {"enableNonSslPort": True, "key": {SIGNATURE: SECRET, "ciphertext": "[secret]"}}, id="")
    text = stream(event("same", stack, stack), event("create", new), same=1, create=1)
    (found,) = declared(text)
    assert (found.address, found.change, found.values) == (urn(CACHE, "c"), "create", {"enableNonSslPort": True})
    assert found.sensitive == {("key",)}
    place = found.origin.place(("enableNonSslPort",))
    assert (place.line, place.object_id) == (3, urn(CACHE, "c"))
    line = text.split("\n")[2]
    assert line[place.column - 1 : place.end_column - 1] == '"enableNonSslPort": true'


def test_events_that_are_printed_over_several_lines() -> None:
    text = stream(event("create", state(CACHE, "c", {"a": 1})), create=1)
    pretty = "\n".join(json.dumps(json.loads(line), indent=4) for line in text.splitlines())
    assert one(pretty).values == {"a": 1}


def test_outputs_come_later_and_say_nothing_new() -> None:
    later = event("create", state(CACHE, "c", {"a": 2}))
    later["resOutputsEvent"] = later.pop("resourcePreEvent")
    assert one(stream(event("create", state(CACHE, "c", {"a": 1})), later)).values == {"a": 1}


def test_events_have_no_dependencies() -> None:
    assert one(stream(event("create", state(SUBNET, "db", {"a": UNKNOWN})))).references == {}
    new = state(SUBNET, "db", {"a": UNKNOWN}, dependencies=[urn(NETWORK, "hub")])
    assert one(stream(event("create", new))).references == {("a",): (Reference(urn(NETWORK, "hub"), ()),)}


def test_unchanged_resources_that_are_left_out() -> None:
    found = collect(stream(event("create", state(CACHE, "c")), same=3, create=1))
    assert told(found) == [("warning", "pulumi-sames")]
    assert found.open_types == {"*"}


@pytest.mark.parametrize("cut", [1, 40, 100])
def test_a_stream_that_is_cut_off(cut: int) -> None:
    """What stands before counts."""
    text = stream(event("create", state(CACHE, "c", {"a": 1})), create=1)
    whole = "".join(line + "\n" for line in text.split("\n")[:2])
    found = collect(whole)
    assert told(found) == [("error", "pulumi-events")]
    assert (len(found.resources), found.open_types) == (1, {"*"})
    found = collect(whole + text[len(whole) :][:cut])
    assert [problem.level for problem in found.problems] == ["error"]
    assert (len(found.resources), found.open_types) == (1, {"*"})


@pytest.mark.parametrize(
    "given",
    [
        {"diagnosticEvent": {"severity": "error", "message": "password hunter2"}},
        {"errorEvent": {"error": "x"}},
        {"summaryEvent": {"result": "failed", "resourceChanges": {}}},
    ],
)
def test_a_preview_that_failed(given: dict[str, object]) -> None:
    found = collect(stream(event("create", state(CACHE, "c")), {"sequence": 2, **given}, {"sequence": 3, **given}))
    assert told(found) == [("error", "pulumi-failed")]
    assert "hunter2" not in found.problems[0].message


@pytest.mark.parametrize("given", [{"diagnosticEvent": {"severity": "warning"}}, {"policyEvent": {}}, {"newEvent": 3}])
def test_other_events(given: dict[str, object]) -> None:
    assert collect(stream({"sequence": 2, **given})).problems == []


@pytest.mark.parametrize("given", [3, [], {"metadata": 3}, {"metadata": {}}, {"metadata": {"op": "create", "new": 3}}])
def test_wrong_kinds(given: object) -> None:
    found = collect(stream({"sequence": 2, "resourcePreEvent": given}))
    assert told(found) == [("error", "pulumi-step")]
    assert found.open_types == {"*"}


def test_a_line_that_is_no_object() -> None:
    assert told(collect(stream(event("create", state(CACHE, "c"))) + "[]\n")) == [("error", "pulumi-events")]
    assert told(collect('{"sequence": 1, "summaryEvent": []}\n')) == []
