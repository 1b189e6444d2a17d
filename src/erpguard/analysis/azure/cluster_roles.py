"""The roles that identities of AKS clusters hold, and how the scope of each relates to the cluster.

What the identities need: https://learn.microsoft.com/azure/aks/managed-identity-overview,
https://learn.microsoft.com/azure/aks/private-clusters and
https://learn.microsoft.com/azure/application-gateway/tutorial-ingress-controller-add-on-existing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.application_gateways import GATEWAY
from erpguard.analysis.azure.cluster_identities import CLUSTER, ClusterIdentity, cluster_identities
from erpguard.analysis.azure.principals import SERVICE_PRINCIPAL
from erpguard.analysis.azure.properties import Reference, items, read, refer
from erpguard.analysis.azure.role_assignments import Assignment, assignments
from erpguard.analysis.azure.scopes import RESOURCE, RESOURCE_GROUP, Scope, scope
from erpguard.analysis.azure.subnets import subnet_of
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Path, Resource

SUBNET, ROUTE_TABLE, ZONE = "subnet", "route table", "private DNS zone"
GATEWAY_SCOPE, GATEWAY_SUBNET, GATEWAY_GROUP = "gateway", "gateway subnet", "resource group of the gateway"
NODE_GROUP, SELF, INGRESS_ZONE = "node resource group", "cluster", "ingress zone"

SUBNET_TYPE, PART, GROUP = "microsoft.network/virtualnetworks/subnets", "part", "group"

_BY_TYPE = {
    "identity": "microsoft.managedidentity/userassignedidentities",
    "registry": "microsoft.containerregistry/registries",
    "key vault": "microsoft.keyvault/vaults",
    "DNS zone": "microsoft.network/dnszones",
}
"""Relation -> the type of any resource that has it."""

_GATEWAY_CONFIG: Path = ("properties", "addonProfiles", "ingressApplicationGateway", "config")


def cluster_roles(analyses: Analyses) -> View:
    """Two rows per assignment to an identity of a cluster, at the assignment.

    Where clusters may exist that were not read, an assignment to whom may be the identity of one has the first row.

    Fields of both: about (`role` or `scope`), role, scope, identities (what the identity is for), cluster and
    cluster_name (the key and name of the first cluster whose identity it is). Of the second also scopes: {identity,
    scope} for each way in which the scope is one of the cluster's own, see the constants above.
    """
    view = View()
    identities, is_open = cluster_identities(analyses), analyses.estate.is_open(CLUSTER)
    for assignment in assignments(analyses) if identities or is_open else ():
        matches = [(identity, identity.is_(assignment.principal)) for identity in identities]
        held = [identity for identity, is_one in matches if is_one]
        maybe = [identity for identity, is_one in matches if is_one is None]
        if held or maybe:
            _add(view, analyses, assignment, held, maybe)
        elif is_open and assignment.principal.type in (None, SERVICE_PRINCIPAL):
            fields = {"about": "role", "role": assignment.role.name, "scope": assignment.scope.title}
            view.add(assignment.resource, (), fields, ["identities"], part="role")
    return view


def _add(
    view: View,
    analyses: Analyses,
    assignment: Assignment,
    held: list[ClusterIdentity],
    maybe: list[ClusterIdentity],
) -> None:
    first = (held or maybe)[0].cluster
    fields = {
        "role": assignment.role.name,
        "scope": assignment.scope.title,
        "identities": sorted({identity.role for identity in held}),
        "cluster": first.key,
        "cluster_name": first.name,
    }
    unknown = ["identities"] if maybe else []
    if assignment.role.effect is None and not assignment.role.name.startswith("custom role"):
        unknown.append("role")
    view.add(assignment.resource, (), {**fields, "about": "role"}, unknown, part="role")
    related = [
        (identity.role, name, answer)
        for identity in held
        for name, answer in _relations(analyses, assignment.scope, identity.cluster)
    ]
    scopes = [{"identity": identity, "scope": name} for identity, name, answer in related if answer]
    if any(answer is None for _, _, answer in related):
        unknown.append("scopes")
    view.add(assignment.resource, (), {**fields, "about": "scope", "scopes": scopes}, unknown, part="scope")


def _relations(analyses: Analyses, where: Scope, cluster: Resource) -> Iterator[tuple[str, bool | None]]:
    """The ways in which a scope may be one of a cluster's own, each with whether it is."""
    type_ = _type(where)
    for name, wanted in _BY_TYPE.items():
        yield name, None if type_ is None else type_ == wanted
    yield SELF, where.is_(scope(analyses, cluster.id))
    yield NODE_GROUP, _is_node_group(where, cluster)
    named, gateway_subnets = _gateways(analyses, cluster)
    if type_ in (None, SUBNET_TYPE, PART):
        yield SUBNET, _is_any(analyses, where, _subnets(analyses, cluster))
        yield GATEWAY_SUBNET, _is_any(analyses, where, gateway_subnets)
    if type_ in (None, "microsoft.network/routetables"):
        yield ROUTE_TABLE, _is_route_table(analyses, where, _subnets(analyses, cluster))
    if type_ in (None, "microsoft.network/privatednszones", _BY_TYPE["DNS zone"]):
        zone = refer(analyses, cluster, "properties", "apiServerAccessProfile", "privateDNSZone")
        yield ZONE, _is_any(analyses, where, [zone])
        yield INGRESS_ZONE, _is_any(analyses, where, _zones(analyses, cluster))
    if type_ in (None, GATEWAY.lower()):
        yield GATEWAY_SCOPE, _is_any(analyses, where, named)
    if type_ in (None, GROUP):
        answers = (_is_group_of(analyses, where, one) if one.present else one.present for one in named)
        yield GATEWAY_GROUP, any_of(answers)


