"""Declarations become ARM resources: what is unknown, unset, linked, put together, deleted."""

from __future__ import annotations

import pytest

from erpguard.normalize.azure.families import DELETION
from tests.normalize.azure.declared import GROUP, at, declare, made, one, path, paths

NSG = "Microsoft.Network/networkSecurityGroups"
VNET = "Microsoft.Network/virtualNetworks"
STORAGE = "Microsoft.Storage/storageAccounts"
VAULT = "Microsoft.KeyVault/vaults"
ROLE = "/providers/Microsoft.Authorization/roleDefinitions"
ARM_GROUP = f"/subscriptions/0A1B/resourceGroups/{GROUP}"


def nsg(**given: object) -> dict[str, object]:
    return {"name": "nsg-db", "resource_group_name": GROUP, **given}


def test_group_and_address_of_what_does_not_exist_yet() -> None:
    found = one(declare("module.net.azurerm_network_security_group.db", nsg(location="West Europe")))
    assert (found.id, found.name, found.namespace) == ("module.net.azurerm_network_security_group.db", "nsg-db", GROUP)
    assert (
        found.identity
        == f"/subscriptions//resourcegroups/{GROUP}/providers/microsoft.network/networksecuritygroups/nsg-db"
    )
    assert found.body["location"] == "westeurope"


def test_what_exists_goes_by_its_arm_id() -> None:
    id_ = f"{ARM_GROUP}/providers/{NSG}/nsg-db"
    found = one(declare("azurerm_network_security_group.db", nsg(id=id_), change="no-op"))
    assert (found.id, found.name, found.namespace, found.change) == (id_.lower(), "nsg-db", GROUP, "no-op")
    assert found.cluster == "0a1b"


def test_what_is_replaced_keeps_its_id_while_its_name_stays() -> None:
    id_ = f"{ARM_GROUP}/providers/{NSG}/nsg-db"
    declared = declare("azurerm_network_security_group.db", nsg(), unknown="id", change="replace", before=nsg(id=id_))
    assert one(declared).id == id_.lower()
    renamed = declare("azurerm_network_security_group.db", nsg(name="b"), change="replace", before=nsg(id=id_))
    assert one(renamed).id == "azurerm_network_security_group.db"


def test_unknown_values() -> None:
    found = one(
        declare(
            "azurerm_network_security_group.db",
            nsg(security_rule=[{"name": "ssh", "access": "Allow"}, {"access": "Deny"}]),
            unknown="id security_rule.0.priority security_rule.1.name location",
        )
    )
    assert found.unknown == paths(
        "properties.securityRules.0.properties.priority", "properties.securityRules.1.name", "location"
    )
    assert at(found.body, "properties.securityRules.1.properties.access") == "Deny"


def test_an_unknown_block_hides_all_it_covers() -> None:
    found = one(declare("azurerm_storage_account.erp", {"name": "sterp"}, unknown="network_rules"), type=STORAGE)
    assert found.unknown == paths(
        "properties.networkAcls.bypass",
        "properties.networkAcls.defaultAction",
        "properties.networkAcls.ipRules",
        "properties.networkAcls.resourceAccessRules",
        "properties.networkAcls.virtualNetworkRules",
    )
    found = one(declare("azurerm_network_security_group.db", nsg(), unknown="security_rule"))
    assert found.unknown == paths("properties.securityRules")


def test_a_whole_item_and_an_item_of_a_plain_list() -> None:
    found = one(
        declare(
            "azurerm_virtual_network.erp",
            {"name": "v", "address_space": ["10.0.0.0/16", None], "subnet": [{"name": "a"}, None]},
            unknown="address_space.1 subnet.1",
        )
    )
    assert found.unknown == paths("properties.addressSpace.addressPrefixes", "properties.subnets.1")
    assert at(found.body, "properties.addressSpace.addressPrefixes") == ["10.0.0.0/16"]
    assert len(at(found.body, "properties.subnets")) == 2


