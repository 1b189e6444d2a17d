"""The way out of the nodes of AKS clusters.

https://learn.microsoft.com/azure/aks/egress-outboundtype: only with `userDefinedRouting` the routes of the nodes'
subnets decide; `none` and `block` give no way out at all. Routes:
https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview (a firewall is a virtual appliance).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.control_planes import CLUSTER
from erpguard.analysis.azure.node_pools import POOL, Pool, all_pools
from erpguard.analysis.azure.properties import items, read, refer
from erpguard.analysis.azure.subnets import SUBNET, Subnet, all_subnets
from erpguard.analysis.values.cidrs import is_whole, network
from erpguard.analysis.values.nodes import Node
from erpguard.model import Path, Resource

if TYPE_CHECKING:
    from erpguard.analysis.values.cidrs import Network

_OUTBOUND: Path = ("properties", "networkProfile", "outboundType")
_ROUTES: Path = ("properties", "routes")
_ROUTE = "Microsoft.Network/routeTables/routes"


class _Routing(NamedTuple):
    """Whether everything leaves through a firewall (None: not known); what is wrong, and where, if not.

    `absent` are the types on whose absence that rests.
    """

    firewalled: bool | None
    what: str = ""
    node: Node | None = None
    absent: tuple[str, ...] = ()


def node_egress(analyses: Analyses) -> View:
    """One row per AKS cluster, at its outbound type.

    Fields: outbound_type, by_routes (whether routes decide), closed (whether there is no way out).
    """
    view = View()
    for cluster in analyses.estate.of_type(CLUSTER):
        outbound = read(cluster, *_OUTBOUND)
        fields = {
            "outbound_type": outbound.value,
            "by_routes": outbound.is_one_of("userDefinedRouting"),
            "closed": outbound.is_one_of("none", "block"),
        }
        view.add(cluster, _OUTBOUND, fields, () if outbound.known else fields)
    return view


def node_routes(analyses: Analyses) -> View:
    """One row per node pool, at its properties.

    Fields: pool_name, by_routes (whether the routes of its subnet decide), firewalled (whether they send everything to
    a virtual appliance), what (is wrong if not), at ({resource, path} of that), absent (types on whose absence it
    rests).
    """
    view = View()
    for pool in all_pools(analyses):
        routing = _routing(analyses, pool)
        fields: dict[str, Any] = {
            "pool_name": pool.name,
            "by_routes": _by_routes(analyses, pool),
            "firewalled": routing.firewalled,
            "what": routing.what,
            "at": routing.node.at() if routing.node else None,
            "absent": list(routing.absent),
        }
        unknown = {name for name in ("by_routes", "firewalled") if fields[name] is None}
        settled = fields["by_routes"] is False or fields["firewalled"]
        view.add(pool.resource, pool.path, fields, () if settled else unknown)
    return view


def _by_routes(analyses: Analyses, pool: Pool) -> bool | None:
    cluster: Resource | None = pool.resource
    if pool.resource.type == POOL:
        cluster = analyses.estate.arm(pool.resource.parent).resource
    return read(cluster, *_OUTBOUND).is_one_of("userDefinedRouting") if cluster is not None else None


def _routing(analyses: Analyses, pool: Pool) -> _Routing:
    path = (*pool.path, "vnetSubnetID")
    link = refer(analyses, pool.resource, *path)
    if link.present is False:
        return _Routing(False, "it is in no subnet of its own", Node(pool.resource, path))
    owner = link.node.resource
    subnet = all_subnets(analyses).get((owner.key, link.node.path)) if owner is not None else None
    return _by_subnet(subnet) if subnet is not None else _Routing(None)


def _by_subnet(subnet: Subnet) -> _Routing:
    table = subnet.route_table
    if table.present is False:
        node = Node(subnet.resource, (*subnet.path, "properties", "routeTable"))
        return _Routing(False, f"its subnet {subnet.title} has no route table", node, _in_plan(subnet.resource, SUBNET))
    return _by_table(table.resource) if table.resource is not None else _Routing(None)


def _by_table(table: Resource) -> _Routing:
    """Whether the routes to virtual appliances add up to every address; more specific ones beside them may differ."""
    listed, known = items(table, *_ROUTES)
    firewalled: list[Network | None] = []
    wrong: _Routing | None = None
    for item in listed:
        prefix, hop = (read(table, *item, "properties", name) for name in ("addressPrefix", "nextHopType"))
        known = known and prefix.known and hop.known
        to = network(prefix.value)
        if hop.is_one_of("VirtualAppliance"):
            firewalled.append(to)
        elif hop.known and is_whole([to]):
            wrong = _Routing(False, f"the next hop of {prefix.value} is {hop.value}", Node(table, hop.path))
    if is_whole(firewalled):
        return _Routing(True)
    if not known:
        return _Routing(None)
    what = f"route table {table.name} has no route for 0.0.0.0/0 to a virtual appliance"
    return wrong or _Routing(False, what, Node(table, _ROUTES), _in_plan(table, _ROUTE))


def _in_plan(resource: Resource, type_: str) -> tuple[str, ...]:
    """A plan may have what belongs to a resource apart from it, and not tell what it belongs to."""
    return (type_,) if resource.change else ()