def _type(where: Scope) -> str | None:
    """The type of a scope's resource in lower case; empty for scopes above groups, None where it is not known."""
    if where.kind != RESOURCE:
        return None if where.kind is None else GROUP if where.kind == RESOURCE_GROUP else ""
    if where.node.resource is not None:
        return PART if where.node.path else where.node.resource.type.lower()
    provider = where.id.rpartition("/providers/")[2].split("/")
    return "/".join((provider[0], *provider[1::2]))


def _is_node_group(where: Scope, cluster: Resource) -> bool | None:
    name = read(cluster, "properties", "nodeResourceGroup")
    if where.kind is None or where.kind != RESOURCE_GROUP:
        return None if where.kind is None else False
    if not name.known or not where.id:
        return None
    wanted = str(name.value or "").lower()
    owner = where.node.resource
    return bool(wanted) and (owner.name.lower() if owner is not None else where.id.rpartition("/")[2]) == wanted


def _subnets(analyses: Analyses, cluster: Resource) -> Iterator[Reference]:
    pools, known = items(cluster, "properties", "agentPoolProfiles")
    if not known:
        yield Reference(None)
    for pool in pools:
        yield refer(analyses, cluster, *pool, "vnetSubnetID")
        yield refer(analyses, cluster, *pool, "podSubnetID")
    yield refer(analyses, cluster, "properties", "apiServerAccessProfile", "subnetId")


def _zones(analyses: Analyses, cluster: Resource) -> Iterator[Reference]:
    at, known = items(cluster, "properties", "ingressProfile", "webAppRouting", "dnsZoneResourceIds")
    if not known:
        yield Reference(None)
    for path in at:
        yield refer(analyses, cluster, *path)


def _is_any(analyses: Analyses, where: Scope, references: Iterable[Reference]) -> bool | None:
    """Whether a scope is what one of some ids leads to."""
    return any_of(
        where.is_(scope(analyses, one.id)) if one.present else one.present
        for one in references
        if one.present is not False
    )


def _is_route_table(analyses: Analyses, where: Scope, subnets: Iterable[Reference]) -> bool | None:
    answers: list[bool | None] = []
    for one in subnets:
        subnet = subnet_of(analyses, one.id) if one.present else None
        if one.present is not False and (subnet is None or subnet.route_table.present is None):
            answers.append(None)
        elif subnet is not None and subnet.route_table.present:
            answers.append(where.is_(scope(analyses, subnet.route_table.id)))
    return any_of(answers)


def _gateways(analyses: Analyses, cluster: Resource) -> tuple[list[Reference], list[Reference]]:
    """The gateway of the ingress add-on, as its settings name it, and the subnets that it is in."""
    if not read(cluster, *_GATEWAY_CONFIG).known:
        return [Reference(None)], [Reference(None)]
    keys = ("effectiveApplicationGatewayId", "applicationGatewayId")
    named = [refer(analyses, cluster, *_GATEWAY_CONFIG, key) for key in keys]
    subnets = [refer(analyses, cluster, *_GATEWAY_CONFIG, "subnetId")]
    for one in named:
        if one.resource is not None and one.resource.type == GATEWAY:
            subnets += _subnets_of_gateway(analyses, one.resource)
        elif one.present is not False:
            subnets.append(Reference(None))
    return named, subnets


def _is_group_of(analyses: Analyses, where: Scope, gateway: Reference) -> bool | None:
    if where.kind != RESOURCE_GROUP:
        return None if where.kind is None else False
    if gateway.id.startswith("/"):
        return where.is_(scope(analyses, gateway.id.lower().partition("/providers/")[0]))
    owner = where.node.resource
    name = owner.name if owner is not None else where.id.rpartition("/")[2]
    group = gateway.resource.namespace if gateway.resource is not None else ""
    return name.lower() == group.lower() if name and group else None


def _subnets_of_gateway(analyses: Analyses, gateway: Resource) -> Iterator[Reference]:
    for at in items(gateway, "properties", "gatewayIPConfigurations")[0]:
        yield refer(analyses, gateway, *at, "properties", "subnet", "id")
