"""Whether the internet comes through the group of a subnet to a load balancer before it.

A load balancer of AKS hands packets on as they come (floating IP): the rules see its public address and the port of the
Service (https://learn.microsoft.com/azure/aks/load-balancer-standard,
https://kubernetes-sigs.github.io/cloud-provider-azure/topics/loadbalancer/).
"""

from __future__ import annotations

from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.nsg.addresses import IPV4, PUBLIC, intersection, parse
from erpguard.analysis.azure.nsg.effects import Exposure
from erpguard.analysis.azure.nsg.groups import all_groups, rules_of
from erpguard.analysis.azure.nsg.partition import Point
from erpguard.analysis.azure.nsg.routes import extent_of
from erpguard.analysis.azure.subnets import Subnet
from erpguard.model import Path, Resource

EVERYBODY = 2**32


class Gate(NamedTuple):
    """What comes through: how many public addresses surely, and at most; where that is decided, and why."""

    sure: int
    most: int
    place: tuple[Resource, Path] | None = None
    message: str = ""


def open_gate(place: tuple[Resource, Path] | None, message: str) -> Gate:
    """A gate that lets everybody in."""
    return Gate(EVERYBODY, EVERYBODY, place, message)


def gate(analyses: Analyses, subnet: Subnet, address: str, port: int) -> Gate:
    """The gate of a subnet for a TCP port at a public address of a load balancer; the address may be empty."""
    place = (subnet.resource, (*subnet.path, "name"))
    if subnet.group.present is False:
        return open_gate(place, f"subnet {subnet.title} has no network security group")
    group = subnet.group.resource
    if group is None or group.key not in all_groups(analyses):
        return Gate(0, EVERYBODY, place, f"what the group of subnet {subnet.title} lets in is not known")
    found = parse(address) if address else None
    point = Point(found or intersection(PUBLIC, IPV4), each=False)
    best = Gate(0, 0, place, f"the group of subnet {subnet.title} lets nobody in")
    for effect in Exposure([rules_of(analyses, group.key)], extent_of(subnet)).at([point]):
        sure = max((one.total[0] for one in effect.sure if one.first <= port <= one.last), default=0)
        most = max((one.total[0] for one in effect.possible if one.first <= port <= one.last), default=0)
        if (sure, max(sure, most)) > (best.sure, best.most):
            where = effect.rule.place or place
            text = f"rule {effect.rule.name} of {group.name} lets the internet reach port {port}"
            best = Gate(sure, max(sure, most), where, text)
    return best
