"""The load balancer that AKS makes for a Service: who may reach it, and through which groups of Azure.

AKS makes a public address, and rules of its own in the group of the nodes, for each Service of type LoadBalancer
(https://learn.microsoft.com/azure/aks/load-balancer-standard); the group of a subnet that somebody else owns has to let
the packets in too.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.azure.node_pools import Pool, all_pools
from erpguard.analysis.azure.nsg.gates import EVERYBODY, Gate, gate, open_gate
from erpguard.analysis.azure.properties import read
from erpguard.analysis.azure.subnets import subnet_of
from erpguard.analysis.network.load_balancers import openings
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.service_bodies import ServiceBody
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

ADDRESS = "Microsoft.Network/publicIPAddresses"
NOT_KNOWN = Gate(0, EVERYBODY, None, "")


def is_open_to_all(service: ServiceBody) -> bool | None:
    """Whether Azure gives a Service a public address, and nothing of the Service limits who may connect."""
    address = address_of(service)
    if address and not ip_address(address).is_global:
        return False
    return all_of((any_of(answer for _, answer in openings(service)), _is_azures(service)))


def _is_azures(service: ServiceBody) -> bool | None:
    """Whether Azure makes the load balancer: a class of its own is that of somebody else, who is not known here."""
    if not service.is_known(("spec", "loadBalancerClass")):
        return None
    return None if service.spec.get("loadBalancerClass") else True


def address_of(service: ServiceBody) -> str:
    """The address that the load balancer has, or is to have; empty where it is not known."""
    status = (service.body.get("status") or {}).get("loadBalancer") or {}
    shown = [one.get("ip") for one in status.get("ingress") or () if isinstance(one, dict)]
    for text in (*shown, service.spec.get("loadBalancerIP")):
        if isinstance(text, str) and text and not has_placeholder(text) and _is_address(text):
            return text
    return ""


def _is_address(text: str) -> bool:
    try:
        return ip_address(text).version == 4
    except ValueError:
        return False


def gate_of_cluster(analyses: Analyses, cluster: Resource, address: str, port: int) -> Gate:
    """The widest gate of the subnets of a cluster's nodes: a load balancer has the nodes of all pools behind it."""
    pools = [pool for pool in all_pools(analyses) if _is_of(analyses, pool, cluster)]
    gates = [_gate_of(analyses, pool, address, port) for pool in pools]
    unknown = Gate(0, EVERYBODY, (cluster, cluster.name_path), f"the subnets of cluster {cluster.name} are not known")
    return max(gates, key=lambda one: (one.sure, one.most), default=unknown)


def _is_of(analyses: Analyses, pool: Pool, cluster: Resource) -> bool:
    return pool.resource is cluster or (
        pool.resource.type != cluster.type and analyses.estate.arm(pool.resource.parent).resource is cluster
    )


def _gate_of(analyses: Analyses, pool: Pool, address: str, port: int) -> Gate:
    found = read(pool.resource, *pool.path, "vnetSubnetID")
    place: tuple[Resource, Path] = (pool.resource, pool.name_path)
    target, _ = pool.resource.links.get((*pool.path, "vnetSubnetID"), ("", ""))
    id_ = found.value if isinstance(found.value, str) else target
    if not id_:
        if found.known:
            return open_gate(
                place, f"pool {pool.name} is in the network that AKS makes, whose rules follow the Service"
            )
        return Gate(0, EVERYBODY, place, f"the subnet of pool {pool.name} is not known")
    subnet = subnet_of(analyses, id_)
    if subnet is None:
        return Gate(0, EVERYBODY, place, f"the subnet of pool {pool.name} is not in the estate")
    return gate(analyses, subnet, address, port)


def hops_to(
    analyses: Analyses, service: ServiceBody, address: str, cluster: Resource, found: Gate, port: int
) -> Iterator[dict[str, Any]]:
    """The steps of a way up to the Service: the public address, the gate, the load balancer, the Service."""
    for public in analyses.estate.of_type(ADDRESS) if address else ():
        if read(public, "properties", "ipAddress").value == address:
            yield hop(public, ("properties", "ipAddress"), f"the internet reaches the public address {address}")
    if found.place is not None:
        yield hop(*found.place, found.message)
    yield hop(cluster, cluster.name_path, f"the load balancer of cluster {cluster.name} takes it")
    name = title_of(service)
    yield hop(service.resource, (*service.path, "spec", "type"), f"{name} is published to everybody at port {port}")


def title_of(service: ServiceBody) -> str:
    """A Service for messages."""
    return f"Service {service.resource.name}" if not service.path else f"a Service of {service.resource.name}"


def hop(resource: Resource, path: Path, message: str) -> dict[str, Any]:
    """One step of a way, as findings show it."""
    return {"resource": resource.key, "path": list(path), "message": message}
