"""What routes make of the tag VirtualNetwork.

It holds the address prefixes of user-defined routes, and "might also contain default routes"
(https://learn.microsoft.com/azure/virtual-network/service-tags-overview). So where a route of a subnet's route table
sends public addresses elsewhere than to the internet, the tag may hold them, and with it a rule that names it.
"""

from __future__ import annotations

from typing import NamedTuple

from erpguard.analysis.azure.nsg.addresses import NONE, PUBLIC, Intervals, intersection, parse, union
from erpguard.analysis.azure.nsg.tags import AZURE_CLOUD, INTERNET, holds, tag
from erpguard.analysis.azure.properties import read, spread
from erpguard.analysis.azure.subnets import Subnet
from erpguard.model import Resource


class Extent(NamedTuple):
    """Public addresses that the tag VirtualNetwork may hold, and why."""

    addresses: Intervals = NONE
    reason: str = ""


NO_EXTENT = Extent()


def extent_of(subnet: Subnet) -> Extent:
    """What the tag may hold for the machines of a subnet."""
    table = subnet.route_table
    if table.present is False:
        return NO_EXTENT
    if table.resource is None:
        where = f"the route table {table.id.rpartition('/')[2]}" if table.id else f"the routes of {subnet.title}"
        return Extent(PUBLIC, f"{where}, and so what VirtualNetwork holds")
    return extent_by(table.resource)


def extent_by(table: Resource) -> Extent:
    """What the tag may hold where a route table applies: what its routes lead elsewhere than to the internet.

    A next hop None drops the answer to every packet, so that nobody gets anywhere over TCP.
    """
    routes = read(table, "properties", "routes")
    if not routes.known:
        return Extent(PUBLIC, f"the routes of {table.name}, and so what VirtualNetwork holds")
    found: list[Intervals] = []
    reason = ""
    for path in spread(table, "properties.routes[].properties"):
        hop = read(table, *path, "nextHopType")
        if hop.is_one_of("Internet", "None"):
            continue
        prefix = read(table, *path, "addressPrefix")
        addresses = _destination(str(prefix.value or "")) if prefix.known else PUBLIC
        if addresses:
            found.append(addresses)
            shown = prefix.value if prefix.known else "a prefix that is not known"
            reason = reason or f"whether VirtualNetwork holds {shown}, which {table.name} routes elsewhere"
    return Extent(union(*found), reason) if found else NO_EXTENT


def _destination(text: str) -> Intervals:
    """The public addresses of a route's prefix, which may be a service tag."""
    addresses = parse(text)
    if addresses is not None:
        return intersection(addresses, PUBLIC)
    name = tag(text)
    return PUBLIC if name == INTERNET or name is not None and holds(AZURE_CLOUD, name) else NONE
