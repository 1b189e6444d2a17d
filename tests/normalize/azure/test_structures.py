"""Types whose structure differs between provider and ARM: gateways, backup policies, schedules of roles."""

from __future__ import annotations

from typing import Any

import pytest

from tests.normalize.azure.declared import GROUP, at, declare, made, one, path, paths

GATEWAY: dict[str, Any] = {
    "name": "agw-erp",
    "resource_group_name": GROUP,
    "http_listener": [
        {"name": "http", "protocol": "Http", "frontend_port_name": "p80"},
        {"name": "https", "protocol": "Https", "ssl_profile_name": "strict"},
    ],
    "ssl_profile": [{"name": "strict", "ssl_policy": [{"min_protocol_version": "TLSv1_2"}]}],
    "request_routing_rule": [
        {
            "name": "to-https",
            "rule_type": "Basic",
            "http_listener_name": "http",
            "redirect_configuration_name": "https",
        },
        {"name": "erp", "rule_type": "Basic", "http_listener_name": "https", "backend_address_pool_name": "erp"},
    ],
    "redirect_configuration": [{"name": "https", "redirect_type": "Permanent", "target_listener_name": "https"}],
}


@pytest.mark.parametrize(
    "id_", ["", f"/subscriptions/0/resourceGroups/{GROUP}/providers/Microsoft.Network/applicationGateways/agw-erp"]
)
def test_parts_of_a_gateway_refer_to_each_other(id_: str) -> None:
    values = {**GATEWAY, "id": id_} if id_ else GATEWAY
    computed = "" if id_ else "request_routing_rule.0.http_listener_id http_listener.0.id http_listener.1.id"
    found = one(declare("azurerm_application_gateway.a", values, unknown=computed, defaults=4))
    own = id_.lower() or "azurerm_application_gateway.a"
    listeners = at(found.body, "properties.httpListeners")
    rules = at(found.body, "properties.requestRoutingRules")
    assert [one["id"] for one in listeners] == [f"{own}/httpListeners/http", f"{own}/httpListeners/https"]
    assert [at(one, "properties.httpListener.id") for one in rules] == [one["id"] for one in listeners]
    redirect = at(found.body, "properties.redirectConfigurations.0")
    assert at(rules[0], "properties.redirectConfiguration.id") == redirect["id"]
    assert at(redirect, "properties.targetListener.id") == listeners[1]["id"]
    assert at(listeners[1], "properties.sslProfile.id") == at(found.body, "properties.sslProfiles.0.id")
    assert found.unknown == frozenset()
    place = found.origin.place(path("properties.requestRoutingRules.0.properties.httpListener.id"))
    assert place.pointer == "/request_routing_rule/0/http_listener_name"


def vm_policy(**given: Any) -> dict[str, Any]:
    return {"name": "daily", "recovery_vault_name": "rsv-erp", "resource_group_name": GROUP, **given}


def test_simple_policy_of_virtual_machines() -> None:
    values = vm_policy(
        policy_type="V1",
        backup=[{"frequency": "Weekly", "time": "23:00", "weekdays": ["Sunday"]}],
        retention_weekly=[{"count": 8, "weekdays": ["Sunday"]}],
    )
    found = made(
        declare("azurerm_recovery_services_vault.a", {"name": "rsv-erp", "resource_group_name": GROUP}),
        declare("azurerm_backup_policy_vm.a", values),
    )
    policy = found.resources[1]
    assert policy.parent == "azurerm_recovery_services_vault.a"
    assert at(policy.body, "properties.backupManagementType") == "AzureIaasVM"
    assert at(policy.body, "properties.schedulePolicy") == {
        "schedulePolicyType": "SimpleSchedulePolicy",
        "scheduleRunFrequency": "Weekly",
        "scheduleRunTimes": ["2020-01-01T23:00:00Z"],
        "scheduleRunDays": ["Sunday"],
    }
    assert at(policy.body, "properties.retentionPolicy") == {
        "retentionPolicyType": "LongTermRetentionPolicy",
        "weeklySchedule": {"retentionDuration": {"count": 8, "durationType": "Weeks"}, "daysOfTheWeek": ["Sunday"]},
    }
    place = policy.origin.place(path("properties.retentionPolicy.dailySchedule.retentionDuration.count"))
    assert place.pointer == "/retention_daily/0/count"


