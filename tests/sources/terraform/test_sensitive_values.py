"""No secret of a plan reaches a declaration, whatever way it came in."""

from __future__ import annotations

import base64
import json
from typing import Any

from erpguard.normalize.declared import Declared
from tests.sources.terraform.plans import AZURERM, change, declared, plan, resource, written

SECRET = "hunter2-SECRET"
TWO = "azurerm_redis_cache.two"


def shown(declarations: dict[str, Declared]) -> str:
    return json.dumps([[one.values, one.before] for one in declarations.values()])


def with_secret(**after: Any) -> list[Any]:
    """A resource that marks the secret, and another one that shows it unmarked."""
    marked = change("azurerm_postgresql_flexible_server.db", {"administrator_password": SECRET, "name": "db"})
    marked["change"]["after_sensitive"] = {"administrator_password": True}
    return [marked, change(TWO, after)]


def test_marked_values_are_removed_everywhere() -> None:
    body = json.dumps({"properties": {"connection": f"host=db password={SECRET}"}})
    cloud_init = base64.b64encode(f"#!/bin/sh\nexport PGPASSWORD={SECRET}\n".encode()).decode()
    found = declared(
        plan(*with_secret(copy=SECRET, body=body, custom=cloud_init, name=f"redis-{SECRET}", list=[SECRET]))
    )
    one, two = found["azurerm_postgresql_flexible_server.db"], found[TWO]
    assert one.values == {"name": "db"}
    assert one.unknown == one.sensitive == {("administrator_password",)}
    assert two.values["body"] == json.dumps({"properties": {"connection": "host=db password=(removed)"}})
    assert "(removed)" in two.values["custom"] and "copy" not in two.values and two.values["list"] == [None]
    assert two.sensitive == {("copy",), ("list", 0)} == two.unknown
    assert two.values["name"] == f"redis-{SECRET}"  # a name is what it is found by


def test_what_is_sensitive_now_but_not_later_is_removed() -> None:
    entry = change(
        TWO, {"a": "x", "b": SECRET}, "update", before={"a": SECRET, "b": "old"}, before_sensitive={"a": True}
    )
    found = declared(plan(entry))[TWO]
    assert (found.values, found.before) == ({"a": "x"}, {"b": "old"})
    assert found.sensitive == {("b",)}


def test_deletions_keep_no_secret() -> None:
    entry = change(TWO, None, "delete", before={"a": SECRET, "b": 1}, before_sensitive={"a": True})
    found = declared(plan(entry))[TWO]
    assert (found.before, found.values) == ({"b": 1}, {})
    assert found.sensitive == {("a",)}


def test_sensitive_variables() -> None:
    child = {
        "source": "./child",
        "expressions": {"token": {"constant_value": "child-literal-1"}},
        "module": {
            "variables": {"token": {"sensitive": True}, "other": {"default": "default-of-child", "sensitive": True}}
        },
    }
    configuration = written(
        variables={"pw": {"sensitive": True, "default": "default-of-root"}, "open": {"default": "not-a-secret"}},
        module_calls={"m": child},
    )
    variables = {"pw": {"value": {"nested": ["value-of-root"]}}, "open": {"value": "not-a-secret"}}
    after = {
        "a": "value-of-root",
        "b": "default-of-root",
        "c": "child-literal-1",
        "d": "default-of-child",
        "e": "not-a-secret",
    }
    found = declared(plan(change(TWO, after), configuration=configuration, variables=variables))[TWO]
    assert found.values == {"e": "not-a-secret"}
    assert found.sensitive == {("a",), ("b",), ("c",), ("d",)}


def test_variables_of_a_plan_without_configuration_tell_by_their_names() -> None:
    given = plan(change(TWO, {"a": "value-of-root"}), variables={"db_password": {"value": "value-of-root"}})
    assert declared(given)[TWO].values == {}


def test_secrets_of_providers_and_outputs() -> None:
    configuration = {
        "provider_config": {
            "azurerm": {"full_name": AZURERM, "expressions": {"client_secret": {"constant_value": "client-secret-1"}}}
        },
        "root_module": {},
    }
    outputs = {
        "o": {"actions": ["create"], "before": None, "after": "an-output-1", "after_sensitive": True},
        "p": {"actions": ["create"], "after": "open-output", "after_sensitive": False},
    }
    after = {"a": "client-secret-1", "b": "an-output-1", "c": "open-output"}
    found = declared(plan(change(TWO, after), configuration=configuration, output_changes=outputs))[TWO]
    assert found.values == {"c": "open-output"}


def test_the_order_of_the_members_does_not_matter() -> None:
    given = plan(
        change(TWO, {"a": "value-of-root"}),
        variables={"x": {"value": "value-of-root"}},
        configuration=written(resource(TWO), variables={"x": {"sensitive": True}}),
    )
    for keys in (list(given), list(reversed(given))):
        assert declared({key: given[key] for key in keys})[TWO].values == {}


def test_a_planted_secret_is_in_no_declaration() -> None:
    forms = [SECRET, base64.b64encode(SECRET.encode()).decode(), f"x={SECRET}&y", json.dumps({"a": [SECRET]})]
    after = {f"k{index}": {"deep": [{"value": form}]} for index, form in enumerate(forms)}
    assert SECRET not in shown(declared(plan(*with_secret(**after))))
