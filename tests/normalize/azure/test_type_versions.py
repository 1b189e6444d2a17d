"""Types of azure-native that mean another ARM type in early versions of Azure's API, and defaults that depend on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import erpguard.normalize.azure
from erpguard.normalize.azure.mapping import mapping
from erpguard.normalize.azure.type_versions import versioned
from tests.normalize.azure.declared import at, declare, one, path

FOLDER = Path(erpguard.normalize.azure.__file__).parent
TABLE: dict[str, dict[str, Any]] = json.loads((FOLDER / "type_versions.json").read_text(encoding="utf-8"))
SERVER = "azure-native:dbforpostgresql:Server"
FLEXIBLE, SINGLE = "Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.DBforPostgreSQL/servers"


def urn(token: str) -> str:
    return f"urn:pulumi:prod::erp::{token}::a"


def test_the_table_leads_to_mappings() -> None:
    for name, early in TABLE.items():
        assert set(early) == {"before", "until", "is"}
        now, then = mapping("azure-native", name), mapping("azure-native", early["is"])
        assert now is not None and "/flexibleServers" in now.arm
        assert then is not None and "/servers" in then.arm


@pytest.mark.parametrize(
    ("token", "given", "arm"),
    [
        (SERVER, {}, FLEXIBLE),
        (SERVER, {"defaults": 3}, FLEXIBLE),
        (SERVER, {"defaults": 1}, SINGLE),
        (SERVER, {"api_version": "2017-12-01"}, SINGLE),
        (SERVER, {"api_version": "2017-12-01-preview", "defaults": 3}, SINGLE),
        (SERVER, {"api_version": "2020-02-14-preview"}, FLEXIBLE),
        (SERVER, {"api_version": "2022-12-01", "defaults": 1}, FLEXIBLE),
        ("azure-native:dbformysql:Server", {"api_version": "2017-12-01"}, "Microsoft.DBforMySQL/servers"),
        (
            "azure-native:dbformysql:Server",
            {"api_version": "2020-07-01-preview"},
            "Microsoft.DBforMySQL/flexibleServers",
        ),
        ("azure-native:dbforpostgresql:FirewallRule", {"api_version": "2017-12-01"}, f"{SINGLE}/firewallRules"),
        ("azure-native:dbforpostgresql:Configuration", {"api_version": "2017-12-01"}, f"{SINGLE}/configurations"),
        ("azure-native:dbforpostgresql:VirtualNetworkRule", {}, f"{SINGLE}/virtualNetworkRules"),
        ("azure-native:storage:StorageAccount", {"api_version": "2017-06-01"}, "Microsoft.Storage/storageAccounts"),
    ],
)
def test_a_version_tells_the_type(token: str, given: dict[str, Any], arm: str) -> None:
    assert one(declare(urn(token), {"serverName": "psql-erp"}, **given)).type == arm


@pytest.mark.parametrize(("arm", "token"), [(SINGLE, "SingleServer"), (FLEXIBLE, "Server")])
def test_an_id_tells_the_type_before_any_version(arm: str, token: str) -> None:
    values = {"id": f"/subscriptions/1/resourceGroups/g/providers/{arm}/psql-erp"}
    for version, major in (("2017-12-01", 0), ("2022-12-01", 1), ("", 1), ("", 3)):
        assert versioned(SERVER, version, major, values) == f"azure-native:dbforpostgresql:{token}"


def test_what_a_single_server_says_is_nested() -> None:
    values = {"serverName": "psql-erp", "properties": {"minimalTlsVersion": "TLS1_0"}}
    assert (
        at(one(declare(urn(SERVER), values, api_version="2017-12-01")).body, "properties.minimalTlsVersion") == "TLS1_0"
    )


VAULT, GATEWAY = "azure-native:keyvault:Vault", "azure-native:network:ApplicationGateway"


@pytest.mark.parametrize(
    ("token", "given", "version"),
    [
        (VAULT, {}, None),
        (VAULT, {"defaults": 1}, None),
        (VAULT, {"defaults": 2}, "2023-02-01"),
        (VAULT, {"defaults": 3}, "2024-11-01"),
        (VAULT, {"defaults": 3, "api_version": "2026-02-01"}, "2026-02-01"),
        (GATEWAY, {"defaults": 2}, "2023-02-01"),
        (GATEWAY, {"defaults": 3}, "2024-05-01"),
        (GATEWAY, {"api_version": "2022-07-01"}, "2022-07-01"),
        ("azure-native:redis:Redis", {"defaults": 3}, None),
        ("azure-native:redis:Redis", {"api_version": "2023-08-01"}, "2023-08-01"),
    ],
)
def test_the_version_of_the_api_is_passed_on(token: str, given: dict[str, Any], version: str | None) -> None:
    assert one(declare(urn(token), {}, **given)).body.get("apiVersion") == version


RBAC = "properties.enableRbacAuthorization"


@pytest.mark.parametrize(
    ("given", "default"),
    [
        ({"api_version": "2023-07-01"}, False),
        ({"api_version": "2026-02-01"}, True),
        ({"api_version": "2026-04-01-preview"}, True),
        ({"api_version": "2023-07-01", "change": "replace"}, False),
        ({"api_version": "2023-07-01", "change": "update"}, None),  # what made it is not known
        ({"api_version": "2026-02-01", "change": "no-op"}, None),
        ({}, None),
        ({"defaults": 3}, False),
    ],
)
def test_what_a_vault_is_made_with(given: dict[str, Any], default: bool | None) -> None:
    vault = one(declare(urn(VAULT), {"vaultName": "kv-erp", "properties": {}}, **given))
    assert at(vault.body, RBAC) is default
    assert (path(RBAC) in vault.assumed, path(RBAC) in vault.unknown) == (default is not None, default is None)


@pytest.mark.parametrize(("version", "default"), [("2023-07-01", False), ("2026-02-01", True), ("${V}", None)])
def test_a_vault_of_azapi(version: str, default: bool | None) -> None:
    vault = one(declare("azapi_resource.a", {"type": f"Microsoft.KeyVault/vaults@{version}", "name": "kv", "body": {}}))
    assert at(vault.body, RBAC) is default


@pytest.mark.parametrize(
    ("type_", "default"),
    [
        ("Microsoft.Storage/storageAccounts@2018-11-01", False),
        ("Microsoft.Storage/storageAccounts@2019-04-01", True),
        ("Microsoft.Storage/storageAccounts", True),
    ],
)
def test_plaintext_was_accepted_by_default_once(type_: str, default: bool) -> None:
    """https://learn.microsoft.com/rest/api/storagerp/storage-accounts/create"""
    account = one(declare("azapi_resource.a", {"type": type_, "name": "st", "body": {}}))
    assert at(account.body, "properties.supportsHttpsTrafficOnly") is default
    kept = one(declare("azapi_resource.a", {"type": type_, "name": "st", "body": {}}, change="update"))
    assert at(kept.body, "properties.supportsHttpsTrafficOnly") is True
