"""How people get into AKS clusters.

Sources: https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad,
https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id,
https://learn.microsoft.com/azure/aks/manage-azure-rbac. AKS Automatic comes with Azure RBAC and without local accounts
(https://learn.microsoft.com/azure/aks/intro-aks-automatic). ARM documents no default of `enableRBAC`: what holds
without it changed over time.
"""

from __future__ import annotations

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.properties import Property, read
from erpguard.model import Path, Resource

CLUSTER = "Microsoft.ContainerService/managedClusters"


def cluster_access(analyses: Analyses) -> View:
    """Four rows per AKS cluster, each at a setting that decides who gets in.

    Fields: setting (`local accounts`, `Entra ID`, `Azure RBAC` or `Kubernetes RBAC`), on (whether it is).
    """
    view = View()
    for cluster in analyses.estate.of_type(CLUSTER):
        automatic = read(cluster, "sku", "name").is_one_of("Automatic")
        no_local = read(cluster, "properties", "disableLocalAccounts")
        azure_rbac = read(cluster, "properties", "aadProfile", "enableAzureRBAC")
        rbac = read(cluster, "properties", "enableRBAC")
        off = _on(no_local, automatic)
        _add(view, cluster, no_local.path, "local accounts", None if off is None else not off)
        _add(view, cluster, ("properties", "aadProfile", "managed"), "Entra ID", _entra(cluster, automatic))
        _add(view, cluster, azure_rbac.path, "Azure RBAC", _on(azure_rbac, automatic))
        _add(view, cluster, rbac.path, "Kubernetes RBAC", _stated(rbac, automatic))
    return view


def _add(view: View, cluster: Resource, path: Path, setting: str, on: bool | None) -> None:
    view.add(cluster, path, {"setting": setting, "on": on}, ["on"] if on is None else [])


def _entra(cluster: Resource, automatic: bool | None) -> bool | None:
    profile = read(cluster, "properties", "aadProfile")
    managed = read(cluster, "properties", "aadProfile", "managed")
    if not profile.known or not managed.known:
        return None
    if managed.value is None and isinstance(profile.value, dict):
        return True
    if profile.value is None and not cluster.is_known(profile.path):
        return None
    return _on(managed, automatic)


def _on(found: Property, automatic: bool | None) -> bool | None:
    """Whether something is on that is off by default, other than in AKS Automatic."""
    if not found.known or (not found.stated and automatic is None):
        return None
    return found.value is True if found.stated else automatic


def _stated(found: Property, automatic: bool | None) -> bool | None:
    if found.known and found.value is None:
        return True if automatic else None
    return found.value is True if found.known else None
