"""Whole bodies of azure-native, of Pulumi's bridged provider, and of azapi."""

from __future__ import annotations

import json
from typing import Any

import pytest

from erpguard.normalize.declared import Declared
from tests.normalize.azure.declared import GROUP, at, declare, made, one, path, paths

GATEWAY: dict[str, Any] = {
    "applicationGatewayName": "agw-erp",
    "resourceGroupName": GROUP,
    "sku": {"name": "WAF_v2", "tier": "WAF_v2"},
    "zones": ["1", "2"],
    "httpListeners": [{"name": "https", "protocol": "Https", "frontendPort": {"id": "/x"}}],
    "urlPathMaps": [{"name": "m", "pathRules": [{"name": "r", "paths": ["/web/*"]}]}],
}


def urn(token: str, name: str = "a") -> str:
    return f"urn:pulumi:prod::erp::azure-native:{token}::{name}"


def classic(token: str, name: str = "a") -> str:
    return f"urn:pulumi:prod::erp::azure:{token}::{name}"


def test_what_is_lifted_goes_back() -> None:
    found = one(declare(urn("network:ApplicationGateway"), GATEWAY))
    assert found.body == {
        "name": "agw-erp",
        "type": "Microsoft.Network/applicationGateways",
        "resourceGroup": GROUP,
        "zones": ["1", "2"],
        "properties": {
            "sku": {"name": "WAF_v2", "tier": "WAF_v2"},
            "httpListeners": [{"name": "https", "properties": {"protocol": "Https", "frontendPort": {"id": "/x"}}}],
            "urlPathMaps": [
                {"name": "m", "properties": {"pathRules": [{"name": "r", "properties": {"paths": ["/web/*"]}}]}}
            ],
        },
    }
    places = {
        "properties.httpListeners.0.properties.protocol": "/httpListeners/0/protocol",
        "properties.urlPathMaps.0.properties.pathRules.0.properties.paths.0": "/urlPathMaps/0/pathRules/0/paths/0",
        "properties.sslPolicy.policyName": "/sslPolicy/policyName",
        "properties.sku.tier": "/sku/tier",
        "zones": "/zones",
        "name": "/applicationGatewayName",
    }
    assert {place: found.origin.place(path(place)).pointer for place in places} == places


def test_unknown_paths_go_back_too() -> None:
    unknown = "httpListeners.0.protocol urlPathMaps.0.pathRules tags sku.tier frontendPorts applicationGatewayName"
    values = {**GATEWAY, "httpListeners": [{"name": "https"}], "applicationGatewayName": None}
    assert one(declare(urn("network:ApplicationGateway"), values, unknown=unknown)).unknown == paths(
        "properties.httpListeners.0.properties.protocol",
        "properties.urlPathMaps.0.properties.pathRules",
        "properties.sku.tier",
        "properties.frontendPorts",
        "tags",
        "name",
    )


def test_what_is_nested_stays() -> None:
    properties = {"tenantId": "t", "enableRbacAuthorization": True, "sku": {"name": "standard"}}
    found = one(
        declare(urn("keyvault:Vault"), {"vaultName": "kv", "properties": properties}, unknown="properties.networkAcls")
    )
    assert {key: found.body["properties"][key] for key in properties} == properties
    assert found.unknown == paths("properties.networkAcls")
    assert found.origin.place(path("properties.tenantId")).pointer == "/properties/tenantId"


def test_renamed_keys() -> None:
    values = {
        "accountName": "sterp",
        "enableHttpsTrafficOnly": False,
        "networkRuleSet": {
            "ipRules": [{"iPAddressOrRange": "192.0.2.1"}],
            "virtualNetworkRules": [{"virtualNetworkResourceId": "/s"}],
        },
    }
    found = one(declare(urn("storage:StorageAccount"), values))
    acls = at(found.body, "properties.networkAcls")
    assert (acls["ipRules"], acls["virtualNetworkRules"]) == ([{"value": "192.0.2.1"}], [{"id": "/s"}])
    assert at(found.body, "properties.supportsHttpsTrafficOnly") is False
    pointer = found.origin.place(path("properties.networkAcls.ipRules.0.value")).pointer
    assert pointer == "/networkRuleSet/ipRules/0/iPAddressOrRange"