def test_that_a_block_is_there_is_known_whatever_is_in_it() -> None:
    entra = "azure_active_directory_role_based_access_control"
    found = one(
        declare(
            "azurerm_kubernetes_cluster.a",
            {entra: [{}], "default_node_pool": [{"name": "system"}]},
            unknown=f"{entra}.0.admin_group_object_ids default_node_pool.0.vm_size",
        )
    )
    assert at(found.body, "properties.aadProfile.managed") is True
    assert at(found.body, "properties.agentPoolProfiles.0.mode") == "System"
    assert found.unknown == paths("properties.aadProfile.adminGroupObjectIDs", "properties.agentPoolProfiles.0.vmSize")
    hidden = one(declare("azurerm_kubernetes_cluster.a", unknown=entra))
    assert path("properties.aadProfile.managed") in hidden.unknown


def test_what_is_made_from_a_part_is_unknown() -> None:
    found = one(declare("azurerm_storage_account.a", {"account_tier": "Standard"}, unknown="account_replication_type"))
    assert path("sku.name") in found.unknown
    assert at(found.body, "sku.name") is None


def test_sensitive_values_are_marked() -> None:
    found = one(declare("azurerm_postgresql_flexible_server_configuration.a", {"name": "x"}, sensitive="value"))
    assert found.sensitive == found.unknown == paths("properties.value")


def test_what_nobody_configured_is_absent_and_gets_the_default() -> None:
    declared = declare(
        "azurerm_storage_account.a", {"name": "st"}, unknown="network_rules", unset="network_rules access_tier"
    )
    found = one(declared, type=STORAGE)
    assert not [one for one in found.unknown if one[:2] == ("properties", "networkAcls")]


def test_null_counts_as_absent() -> None:
    found = one(declare("azurerm_network_security_group.db", nsg(location=None, tags=None, security_rule=None)))
    assert set(found.body) == {"name", "type", "resourceGroup"}


def test_links_to_what_does_not_exist_yet() -> None:
    found = made(
        declare("azurerm_subnet.db", {"name": "snet-db", "resource_group_name": GROUP, "virtual_network_name": "v"}),
        declare(
            "azurerm_private_endpoint.db",
            {"name": "pe", "private_service_connection": [{"name": "c"}]},
            unknown="subnet_id private_service_connection.0.private_connection_resource_id",
            refers={
                "subnet_id": "azurerm_subnet.db id",
                "private_service_connection.0.private_connection_resource_id": "azurerm_key_vault.erp id",
            },
        ),
        declare("azurerm_key_vault.erp", {"name": "kv-erp"}),
    ).resources
    endpoint = next(one for one in found if one.type.endswith("privateEndpoints"))
    assert at(endpoint.body, "properties.subnet.id") == "azurerm_subnet.db"
    connection = "properties.privateLinkServiceConnections.0.properties.privateLinkServiceId"
    assert at(endpoint.body, connection) == "azurerm_key_vault.erp"
    assert endpoint.unknown == frozenset()
    assert endpoint.origin.place(path("properties.subnet.id")).pointer == "/subnet_id"


def test_a_link_to_what_exists_is_its_arm_id() -> None:
    id_ = f"{ARM_GROUP}/providers/{VNET}/v/subnets/db"
    endpoint = one(
        declare(
            "azurerm_private_endpoint.a",
            {"name": "pe"},
            unknown="subnet_id",
            refers={"subnet_id": "azurerm_subnet.db id"},
        ),
        declare("azurerm_subnet.db", {"id": id_, "name": "db"}, change="no-op"),
    )
    assert at(endpoint.body, "properties.subnet.id") == id_.lower()


def test_a_reference_of_another_type_is_no_link() -> None:
    endpoint = one(
        declare(
            "azurerm_private_endpoint.a",
            {"name": "pe"},
            unknown="subnet_id",
            refers={"subnet_id": "azurerm_virtual_network.v id"},
        ),
        declare("azurerm_virtual_network.v", {"name": "v"}),
    )
    assert endpoint.unknown == paths("properties.subnet.id")
    assert endpoint.links == {path("properties.subnet.id"): ("azurerm_virtual_network.v", "id")}


