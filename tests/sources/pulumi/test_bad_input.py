"""Files that are no previews and no states, and broken ones: refused with what to do, never a crash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from erpguard.sources import Input
from erpguard.sources.pulumi import Pulumi
from tests.sources.pulumi.programs import CACHE, NETWORK, collect, exported, preview, state, step, stream, told


@pytest.mark.parametrize(
    ("document", "what"),
    [
        (
            {"result": "succeeded", "duration": 3, "summary": {"create": 1}, "resources": [{"urn": "x"}]},
            "--output json",
        ),
        ({"result": "succeeded", "duration": 3, "summary": {}}, "--output json"),
        ({"duration": 3, "changeSummary": {"create": 4}}, "without the resources' properties"),
        ({"manifest": {}, "resourcePlans": {}}, "--save-plan"),
        ({"url": "https://erp.example.com"}, "neither a Pulumi preview nor a state"),
        ({}, "neither a Pulumi preview nor a state"),
    ],
)
def test_other_files_of_pulumi(document: dict[str, Any], what: str) -> None:
    found = collect(json.dumps(document))
    assert told(found) == [("error", "pulumi-kind")]
    assert what in found.problems[0].message
    assert "`pulumi preview --json --show-sames > preview.json`" in found.problems[0].message
    assert found.open_types == {"*"}


@pytest.mark.parametrize("text", ["", "   ", "Previewing update (prod)", "config:\n  erp:size: 2\n", "[]", "3"])
def test_what_is_no_json_object(text: str) -> None:
    assert told(collect(text)) == [("error", "pulumi-kind")]


@pytest.mark.parametrize(
    "text", [preview(step("create", state(CACHE, "c", {"a": [1, {"b": 2}]}))), exported(state(CACHE, "c"))]
)
def test_a_file_that_is_cut_off(text: str) -> None:
    for cut in range(1, len(text) - 2, 7):
        found = collect(text[:cut])
        assert [problem.level for problem in found.problems] == ["error"]
        assert found.open_types == {"*"}


def test_what_was_read_before_counts() -> None:
    text = preview(step("create", state(CACHE, "c")), step("create", state(NETWORK, "hub")))
    found = collect(text[: text.index('::hub"')])
    assert told(found) == [("error", "json-syntax")]
    assert len(found.resources) == 1


@pytest.mark.parametrize("key", ["steps", "deployment", "checkpoint", "latest", "version", "features", "diagnostics"])
@pytest.mark.parametrize(
    "value", [3, "x", True, [], {}, [3], [[]], {"resources": 3}, {"latest": 3}, {"latest": {"resources": {}}}]
)
def test_wrong_kinds(key: str, value: Any) -> None:
    found = collect(json.dumps({"version": 3, "deployment": {}, key: value, "changeSummary": value}))
    code = {"steps": "pulumi-kind", "version": "pulumi-version", "features": "pulumi-version"}.get(key, "pulumi-kind")
    fitting: dict[str, tuple[Any, ...]] = {
        "steps": ([],),
        "deployment": ({}, {"latest": 3}, {"latest": {"resources": {}}}),
        "checkpoint": ({}, {"resources": 3}),
        "latest": ({}, {"latest": 3}, {"latest": {"resources": {}}}),
        "version": (3,),
        "features": ([],),
        "diagnostics": (value,),
    }
    if value in fitting[key]:
        assert (found.problems, found.open_types) == ([], set())
        return
    if key == "steps" and value in ([3], [[]]):
        code = "pulumi-step"
    assert told(found) == [("error", code)]
    assert found.problems[0].place.file == "preview.json"
    assert found.open_types == {"*"}


@pytest.mark.parametrize("value", [3, "x", True, [], {}, [3], {"a": 3}, None, [[]]])
@pytest.mark.parametrize(
    "key",
    [
        *("custom", "delete", "id", "inputs", "outputs", "provider", "dependencies", "propertyDependencies"),
        *("additionalSecretOutputs", "sourcePosition", "external", "parent"),
    ],
)
def test_wrong_kinds_in_a_resource(key: str, value: Any) -> None:
    """The resource is left out where it cannot be read, and told; its neighbour is there in any case."""
    wrong, hub = {**state(CACHE, "c", {"a": 1}), key: value}, state(NETWORK, "hub")
    for text, code in (
        (exported(wrong, hub), "pulumi-resource"),
        (preview(step("update", wrong, wrong), step("create", hub)), "pulumi-step"),
    ):
        found = collect(text)
        is_broken = key in ("inputs", "outputs") and not isinstance(value, dict) and value is not None
        is_no_resource = (key == "custom" or (key == "external" and value is True)) and (key, value) != ("custom", True)
        is_old = key == "delete" and value is True and code == "pulumi-resource"
        assert told(found) == ([("error", code)] if is_broken else [])
        assert len(found.resources) == (1 if is_broken or is_no_resource or is_old else 2)


def test_deep_nesting() -> None:
    deep: Any = 1
    for _ in range(80):
        deep = {"a": deep}
    for text in (preview(step("create", state(CACHE, "c", {"a": deep}))), exported(state(CACHE, "c", {"a": deep}))):
        assert told(collect(text)) == [("error", "too-deep")]
    assert told(collect('{"steps": ' + "[" * 100_000)) == [("error", "too-deep")]


def test_duplicate_keys() -> None:
    text = '{"version": 3, "version": 3, "deployment": {"resources": []}}'
    assert told(collect(text)) == [("error", "duplicate-key")]


def test_encodings() -> None:
    text = preview(step("create", state(CACHE, "c")))
    assert len(collect(text.encode("utf-8-sig")).resources) == len(collect(text.encode("utf-16")).resources) == 1
    assert told(collect(b"\xff\x00{")) != []
    assert len(collect(text.replace("\n", "\r\n")).resources) == 1


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    found = Pulumi().collect([Input("a.json", str(tmp_path / "a.json")), Input("b", str(tmp_path))], {})
    assert told(found) == [("error", "unreadable"), ("error", "unreadable")]
    assert found.open_types == {"*"}


def test_standard_input() -> None:
    found = collect(preview(step("create", state(CACHE, "c")))[:-20], "")
    assert found.problems[0].message.startswith("standard input, line ")


def test_several_files() -> None:
    inputs = [
        Input("a.json", data=preview(step("create", state(CACHE, "c"))).encode()),
        Input("b.json", data=stream().encode()),
    ]
    found = Pulumi().collect(inputs, None)
    assert (found.documents, len(found.resources)) == (2, 1)