def test_tokens_of_the_second_version() -> None:
    config = {"redisConfiguration": {"aofBackupEnabled": "true"}, "sku": {"name": "Premium"}, "name": "redis-erp"}
    for token in ("redis:Redis", "cache:Redis"):
        found = one(declare(urn(token), config))
        assert found.type == "Microsoft.Cache/redis"
        assert at(found.body, "properties.redisConfiguration.aof-backup-enabled") == "true"
        assert at(found.body, "properties.sku.name") == "Premium"


def test_references_of_a_preview_name_no_attribute() -> None:
    subnet, group = urn("network:Subnet", "db"), urn("network:NetworkSecurityGroup", "nsg")
    network = urn("network:VirtualNetwork", "v")
    found = made(
        declare(
            network,
            {
                "virtualNetworkName": "v",
                "resourceGroupName": GROUP,
                "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            },
        ),
        declare(
            subnet,
            {"subnetName": "db", "resourceGroupName": GROUP, "addressPrefix": "10.0.1.0/24"},
            unknown="virtualNetworkName networkSecurityGroup.id",
            refers={"virtualNetworkName": network, "networkSecurityGroup": group},
        ),
        declare(group, {"networkSecurityGroupName": "nsg"}),
        declare(
            urn("dbforpostgresql:Server", "pg"),
            {"serverName": "pg", "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/id"]}},
            unknown="network.delegatedSubnetResourceId",
            refers={"network": subnet},
        ),
        declare(
            urn("authorization:RoleAssignment", "r"),
            {},
            unknown="principalId scope",
            refers={"principalId": group, "scope": network},
        ),
    ).resources
    assert at(found[0].body, "properties.subnets.0.properties") == {
        "addressPrefix": "10.0.1.0/24",
        "networkSecurityGroup": {"id": group},
    }
    assert found[0].unknown == frozenset()
    assert at(found[2].body, "properties.network.delegatedSubnetResourceId") == subnet
    assert at(found[2].body, "identity.userAssignedIdentities") == {"/id": {}}
    assert at(found[3].body, "properties.scope") == network
    assert found[3].parent == network
    assert found[3].links == {path("properties.principalId"): (group, "")}


def test_children_of_children_by_name() -> None:
    found = made(
        declare(urn("sql:Server"), {"serverName": "sql", "resourceGroupName": GROUP}),
        declare(urn("sql:Database"), {"databaseName": "erp", "serverName": "sql", "resourceGroupName": GROUP}),
        declare(
            urn("sql:BackupShortTermRetentionPolicy"),
            {
                "policyName": "default",
                "databaseName": "erp",
                "serverName": "sql",
                "resourceGroupName": GROUP,
                "retentionDays": 7,
            },
        ),
    ).resources
    assert [one.parent for one in found] == ["", urn("sql:Server"), urn("sql:Database")]
    assert at(found[2].body, "properties") == {"retentionDays": 7}


def test_locks_at_every_level() -> None:
    vault = declare(urn("keyvault:Vault"), {"vaultName": "kv", "resourceGroupName": GROUP})
    group = declare(urn("resources:ResourceGroup"), {"resourceGroupName": GROUP})
    on = {
        "resourceGroupName": GROUP,
        "resourceProviderNamespace": "Microsoft.KeyVault",
        "resourceType": "vaults",
        "resourceName": "kv",
    }
    locks = [
        declare(urn("authorization:ManagementLockAtResourceLevel"), {**on, "lockName": "l", "level": "CanNotDelete"}),
        declare(
            urn("authorization:ManagementLockAtResourceGroupLevel"), {"resourceGroupName": GROUP, "level": "ReadOnly"}
        ),
        declare(urn("authorization:ManagementLockByScope"), {"scope": "/subscriptions/0", "level": "ReadOnly"}),
    ]
    found = made(vault, group, *locks).resources
    assert [one.parent for one in found[2:]] == [vault.address, group.address, "/subscriptions/0"]
    assert at(found[2].body, "properties") == {"level": "CanNotDelete"}


def test_an_id_tells_the_type_of_an_unknown_token() -> None:
    id_ = f"/subscriptions/0/resourceGroups/{GROUP}/providers/Microsoft.Batch/batchAccounts/b"
    found = one(
        declare(urn("batch:BatchAccount"), {"id": id_, "poolAllocationMode": "BatchService", "location": "westeurope"})
    )
    assert (found.type, found.id) == ("Microsoft.Batch/batchAccounts", id_.lower())
    assert at(found.body, "properties.poolAllocationMode") == "BatchService"
    assert one(declare(urn("batch:BatchAccount"), {"accountName": "b"})).type == "azure-native:batch:BatchAccount"


