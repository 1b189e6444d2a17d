"""What platforms make by themselves, and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.drift.platform_made import PlatformMade, is_inherent
from erpguard.model import Resource
from erpguard.normalize import kubernetes
from erpguard.normalize.azure import arm
from erpguard.sources.documents import ObjectOrigin

SUBSCRIPTION = "/subscriptions/s1"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"


def azure(type_: str, name: str, properties: dict[str, Any] | None = None, **fields: Any) -> Resource:
    """A live resource; `id` among the fields puts it elsewhere."""
    id_ = fields.pop("id", f"{GROUP}/providers/{type_}/{name}")
    body = {"type": type_, "name": name, "id": id_, "properties": properties or {}, **fields}
    return arm.resource(body, ObjectOrigin("x"), source="azure_live")[0]


def thing(version: str, kind: str, name: str, namespace: str = "shop", **fields: Any) -> Resource:
    """A live object."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **fields.pop("metadata", {})}
    body = {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}
    made = kubernetes.resource(body, ObjectOrigin("x"), source="kubernetes_cluster", cluster="aks").resource
    assert made is not None
    return made


RBAC = "rbac.authorization.k8s.io/v1"
CLAIMS = {"volumeClaimTemplates": [{"metadata": {"name": "data"}}]}

OBJECTS = [
    (thing("apps/v1", "ReplicaSet", "web-1", metadata={"ownerReferences": [{"kind": "Deployment"}]}), "its owner"),
    (thing("apps/v1", "Deployment", "web"), ""),
    (thing("apps/v1", "Deployment", "coredns", "kube-system"), "Kubernetes"),
    (thing("v1", "Namespace", "kube-system", ""), "Kubernetes"),
    (thing("v1", "Namespace", "default", ""), "Kubernetes"),
    (thing("v1", "Namespace", "app-routing-system", ""), "Kubernetes"),
    (thing("v1", "Namespace", "shop", ""), ""),
    (thing("apps/v1", "Deployment", "web", "default"), ""),
    (thing("v1", "ServiceAccount", "default"), "Kubernetes"),
    (thing("v1", "ServiceAccount", "web"), ""),
    (thing("v1", "ConfigMap", "kube-root-ca.crt"), "Kubernetes"),
    (thing("v1", "ConfigMap", "default"), ""),
    (thing("v1", "Service", "kubernetes", "default"), "Kubernetes"),
    (thing("v1", "Service", "kubernetes"), ""),
    (thing(RBAC, "ClusterRole", "system:node", ""), "Kubernetes"),
    (
        thing(RBAC, "ClusterRole", "edit", "", metadata={"labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}}),
        "K",
    ),
    (thing(RBAC, "ClusterRole", "edit", ""), ""),
    (thing("scheduling.k8s.io/v1", "PriorityClass", "system-node-critical", ""), "Kubernetes"),
    (thing("scheduling.k8s.io/v1", "PriorityClass", "erp", ""), ""),
    (thing("v1", "Secret", "sh.helm.release.v1.web.v1", type="helm.sh/release.v1"), "Kubernetes or Helm"),
    (thing("v1", "Secret", "t", type="kubernetes.io/service-account-token"), "Kubernetes or Helm"),
    (thing("v1", "Secret", "tls", metadata={"annotations": {"cert-manager.io/certificate-name": "t"}}), "cert-manager"),
    (thing("v1", "Secret", "tls", type="kubernetes.io/tls"), ""),
    (thing("v1", "ConfigMap", "x", metadata={"labels": {"addonmanager.kubernetes.io/mode": "Reconcile"}}), "an add-on"),
    (thing("v1", "ConfigMap", "x", metadata={"labels": {"kubernetes.azure.com/managedby": "aks"}}), "an add-on"),
    (thing("v1", "ConfigMap", "x", metadata={"labels": {"kubernetes.azure.com/managedby": "us"}}), ""),
    (
        thing("velero.io/v1", "Backup", "b", metadata={"labels": {"velero.io/schedule-name": "s"}}),
        "a schedule of Velero",
    ),
    (thing("velero.io/v1", "Backup", "b"), ""),
    (
        thing(
            "v1", "PersistentVolume", "pv", "", metadata={"annotations": {"pv.kubernetes.io/provisioned-by": "disk"}}
        ),
        "the provisioner of its claim",
    ),
    (thing("v1", "PersistentVolume", "pv", ""), ""),
    (thing("v1", "PersistentVolumeClaim", "data-db-0"), "a StatefulSet"),
    (thing("v1", "PersistentVolumeClaim", "data-db-x"), ""),
    (thing("v1", "PersistentVolumeClaim", "data-db-0", "other"), ""),
    (thing("v1", "PersistentVolumeClaim", "files"), ""),
]


@pytest.mark.parametrize(("made", "who"), OBJECTS, ids=lambda one: one.id if isinstance(one, Resource) else None)
def test_objects(made: Resource, who: str) -> None:
    found = PlatformMade([thing("apps/v1", "StatefulSet", "db", spec=CLAIMS)]).reason(made)
    assert found.startswith(who) and bool(found) is bool(who)


CLUSTER = azure("Microsoft.ContainerService/managedClusters", "aks", {"nodeResourceGroup": "MC_rg_aks"})
NODES = f"{SUBSCRIPTION}/resourceGroups/mc_rg_aks"
MANAGED = azure(
    "Microsoft.Resources/resourceGroups", "managed", id=f"{SUBSCRIPTION}/resourceGroups/managed", managedBy="/x"
)
ROLES, ASSIGNMENTS = "Microsoft.Authorization/roleDefinitions", "Microsoft.Authorization/roleAssignments"
GROUPS, STORE = "Microsoft.Resources/resourceGroups", "Microsoft.Storage/storageAccounts"
POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"

RESOURCES = [
    (azure("Microsoft.Compute/disks", "d", id=f"{NODES}/providers/Microsoft.Compute/disks/d"), "the service"),
    (azure(GROUPS, "MC_rg_aks", id=NODES), "the service"),
    (azure(STORE, "s", id=f"/subscriptions/s2/resourceGroups/MC_rg_aks/providers/{STORE}/s"), ""),
    (azure(STORE, "s", id=f"{SUBSCRIPTION}/resourceGroups/managed/providers/{STORE}/s"), "the service"),
    (MANAGED, "the service"),
    (azure(GROUPS, "rg", id=GROUP), ""),
    (azure(GROUPS, "NetworkWatcherRG", id=f"{SUBSCRIPTION}/resourceGroups/NetworkWatcherRG"), "the service"),
    (azure(STORE, "s"), ""),
    (azure(f"{STORE}/blobServices", "default", id=f"{GROUP}/providers/{STORE}/s/blobServices/default"), "Azure"),
    (azure(f"{STORE}/blobServices/containers", "default"), ""),
    (azure(ROLES, "reader", {"type": "BuiltInRole", "roleName": "Reader"}), "Azure"),
    (azure(ROLES, "own", {"type": "CustomRole", "roleName": "Own"}), ""),
    (azure(ASSIGNMENTS, "a", id=f"{SUBSCRIPTION}/providers/{ASSIGNMENTS}/a"), ""),
    (
        azure(
            ASSIGNMENTS,
            "a",
            id=f"/providers/Microsoft.Management/managementGroups/m/providers/{ASSIGNMENTS}/a",
        ),
        "who manages the scope above",
    ),
    (azure("Microsoft.Authorization/roleAssignmentScheduleInstances", "a"), "Azure"),
    (azure("Microsoft.Resources/subscriptions", "s1", id=SUBSCRIPTION), "Azure"),
    (azure("Microsoft.Network/networkInterfaces", "n", {"privateEndpoint": {"id": "/x"}}), "its private endpoint"),
    (azure("Microsoft.Network/networkInterfaces", "n"), ""),
    (azure(f"{POSTGRES}/configurations", "ssl_min_protocol_version"), "Azure"),
    (azure(f"{POSTGRES}/databases", "postgres"), "Azure"),
    (azure(f"{POSTGRES}/databases", "odoo"), ""),
    (azure(f"{POSTGRES}/firewallRules", "office"), ""),
    (azure("Microsoft.RecoveryServices/vaults/backupPolicies", "EnhancedPolicy"), "Azure"),
    (azure("Microsoft.RecoveryServices/vaults/backupPolicies", "erp"), ""),
]


@pytest.mark.parametrize(("made", "who"), RESOURCES, ids=lambda one: one.id if isinstance(one, Resource) else None)
def test_azure(made: Resource, who: str) -> None:
    found = PlatformMade([CLUSTER, MANAGED]).reason(made)
    assert found.startswith(who) and bool(found) is bool(who)


@pytest.mark.parametrize(
    ("type_", "name", "expected"),
    [
        (f"{STORE}/blobServices", "default", True),
        (f"{STORE}/blobServices", "other", False),
        (f"{POSTGRES}/configurations", "x", True),
        (f"{POSTGRES}/databases", "postgres", False),
        ("Microsoft.Network/networkWatchers", "w", False),
    ],
)
def test_what_is_there_as_long_as_its_parent_is(type_: str, name: str, expected: bool) -> None:
    assert is_inherent(azure(type_, name)) is expected
