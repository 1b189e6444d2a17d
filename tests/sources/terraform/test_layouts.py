"""What Terraform's versions write, by https://developer.hashicorp.com/terraform/internals/json-format and its history.

Each layout adds what its version added, to the same network and the same cache: all of them are judged alike.

    format  Terraform  new
    0.1     0.13       neither `before_sensitive` nor `after_sensitive`, providers without `full_name`
    0.2     1.0        both of them, `resource_drift`, `replace_paths`, `action_reason`
    1.0     1.1        `previous_address`
    1.1     1.2 - 1.4  `relevant_attributes`, `checks`
    1.2     1.5        `importing`, `generated_config`, `timestamp`, check blocks
    1.2     1.7        the actions `forget` and `create, forget`
    1.2     1.8        `complete`, `applyable`, `errored`, `deferred_changes`; functions of providers
    1.2     1.10       ephemeral resources, and attributes that are only written
    1.2     1.12       `before_identity`, `after_identity`, imports by identity
    1.2     1.14       `action_invocations`, `deferred_action_invocations`, `actions` of modules
"""

from __future__ import annotations

import json
from typing import Any

import pytest

import erpguard
from tests.sources.terraform.plans import declared

VERSIONS = {
    "0.13.1": "0.1", "1.0.5": "0.2", "1.1.5": "1.0", "1.4.6": "1.1", "1.5.3": "1.2", "1.7.0": "1.2", "1.8.5": "1.2",
    "1.10.2": "1.2", "1.12.0": "1.2", "1.14.3": "1.2",
}  # fmt: skip
AZURERM = "registry.terraform.io/hashicorp/azurerm"
LOCATED = {"resource_group_name": "rg-erp", "location": "westeurope"}
CACHE, VAULT = "azurerm_redis_cache", "azurerm_key_vault"
SUBNET, ASSOCIATION = "azurerm_subnet", "azurerm_subnet_network_security_group_association"
GROUP = "azurerm_network_security_group"
SECRET = "Planted-Secret-4711"
ID = "/subscriptions/0/resourceGroups/rg-erp/providers/Microsoft.Cache/redis/redis-erp"


def change(address: str, after: Any, unknown: Any, **keys: Any) -> dict[str, Any]:
    """An entry as Terraform 0.13 writes it."""
    type_, _, name = address.partition(".")
    inner = {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown}
    inner |= {key: keys.pop(key) for key in ("actions", "before") if key in keys}
    head = {"address": address, "mode": "managed", "type": type_, "name": name, "provider_name": AZURERM}
    return {**head, "change": inner, **keys}


def configured(address: str, **expressions: Any) -> dict[str, Any]:
    type_, _, name = address.partition(".")
    head = {"address": address, "mode": "managed", "type": type_, "name": name, "provider_config_key": "azurerm"}
    return {**head, "expressions": expressions, "schema_version": 0}


def constants(**values: Any) -> dict[str, Any]:
    return {key: {"constant_value": value} for key, value in values.items()}


def references(*names: str) -> dict[str, Any]:
    return {"references": list(names)}


def oldest() -> dict[str, Any]:
    cache = {"name": "redis-erp", "minimum_tls_version": "1.0", **LOCATED}
    subnet = {"name": "db", "virtual_network_name": "vnet", "resource_group_name": "rg-erp"}
    link = {"subnet_id": references(f"{SUBNET}.db"), "network_security_group_id": references(f"{GROUP}.db")}
    changes = [
        change(f"{CACHE}.erp", cache, {"id": True, "subnet_id": True}),
        change(f"{SUBNET}.db", subnet, {"id": True}),
        change(f"{GROUP}.db", {"name": "nsg", **LOCATED}, {"id": True, "security_rule": True}),
        change(f"{ASSOCIATION}.db", {}, {"id": True, "subnet_id": True, "network_security_group_id": True}),
    ]
    resources = [
        configured(f"{CACHE}.erp", **constants(**cache), subnet_id=references(f"{SUBNET}.db")),
        configured(f"{SUBNET}.db", **constants(**subnet)),
        configured(f"{GROUP}.db", **constants(name="nsg", **LOCATED)),
        configured(f"{ASSOCIATION}.db", **link),
    ]
    provider = {"name": "azurerm", "version_constraint": "~> 4.0"}
    return {
        "planned_values": {"root_module": {}},
        "resource_changes": changes,
        "configuration": {"provider_config": {"azurerm": provider}, "root_module": {"resources": resources}},
    }