def test_lists_of_links() -> None:
    declared = declare(
        "azurerm_network_security_rule.a",
        {"name": "a", "network_security_group_name": "n", "source_application_security_group_ids": ["/x", None, None]},
        unknown="source_application_security_group_ids.1 source_application_security_group_ids.2"
        " destination_application_security_group_ids",
        refers={
            "source_application_security_group_ids": ", ".join(
                f"azurerm_application_security_group.{x} id" for x in "ab"
            ),
            "destination_application_security_group_ids": "azurerm_application_security_group.b id",
        },
    )
    groups = [declare(f"azurerm_application_security_group.{name}", {"name": name}) for name in "ab"]
    found = one(declared, *groups)
    ids = [one["id"] for one in at(found.body, "properties.sourceApplicationSecurityGroups")]
    assert ids == ["/x", "azurerm_application_security_group.a", "azurerm_application_security_group.b"]
    assert (
        at(found.body, "properties.destinationApplicationSecurityGroups.0.id") == "azurerm_application_security_group.b"
    )
    assert found.unknown == frozenset()


def test_several_candidates_are_no_link() -> None:
    endpoint = one(
        declare(
            "azurerm_private_endpoint.a",
            {},
            unknown="subnet_id",
            refers={"subnet_id": "azurerm_subnet.a id, azurerm_subnet.b id"},
        ),
        *(declare(f"azurerm_subnet.{name}", {"name": name, "virtual_network_name": "v"}) for name in "ab"),
    )
    assert endpoint.unknown == paths("properties.subnet.id")
    assert endpoint.links == {}


def test_other_values_say_where_they_come_from() -> None:
    found = one(
        declare(
            "azurerm_role_assignment.a",
            {"role_definition_name": "Contributor", "scope": "/subscriptions/0"},
            unknown="principal_id role_definition_id name",
            unset="role_definition_id name",
            refers={"principal_id": "azurerm_kubernetes_cluster.erp identity.0.principal_id"},
        ),
        declare("azurerm_kubernetes_cluster.erp", {"name": "aks-erp", "resource_group_name": GROUP}),
    )
    assert found.links == {
        path("properties.principalId"): ("azurerm_kubernetes_cluster.erp", "identity[0].principal_id")
    }
    assert found.unknown == paths("properties.principalId")
    assert at(found.body, "properties.roleDefinitionId") == f"{ROLE}/b24988ac-6180-42a0-ab88-20f7382dd24c"
    assert found.parent == "/subscriptions/0"


def test_a_source_of_another_provider_is_named_by_its_address() -> None:
    found = one(
        declare(
            "azurerm_role_assignment.a",
            {},
            unknown="principal_id",
            refers={"principal_id": "azuread_group.ops object_id"},
        )
    )
    assert found.links == {path("properties.principalId"): ("azuread_group.ops", "object_id")}


def test_names_of_custom_roles() -> None:
    definition = declare(
        "azurerm_role_definition.ops",
        {"name": "ERP Operator", "permissions": [{"actions": ["b", "a"]}]},
        unknown="role_definition_id",
    )
    found = made(definition, declare("azurerm_role_assignment.a", {"role_definition_name": "ERP Operator"})).resources
    assert at(found[1].body, "properties.roleDefinitionId") == "azurerm_role_definition.ops"
    assert at(found[0].body, "properties.roleName") == "ERP Operator"
    assert at(found[0].body, "properties.permissions.0.actions") == ["b", "a"]
    stranger = one(declare("azurerm_role_assignment.a", {"role_definition_name": "Nobody knows"}))
    assert stranger.unknown == paths("properties.roleDefinitionId")


def test_rules_are_folded_into_their_group() -> None:
    declared = [
        declare("azurerm_network_security_group.db", nsg(), unknown="security_rule", unset="security_rule"),
        declare(
            "azurerm_network_security_rule.ssh",
            {"name": "ssh", "priority": 100, "resource_group_name": GROUP, "network_security_group_name": "nsg-db"},
            unknown="access",
        ),
        declare(
            "azurerm_network_security_rule.web",
            {"name": "web"},
            unknown="network_security_group_name",
            refers={"network_security_group_name": "azurerm_network_security_group.db name"},
        ),
    ]
    found = one(*declared)
    assert [rule["name"] for rule in at(found.body, "properties.securityRules")] == ["ssh", "web"]
    assert found.unknown == paths("properties.securityRules.0.properties.access")
    place = found.origin.place(path("properties.securityRules.0.properties.priority"))
    assert (place.file, place.pointer) == ("azurerm_network_security_rule.ssh", "/priority")


