"""Places in the plan itself: the node, its line and column, without reading the whole text again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from erpguard.model import Path, Place
from tests.counted import assert_linear
from tests.sources.terraform.plans import change, collect, contents, declared, plan

RG = "azurerm_resource_group.erp"


def text_at(text: str, place: Place) -> str:
    """What stands in a region; columns are UTF-16 code units."""
    lines = text.split("\n")
    assert place.line == place.end_line
    line = lines[place.line - 1].encode("utf-16-le")
    return line[2 * (place.column - 1) : 2 * (place.end_column - 1)].decode("utf-16-le")


def at(given: Any, path: Path, indent: int | None = None) -> str:
    text = json.dumps(given, indent=indent, ensure_ascii=False)
    place = declared(text)[RG].origin.place(path)
    assert (place.file, place.object_id, place.pointer) == ("plan.json", RG, "")
    return text_at(text, place)


AFTER = {"name": "é𝄞", "tags": {"a": "b"}, "rules": [{"port": 1}, {"port": 2}], "none": None}
PLAN = plan(change("azurerm_x.y", {"é": "𝄞" * 20_000}), change(RG, AFTER, after_unknown={"id": True}))


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("name",), '"name": "é𝄞"'),
        (("tags",), '"tags"'),
        (("tags", "a"), '"a": "b"'),
        (("tags", "missing"), '"tags"'),
        (("rules", 1, "port"), '"port": 2'),
        (("id",), '"after"'),
        ((), '"after"'),
    ],
)
def test_nodes(indent: int | None, path: Path, expected: str) -> None:
    assert at(PLAN, path, indent) == expected


def test_what_is_deleted_or_forgotten_is_shown_as_it_was() -> None:
    for action in ("delete", "forget"):
        given = plan(change(RG, None, action, before={"name": "x"}))
        assert at(given, ("name",)) == '"name": "x"'


def test_states() -> None:
    shown = {"address": RG, "type": "azurerm_resource_group", "values": {"name": "x"}}
    given: Any = {"format_version": "1.0", "values": {"root_module": {"child_modules": [{"resources": [shown]}]}}}
    assert at(given, ("name",)) == '"name": "x"'
    attributes = {"name": "x", "body": {"value": {"a": 1}, "type": ["object", {"a": "number"}]}, "value": {"value": 1}}
    stored = {"type": "azurerm_resource_group", "name": "erp", "instances": [{"attributes": attributes}]}
    given = {"version": 4, "resources": [stored]}
    assert at(given, ("name",)) == '"name": "x"'
    assert at(given, ("body", "a")) == '"a": 1'
    assert at(given, ("value", "value")) == '"value": 1'


def test_standard_input_has_pointers() -> None:
    (one,) = collect(("", plan(change(RG, {"name": "x"})))).resources
    place = one.origin.place(("name",))
    assert (place.file, place.line, place.object_id, place.pointer) == ("", 0, RG, "/name")


def test_the_text_is_never_shown() -> None:
    one = declared(PLAN)[RG]
    assert one.origin.text(("name",)) == ""
    assert one.origin.file == "plan.json"
    assert one.origin.place_of_line(("name",), 3) == one.origin.place(("name",))


def long_plan(count: int) -> str:
    changes = [change(f"azurerm_x.y{index}", {"name": f"n{index}", "text": "x" * 2000}) for index in range(count)]
    return json.dumps(plan(*changes))


def test_many_places_of_a_large_plan() -> None:
    text = long_plan(1000)
    found = declared(text)
    for index in range(0, 1000, 50):
        assert text_at(text, found[f"azurerm_x.y{index}"].origin.place(("name",))) == f'"name": "n{index}"'


def test_many_places_take_linear_work() -> None:
    """All of them, for finding one counts the lines before it."""

    def places(count: int) -> Callable[[], object]:
        found = declared(long_plan(count))
        return lambda: [one.origin.place(("name",)) for one in found.values()]

    assert_linear(places, 1000)


def test_what_was_passed_over_is_not_kept() -> None:
    given = plan(change(RG, {"name": "x"}), prior_state={"values": {"root_module": {}}}, planned_values={"a": 1})
    held = contents(given)
    assert held.keys == set(given) and held.configuration is None