def layout(version: str) -> dict[str, Any]:
    """A plan of a version of Terraform, with all that versions up to it added."""
    number = tuple(map(int, version.split(".")))
    plan = {"format_version": VERSIONS[version], "terraform_version": version, **oldest()}
    for since, add in ADDED.items():
        if number >= since:
            add(plan, plan["resource_changes"], plan["configuration"])
    return plan


def _sensitive(plan: Any, changes: Any, configuration: Any) -> None:
    for one in changes:
        one["change"] |= {"before_sensitive": False, "after_sensitive": {}}
    plan["resource_drift"] = [change(f"{CACHE}.old", None, {}, actions=["delete"], before={"name": "old"})]
    changes[0]["change"] |= {"actions": ["delete", "create"], "before": {"name": "x"}, "replace_paths": [["name"]]}
    changes[0]["action_reason"] = "replace_because_cannot_update"
    for one in configuration["provider_config"].values():
        one["full_name"] = AZURERM


def _moved(plan: Any, changes: Any, configuration: Any) -> None:
    changes[1]["previous_address"] = "module.old.azurerm_subnet.db"


def _checks(plan: Any, changes: Any, configuration: Any) -> None:
    plan["relevant_attributes"] = [{"resource": f"{SUBNET}.db", "attribute": ["id"]}]
    where = {"kind": "resource", "mode": "managed", "type": CACHE, "name": "erp", "to_display": f"{CACHE}.erp"}
    plan["checks"] = [{"address": where, "status": "fail", "instances": [{"address": where, "status": "fail"}]}]
    # Longer references come before what they lead to.
    configuration["root_module"]["resources"][3]["expressions"] = {
        "subnet_id": references(f"{SUBNET}.db.id", f"{SUBNET}.db"),
        "network_security_group_id": references(f"{GROUP}.db.id", f"{GROUP}.db"),
    }


def _importing(plan: Any, changes: Any, configuration: Any) -> None:
    plan["timestamp"] = "2026-01-31T10:00:00Z"
    changes[2]["change"] |= {"importing": {"id": f"{ID}x"}, "generated_config": f'resource "{GROUP}" "db" {{}}'}
    nested = {**change("data.http.up", {"url": "x"}, {"id": True}, actions=["read"]), "mode": "data"}
    changes.append({**nested, "action_reason": "read_because_check_nested"})


def _forget(plan: Any, changes: Any, configuration: Any) -> None:
    kept = {"name": "kv-old", "public_network_access_enabled": True, **LOCATED}
    changes.append(change(f"{VAULT}.old", None, {}, actions=["forget"], before=kept))
    changes[1]["change"] |= {"actions": ["create", "forget"], "before": {"name": "db"}}


def _deferred(plan: Any, changes: Any, configuration: Any) -> None:
    plan |= {"applyable": True, "complete": False, "errored": False}
    later = change("azurerm_storage_account.later[*]", {}, {"id": True}, index_unknown=True)
    plan["deferred_changes"] = [{"reason": "instance_count_unknown", "resource_change": later}]
    # `provider::azurerm::normalise_resource_id(azurerm_subnet.db.id)`: a function is no reference.
    configuration["root_module"]["resources"][0]["expressions"]["subnet_id"] = references(
        f"{SUBNET}.db.id", f"{SUBNET}.db"
    )


def _ephemeral(plan: Any, changes: Any, configuration: Any) -> None:
    secret = {**configured("azurerm_key_vault_secret.db", **constants(name="db")), "mode": "ephemeral"}
    configuration["root_module"]["resources"].append({**secret, "address": "ephemeral.azurerm_key_vault_secret.db"})
    server = "azurerm_postgresql_flexible_server.db"
    values = {"name": "pg", "administrator_password_wo": None, "administrator_password_wo_version": 1, **LOCATED}
    changes.append(change(server, values, {"id": True}))
    written = references("ephemeral.azurerm_key_vault_secret.db.value", "ephemeral.azurerm_key_vault_secret.db")
    configuration["root_module"]["resources"].append(
        configured(server, **constants(name="pg", **LOCATED), administrator_password_wo=written)
    )


def _identity(plan: Any, changes: Any, configuration: Any) -> None:
    changes[2]["change"] |= {
        "importing": {"identity": {"id": "x"}},
        "before_identity": {},
        "after_identity": {"id": "x"},
    }