def test_a_rule_of_a_group_elsewhere_stays_by_itself() -> None:
    found = one(
        declare(
            "azurerm_network_security_rule.a",
            {"name": "a", "resource_group_name": GROUP, "network_security_group_name": "x"},
        )
    )
    assert found.type == f"{NSG}/securityRules"
    assert found.parent == f"/subscriptions//resourceGroups/{GROUP}/providers/{NSG}/x"
    nobodys = made(declare("azurerm_network_security_rule.a", {"name": "a"}, unknown="network_security_group_name"))
    assert nobodys.open_types == {f"{NSG}/securityRules"}


def test_associations_are_settings_of_the_subnet() -> None:
    found = made(
        declare("azurerm_virtual_network.v", {"name": "v", "resource_group_name": GROUP}, unset="subnet"),
        declare("azurerm_subnet.db", {"name": "db", "virtual_network_name": "v", "resource_group_name": GROUP}),
        declare("azurerm_network_security_group.db", nsg()),
        declare(
            "azurerm_subnet_network_security_group_association.db",
            unknown="id subnet_id network_security_group_id",
            refers={
                "subnet_id": "azurerm_subnet.db id",
                "network_security_group_id": "azurerm_network_security_group.db id",
            },
        ),
        declare(
            "azurerm_subnet_route_table_association.db",
            unknown="route_table_id subnet_id",
            refers={"subnet_id": "azurerm_subnet.db id"},
        ),
    ).resources
    assert [resource.type for resource in found] == [VNET, NSG]
    network = found[0]
    assert (
        at(network.body, "properties.subnets.0.properties.networkSecurityGroup.id")
        == "azurerm_network_security_group.db"
    )
    assert network.unknown == paths("properties.subnets.0.properties.routeTable.id")
    place = network.origin.place(path("properties.subnets.0.properties.networkSecurityGroup.id"))
    assert (place.file, place.pointer) == (
        "azurerm_subnet_network_security_group_association.db",
        "/network_security_group_id",
    )


def test_settings_of_a_storage_account() -> None:
    found = one(
        declare("azurerm_storage_account.a", {"name": "st", "resource_group_name": GROUP}, unset="network_rules"),
        declare(
            "azurerm_storage_account_network_rules.a",
            {"default_action": "Deny", "bypass": ["Metrics", "AzureServices"], "ip_rules": ["198.51.100.4"]},
            unknown="storage_account_id virtual_network_subnet_ids",
            refers={"storage_account_id": "azurerm_storage_account.a id"},
        ),
        type=STORAGE,
    )
    assert at(found.body, "properties.networkAcls.defaultAction") == "Deny"
    assert at(found.body, "properties.networkAcls.bypass") == "AzureServices, Metrics"
    assert at(found.body, "properties.networkAcls.ipRules.0.value") == "198.51.100.4"
    assert found.unknown == paths("properties.networkAcls.virtualNetworkRules")


def test_access_policies_are_added() -> None:
    found = one(
        declare("azurerm_key_vault.a", {"name": "kv", "access_policy": [{"object_id": "1"}]}),
        *(
            declare(
                f"azurerm_key_vault_access_policy.{name}",
                {"secret_permissions": ["Get"]},
                unknown="object_id key_vault_id",
                refers={
                    "key_vault_id": "azurerm_key_vault.a id",
                    "object_id": "azurerm_linux_web_app.a identity.0.principal_id",
                },
            )
            for name in "xy"
        ),
        type=VAULT,
    )
    policies = at(found.body, "properties.accessPolicies")
    assert policies == [{"objectId": "1"}, *[{"permissions": {"secrets": ["get"]}}] * 2]
    assert path("properties.accessPolicies.2.objectId") in found.unknown
    assert found.links[path("properties.accessPolicies.2.objectId")] == (
        "azurerm_linux_web_app.a",
        "identity[0].principal_id",
    )
    place = found.origin.place(path("properties.accessPolicies.2.permissions.secrets"))
    assert (place.file, place.pointer) == ("azurerm_key_vault_access_policy.y", "/secret_permissions")


