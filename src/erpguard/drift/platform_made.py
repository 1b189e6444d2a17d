"""What platforms make by themselves: it lives, and no plan will ever hold it. Each rule names its documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from erpguard.model import Resource, value_at
from erpguard.model.arm_ids import extends
from erpguard.normalize.azure.arm import GROUPS
from erpguard.normalize.azure.arm_types import arm_type
from erpguard.sides.twins import KUBERNETES, platform

_SYSTEM_NAMESPACES = frozenset(("kube-node-lease", "kube-public", "kube-system"))
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces

Their contents come and go with the version of the cluster. Policies judge what is in them nevertheless.
"""

_AKS_NAMESPACES = frozenset(
    (
        "aks-command",  # https://learn.microsoft.com/azure/aks/access-private-cluster
        "aks-istio-egress",  # https://learn.microsoft.com/azure/aks/istio-about
        "aks-istio-ingress",
        "aks-istio-system",
        "app-routing-system",  # https://learn.microsoft.com/azure/aks/app-routing
        "dataprotection-microsoft",  # https://learn.microsoft.com/azure/backup/azure-kubernetes-service-cluster-backup
    )
)
_MADE_NAMESPACES = _SYSTEM_NAMESPACES | {"default"}

_ADDON_LABELS = ("addonmanager.kubernetes.io/mode", "kubernetes.io/cluster-service")
"""https://github.com/kubernetes/kubernetes/blob/master/cluster/addons/addon-manager/README.md"""
_AKS_LABEL = ("kubernetes.azure.com/managedby", "aks")
"""https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-troubleshoot (what AKS manages)"""
_RBAC_LABEL = ("kubernetes.io/bootstrapping", "rbac-defaults")
"""https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings"""
_VELERO_SCHEDULE = "velero.io/schedule-name"
"""https://velero.io/docs/main/backup-reference/#schedule-a-backup"""
_PROVISIONER = "pv.kubernetes.io/provisioned-by"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#pv-kubernetes-io-provisioned-by"""
_CERTIFICATE = "cert-manager.io/certificate-name"
"""https://cert-manager.io/docs/usage/certificate/"""

_MADE_SECRETS = frozenset(
    (
        "helm.sh/release.v1",  # https://helm.sh/docs/topics/advanced/#storage-backends
        "kubernetes.io/service-account-token",  # https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
        "bootstrap.kubernetes.io/token",
    )
)
_MADE_BY_NAME = frozenset(
    (
        # https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
        ("core/ServiceAccount", "default"),
        # https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/ (root CA publisher)
        ("core/ConfigMap", "kube-root-ca.crt"),
        # https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
        ("scheduling.k8s.io/PriorityClass", "system-cluster-critical"),
        ("scheduling.k8s.io/PriorityClass", "system-node-critical"),
    )
)

_MADE_GROUPS = (
    "azurebackuprg_",  # https://learn.microsoft.com/azure/backup/backup-during-vm-creation
    "networkwatcherrg",  # https://learn.microsoft.com/azure/network-watcher/network-watcher-create
    "defaultresourcegroup-",  # https://learn.microsoft.com/azure/azure-monitor/logs/workspace-design
)
"""The beginnings of the names of groups that services make."""