def _actions(plan: Any, changes: Any, configuration: Any) -> None:
    action = {
        "address": "action.azurerm_virtual_machine_power.start",
        "type": "azurerm_virtual_machine_power",
        "name": "start",
        "config_values": {"token": SECRET, "power_action": "restart"},
        "config_sensitive": {"token": True},
        "config_unknown": {},
        "provider_name": AZURERM,
    }
    trigger = {"triggering_resource_address": f"{CACHE}.erp", "action_trigger_event": "AfterCreate"}
    plan["action_invocations"] = [{**action, "lifecycle_action_trigger": trigger}]
    other = {**action, "config_values": {"token": f"{SECRET}-later"}, "invoke_action_trigger": {}}
    plan["deferred_action_invocations"] = [{"reason": "deferred_prereq", "action_invocation": other}]
    configuration["root_module"]["actions"] = [{key: action[key] for key in ("address", "type", "name")}]


ADDED = {
    (0, 15): _sensitive, (1, 1): _moved, (1, 2): _checks, (1, 5): _importing, (1, 7): _forget, (1, 8): _deferred,
    (1, 10): _ephemeral, (1, 12): _identity, (1, 14): _actions,
}  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_every_layout_is_judged_alike(version: str) -> None:
    plan = layout(version)
    result = erpguard.scan(["-"], stdin=json.dumps(plan).encode(), select=["TLS003", "NET105", "NET107", "NET101"])
    number = tuple(map(int, version.split(".")))
    # The association of the subnet and the group holds in all of them: both are known by references alone.
    found = {(one.policy, one.resource_name) for one in result.findings}
    assert found == {("TLS003", "redis-erp"), *([("NET107", "kv-old")] if number >= (1, 7) else [])}
    assert [(one.code, one.level) for one in result.problems] == (
        [("terraform-deferred", "warning")] if number >= (1, 8) else []
    )
    expected = {"Microsoft.Cache/redis": 1, "Microsoft.Network/virtualNetworks/subnets": 1}
    expected |= {"Microsoft.Network/networkSecurityGroups": 1}
    expected |= {"Microsoft.KeyVault/vaults": 1} if number >= (1, 7) else {}
    expected |= {"Microsoft.DBforPostgreSQL/flexibleServers": 1} if number >= (1, 10) else {}
    assert dict(result.resources) == expected
    assert result.exit_code() == 1


@pytest.mark.parametrize("key", ["action_invocations", "deferred_action_invocations"])
@pytest.mark.parametrize(
    "given",
    [None, [], [None], [{}], [{"action_invocation": 3}], [{"config_values": 3, "config_sensitive": {"a": True}}]],
)
def test_actions_may_be_anything(key: str, given: Any) -> None:
    plan = {**layout("1.14.3"), key: given}
    assert len(erpguard.scan(["-"], stdin=json.dumps(plan).encode(), select=["TLS003"]).findings) == 1


def test_what_is_secret_in_an_action_is_removed_elsewhere() -> None:
    plan = layout("1.14.3")
    del plan["deferred_changes"]
    tags = {"note": f"see {SECRET}", "later": f"see {SECRET}-later"}
    plan["resource_changes"][0]["change"]["after"]["tags"] = tags
    values = declared(plan)[f"{CACHE}.erp"].values
    assert values["tags"] == {"note": "see (removed)", "later": "see (removed)"}


def test_a_plan_of_actions_only() -> None:
    """`terraform apply -invoke`: there is no change of a resource, and nothing to judge."""
    plan = layout("1.14.3")
    given = {key: plan[key] for key in ("format_version", "terraform_version", "planned_values", "action_invocations")}
    given |= {"complete": True, "configuration": {"root_module": {}}}
    result = erpguard.scan(["-"], stdin=json.dumps(given).encode())
    assert [(one.code, one.level) for one in result.problems] == [("no-resources", "warning")]
    assert (dict(result.resources), result.exit_code()) == ({}, 0)


@pytest.mark.parametrize("version", ["0.0", "0.3", "2.0", "2", "", None, 1.2])
def test_a_format_of_another_major_version_is_refused(version: Any) -> None:
    plan = {**layout("1.14.3"), "format_version": version}
    result = erpguard.scan(["-"], stdin=json.dumps(plan).encode())
    assert [one.code for one in result.problems] == ["terraform-version"]
    assert (result.findings, result.exit_code()) == ([], 3)


@pytest.mark.parametrize("version", ["1.3", "1.99", "1.2-beta1"])
def test_a_later_minor_version_is_read(version: str) -> None:
    plan = {**layout("1.14.3"), "format_version": version, "something_new": [{"a": 1}]}
    assert len(erpguard.scan(["-"], stdin=json.dumps(plan).encode(), select=["TLS003"]).findings) == 1
