"""Which resources a plan has, and what becomes of the actions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from erpguard.sources.terraform.plan_changes import DEPOSED
from tests.counted import assert_linear
from tests.sources.terraform.plans import Json, change, collect, contents, declared, plan

RG = "azurerm_resource_group.erp"
NOW, LATER = {"name": "rg-erp", "tags": {"a": "1"}}, {"name": "rg-erp", "tags": {"a": "2"}}


@pytest.mark.parametrize(
    ("actions", "expected", "values", "before"),
    [
        (["create"], "create", LATER, None),
        (["update"], "update", LATER, NOW),
        (["no-op"], "no-op", LATER, None),
        (["delete", "create"], "replace", LATER, NOW),
        (["create", "delete"], "replace", LATER, NOW),
        (["create", "forget"], "create", LATER, None),
        (["delete"], "delete", {}, NOW),
        (["forget"], "no-op", NOW, None),
    ],
)
def test_actions(actions: list[str], expected: str, values: Any, before: Any) -> None:
    later = None if actions in (["delete"], ["forget"]) else LATER
    one = declared(plan(change(RG, later, actions, before=NOW)))[RG]
    assert (one.change, one.values, one.before) == (expected, values, before)
    assert (one.provider, one.type) == ("azurerm", "azurerm_resource_group")


def test_data_sources_and_reads_are_no_resources() -> None:
    read = change("data.azurerm_client_config.me", {}, "read", mode="data")
    assert declared(plan(read, change(RG, LATER, "read"), change("ephemeral.x_y.z", {}, mode="ephemeral"))) == {}


def test_deposed_objects_are_counted_and_do_not_hide_the_current_one() -> None:
    held = contents(plan(change(RG, LATER, "update", before=NOW), change(RG, None, "delete", before=NOW, deposed="4a")))
    assert [one.change for one in held.instances] == ["update"]
    assert held.skipped == {DEPOSED: 1}
    assert held.problems == []


def test_moved_and_imported_resources_go_by_their_new_address() -> None:
    moved = change(RG, LATER, "no-op", before=NOW, previous_address="azurerm_resource_group.old")
    imported = change("azurerm_resource_group.two", LATER, "no-op", importing={"id": "/subscriptions/x"})
    assert list(declared(plan(moved, imported))) == [RG, "azurerm_resource_group.two"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"type": "x_y", "change": {"actions": ["create"]}}, "has no address"),
        ({"address": "x_y.z", "change": {"actions": ["create"]}}, "has no type"),
        ({"address": "x_y.z", "type": "", "change": {"actions": ["create"]}}, "has no type"),
        ({"address": "x_y.z", "type": "x_y"}, "has no actions"),
        ({"address": "x_y.z", "type": "x_y", "change": {"actions": "create"}}, "has no actions"),
        (change(RG, LATER, "explode"), "'explode', which is not known"),
        (change(RG, LATER, ["create", "delete", "update"]), "which is not known"),
        (change(RG, None), "by `after`, which is no object"),
        (change(RG, ["x"], "update"), "by `after`, which is no object"),
        (change(RG, None, "delete"), "by `before`, which is no object"),
        ("text", "is no object"),
        (None, "is no object"),
    ],
)
def test_a_wrong_change_is_a_problem_and_the_others_count(entry: Any, words: str) -> None:
    good = change("azurerm_resource_group.good", LATER)
    held = contents(plan(entry, good))
    assert [one.address for one in held.instances] == ["azurerm_resource_group.good"]
    (problem,) = held.problems
    assert words in problem.message and problem.level == "error" and problem.place.line == 1
    assert "*" in collect(("plan.json", plan(entry, good))).open_types


def test_an_address_that_stands_twice_is_a_problem() -> None:
    held = contents(plan(change(RG, NOW), change(RG, LATER)))
    assert [one.values for one in held.instances] == [NOW]
    assert [problem.code for problem in held.problems] == ["duplicate-address"]


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.2", "1.99"])
def test_versions_that_are_read(version: str) -> None:
    assert len(contents({**plan(change(RG, NOW)), "format_version": version}).instances) == 1


@pytest.mark.parametrize("version", ["2.0", "0.3", "10.0", "", 1, None])
def test_versions_that_are_not(version: Any) -> None:
    collected = collect(("plan.json", {**plan(change(RG, NOW)), "format_version": version}))
    (problem,) = collected.problems
    assert problem.code == "terraform-version" and "is not read, only 0.1, 0.2 and 1.x" in problem.message
    assert collected.resources == [] and collected.open_types == {"*"} and collected.documents == 0


def test_a_plan_that_ended_with_an_error_is_read_and_open() -> None:
    collected = collect(("plan.json", plan(change(RG, NOW), errored=True, complete=False)))
    assert [(one.code, one.level) for one in collected.problems] == [("terraform-errored", "error")]
    assert len(collected.resources) == 1 and collected.open_types == {"*"}


def test_a_partial_plan_is_open() -> None:
    collected = collect(("plan.json", plan(change(RG, NOW), errored=False, complete=False)))
    assert [(one.code, one.level) for one in collected.problems] == [("terraform-incomplete", "warning")]
    assert collected.open_types == {"*"}


def test_deferred_resources_open_their_types() -> None:
    deferred: list[Any] = [
        {"reason": "instance_count_unknown", "resource_change": change("azurerm_redis_cache.a", {})},
        {"reason": "x", "resource_change": change("data.azurerm_subnet.a", {}, mode="data")},
    ]
    given = plan(change(RG, NOW), complete=False, deferred_changes=deferred)
    collected = collect(("plan.json", given))
    assert [(one.code, one.level) for one in collected.problems] == [("terraform-deferred", "warning")]
    assert collected.open_types == {"Microsoft.Cache/redis"}
    deferred[0]["resource_change"]["type"] = "azurerm_something_new"
    assert collect(("plan.json", given)).open_types == {"*"}


def test_what_is_wholly_unknown_opens_its_type() -> None:
    collected = collect(("plan.json", plan(change(RG, None, after_unknown=True))))
    assert [(one.code, one.level) for one in collected.problems] == [("terraform-deferred", "warning")]
    assert collected.open_types == {"Microsoft.Resources/resourceGroups"}


def test_a_complete_plan_is_closed() -> None:
    collected = collect(("plan.json", plan(change(RG, NOW), errored=False, complete=True)))
    assert (collected.problems, collected.open_types, collected.documents) == ([], set(), 1)


def test_drift_and_planned_values_are_not_read() -> None:
    drift = change("azurerm_resource_group.drifted", LATER, "update")
    shown = {"root_module": {"resources": [{"address": "a.b", "type": "a", "values": {}}]}}
    given = plan(change(RG, NOW), resource_drift=[drift], planned_values=shown, prior_state={"values": shown})
    assert list(declared(given)) == [RG]


def test_a_plan_without_changes_is_empty_and_one_that_hides_resources_is_refused() -> None:
    assert collect(("plan.json", plan())).problems == []
    shown = {"root_module": {"child_modules": [{"resources": [{"address": "a.b"}]}]}}
    refresh_only = {"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": shown}
    collected = collect(("plan.json", refresh_only))
    assert [one.code for one in collected.problems] == ["terraform-no-changes"]
    assert collected.open_types == {"*"}
    assert collect(("plan.json", {**refresh_only, "planned_values": {"root_module": {}}})).problems == []


def test_resource_changes_of_the_wrong_kind() -> None:
    (problem,) = collect(("plan.json", plan() | {"resource_changes": {}})).problems
    assert problem.message == "resource_changes must be a list: make the plan again"


def test_a_plan_that_was_cut_off_counts_as_far_as_it_goes() -> None:
    import json

    text = json.dumps(plan(change(RG, NOW), change("azurerm_resource_group.two", NOW)))
    collected = collect(("plan.json", text[:-60].encode()))
    assert [one.code for one in collected.problems] == ["json-syntax"]
    assert collected.problems[0].place.column > 100
    assert len(collected.resources) == 1 and collected.open_types == {"*"}


def test_other_providers_are_counted() -> None:
    others = [
        change("time_sleep.a", {}, provider_name="registry.terraform.io/hashicorp/time"),
        change("random_id.a", {}, provider_name="registry.terraform.io/hashicorp/random"),
        change("random_id.b", {}, "delete", provider_name="registry.terraform.io/hashicorp/random"),
        change("aws_instance.a", {}, provider_name=None),
    ]
    collected = collect(("plan.json", plan(*others)))
    assert collected.resources == []
    assert set(collected.not_judged.values()) == {1}
    assert [reason.partition(" ")[0] for reason in collected.not_judged] == ["time_sleep", "random_id", "aws_instance"]


def many_modules(count: int) -> Json:
    addresses = [f'module.m["k{index}"].module.n[{index}]' for index in range(count)]
    changes = [change(f"{address}.{RG}", NOW, module_address=address) for address in addresses]
    return plan(*changes, configuration={"root_module": {}})


def test_ten_thousand_modules() -> None:
    assert len(declared(many_modules(10_000))) == 10_000


def test_many_modules_take_linear_work() -> None:
    def modules(count: int) -> Callable[[], object]:
        given = json.dumps(many_modules(count))
        return lambda: declared(given)

    assert_linear(modules, 1000)