def test_enhanced_policy_of_virtual_machines() -> None:
    backup = {"frequency": "Hourly", "time": "08:00", "hour_interval": 4, "hour_duration": 12}
    found = one(declare("azurerm_backup_policy_vm.a", vm_policy(policy_type="V2", backup=[backup])))
    assert at(found.body, "properties.schedulePolicy") == {
        "schedulePolicyType": "SimpleSchedulePolicyV2",
        "scheduleRunFrequency": "Hourly",
        "hourlySchedule": {
            "interval": 4,
            "scheduleWindowDuration": 12,
            "scheduleWindowStartTime": "2020-01-01T08:00:00Z",
        },
    }
    hidden = one(declare("azurerm_backup_policy_vm.a", vm_policy(backup=[backup]), unknown="policy_type"))
    assert at(hidden.body, "properties.schedulePolicy") == {"scheduleRunFrequency": "Hourly"}
    assert path("properties.schedulePolicy.hourlySchedule.interval") in hidden.unknown


@pytest.mark.parametrize(
    ("tier", "at_"), [("snapshot", "retentionPolicy"), ("vault-standard", "vaultRetentionPolicy.vaultRetention")]
)
def test_policy_of_file_shares(tier: str, at_: str) -> None:
    values = vm_policy(backup_tier=tier, retention_daily=[{"count": 30}], snapshot_retention_in_days=5)
    found = one(declare("azurerm_backup_policy_file_share.a", values))
    assert at(found.body, f"properties.{at_}.dailySchedule.retentionDuration") == {"count": 30, "durationType": "Days"}
    expected = 5 if tier == "vault-standard" else None
    assert at(found.body, "properties.vaultRetentionPolicy.snapshotRetentionInDays") == expected


def test_policy_of_a_backup_vault() -> None:
    life = {"data_store_type": "VaultStore", "duration": "P4M"}
    values = {
        "name": "pg",
        "backup_repeating_time_intervals": ["R/2024-05-23T02:30:00+00:00/P1W"],
        "default_retention_rule": [{"life_cycle": [life]}],
        "retention_rule": [{"name": "yearly", "life_cycle": [{**life, "duration": "P5Y"}], "priority": 20}],
    }
    found = one(
        declare(
            "azurerm_data_protection_backup_policy_postgresql_flexible_server.a",
            values,
            unknown="vault_id",
            refers={"vault_id": "azurerm_data_protection_backup_vault.a id"},
        ),
        declare("azurerm_data_protection_backup_vault.a", {"name": "bv"}),
    )
    assert found.parent == "azurerm_data_protection_backup_vault.a"
    assert at(found.body, "properties.datasourceTypes") == ["Microsoft.DBforPostgreSQL/flexibleServers"]
    default, schedule, yearly = at(found.body, "properties.policyRules")
    lifecycle = {
        "deleteAfter": {"duration": "P4M", "objectType": "AbsoluteDeleteOption"},
        "sourceDataStore": {"dataStoreType": "VaultStore"},
    }
    assert default == {
        "name": "Default",
        "isDefault": True,
        "objectType": "AzureRetentionRule",
        "lifecycles": [lifecycle],
    }
    assert schedule["trigger"]["schedule"]["repeatingTimeIntervals"] == values["backup_repeating_time_intervals"]
    assert (yearly["name"], yearly["isDefault"]) == ("yearly", False)
    assert at(yearly, "lifecycles.0.deleteAfter.duration") == "P5Y"
    places = {
        "properties.policyRules.2.lifecycles.0.deleteAfter.duration": "/retention_rule/0/life_cycle/0/duration",
        "properties.policyRules.0.lifecycles.0.deleteAfter.duration": "/default_retention_rule/0/life_cycle/0/duration",
        "properties.policyRules.1.trigger.schedule.repeatingTimeIntervals": "/backup_repeating_time_intervals",
    }
    assert {one: found.origin.place(path(one)).pointer for one in places} == places


