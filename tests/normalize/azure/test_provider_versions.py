"""Names that changed between major versions of azurerm lead to the same ARM properties."""

from __future__ import annotations

from typing import Any

import pytest

from tests.normalize.azure.declared import at, declare, made, one, path

AKS = "azurerm_kubernetes_cluster"
POOL = "azurerm_kubernetes_cluster_node_pool"

CASES: list[tuple[str, dict[str, Any], dict[str, Any], str, Any]] = [
    # type, values of an older version, values of a newer one, ARM path, ARM value
    (
        AKS,
        {"automatic_channel_upgrade": "patch"},
        {"automatic_upgrade_channel": "patch"},
        "autoUpgradeProfile.upgradeChannel",
        "patch",
    ),
    (
        AKS,
        {"node_os_channel_upgrade": "None"},
        {"node_os_upgrade_channel": "None"},
        "autoUpgradeProfile.nodeOSUpgradeChannel",
        "None",
    ),
    (
        AKS,
        {"api_server_authorized_ip_ranges": ["192.0.2.1/32"]},
        {"api_server_access_profile": [{"authorized_ip_ranges": ["192.0.2.1/32"]}]},
        "apiServerAccessProfile.authorizedIPRanges",
        ["192.0.2.1/32"],
    ),
    (
        AKS,
        {"default_node_pool": [{"enable_auto_scaling": True}]},
        {"default_node_pool": [{"auto_scaling_enabled": True}]},
        "agentPoolProfiles.0.enableAutoScaling",
        True,
    ),
    (
        AKS,
        {"role_based_access_control": [{"enabled": False}]},
        {"role_based_access_control_enabled": False},
        "enableRBAC",
        False,
    ),
    (
        AKS,
        {"network_profile": [{"ebpf_data_plane": "cilium"}]},
        {"network_profile": [{"network_data_plane": "cilium"}]},
        "networkProfile.networkDataplane",
        "cilium",
    ),
    (POOL, {"enable_host_encryption": True}, {"host_encryption_enabled": True}, "enableEncryptionAtHost", True),
    (POOL, {"enable_node_public_ip": True}, {"node_public_ip_enabled": True}, "enableNodePublicIP", True),
    (POOL, {"availability_zones": ["1"]}, {"zones": ["1"]}, "availabilityZones", ["1"]),
    ("azurerm_redis_cache", {"enable_non_ssl_port": True}, {"non_ssl_port_enabled": True}, "enableNonSslPort", True),
    (
        "azurerm_redis_cache",
        {"redis_configuration": [{"enable_authentication": False}]},
        {"redis_configuration": [{"authentication_enabled": False}]},
        "redisConfiguration.authnotrequired",
        "true",
    ),
    (
        "azurerm_storage_account",
        {"enable_https_traffic_only": False},
        {"https_traffic_only_enabled": False},
        "supportsHttpsTrafficOnly",
        False,
    ),
    (
        "azurerm_storage_account",
        {"allow_blob_public_access": True},
        {"allow_nested_items_to_be_public": True},
        "allowBlobPublicAccess",
        True,
    ),
    (
        "azurerm_key_vault",
        {"enable_rbac_authorization": True},
        {"rbac_authorization_enabled": True},
        "enableRbacAuthorization",
        True,
    ),
    ("azurerm_application_gateway", {"enable_http2": True}, {"http2_enabled": True}, "enableHttp2", True),
    (
        "azurerm_subnet",
        {"enforce_private_link_endpoint_network_policies": True},
        {"private_endpoint_network_policies": "Disabled"},
        "privateEndpointNetworkPolicies",
        "Disabled",
    ),
    (
        "azurerm_subnet",
        {"private_endpoint_network_policies_enabled": True},
        {"private_endpoint_network_policies": "Enabled"},
        "privateEndpointNetworkPolicies",
        "Enabled",
    ),
    (
        "azurerm_subnet",
        {"address_prefix": "10.0.0.0/24"},
        {"address_prefix": "10.0.0.0/24"},
        "addressPrefix",
        "10.0.0.0/24",
    ),
    (
        "azurerm_subnet",
        {"service_endpoints": ["Microsoft.Sql"]},
        {"service_endpoint": [{"service": "Microsoft.Sql"}]},
        "serviceEndpoints",
        [{"service": "Microsoft.Sql"}],
    ),
    (
        "azurerm_route_table",
        {"disable_bgp_route_propagation": True},
        {"bgp_route_propagation_enabled": False},
        "disableBgpRoutePropagation",
        True,
    ),
    (
        "azurerm_network_interface",
        {"enable_ip_forwarding": True},
        {"ip_forwarding_enabled": True},
        "enableIPForwarding",
        True,
    ),
    (
        "azurerm_log_analytics_workspace",
        {"local_authentication_disabled": True},
        {"local_authentication_enabled": False},
        "features.disableLocalAuth",
        True,
    ),
    (
        "azurerm_log_analytics_workspace",
        {"internet_query_enabled": False},
        {"internet_query_access_type": "Disabled"},
        "publicNetworkAccessForQuery",
        "Disabled",
    ),
    (
        "azurerm_container_registry",
        {"retention_policy": [{"days": 7, "enabled": True}]},
        {"retention_policy_in_days": 7},
        "policies.retentionPolicy",
        {"days": 7, "status": "enabled"},
    ),
    (
        "azurerm_monitor_diagnostic_setting",
        {"metric": [{"category": "AllMetrics", "enabled": True}]},
        {"enabled_metric": [{"category": "AllMetrics"}]},
        "metrics",
        [{"category": "AllMetrics", "enabled": True}],
    ),
    (
        "azurerm_monitor_diagnostic_setting",
        {"log": [{"category": "kube-audit", "enabled": True}]},
        {"enabled_log": [{"category": "kube-audit"}]},
        "logs",
        [{"category": "kube-audit", "enabled": True}],
    ),
    (
        "azurerm_mysql_flexible_server",
        {"public_network_access_enabled": False},
        {"public_network_access": "Disabled"},
        "network.publicNetworkAccess",
        "Disabled",
    ),
    (
        "azurerm_app_service",
        {"site_config": [{"min_tls_version": "1.1"}]},
        {"site_config": [{"min_tls_version": "1.1"}]},
        "siteConfig.minTlsVersion",
        "1.1",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{'-'.join(case[1])}")
def test_names(case: tuple[str, dict[str, Any], dict[str, Any], str, Any]) -> None:
    type_, older, newer, arm, expected = case
    for values in (older, newer):
        found = one(declare(f"{type_}.a", {"name": "a", "id": "", **values}))
        assert at(found.body, f"properties.{arm}") == expected


def test_a_known_name_decides_over_an_unknown_one() -> None:
    found = one(
        declare("azurerm_key_vault.a", {"enable_rbac_authorization": False}, unknown="rbac_authorization_enabled")
    )
    assert at(found.body, "properties.enableRbacAuthorization") is False
    assert path("properties.enableRbacAuthorization") not in found.unknown


@pytest.mark.parametrize(("version", "expected"), [(3, False), (4, False), (5, None)])
def test_what_a_version_of_the_provider_sends(version: int, expected: bool | None) -> None:
    found = one(declare("azurerm_key_vault.a", {"name": "kv"}, defaults=version))
    place = path("properties.enableRbacAuthorization")
    assert at(found.body, "properties.enableRbacAuthorization") is expected
    assert (place in found.assumed) is (expected is not None)


@pytest.mark.parametrize(("version", "api"), [(3, "2022-07-01"), (4, "2023-11-01")])
def test_the_api_version_of_application_gateways(version: int, api: str) -> None:
    declared = declare(
        "azurerm_application_gateway.a", {"name": "a"}, unknown="ssl_policy", unset="ssl_policy", defaults=version
    )
    assert one(declared).body["apiVersion"] == api


def test_the_bridge_of_pulumi_is_two_versions_ahead() -> None:
    urn = "urn:pulumi:a::b::azure:network/applicationGateway:ApplicationGateway::c"
    assert one(declare(urn, {"name": "a"}, defaults=5)).body["apiVersion"] == "2022-07-01"
    assert one(declare(urn, {"name": "a"}, defaults=6)).body["apiVersion"] == "2023-11-01"


def test_the_api_version_is_not_known_without_that_of_the_provider() -> None:
    found = one(declare("azurerm_application_gateway.a", {"name": "a"}))
    assert path("apiVersion") in found.unknown
    asked = one(declare("azurerm_application_gateway.a", {"ssl_policy": [{"policy_type": "Predefined"}]}))
    assert path("apiVersion") not in asked.unknown


def test_write_only_attributes_hide_what_they_set() -> None:
    """Plans leave them out, but not the version beside them (azurerm 5: `network_security_group_id_wo`)."""
    values = {"name": "db", "network_security_group_id_wo_version": 1}
    found = one(
        declare("azurerm_subnet.a", values, unknown="network_security_group_id", unset="network_security_group_id")
    )
    assert found.unknown == {path("properties.networkSecurityGroup.id")}


def test_single_servers_and_old_sql_servers() -> None:
    found = made(
        declare(
            "azurerm_postgresql_server.a", {"name": "pg", "ssl_enforcement_enabled": False, "resource_group_name": "rg"}
        ),
        declare(
            "azurerm_postgresql_firewall_rule.a",
            {"name": "all", "server_name": "pg", "resource_group_name": "rg", "start_ip_address": "0.0.0.0"},
        ),
        declare("azurerm_sql_server.a", {"name": "sql", "version": "12.0", "resource_group_name": "rg"}),
        declare(
            "azurerm_sql_firewall_rule.a",
            {"name": "all", "server_name": "sql", "resource_group_name": "rg", "end_ip_address": "255.255.255.255"},
        ),
    ).resources
    assert [one.type for one in found] == [
        "Microsoft.DBforPostgreSQL/servers",
        "Microsoft.DBforPostgreSQL/servers/firewallRules",
        "Microsoft.Sql/servers",
        "Microsoft.Sql/servers/firewallRules",
    ]
    assert at(found[0].body, "properties.sslEnforcement") == "Disabled"
    assert [one.parent for one in found] == ["", "azurerm_postgresql_server.a", "", "azurerm_sql_server.a"]