def test_application_security_groups_of_every_configuration_of_an_interface() -> None:
    found = one(
        declare("azurerm_network_interface.a", {"name": "nic", "ip_configuration": [{"name": "a"}, {"name": "b"}]}),
        declare(
            "azurerm_network_interface_application_security_group_association.a",
            unknown="network_interface_id application_security_group_id",
            refers={
                "network_interface_id": "azurerm_network_interface.a id",
                "application_security_group_id": "azurerm_application_security_group.db id",
            },
        ),
        declare("azurerm_application_security_group.db", {"name": "asg"}),
    )
    for configuration in at(found.body, "properties.ipConfigurations"):
        assert at(configuration, "properties.applicationSecurityGroups.0.id") == "azurerm_application_security_group.db"


def test_parts_of_a_load_balancer_can_be_found_by_their_address() -> None:
    found = made(
        declare("azurerm_lb.a", {"name": "lb", "frontend_ip_configuration": [{"name": "public"}]}),
        declare(
            "azurerm_lb_rule.a",
            {"name": "https", "frontend_port": 443, "frontend_ip_configuration_name": "public"},
            unknown="loadbalancer_id",
            refers={"loadbalancer_id": "azurerm_lb.a id"},
        ),
        declare(
            "azurerm_lb_backend_address_pool.a",
            {"name": "p"},
            unknown="loadbalancer_id",
            refers={"loadbalancer_id": "azurerm_lb.a id"},
        ),
    ).resources
    (balancer,) = found
    assert balancer.parts["azurerm_lb_backend_address_pool.a"] == path("properties.backendAddressPools.0")
    frontend = at(balancer.body, "properties.frontendIPConfigurations.0.id")
    assert frontend == "azurerm_lb.a/frontendIPConfigurations/public"
    assert at(balancer.body, "properties.loadBalancingRules.0.properties.frontendIPConfiguration.id") == frontend


def test_a_setting_of_what_is_not_known_opens_the_type() -> None:
    found = made(declare("azurerm_subnet_route_table_association.a", unknown="subnet_id route_table_id"))
    assert (found.resources, found.open_types) == ([], {f"{VNET}/subnets"})


def test_services_of_a_storage_account_are_children() -> None:
    found = made(
        declare(
            "azurerm_storage_account.a",
            {
                "name": "st",
                "resource_group_name": GROUP,
                "blob_properties": [{"delete_retention_policy": [{"days": 7}]}],
            },
            unknown="blob_properties.0.versioning_enabled",
        ),
        declare(
            "azurerm_storage_container.b",
            {"name": "backup", "container_access_type": "private", "storage_account_name": "st"},
        ),
        declare(
            "azurerm_storage_share.s",
            {"name": "erp"},
            unknown="storage_account_id",
            refers={"storage_account_id": "azurerm_storage_account.a id"},
        ),
    ).resources
    account, blobs, files, container, share = found
    assert (blobs.id, blobs.parent, blobs.name) == (f"{account.id}/blobServices/default", account.id, "default")
    assert at(blobs.body, "properties.deleteRetentionPolicy") == {"enabled": True, "days": 7}
    assert blobs.unknown == paths("properties.isVersioningEnabled")
    assert (container.parent, share.parent) == (blobs.id, files.id)
    assert container.identity.endswith("/storageaccounts/st/blobservices/default/containers/backup")
    place = blobs.origin.place(path("properties.deleteRetentionPolicy.days"))
    assert place.pointer == "/blob_properties/0/delete_retention_policy/0/days"
    assert blobs.origin.place(path("properties.changeFeed.enabled")).pointer == "/blob_properties/0/change_feed_enabled"
    assert blobs.origin.place(path("name")).pointer == "/blob_properties/0"


