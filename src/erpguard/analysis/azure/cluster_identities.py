"""The identities of AKS clusters: of the control plane, of the kubelets and of add-ons.

https://learn.microsoft.com/azure/aks/managed-identity-overview. Where a plan makes the cluster, an identity is known by
the attribute of the cluster, or of the user-assigned identity, that its id will come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.principals import IDENTITY, PRINCIPAL, SERVICE_PRINCIPAL, Principal
from erpguard.analysis.azure.properties import Property, read
from erpguard.model import Path, Resource

CLUSTER = "Microsoft.ContainerService/managedClusters"
CONTROL_PLANE, KUBELET = "control plane", "kubelet"
ROUTING = "add-on webAppRouting"

# What azurerm calls the blocks of add-ons -> their names in ARM. Others are called as in ARM.
_ADD_ONS = {
    "ingressapplicationgateway": "ingressApplicationGateway",
    "omsagent": "omsagent",
    "aciconnectorlinux": "aciConnectorLinux",
    "keyvaultsecretsprovider": "azureKeyvaultSecretsProvider",
    "azurekeyvaultsecretsprovider": "azureKeyvaultSecretsProvider",
    "httpapplicationrouting": "httpApplicationRouting",
    "azurepolicy": "azurepolicy",
}
_ADD_ON = re.compile("(?:addonprofiles)?(" + "|".join(_ADD_ONS) + ")[a-z0-9]*objectid")


class ClusterIdentity(NamedTuple):
    """An identity and what it is for: `control plane`, `kubelet`, `add-on omsagent`.

    source  the resource that the id comes from: a user-assigned identity; the cluster itself; None for one elsewhere
    single  whether no other identity comes from the cluster itself
    """

    cluster: Resource
    role: str
    id: str
    source: Resource | None
    single: bool = False

    def is_(self, principal: Principal) -> bool | None:
        """Whether a principal is this identity; None where that is not known."""
        if principal.id and self.id:
            return principal.id == self.id
        linked = None if principal.id else self._is_linked(principal)
        if linked or principal.type not in (None, SERVICE_PRINCIPAL):
            return bool(linked)
        if principal.id:
            return False if self.source is not None and self.source.change in ("create", "replace") else None
        return linked

    def _is_linked(self, principal: Principal) -> bool | None:
        key, attribute = principal.link
        if not key:
            return None
        if key == self.cluster.key:
            named = role_of_attribute(attribute) == self.role
            return named if attribute else self._is_some()
        return key == self.source.key if self.source is not None else None

    def _is_some(self) -> bool | None:
        """Whether it is the one of the cluster's own identities that is meant, where none is named."""
        if self.source is not self.cluster:
            return False
        return True if self.single else None


def role_of_attribute(attribute: str) -> str:
    """Whose id an attribute of a cluster is (`kubeletidentity0objectid`); empty where it is nobody's."""
    if attribute.startswith(("kubeletidentity", "identityprofilekubeletidentity")):
        return KUBELET
    if attribute.startswith("identity"):
        return CONTROL_PLANE
    if "webapprouting" in attribute:
        return ROUTING
    match = _ADD_ON.fullmatch(attribute)
    return f"add-on {_ADD_ONS[match[1]]}" if match else ""


def cluster_identities(analyses: Analyses) -> list[ClusterIdentity]:
    """The identities of all clusters of the estate."""
    made: list[ClusterIdentity] = analyses.once(
        "azure.cluster_identities",
        lambda one: [identity for cluster in one.estate.of_type(CLUSTER) for identity in _of(one, cluster)],
    )
    return made


def _of(analyses: Analyses, cluster: Resource) -> list[ClusterIdentity]:
    found = list(_identities(analyses, cluster))
    single = sum(identity.source is cluster for identity in found) == 1
    return [identity._replace(single=single) for identity in found]


def _identities(analyses: Analyses, cluster: Resource) -> Iterator[ClusterIdentity]:
    if cluster.is_known(("identity",)) and not cluster.body.get("identity"):
        return  # it has a service principal, which says nothing of itself here
    yield from _of_control_plane(analyses, cluster)
    yield from _assigned(analyses, cluster, KUBELET, ("properties", "identityProfile", "kubeletidentity"))
    routing = ("properties", "ingressProfile", "webAppRouting")
    if read(cluster, *routing).value:
        yield from _assigned(analyses, cluster, ROUTING, (*routing, "identity"))
    for name, add_on in _entries(cluster, "properties", "addonProfiles"):
        if isinstance(add_on, dict) and add_on.get("enabled") is not False:
            role = f"add-on {_ADD_ONS.get(name.lower(), name)}"
            yield from _assigned(analyses, cluster, role, ("properties", "addonProfiles", name, "identity"))


def _of_control_plane(analyses: Analyses, cluster: Resource) -> Iterator[ClusterIdentity]:
    kind, own = read(cluster, "identity", "type"), read(cluster, "identity", "principalId")
    if not kind.known or (kind.is_one_of("SystemAssigned") and _may_be(cluster, own)):
        yield ClusterIdentity(cluster, CONTROL_PLANE, _text(own), cluster)
    named = list(_entries(cluster, "identity", "userAssignedIdentities"))
    for id_, entry in named:  # there are none unless the type says so
        shown = entry.get("principalId") if isinstance(entry, dict) else None
        source = analyses.estate.arm(id_).resource
        yield ClusterIdentity(cluster, CONTROL_PLANE, _principal_id(source, shown), source)
    if not named and (not kind.known or kind.is_one_of("UserAssigned")):
        yield ClusterIdentity(cluster, CONTROL_PLANE, "", None)


def _assigned(analyses: Analyses, cluster: Resource, role: str, path: Path) -> Iterator[ClusterIdentity]:
    """An identity that AKS makes, unless it is told to take one that is there."""
    object_id, id_ = read(cluster, *path, "objectId"), read(cluster, *path, "resourceId")
    if id_.value:
        source = analyses.estate.arm(str(id_.value)).resource
        yield ClusterIdentity(cluster, role, _principal_id(source, object_id.value), source)
    elif not id_.known or _may_be(cluster, object_id):
        yield ClusterIdentity(cluster, role, _text(object_id), cluster if id_.known else None)


def _may_be(cluster: Resource, object_id: Property) -> bool:
    """Whether there is an identity: Azure shows the ids of all that there are, a plan not of those that it makes."""
    return not object_id.known or bool(object_id.value) or bool(cluster.change)


def _principal_id(source: Resource | None, shown: object) -> str:
    if isinstance(shown, str) and shown:
        return shown.lower()
    return _text(read(source, *PRINCIPAL)) if source is not None and source.type == IDENTITY else ""


def _entries(cluster: Resource, *path: str) -> Iterator[tuple[str, object]]:
    found = read(cluster, *path).value
    yield from found.items() if isinstance(found, dict) else ()


def _text(found: Property) -> str:
    return found.value.lower() if isinstance(found.value, str) else ""