def test_policies_of_a_vault_in_their_own_resource() -> None:
    found = one(
        declare(
            urn("keyvault:Vault"), {"vaultName": "kv", "resourceGroupName": GROUP, "properties": {"accessPolicies": []}}
        ),
        declare(
            urn("keyvault:AccessPolicy"), {"vaultName": "kv", "resourceGroupName": GROUP, "policy": {"objectId": "o"}}
        ),
    )
    assert at(found.body, "properties.accessPolicies") == [{"objectId": "o"}]


def test_the_bridged_provider_has_names_in_camel_case_and_plural() -> None:
    found = made(
        declare(
            classic("network/virtualNetwork:VirtualNetwork"),
            {"name": "v", "resourceGroupName": GROUP, "addressSpaces": ["10.0.0.0/16"]},
        ),
        declare(
            classic("network/subnet:Subnet"),
            {
                "name": "db",
                "resourceGroupName": GROUP,
                "virtualNetworkName": "v",
                "addressPrefixes": ["10.0.1.0/24"],
                "delegations": [
                    {"name": "fs", "serviceDelegation": {"name": "Microsoft.DBforPostgreSQL/flexibleServers"}}
                ],
            },
            unknown="serviceEndpoints",
        ),
        declare(
            classic("storage/account:Account"),
            {
                "name": "st",
                "accountTier": "Standard",
                "accountReplicationType": "LRS",
                "networkRules": {"defaultAction": "Deny", "bypasses": ["None"], "ipRules": ["192.0.2.1"]},
            },
        ),
        declare(
            classic("redis/cache:Cache"),
            {"name": "r", "enableNonSslPort": True, "redisConfiguration": {"aofBackupEnabled": True}},
        ),
        declare(
            classic("containerservice/kubernetesCluster:KubernetesCluster"),
            {"name": "aks", "defaultNodePool": {"name": "sys", "vmSize": "x", "onlyCriticalAddonsEnabled": True}},
        ),
    )
    assert found.problems == []
    network, account, _, _, redis, aks = found.resources
    subnet = at(network.body, "properties.subnets.0.properties")
    assert subnet["delegations"] == [
        {"name": "fs", "properties": {"serviceName": "Microsoft.DBforPostgreSQL/flexibleServers"}}
    ]
    assert network.unknown == paths("properties.subnets.0.properties.serviceEndpoints")
    place = network.origin.place(path("properties.subnets.0.properties.delegations.0.properties.serviceName"))
    assert place.pointer == "/delegations/0/serviceDelegation/name"
    assert at(account.body, "sku.name") == "Standard_LRS"
    assert at(account.body, "properties.networkAcls") == {
        "defaultAction": "Deny",
        "bypass": "None",
        "ipRules": [{"value": "192.0.2.1"}],
    }
    assert account.origin.place(path("properties.networkAcls.bypass")).pointer == "/networkRules/bypasses"
    assert at(redis.body, "properties.redisConfiguration.aof-backup-enabled") == "true"
    pool = at(aks.body, "properties.agentPoolProfiles.0")
    assert (pool["mode"], pool["nodeTaints"]) == ("System", ["CriticalAddonsOnly=true:NoSchedule"])


def azapi(name: str, type_: str, body: Any, **given: Any) -> Any:
    values = {"type": f"{type_}@2024-01-01", "name": name, "body": body, **given.pop("values", {})}
    return declare(f"azapi_resource.{name}", values, **given)


def test_azapi_bodies() -> None:
    body = {"properties": {"redundancyMode": "None"}, "sku": {"name": "Balanced_B5"}}
    for written in (body, json.dumps(body)):
        found = made(
            azapi(
                "amr",
                "Microsoft.Cache/redisEnterprise",
                written,
                unknown="parent_id",
                refers={"parent_id": "azurerm_resource_group.a id"},
            ),
            declare("azurerm_resource_group.a", {"name": GROUP}),
            azapi(
                "default",
                "Microsoft.Cache/redisEnterprise/databases",
                {},
                unknown="parent_id body.properties.clientProtocol",
                refers={"parent_id": "azapi_resource.amr id"},
            ),
        ).resources
        assert at(found[0].body, "properties.redundancyMode") == "None"
        assert (found[0].namespace, found[0].parent) == (GROUP, "")
        assert found[0].body["apiVersion"] == "2024-01-01"
        assert (found[2].parent, found[2].name) == ("azapi_resource.amr", "default")
        assert path("properties.clientProtocol") in found[2].unknown
    assert found[0].origin.place(path("properties.redundancyMode")).pointer == "/body"