_DERIVED_TYPES = frozenset(
    (
        # https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-instances: made from schedules
        "Microsoft.Authorization/roleAssignmentScheduleInstances",
        "Microsoft.Authorization/roleEligibilityScheduleInstances",
        "Microsoft.DataProtection/backupVaults/backupJobs",  # what Azure Backup did
        "Microsoft.Network/networkWatchers",  # one for each region, made with its first network
        # https://learn.microsoft.com/azure/backup/backup-azure-arm-userestapi-backupazurevms
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
        "Microsoft.Resources/subscriptions",  # the frame of what is compared
    )
)
_SETTINGS = frozenset(
    (
        # https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-server-parameters: every server has all
        "Microsoft.DBforMySQL/flexibleServers/configurations",
        "Microsoft.DBforMySQL/servers/configurations",
        "Microsoft.DBforPostgreSQL/flexibleServers/configurations",
        "Microsoft.DBforPostgreSQL/servers/configurations",
        # https://learn.microsoft.com/rest/api/backup/backup-resource-vault-configs: settings that every vault has
        "Microsoft.RecoveryServices/vaults/backupconfig",
        "Microsoft.RecoveryServices/vaults/backupstorageconfig",
        "Microsoft.ServiceBus/namespaces/networkRuleSets",
        "Microsoft.Sql/managedInstances/azureADOnlyAuthentications",
        "Microsoft.Sql/managedInstances/databases/backupLongTermRetentionPolicies",
        "Microsoft.Sql/managedInstances/databases/backupShortTermRetentionPolicies",
        "Microsoft.Sql/servers/azureADOnlyAuthentications",
        "Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies",
        "Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies",
        "Microsoft.Web/sites/config",
        "Microsoft.Web/sites/slots/config",
    )
)
"""Settings that are resources of their own: they are there as long as their parent is."""
_MADE_CHILDREN = {
    # https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-servers
    "Microsoft.DBforPostgreSQL/flexibleServers/databases": ("azure_maintenance", "azure_sys", "postgres"),
    "Microsoft.DBforPostgreSQL/servers/databases": ("azure_maintenance", "azure_sys", "postgres"),
    # https://learn.microsoft.com/azure/mysql/flexible-server/concepts-servers
    "Microsoft.DBforMySQL/flexibleServers/databases": ("information_schema", "mysql", "performance_schema", "sys"),
    "Microsoft.DBforMySQL/servers/databases": ("information_schema", "mysql", "performance_schema", "sys"),
    # https://learn.microsoft.com/sql/relational-databases/databases/master-database
    "Microsoft.Sql/servers/databases": ("master",),
    # https://learn.microsoft.com/azure/backup/backup-azure-vms-first-look-arm: policies that a new vault has
    "Microsoft.RecoveryServices/vaults/backupPolicies": ("defaultpolicy", "enhancedpolicy", "hourlylogbackup"),
}


class PlatformMade:
    """Tells what was made by a platform, of the resources of one side."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._groups: set[tuple[str, str]] = set()
        self._claims: set[tuple[str, str, str]] = set()
        for one in resources:
            if one.type == "Microsoft.ContainerService/managedClusters":
                # https://learn.microsoft.com/azure/aks/faq (the node resource group)
                group = value_at(one.body, ("properties", "nodeResourceGroup"))
                if isinstance(group, str):
                    self._groups.add((one.cluster, group.lower()))
            elif one.type == GROUPS and (one.body.get("managedBy") or one.name.lower().startswith(_MADE_GROUPS)):
                # https://learn.microsoft.com/rest/api/resources/resource-groups/get: `managedBy`
                self._groups.add((one.cluster, one.name.lower()))
            elif one.type == "apps/StatefulSet":
                self._claims.update((one.cluster, one.namespace, name) for name in _claims(one))

    def reason(self, resource: Resource) -> str:
        """Who made it; empty for what somebody made on purpose."""
        rules = self._object_rules if platform(resource) == KUBERNETES else self._azure_rules
        return next((who for rule in rules() if (who := rule(resource))), "")

    def _object_rules(self) -> tuple[Callable[[Resource], str], ...]:
        return (_owned, _by_system, _by_label, _by_name, _secret, self._claim)

    def _azure_rules(self) -> tuple[Callable[[Resource], str], ...]:
        return (self._in_group, _derived, _built_in_role, _inherited, _interface)

    def _claim(self, resource: Resource) -> str:
        """https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#volume-claim-templates"""
        if resource.type != "core/PersistentVolumeClaim":
            return ""
        stem, _, ordinal = resource.name.rpartition("-")
        is_made = ordinal.isdigit() and (resource.cluster, resource.namespace, stem) in self._claims
        return "a StatefulSet" if is_made else ""

    def _in_group(self, resource: Resource) -> str:
        group = resource.name if resource.type == GROUPS else resource.namespace
        is_made = (resource.cluster, group.lower()) in self._groups or group.lower().startswith(_MADE_GROUPS)
        return "the service that manages its resource group" if is_made else ""