def test_a_child_that_is_not_written_is_not_there() -> None:
    zone = "private_dns_zone_group.0.private_dns_zone_ids"
    endpoint = declare("azurerm_private_endpoint.a", {"name": "pe"})
    assert len(made(endpoint).resources) == 1
    hidden = made(declare("azurerm_private_endpoint.a", {"name": "pe"}, unknown="private_dns_zone_group"))
    assert hidden.open_types == {"Microsoft.Network/privateEndpoints/privateDnsZoneGroups"}
    written = made(
        declare(
            "azurerm_private_endpoint.a",
            {"private_dns_zone_group": [{"name": "default"}]},
            unknown=zone,
            refers={zone: "azurerm_private_dns_zone.a id"},
        ),
        declare("azurerm_private_dns_zone.a", {"name": "privatelink.postgres.database.azure.com"}),
    ).resources[1]
    assert written.name == "default"
    assert (
        at(written.body, "properties.privateDnsZoneConfigs.0.properties.privateDnsZoneId")
        == "azurerm_private_dns_zone.a"
    )


def test_manual_connections_stand_elsewhere() -> None:
    connection = {"name": "c", "private_connection_resource_id": "/x", "is_manual_connection": True}
    found = one(declare("azurerm_private_endpoint.a", {"private_service_connection": [connection]}))
    assert at(found.body, "properties.manualPrivateLinkServiceConnections.0.properties.privateLinkServiceId") == "/x"
    assert at(found.body, "properties.privateLinkServiceConnections") is None
    del connection["is_manual_connection"]
    unknown = "private_service_connection.0.is_manual_connection"
    found = one(declare("azurerm_private_endpoint.a", {"private_service_connection": [connection]}, unknown=unknown))
    for kind in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections"):
        assert path(f"properties.{kind}.0.properties.privateLinkServiceId") in found.unknown


def test_updates_have_what_was_before() -> None:
    before = {"name": "pg", "backup_retention_days": 35, "sku_name": "GP_Standard_D4s_v3"}
    found = one(
        declare(
            "azurerm_postgresql_flexible_server.a",
            {**before, "backup_retention_days": 7},
            change="update",
            before=before,
        )
    )
    assert found.before is not None
    assert at(found.before, "properties.backup.backupRetentionDays") == 35
    assert at(found.body, "properties.backup.backupRetentionDays") == 7
    assert at(found.body, "sku") == {"name": "Standard_D4s_v3", "tier": "GeneralPurpose"}


def test_deletions_show_what_is_lost() -> None:
    before = {"name": "keep", "lock_level": "CanNotDelete", "scope": "/subscriptions/0"}
    found = one(declare("azurerm_management_lock.a", change="delete", before=before))
    assert (found.type, found.change) == (DELETION, "delete")
    assert at(found.body, "resource.properties.level") == "CanNotDelete"
    assert at(found.body, "resource.type") == "Microsoft.Authorization/locks"


def test_a_deleted_rule_leaves_its_group() -> None:
    rules = [{"name": "ssh", "priority": 100}, {"name": "web", "priority": 200}]
    found = one(
        declare("azurerm_network_security_group.db", nsg(security_rule=rules), change="no-op", unset="security_rule"),
        declare(
            "azurerm_network_security_rule.ssh",
            change="delete",
            before={"name": "ssh", "resource_group_name": GROUP, "network_security_group_name": "nsg-db"},
        ),
        type=NSG,
    )
    assert [rule["name"] for rule in at(found.body, "properties.securityRules")] == ["web"]


@pytest.mark.parametrize(("unset", "action"), [("network_rules", None), ("access_tier", "Deny")])
def test_deleted_network_rules_leave_their_account(unset: str, action: str | None) -> None:
    """Unless the account is configured so itself."""
    rules = {"default_action": "Deny", "ip_rules": ["203.0.113.4"]}
    found = one(
        declare(
            "azurerm_storage_account.a",
            {"id": f"{ARM_GROUP}/providers/{STORAGE}/sta", "network_rules": [rules]},
            change="no-op",
            unset=unset,
        ),
        declare(
            "azurerm_storage_account_network_rules.a",
            change="delete",
            before={"storage_account_id": f"{ARM_GROUP}/providers/{STORAGE}/sta", **rules},
        ),
        type=STORAGE,
    )
    assert at(found.body, "properties.networkAcls.defaultAction") == (action or "Allow")
    assert (path("properties.networkAcls.defaultAction") in found.assumed) is (action is None)