def test_an_unknown_body_of_azapi() -> None:
    found = one(azapi("a", "Microsoft.Cache/redisEnterprise", None, unknown="body"))
    assert found.unknown == paths("properties", "sku", "kind", "zones")
    assert found.origin.place(path("properties.x")).pointer == "/body"
    assert one(azapi("a", "Microsoft.Cache/redisEnterprise", "{broken")).body["name"] == "a"
    untyped = one(declare("azapi_resource.a", {"name": "a"}, unknown="type"))
    assert untyped.type == "azapi_resource"


def test_links_in_the_body_of_azapi() -> None:
    found = one(
        azapi(
            "a",
            "Microsoft.App/managedEnvironments",
            {"properties": {"vnetConfiguration": {}}},
            unknown="body.properties.vnetConfiguration.infrastructureSubnetId",
            refers={"body": "azurerm_subnet.db id"},
        ),
        declare("azurerm_subnet.db", {"name": "db", "virtual_network_name": "v"}),
    )
    assert at(found.body, "properties.vnetConfiguration.infrastructureSubnetId") == "azurerm_subnet.db"


def test_updates_of_azapi_are_settings_of_what_they_update() -> None:
    found = one(
        declare("azurerm_key_vault.a", {"name": "kv"}),
        declare(
            "azapi_update_resource.a",
            {
                "type": "Microsoft.KeyVault/vaults@2023-07-01",
                "body": {"properties": {"publicNetworkAccess": "Disabled"}},
            },
            unknown="resource_id",
            refers={"resource_id": "azurerm_key_vault.a id"},
        ),
    )
    assert at(found.body, "properties.publicNetworkAccess") == "Disabled"
    assert "apiVersion" not in found.body
    place = found.origin.place(path("properties.publicNetworkAccess"))
    assert (place.file, place.pointer) == ("azapi_update_resource.a", "/body/properties/publicNetworkAccess")


BLOBS = "Microsoft.Storage/storageAccounts/blobServices"
KEPT = {"deleteRetentionPolicy": {"enabled": True, "days": 30}}


def update(type_: str, body: Any, **given: Any) -> Any:
    values = {"type": f"{type_}@2023-05-01", "body": body, **given.pop("values", {})}
    return declare("azapi_update_resource.a", values, **given)


@pytest.mark.parametrize(
    "target",
    [
        {"values": {"resource_id": "azapi_resource.st/blobServices/default"}},
        {"unknown": "resource_id", "refers": {"resource_id": "azapi_resource.st id"}},
        {"values": {"name": "default"}, "unknown": "parent_id", "refers": {"parent_id": "azapi_resource.st id"}},
    ],
)
def test_updates_of_what_comes_with_its_parent(target: dict[str, Any]) -> None:
    account = azapi("st", "Microsoft.Storage/storageAccounts", {"kind": "StorageV2"}, values={"name": "sterp"})
    found = made(account, update(BLOBS, {"properties": KEPT}, **target))
    assert (found.problems, found.open_types) == ([], set())
    _, service = found.resources
    assert (service.type, service.name, service.parent) == (BLOBS, "default", "azapi_resource.st")
    assert at(service.body, "properties.deleteRetentionPolicy") == {"enabled": True, "days": 30}
    assert path("properties.isVersioningEnabled") in service.assumed
    place = service.origin.place(path("properties.deleteRetentionPolicy.days"))
    assert (place.file, place.pointer) == (
        "azapi_update_resource.a",
        "/body/properties/deleteRetentionPolicy/days",
    )


