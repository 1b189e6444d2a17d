"""The identities of AKS clusters by the links of a plan, and what the scopes of their roles are to the cluster."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis.azure.cluster_identities import role_of_attribute
from erpguard.analysis.azure.principals import normalized
from erpguard.normalize.azure.built_in_roles import role_guid
from erpguard.normalize.azure.families import Draft
from tests.analysis.azure.arm_estates import rows
from tests.analysis.azure.planned import Links, plan, planned

CLUSTER = "azurerm_kubernetes_cluster.erp"
IDENTITY = "azurerm_user_assigned_identity.aks"
SUBNET = "azurerm_subnet.aks"


@pytest.mark.parametrize(
    ("attribute", "role"),
    [
        ("kubelet_identity.0.object_id", "kubelet"),
        ("kubelet_identity[0].object_id", "kubelet"),
        ("identityProfile.kubeletidentity.objectId", "kubelet"),
        ("identity.0.principal_id", "control plane"),
        ("identity.principalId", "control plane"),
        (
            "ingress_application_gateway.0.ingress_application_gateway_identity.0.object_id",
            "add-on ingressApplicationGateway",
        ),
        ("addonProfiles.ingressApplicationGateway.identity.objectId", "add-on ingressApplicationGateway"),
        ("oms_agent.0.oms_agent_identity.0.object_id", "add-on omsagent"),
        ("key_vault_secrets_provider.0.secret_identity.0.object_id", "add-on azureKeyvaultSecretsProvider"),
        ("web_app_routing.0.web_app_routing_identity.0.object_id", "add-on webAppRouting"),
        ("fqdn", ""),
    ],
)
def test_whose_id_an_attribute_is(attribute: str, role: str) -> None:
    assert role_of_attribute(normalized(attribute)) == role


def cluster(user_assigned: bool = False, **properties: Any) -> Draft:
    identity: dict[str, Any] = {"type": "SystemAssigned"}
    if user_assigned:
        identity = {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}
    given = {"agentPoolProfiles": [{"name": "system", "vnetSubnetID": SUBNET}], **properties}
    return planned("Microsoft.ContainerService/managedClusters", CLUSTER, given, identity=identity)


def assignment(target: str, attribute: str, role: str, where: str) -> Draft:
    role_id = f"/providers/Microsoft.Authorization/roleDefinitions/{role_guid(role)}"
    links: Links = {("properties", "principalId"): (target, attribute)}
    properties = {"roleDefinitionId": role_id, "scope": where}
    return planned("Microsoft.Authorization/roleAssignments", "azurerm_role_assignment.aks", properties, links=links)


def found(*drafts: Draft) -> tuple[list[str] | None, list[str] | None]:
    """What the identity is for, and the relations of its scope."""
    (row,) = (row for row in rows(plan(*drafts), "cluster_roles") if row["about"] == "scope")
    scopes = row.get("scopes")
    return row.get("identities"), None if scopes is None else [one["scope"] for one in scopes]


def test_the_kubelet_by_its_attribute() -> None:
    registry = planned("Microsoft.ContainerRegistry/registries", "azurerm_container_registry.erp")
    pull = assignment(CLUSTER, "kubelet_identity.0.object_id", "AcrPull", "azurerm_container_registry.erp")
    assert found(cluster(), registry, pull) == (["kubelet"], ["registry"])


def test_the_control_plane_by_a_user_assigned_identity() -> None:
    identity = planned("Microsoft.ManagedIdentity/userAssignedIdentities", IDENTITY)
    subnet = planned("Microsoft.Network/virtualNetworks/subnets", SUBNET, {"addressPrefix": "10.8.0.0/20"})
    given = assignment(IDENTITY, "principal_id", "Network Contributor", SUBNET)
    assert found(cluster(user_assigned=True), identity, subnet, given) == (["control plane"], ["subnet"])


def test_the_same_identity_in_both_roles() -> None:
    identity = planned("Microsoft.ManagedIdentity/userAssignedIdentities", IDENTITY)
    both = cluster(user_assigned=True, identityProfile={"kubeletidentity": {"resourceId": IDENTITY}})
    given = assignment(IDENTITY, "principal_id", "AcrPull", "/subscriptions/1111")
    assert found(both, identity, given) == (["control plane", "kubelet"], [])


def test_some_id_of_a_cluster_may_be_any_of_its_identities() -> None:
    given = assignment(CLUSTER, "", "AcrPull", "/subscriptions/1111")
    assert found(cluster(), given)[0] is None


def test_the_only_id_of_a_cluster_is_meant() -> None:
    identity = planned("Microsoft.ManagedIdentity/userAssignedIdentities", IDENTITY)
    given = assignment(CLUSTER, "", "AcrPull", "/subscriptions/1111")
    assert found(cluster(user_assigned=True), identity, given)[0] == ["kubelet"]


def test_a_known_id_is_not_one_that_the_plan_makes() -> None:
    properties = {"principalId": "5f1c0001-aaaa-4bbb-8ccc-ddddeeeeffff", "scope": "/subscriptions/1111"}
    given = planned("Microsoft.Authorization/roleAssignments", "azurerm_role_assignment.aks", properties)
    assert rows(plan(cluster(), given), "cluster_roles") == []


def test_another_identity_of_the_plan_is_another_one() -> None:
    identity = planned("Microsoft.ManagedIdentity/userAssignedIdentities", IDENTITY)
    other = planned("Microsoft.ManagedIdentity/userAssignedIdentities", "azurerm_user_assigned_identity.odoo")
    given = assignment("azurerm_user_assigned_identity.odoo", "principal_id", "Contributor", "/subscriptions/1111")
    assert rows(plan(cluster(user_assigned=True), identity, other, given), "cluster_roles") == []
