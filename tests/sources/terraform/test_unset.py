"""What nobody configured, and what a `dynamic` block may have."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.model import Path
from erpguard.normalize.declared import Declared
from erpguard.sources.terraform.unset import Written, unset
from tests.sources.terraform.plans import change, declared, plan, resource, written

NSG = "azurerm_network_security_group.erp"


def one(after: Any, unknown: Any, expressions: Any, *more: Any, actions: Any = "create", **keys: Any) -> Declared:
    """The declaration of a group with these values and expressions."""
    entry = change(NSG, after, actions, after_unknown=unknown, before={})
    configuration = written(resource(NSG, **expressions), **keys)
    return declared(plan(entry, *more, configuration=configuration))[NSG]


def constant(value: Any) -> Any:
    return {"constant_value": value}


def test_unknown_and_not_configured() -> None:
    found = one(
        {"name": "nsg"}, {"security_rule": True, "id": True, "tags": True}, {"name": constant("nsg"), "tags": "var.t"}
    )
    assert found.unset == {("security_rule",)}
    assert found.unknown == {("id",), ("tags",)}


def test_known_and_not_configured_is_the_providers() -> None:
    found = one({"name": "nsg", "min_tls_version": "TLS1_2", "timeouts": None}, {}, {"name": constant("nsg")})
    assert found.unset == {("min_tls_version",)}
    assert found.values["min_tls_version"] == "TLS1_2"


def test_within_blocks() -> None:
    after = {"default_node_pool": [{"name": "system", "os_sku": "Ubuntu"}]}
    unknown = {"default_node_pool": [{"max_pods": True, "vm_size": True}]}
    blocks = [{"name": constant("system"), "vm_size": {"references": ["var.size"]}}]
    found = one(after, unknown, {"default_node_pool": blocks})
    assert found.unset == {("default_node_pool", 0, "max_pods"), ("default_node_pool", 0, "os_sku")}
    assert found.unknown == {("default_node_pool", 0, "vm_size")}


def test_of_several_blocks_none_may_say_it() -> None:
    after = {"rule": [{"name": "a"}, {"name": "b"}]}
    unknown = {"rule": [{"port": True, "ttl": True}, {"port": True, "ttl": True}]}
    blocks = [{"name": constant("b"), "port": {"references": ["var.p"]}}, {"name": constant("a")}]
    found = one(after, unknown, {"rule": blocks})
    assert found.unset == {("rule", 0, "ttl"), ("rule", 1, "ttl")}


def test_a_dynamic_block_leaves_unknown_blocks_unknown() -> None:
    after = {"name": "nsg", "identity": [{"type": "SystemAssigned"}]}
    unknown = {"network_profile": True, "backup_retention_days": True, "public_access_enabled": True, "id": True}
    found = one(after, unknown, {"name": constant("nsg")})
    assert found.unset == {("backup_retention_days",), ("public_access_enabled",)}
    assert found.unknown == {("network_profile",), ("id",)}
    assert found.values["identity"] == [{"type": "SystemAssigned"}]


def test_attributes_that_are_single_values_elsewhere_are_no_blocks() -> None:
    other = change("azurerm_network_security_group.other", {"flavour": "x", "profile": [{"a": 1}]})
    after = {"identity": [{"type": "SystemAssigned"}]}
    found = one(after, {"flavour": True, "profile": True}, {}, other)
    assert found.unset == {("flavour",)}
    assert found.unknown == {("profile",)}


def test_a_dynamic_block_within_a_block() -> None:
    after = {"outer": [{"inner": [{"a": 1}]}]}
    found = one(after, {"other_block": True}, {"outer": [{"x": constant(1)}]})
    assert found.unset == frozenset()
    assert found.unknown == {("other_block",)}


def test_an_item_beyond_the_blocks_is_made_by_a_dynamic_one() -> None:
    """One of the items is written, and nobody says which: what is unknown in any of them may have been asked for."""
    after = {"rule": [{"name": "a", "port": 1}, {"name": "b"}]}
    unknown = {"rule": [{}, {"port": True}], "other_block": True}
    found = one(after, unknown, {"rule": [{"name": constant("a")}]})
    assert found.unset == frozenset()
    assert found.unknown == {("rule", 1, "port"), ("other_block",)}
    blocks = [{"name": constant("a")}, {"name": constant("b")}]
    assert one(after, unknown, {"rule": blocks}).unset == {("rule", 0, "port"), ("rule", 1, "port"), ("other_block",)}


@pytest.mark.parametrize(
    ("dynamic", "expected"),
    [
        (None, {("size_gb",)}),  # the profile shows that there are dynamic blocks: others may be made by them too
        (set(), {("pool",), ("rule",), ("size_gb",)}),
        ({("rule",)}, {("pool",), ("size_gb",)}),
        ({("rule",), ("pool",), ("profile",)}, {("size_gb",)}),
        ({("profile", "rule")}, {("pool",), ("rule",), ("size_gb",)}),
    ],
)
def test_the_source_tells_what_dynamic_blocks_make(dynamic: set[Path] | None, expected: set[Path]) -> None:
    known = {"profile": [{"a": 1}]}
    mask = {"rule": True, "pool": True, "size_gb": True}
    kinds = None if dynamic is None else frozenset(dynamic)
    assert unset(Written(known, mask, resource(NSG), True, kinds), lambda _: False, set()) == expected


def test_what_the_provider_read_back_is_its_copy() -> None:
    after = {"name": "nsg", "security_rule": [{"name": "allow"}]}
    found = one(after, {}, {"name": constant("nsg")}, actions="no-op")
    assert found.unset == {("security_rule",)}
    assert found.values["security_rule"] == [{"name": "allow"}]
    assert one(after, {}, {"name": constant("nsg")}, actions="update").unset == {("security_rule",)}
    assert one(after, {}, {"name": constant("nsg")}, actions=["delete", "create"]).unset == frozenset()


def test_a_variable_that_nobody_sets_is_evidence() -> None:
    call = {
        "source": "./m",
        "expressions": {"passed": {"constant_value": [1]}, "outer": {"references": ["var.root_null"]}},
        "module": {
            "resources": [
                resource(
                    NSG, rules="var.rules", passed="var.passed", outer="var.outer", both=["var.rules", "var.passed"]
                )
            ],
            "variables": {"rules": {"default": None}, "passed": {"default": None}, "outer": {}},
        },
    }
    unknown = {"rules": True, "passed": True, "outer": True, "both": True}
    address = f"module.m.{NSG}"
    entry = change(address, {}, after_unknown=unknown)
    configuration = written(module_calls={"m": call}, variables={"root_null": {"default": None}})
    found = declared(plan(entry, configuration=configuration, variables={"root_null": {"value": None}}))[address]
    assert found.unset == {("rules",), ("outer",)}
    found = declared(plan(entry, configuration=configuration, variables={"root_null": {"value": "x"}}))[address]
    assert found.unset == {("rules",)}


def test_without_configuration_nothing_is_known_of_it() -> None:
    entry = change(NSG, {"name": "nsg", "sku": "x"}, after_unknown={"security_rule": True})
    given: list[Any] = [{}, None, {"root_module": {}}, {"root_module": {"resources": [resource("a.b")]}}]
    for configuration in given:
        found = declared(plan(entry, configuration=configuration))[NSG]
        assert found.unset == frozenset()
        assert found.unknown == {("security_rule",)}
    away = change(f"module.gone.{NSG}", {}, after_unknown={"security_rule": True})
    assert declared(plan(away, configuration=written()))[f"module.gone.{NSG}"].unset == frozenset()


def test_deleted_and_forgotten_resources_are_in_no_configuration() -> None:
    entry = change(NSG, None, "forget", before={"name": "nsg"})
    assert declared(plan(entry, configuration=written(resource(NSG))))[NSG].unset == frozenset()


@pytest.mark.parametrize(
    ("body", "unknown"),
    [
        ({"references": ["var.secrets"]}, {("sensitive_body",)}),
        ({"constant_value": {"properties": {"administratorLoginPassword": "x"}}}, {("sensitive_body",)}),
        ({"references": ["var.nothing"]}, set()),
    ],
)
def test_an_attribute_that_no_plan_shows(body: dict[str, Any], unknown: set[Path]) -> None:
    """It is write-only, so that null stands in the plan, whether it is set or not."""
    address, provider = "azapi_resource.a", "registry.terraform.io/azure/azapi"
    entry = change(address, {"name": "a", "sensitive_body": None}, provider_name=provider)
    configuration = written(resource(address, sensitive_body=body), variables={"nothing": {"default": None}})
    assert declared(plan(entry, configuration=configuration))[address].unknown == unknown
