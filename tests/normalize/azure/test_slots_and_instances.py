"""Deployment slots of web apps, and SQL managed instances with their databases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.normalize.azure.declared import GROUP, at, declare, made, one, path

INSTANCE = "Microsoft.Sql/managedInstances"


def urn(token: str) -> str:
    return f"urn:pulumi:prod::erp::{token}::a"


@pytest.mark.parametrize(
    ("type_", "app"),
    [
        ("azurerm_linux_web_app_slot", "azurerm_linux_web_app"),
        ("azurerm_windows_web_app_slot", "azurerm_windows_web_app"),
        ("azurerm_linux_function_app_slot", "azurerm_linux_function_app"),
        ("azurerm_windows_function_app_slot", "azurerm_windows_function_app"),
    ],
)
def test_a_slot_of_azurerm(type_: str, app: str) -> None:
    attribute = "function_app_id" if "function" in type_ else "app_service_id"
    values = {"name": "staging", "https_only": True, "site_config": [{"minimum_tls_version": "1.1"}]}
    found = made(
        declare(f"{app}.a", {"name": "app-erp", "resource_group_name": GROUP}),
        declare(f"{type_}.a", values, unknown=attribute, refers={attribute: f"{app}.a id"}),
    ).resources[1]
    assert (found.type, found.name, found.parent) == ("Microsoft.Web/sites/slots", "staging", f"{app}.a")
    assert (found.namespace, found.identity.rpartition("/sites/")[2]) == (GROUP, "app-erp/slots/staging")
    assert at(found.body, "properties.httpsOnly") is True
    assert at(found.body, "properties.siteConfig.minTlsVersion") == "1.1"
    place = found.origin.place(path("properties.siteConfig.minTlsVersion"))
    assert place.pointer == "/site_config/0/minimum_tls_version"


def test_slots_of_other_providers() -> None:
    old = one(
        declare(
            "azurerm_app_service_slot.a",
            {"name": "staging", "app_service_name": "app-erp", "resource_group_name": GROUP, "https_only": True},
        )
    )
    native = {"name": "app-erp", "slot": "staging", "resourceGroupName": GROUP, "httpsOnly": True}
    bridged = {"name": "staging", "appServiceId": old.parent, "httpsOnly": True}
    for found in (
        old,
        one(declare(urn("azure-native:web:WebAppSlot"), native)),
        one(declare(urn("azure:appservice/linuxWebAppSlot:LinuxWebAppSlot"), bridged)),
    ):
        assert (found.type, found.name) == ("Microsoft.Web/sites/slots", "staging")
        assert found.parent.endswith(f"/resourceGroups/{GROUP}/providers/Microsoft.Web/sites/app-erp")
        assert at(found.body, "properties.httpsOnly") is True


def test_managed_instances_are_spelled_alike() -> None:
    properties = {
        "minimalTlsVersion": "1.2",
        "publicDataEndpointEnabled": True,
        "administrators": {"login": "dba", "azureADOnlyAuthentication": True, "administratorType": "ActiveDirectory"},
    }
    administrator = {"login_username": "dba", "azuread_authentication_only_enabled": True}
    azurerm = {
        **{"name": "sqlmi", "minimum_tls_version": "1.2", "public_data_endpoint_enabled": True},
        "azure_active_directory_administrator": [administrator],
    }
    for found in (
        one(declare("azurerm_mssql_managed_instance.a", azurerm)),
        one(declare(urn("azure-native:sql:ManagedInstance"), {"managedInstanceName": "sqlmi", **properties})),
    ):
        assert (found.type, found.name, found.body["properties"]) == (INSTANCE, "sqlmi", properties)


NATIVE = {"managedInstanceName": "sqlmi", "resourceGroupName": GROUP, "databaseName": "erp"}


def test_retention_of_a_managed_database() -> None:
    long = {"weekly_retention": "P4W", "monthly_retention": "PT0S", "yearly_retention": "PT0S"}
    values: dict[str, Any] = {
        **{"name": "erp", "managed_instance_id": f"/subscriptions/1/resourceGroups/g/providers/{INSTANCE}/sqlmi"},
        **{"short_term_retention_days": 21, "long_term_retention_policy": [long]},
    }
    azurerm = made(declare("azurerm_mssql_managed_database.a", values)).resources
    native = made(
        declare(urn("azure-native:sql:ManagedDatabase"), NATIVE),
        declare(
            urn("azure-native:sql:ManagedBackupShortTermRetentionPolicy"),
            {**NATIVE, "policyName": "default", "retentionDays": 21},
        ),
        declare(
            urn("azure-native:sql:ManagedInstanceLongTermRetentionPolicy"),
            {**NATIVE, "policyName": "default", "weeklyRetention": "P4W"},
        ),
    ).resources
    for database, short, longer in (azurerm, native):
        assert [one.type.removeprefix(f"{INSTANCE}/databases") for one in (database, short, longer)] == [
            "",
            "/backupShortTermRetentionPolicies",
            "/backupLongTermRetentionPolicies",
        ]
        assert at(short.body, "properties.retentionDays") == 21
        assert at(longer.body, "properties.weeklyRetention") == "P4W"
        assert {database.name, short.parent.rpartition("/")[2]} <= {"erp", database.id}
        assert short.parent == longer.parent == database.id