def test_updates_of_a_blob_service_that_is_declared() -> None:
    found = made(
        azapi("st", "Microsoft.Storage/storageAccounts", {}, values={"name": "sterp"}),
        azapi("b", BLOBS, {}, values={"name": "default", "parent_id": "azapi_resource.st"}),
        update(BLOBS, {"properties": KEPT}, values={"name": "default", "parent_id": "azapi_resource.st"}),
    ).resources
    assert [one.type for one in found] == ["Microsoft.Storage/storageAccounts", BLOBS]
    assert at(found[1].body, "properties.deleteRetentionPolicy.days") == 30


@pytest.mark.parametrize(
    ("change", "body", "expected"),
    [
        ("no-op", {}, "Disabled"),
        ("update", {"properties": {"publicNetworkAccess": "Enabled"}}, "Enabled"),
        ("replace", {}, "Enabled"),
    ],
)
def test_what_a_deleted_update_set_stays_in_azure(change: str, body: dict[str, Any], expected: str) -> None:
    account = "Microsoft.Storage/storageAccounts"
    before = {"type": f"{account}@2023-05-01", "resource_id": "azapi_resource.st"}
    (found,) = made(
        azapi("st", account, body, values={"name": "sterp"}, change=change),
        declare(
            "azapi_update_resource.a",
            change="delete",
            before={**before, "body": {"properties": {"publicNetworkAccess": "Disabled"}}},
        ),
    ).resources
    assert at(found.body, "properties.publicNetworkAccess") == expected
    place = found.origin.place(path("properties.publicNetworkAccess"))
    assert place.file == ("azapi_update_resource.a" if expected == "Disabled" else "azapi_resource.st")


def test_updates_of_what_is_not_in_the_plan_are_not_judged_alone() -> None:
    elsewhere = "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st/blobServices/default"
    found = made(update(BLOBS, {"properties": KEPT}, values={"resource_id": elsewhere}))
    assert (found.resources, found.open_types) == ([], set())


def test_updates_of_a_part_are_not_settings_of_the_whole() -> None:
    server = "Microsoft.DBforPostgreSQL/flexibleServers"
    found = made(
        azapi("pg", server, {"properties": {}}, values={"name": "pg"}),
        update(
            f"{server}/configurations",
            {"properties": {"value": "off"}},
            unknown="resource_id",
            refers={"resource_id": "azapi_resource.pg id"},
        ),
    )
    assert at(found.resources[0].body, "properties.value") is None
    assert found.open_types == {f"{server}/configurations"}


def test_what_is_merged_into_the_body_of_azapi_is_not_known() -> None:
    """`sensitive_body` is in no plan: what the body has stands, everything else that policies read may be there."""
    body = {"properties": {"backup": {"geoRedundantBackup": "Enabled"}, "version": "16"}}
    found = one(azapi("a", "Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01", body, unknown="sensitive_body"))
    assert found.body["properties"] == body["properties"]
    assert found.unknown >= paths("sku", "properties.network", "properties.backup.backupRetentionDays")
    assert not found.is_hidden(path("properties.backup.geoRedundantBackup"))
    assert not found.is_hidden(path("properties.version"))
    assert found.unknown.isdisjoint(paths("properties", "properties.backup", "tags", "name"))
    single = one(azapi("a", "Microsoft.Cache/redis", body, unknown="sensitive_body.properties.enableNonSslPort"))
    assert single.unknown == paths("properties.enableNonSslPort")
    assert one(azapi("a", "Microsoft.Unknown/things", body, unknown="sensitive_body")).unknown == frozenset()


@pytest.mark.parametrize(
    "deployment",
    [
        declare("azurerm_resource_group_template_deployment.a", {"name": "t"}),
        declare("azurerm_template_deployment.a", {"name": "t"}),
        declare("azapi_resource.a", {"name": "t", "type": "Microsoft.Resources/deployments@2024-03-01"}),
        declare(urn("resources:Deployment"), {"deploymentName": "t"}),
        declare(urn("resources:DeploymentAtSubscriptionScope"), {"deploymentName": "t"}),
        declare(classic("core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment"), {"name": "t"}),
    ],
)
def test_what_a_template_deploys_is_not_in_the_plan(deployment: Declared) -> None:
    found = made(deployment)
    assert [(one.code, one.level) for one in found.problems] == [("template-deployment", "warning")]
    assert {"Microsoft.Storage/storageAccounts", "Microsoft.Network/privateEndpoints"} <= found.open_types
    deployment.change, deployment.before = "delete", deployment.values
    assert made(deployment)[1:] == ([], {}, set())