@pytest.mark.parametrize(("unset", "problems"), [("security_rule", 0), ("", 1)])
def test_a_rule_that_stands_twice(unset: str, problems: int) -> None:
    found = made(
        declare(
            "azurerm_network_security_group.db", nsg(security_rule=[{"name": "ssh"}]), change="update", unset=unset
        ),
        declare(
            "azurerm_network_security_rule.ssh",
            {"name": "ssh", "resource_group_name": GROUP, "network_security_group_name": "nsg-db"},
        ),
    )
    assert [problem.code for problem in found.problems] == ["configured-twice"] * problems


def test_types_without_a_mapping_stay() -> None:
    found = one(declare("azurerm_policy_definition.a", {"name": "p", "tags": {"env": "dev"}}, unknown="mode"))
    assert (found.type, found.id, found.name, found.environment) == (
        "azurerm_policy_definition",
        "azurerm_policy_definition.a",
        "p",
        "development",
    )
    assert found.unknown == paths("mode")
    assert made(declare("azurerm_policy_definition.a", change="delete", before={"name": "p"})).resources == []


def test_values_of_a_wrong_type_are_told_with_their_place() -> None:
    found = made(declare("azurerm_postgresql_flexible_server.a", {"name": "pg", "backup_retention_days": "many"}))
    (problem,) = found.problems
    assert (problem.code, problem.place.pointer) == ("invalid-value", "/backup_retention_days")
    assert path("properties.backup.backupRetentionDays") in found.resources[0].invalid


def test_places_of_what_is_missing() -> None:
    found = one(declare("azurerm_application_gateway.a", {"name": "agw", "ssl_policy": [{"policy_type": "Custom"}]}))
    places = {
        "properties.sslPolicy.minProtocolVersion": "/ssl_policy/0/min_protocol_version",
        "properties.sslPolicy": "/ssl_policy/0",
        "properties.httpListeners.3.properties.protocol": "/http_listener/3/protocol",
        "properties.nothing": "",
        "location": "/location",
        "name": "/name",
    }
    for inner, pointer in places.items():
        assert found.origin.place(path(inner)).pointer == pointer, inner
    assert found.origin.text(("name",)) == ""
    assert found.origin.place_of_line(path("location"), 2).line == 3


def test_identities() -> None:
    found = one(
        declare(
            "azurerm_kubernetes_cluster.a",
            {"name": "aks", "identity": [{"type": "UserAssigned"}]},
            unknown="identity.0.identity_ids identity.0.principal_id",
            refers={"identity.0.identity_ids": "azurerm_user_assigned_identity.u id"},
        ),
        declare("azurerm_user_assigned_identity.u", {"name": "id-erp"}, unknown="principal_id"),
    )
    assert found.body["identity"] == {
        "type": "UserAssigned",
        "userAssignedIdentities": {"azurerm_user_assigned_identity.u": {}},
    }
    assert found.unknown == paths("identity.principalId")


def test_the_group_of_a_reference() -> None:
    found = made(
        declare("azurerm_resource_group.erp", {"name": "rg-erp-dev", "location": "westeurope"}),
        declare(
            "azurerm_network_security_group.a",
            {"name": "n"},
            unknown="resource_group_name",
            refers={"resource_group_name": "azurerm_resource_group.erp name"},
        ),
    ).resources
    assert [(one.namespace, one.environment) for one in found] == [("rg-erp-dev", "development")] * 2
    assert found[0].identity == "/subscriptions//resourcegroups/rg-erp-dev"


def test_locks_and_settings_extend_what_they_are_on() -> None:
    found = made(
        declare("azurerm_key_vault.a", {"name": "kv-erp", "resource_group_name": GROUP, "tags": {"env": "dev"}}),
        declare(
            "azurerm_management_lock.a",
            {"name": "keep", "lock_level": "CanNotDelete"},
            unknown="scope",
            refers={"scope": "azurerm_key_vault.a id"},
        ),
    ).resources
    assert (found[1].parent, found[1].environment) == ("azurerm_key_vault.a", "development")
    assert found[1].identity.endswith("/vaults/kv-erp/providers/microsoft.authorization/locks/keep")
