"""Who is in a subnet: the data tier and the applications.

The data tier is what holds data behind a subnet of its own or behind a private endpoint: database servers and caches.
Applications are nodes of clusters, virtual machines, application gateways, web apps and container apps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.firewall_rules import FLEXIBLE, SINGLE
from erpguard.analysis.azure.private_endpoints import ENDPOINT
from erpguard.analysis.azure.properties import Reference, read, refer, spread
from erpguard.analysis.azure.public_access import REDIS
from erpguard.analysis.azure.subnets import Subnet, all_subnets
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Path, Resource
from erpguard.model.arm_ids import is_arm_id, parse

DATA_SERVICES = frozenset(name.lower() for name in (*FLEXIBLE, *SINGLE, REDIS, "Microsoft.Cache/redisEnterprise"))
"""What is data behind a private endpoint."""

NIC = "Microsoft.Network/networkInterfaces"
_DATA = {
    "Microsoft.DBforPostgreSQL/flexibleServers": ("properties.network.delegatedSubnetResourceId",),
    "Microsoft.DBforMySQL/flexibleServers": ("properties.network.delegatedSubnetResourceId",),
    REDIS: ("properties.subnetId",),
}
_POOL = ("vnetSubnetID", "podSubnetID")
_APPLICATIONS = {
    "Microsoft.ContainerService/managedClusters": tuple(f"properties.agentPoolProfiles[].{name}" for name in _POOL),
    "Microsoft.ContainerService/managedClusters/agentPools": tuple(f"properties.{name}" for name in _POOL),
    NIC: ("properties.ipConfigurations[].properties.subnet.id",),
    "Microsoft.Compute/virtualMachineScaleSets": (
        "properties.virtualMachineProfile.networkProfile.networkInterfaceConfigurations[]"
        ".properties.ipConfigurations[].properties.subnet.id",
    ),
    "Microsoft.Network/applicationGateways": ("properties.gatewayIPConfigurations[].properties.subnet.id",),
    "Microsoft.Web/sites": ("properties.virtualNetworkSubnetId",),
    "Microsoft.Web/sites/slots": ("properties.virtualNetworkSubnetId",),
    "Microsoft.App/managedEnvironments": ("properties.vnetConfiguration.infrastructureSubnetId",),
}
"""Type -> where its bodies name the subnets that it is in."""


class Tenant(NamedTuple):
    """Somebody in a subnet.

    tier    `data` or `application`
    subnet  key of the subnet; None where that is not known, so that it may be any
    path    where its body names the subnet
    certain False where it may be of no tier at all
    """

    tier: str
    subnet: tuple[str, Path] | None
    resource: Resource
    path: Path
    certain: bool = True

    def related(self) -> dict[str, Any]:
        """Itself as a related place of a finding."""
        message = f"{self.tier} tier: {self.resource.kind} {self.resource.name}"
        return {"resource": self.resource.key, "path": list(self.path), "message": message}


def subnet_tenants(analyses: Analyses) -> View:
    """One row per subnet, at the subnet.

    Fields: title, shared (whether the data tier and applications are in it), data and applications (names), tenants
    (related places of both), at ({resource, path} of its name).
    """
    view = View()
    by_subnet: dict[tuple[str, Path] | None, list[Tenant]] = {}
    for tenant in _tenants(analyses):
        by_subnet.setdefault(tenant.subnet, []).append(tenant)
    anywhere = {tenant.tier for tenant in by_subnet.get(None, ())}
    for subnet in all_subnets(analyses).values():
        inside = by_subnet.get(subnet.key, []) if subnet.whole else []
        shared = _shared(inside, anywhere, subnet)
        certain = [one for one in inside if one.certain]
        fields: dict[str, Any] = {
            "title": subnet.title,
            "shared": shared,
            "data": _names(certain, "data"),
            "applications": _names(certain, "application"),
            "tenants": [one.related() for one in certain],
            "at": {"resource": subnet.resource.key, "path": list(subnet.name_path)},
        }
        view.add(subnet.resource, subnet.path, fields, {"shared"} if shared is None else ())
    return view


def _shared(inside: list[Tenant], anywhere: set[str], subnet: Subnet) -> bool | None:
    """Whether a subnet has both tiers; `anywhere` are the tiers of what may be in any subnet."""

    def has(tier: str) -> bool | None:
        sure = any(one.tier == tier and one.certain for one in inside)
        possible = tier in anywhere or any(one.tier == tier for one in inside)
        return True if sure else None if possible or not subnet.whole else False

    answers = {has("data"), has("application")}
    return False if False in answers else None if None in answers else True


def _names(tenants: list[Tenant], tier: str) -> list[str]:
    return sorted({one.resource.name for one in tenants if one.tier == tier})


def _tenants(analyses: Analyses) -> Iterator[Tenant]:
    for tier, places in (("data", _DATA), ("application", _APPLICATIONS)):
        for type_, patterns in places.items():
            for resource in analyses.estate.of_type(type_):
                holds = _is_of_machine(resource) if type_ == NIC else True
                if holds is False:
                    continue
                for pattern in patterns:
                    for path in spread(resource, pattern):
                        yield from _tenant(analyses, tier, resource, path, holds is True)
    for endpoint in analyses.estate.of_type(ENDPOINT):
        is_data = _is_of_data(analyses, endpoint)
        if is_data is not False:
            yield from _tenant(analyses, "data", endpoint, ("properties", "subnet", "id"), is_data is True)


def _tenant(analyses: Analyses, tier: str, resource: Resource, path: Path, certain: bool) -> Iterator[Tenant]:
    link = refer(analyses, resource, *path)
    node = link.node
    if link.present is None:
        yield Tenant(tier, None, resource, path, certain)
    elif node.resource is not None:
        yield Tenant(tier, (node.resource.key, node.path), resource, path, certain)


def _is_of_machine(interface: Resource) -> bool | None:
    """Whether a network interface is not the one that a private endpoint makes for itself."""
    owner = read(interface, "properties", "privateEndpoint")
    return owner.value is None if owner.known else None


def _is_of_data(analyses: Analyses, endpoint: Resource) -> bool | None:
    """Whether an endpoint leads to a service that holds data."""
    answers: list[bool | None] = []
    for name in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections"):
        for path in spread(endpoint, f"properties.{name}[].properties.privateLinkServiceId"):
            answers.append(_leads_to_data(refer(analyses, endpoint, *path)))
    return any_of(answers)


def _leads_to_data(link: Reference) -> bool | None:
    if not link.present:
        return link.present
    if link.node.resource is not None:
        return link.node.resource.type.lower() in DATA_SERVICES
    # What a plan does not hold and has no id yet may be anything.
    return parse(link.id).type.lower() in DATA_SERVICES if is_arm_id(link.id) else None
