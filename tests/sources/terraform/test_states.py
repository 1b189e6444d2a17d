"""States: as `terraform show -json` prints them, and as Terraform stores them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources.terraform.plans import AZURERM, Json, collect, contents, declared

RG = "azurerm_resource_group.erp"
SECRET = "hunter2-SECRET"


def shown(address: str, values: Any, **keys: Any) -> Json:
    type_ = address.rpartition("]")[2].lstrip(".").split(".")[-2] if "]" in address else address.split(".")[-2]
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": address.split(".")[-1],
        "provider_name": AZURERM,
        "values": values,
        "sensitive_values": {},
        **keys,
    }


def state(*resources: Json, **root: Any) -> Json:
    module = {"resources": list(resources), **root}
    return {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"outputs": {}, "root_module": module}}


def stored(*resources: Json, **keys: Any) -> Json:
    head = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}}
    return {**head, "resources": list(resources), **keys}


def entry(*instances: Any, **keys: Any) -> Json:
    head = {"mode": "managed", "type": "azurerm_resource_group", "name": "erp", "provider": f'provider["{AZURERM}"]'}
    return {**head, "instances": list(instances), **keys}


def test_a_shown_state() -> None:
    inner = {"address": "module.a", "resources": [shown(f"module.a.{RG}", {"name": "b"})]}
    inner["child_modules"] = [{"resources": [shown(f'module.a.module.b["x"].{RG}', {"name": "c"})]}]
    found = declared(state(shown(RG, {"name": "a"}), child_modules=[inner]))
    assert {address: one.values["name"] for address, one in found.items()} == {
        RG: "a",
        f"module.a.{RG}": "b",
        f'module.a.module.b["x"].{RG}': "c",
    }
    one = found[RG]
    assert (one.change, one.before, one.provider, one.unset, one.references) == (
        "no-op",
        None,
        "azurerm",
        frozenset(),
        {},
    )


def test_what_a_shown_state_has_beside_resources() -> None:
    held = contents(
        state(
            shown("data.azurerm_subnet.x", {}, mode="data"),
            shown(RG, {"name": "old"}, deposed_key="4a"),
            shown(RG, {"name": "now"}, tainted=True),
            shown(RG, {"name": "twice"}),
            {"type": "x"},
        )
    )
    assert [one.values for one in held.instances] == [{"name": "now"}]
    assert list(held.skipped.values()) == [1]
    assert [problem.code for problem in held.problems] == ["duplicate-address", "terraform-state"]


def test_secrets_of_a_shown_state() -> None:
    given = state(
        shown(RG, {"password": SECRET, "a": 1}, sensitive_values={"password": True}),
        shown("azurerm_x.y", {"copy": f"x={SECRET}", "out": "output-secret"}),
    )
    given["values"]["outputs"] = {"o": {"sensitive": True, "value": "output-secret"}}
    found = declared(given)
    assert found[RG].values == {"a": 1} and found[RG].sensitive == {("password",)}
    assert found["azurerm_x.y"].values == {"copy": "x=(removed)"}


def test_an_empty_state() -> None:
    for given in ({"format_version": "1.0"}, {"format_version": "1.0", "terraform_version": "1.1"}, stored()):
        collected = collect(("state.json", given))
        assert (collected.problems, collected.open_types, collected.documents) == ([], set(), 1)


def test_a_stored_state() -> None:
    given = stored(
        entry({"attributes": {"name": "a"}}),
        entry(
            {"index_key": 'k"1', "attributes": {"name": "b"}},
            {"index_key": 2, "attributes": {"name": "c"}},
            {"index_key": 2, "attributes": {"name": "old"}, "deposed": "4a"},
            module='module.m["x"]',
        ),
        entry({"attributes": {}}, mode="data"),
    )
    found = declared(given)
    assert {address: one.values["name"] for address, one in found.items()} == {
        RG: "a",
        f'module.m["x"].{RG}["k\\"1"]': "b",
        f'module.m["x"].{RG}[2]': "c",
    }
    assert found[RG].provider == "azurerm"


def test_attributes_that_are_stored_with_their_type() -> None:
    manifest = {"value": {"kind": "Secret", "data": {"a": SECRET}}, "type": ["object", {"kind": "string"}]}
    path = [{"type": "get_attr", "value": "manifest"}, {"type": "get_attr", "value": "data"}]
    given = stored(entry({"attributes": {"manifest": manifest, "x": f"{SECRET}!"}, "sensitive_attributes": [path]}))
    one = declared(given)[RG]
    assert one.values == {"manifest": {"kind": "Secret"}, "x": "(removed)!"}
    assert one.sensitive == {("manifest", "data")}


@pytest.mark.parametrize(
    "marked",
    [
        [[{"type": "get_attr", "value": "keys"}, {"type": "index", "value": {"value": 1, "type": "number"}}]],
        [[{"type": "get_attr", "value": "keys"}, {"type": "index", "value": 1.0}]],
        [{"type": "get_attr", "value": "keys"}],
    ],
)
def test_marks_of_a_stored_state(marked: Any) -> None:
    one = declared(stored(entry({"attributes": {"keys": ["a", SECRET], "b": 1}, "sensitive_attributes": marked})))[RG]
    assert one.values == {"b": 1} and one.sensitive == {("keys",)}


def test_a_stored_state_hides_what_is_secret_by_name() -> None:
    given = entry(
        {"attributes": {"primary_access_key": SECRET, "description": f"key {SECRET}"}, "sensitive_attributes": []}
    )
    one = declared(stored(given, outputs={"o": {"value": "output-secret", "sensitive": True}}))[RG]
    assert one.values == {"description": "key (removed)"}


@pytest.mark.parametrize("version", [1, 2, 3, 5, "4"])
def test_other_stored_versions(version: Any) -> None:
    (problem,) = collect(("terraform.tfstate", stored() | {"version": version})).problems
    assert problem.code == "terraform-version" and "only version 4: run `terraform show -json" in problem.message


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"type": "x"}, "has no type or no name"),
        (None, "has no type or no name"),
        (entry({"attributes_flat": {"a": "b"}}), "in a form of Terraform 0.11"),
        (entry({"attributes": {}}, {"attributes": {}}), "stands twice"),
    ],
)
def test_wrong_entries_are_problems_and_the_others_count(given: Any, words: str) -> None:
    collected = collect(("terraform.tfstate", stored(given, entry({"attributes": {"name": "x"}}, name="good"))))
    (problem,) = collected.problems
    assert words in problem.message and problem.place.line == 1
    assert collected.open_types == {"*"}
    assert "x" in [one.name for one in collected.resources]