def test_unknown_durations_of_a_policy() -> None:
    found = one(
        declare(
            "azurerm_data_protection_backup_policy_disk.a",
            {"name": "d", "retention_rule": [{"name": "weekly"}]},
            unknown="retention_rule.0.duration",
        )
    )
    assert path("properties.policyRules.2.lifecycles.0.deleteAfter.duration") in found.unknown
    assert at(found.body, "properties.policyRules.2.name") == "weekly"


@pytest.mark.parametrize(
    ("expiration", "expected"),
    [
        ({"duration_days": 30}, {"type": "AfterDuration", "duration": "P30D"}),
        ({"duration_hours": 8}, {"type": "AfterDuration", "duration": "PT8H"}),
        ({"end_date_time": "2027-01-01T00:00:00Z"}, {"type": "AfterDateTime", "endDateTime": "2027-01-01T00:00:00Z"}),
        (None, {"type": "NoExpiration"}),
    ],
)
def test_schedules_of_roles(expiration: dict[str, Any] | None, expected: dict[str, Any]) -> None:
    role = "/subscriptions/0/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
    values: dict[str, Any] = {
        "scope": "/subscriptions/0",
        "role_definition_id": f"{role}|/subscriptions/0",
        "principal_id": "p",
    }
    if expiration:
        values["schedule"] = [{"expiration": [expiration]}]
    for kind, type_ in (("active", "roleAssignment"), ("eligible", "roleEligibility")):
        found = one(declare(f"azurerm_pim_{kind}_role_assignment.a", values))
        assert found.type == f"Microsoft.Authorization/{type_}ScheduleRequests"
        assert at(found.body, "properties.scheduleInfo.expiration") == expected
        assert at(found.body, "properties.roleDefinitionId") == role


def test_retention_of_databases_is_in_children() -> None:
    server = declare("azurerm_mssql_server.a", {"name": "sql", "resource_group_name": GROUP})
    values = {"name": "erp", "short_term_retention_policy": [{"retention_days": 7}]}
    found = made(
        server,
        declare(
            "azurerm_mssql_database.a", values, unknown="server_id", refers={"server_id": "azurerm_mssql_server.a id"}
        ),
    ).resources
    assert [one.type.rpartition("/")[2] for one in found] == [
        "servers",
        "databases",
        "backupShortTermRetentionPolicies",
    ]
    assert [one.parent for one in found] == ["", "azurerm_mssql_server.a", "azurerm_mssql_database.a"]
    assert at(found[2].body, "properties.retentionDays") == 7
    assert found[2].namespace == GROUP


def test_what_an_id_tells_of_a_state() -> None:
    network = f"/subscriptions/0/resourceGroups/{GROUP}/providers/Microsoft.Network/virtualNetworks/v"
    outputs = {
        "id": f"{network}/subnets/db",
        "name": "db",
        "addressPrefix": "10.0.1.0/24",
        "__defaults": [],
        "azureApiVersion": "2024-01-01",
    }
    found = one(declare("urn:pulumi:a::b::azure-native:network:Subnet::db", outputs, change="no-op"))
    assert (found.parent, found.name, found.namespace) == (network.lower(), "db", GROUP)
    assert found.body["properties"] == {"addressPrefix": "10.0.1.0/24"}
    assert found.body["apiVersion"] == "2024-01-01"


def test_nothing_is_known() -> None:
    declared = declare("azurerm_key_vault.a", {})
    declared.unknown = frozenset(((),))
    found = one(declared)
    assert found.unknown >= paths("properties", "sku", "tags")
    assert found.assumed == frozenset()