def _claims(stateful_set: Resource) -> Iterable[str]:
    templates: Any = value_at(stateful_set.body, ("spec", "volumeClaimTemplates"))
    for template in templates if isinstance(templates, list) else ():
        name = value_at(template, ("metadata", "name"))
        if isinstance(name, str):
            yield f"{name}-{stateful_set.name}"


def _owned(resource: Resource) -> str:
    """https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/"""
    return "its owner" if value_at(resource.body, ("metadata", "ownerReferences")) else ""


def _by_system(resource: Resource) -> str:
    if resource.type == "core/Namespace":
        return "Kubernetes" if resource.name in _MADE_NAMESPACES | _AKS_NAMESPACES else ""
    return "Kubernetes" if resource.namespace in _SYSTEM_NAMESPACES | _AKS_NAMESPACES else ""


def _by_label(resource: Resource) -> str:
    labels = resource.labels
    if any(label in labels for label in _ADDON_LABELS) or labels.get(_AKS_LABEL[0]) == _AKS_LABEL[1]:
        return "an add-on of the cluster"
    if labels.get(_RBAC_LABEL[0]) == _RBAC_LABEL[1]:
        return "Kubernetes"
    if resource.type == "velero.io/Backup" and _VELERO_SCHEDULE in labels:
        return "a schedule of Velero"
    is_volume = resource.type == "core/PersistentVolume" and _PROVISIONER in resource.annotations
    return "the provisioner of its claim" if is_volume else ""


def _by_name(resource: Resource) -> str:
    if (resource.type, resource.name) in _MADE_BY_NAME:
        return "Kubernetes"
    if resource.type.startswith("rbac.authorization.k8s.io/") and resource.name.startswith("system:"):
        return "Kubernetes"
    # https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
    is_api = resource.type == "core/Service" and (resource.namespace, resource.name) == ("default", "kubernetes")
    return "Kubernetes" if is_api else ""


def _secret(resource: Resource) -> str:
    if resource.type != "core/Secret":
        return ""
    if _CERTIFICATE in resource.annotations:
        return "cert-manager"
    return "Kubernetes or Helm" if resource.body.get("type") in _MADE_SECRETS else ""


def is_inherent(resource: Resource) -> bool:
    """Whether Azure has it wherever its parent is: a setting of a server, the one service of a store."""
    described = arm_type(resource.type)
    made_as = described.made_as.lower() if described is not None else ""
    return resource.type in _SETTINGS or bool(made_as and resource.name.lower() == made_as)


def _derived(resource: Resource) -> str:
    is_made = resource.type in _DERIVED_TYPES or resource.name.lower() in _MADE_CHILDREN.get(resource.type, ())
    return "Azure" if is_made or is_inherent(resource) else ""


def _built_in_role(resource: Resource) -> str:
    """https://learn.microsoft.com/azure/role-based-access-control/role-definitions (`type`, here `BuiltInRole`)"""
    kind = value_at(resource.body, ("properties", "type"))
    is_built_in = resource.type == "Microsoft.Authorization/roleDefinitions" and kind == "BuiltInRole"
    return "Azure" if is_built_in else ""


def _inherited(resource: Resource) -> str:
    """What a list of a subscription shows of the scopes above it.

    https://learn.microsoft.com/azure/role-based-access-control/scope-overview
    """
    is_above = extends(resource.type) and not resource.id.startswith("/subscriptions/")
    return "who manages the scope above" if is_above else ""


def _interface(resource: Resource) -> str:
    """https://learn.microsoft.com/azure/private-link/private-endpoint-overview: its interface is read-only."""
    is_made = resource.type == "Microsoft.Network/networkInterfaces" and bool(
        value_at(resource.body, ("properties", "privateEndpoint"))
    )
    return "its private endpoint" if is_made else ""
