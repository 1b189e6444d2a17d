"""IP configurations of network interfaces: in which subnet, with which address, group and application security groups.

https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/get
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.nsg.addresses import IPV4, IPV6, Intervals, parse
from erpguard.analysis.azure.nsg.groups import membership
from erpguard.analysis.azure.properties import Reference, items, read, refer
from erpguard.analysis.azure.subnets import Subnet, all_subnets
from erpguard.model import Path, Resource

NIC = "Microsoft.Network/networkInterfaces"
CONFIGURATIONS = ("properties", "ipConfigurations")


class Configuration(NamedTuple):
    """One IP configuration.

    group      the group of its interface
    subnet     None where it is not in the estate, or not known (`subnet_known` False)
    address    None where it is not known: dynamic, or not yet there
    families   the addresses of its IP version; those of both where that is not known
    members    the application security groups that it is in, as labels; `whole` False where there may be others
    """

    interface: Resource
    group: Reference
    subnet: Subnet | None
    subnet_known: bool
    address: Intervals | None
    families: tuple[Intervals, ...]
    members: frozenset[str]
    whole: bool


def all_configurations(analyses: Analyses) -> list[Configuration]:
    """Every IP configuration of the interfaces in the estate; one of which nothing is known where their list is not."""
    made: list[Configuration] = analyses.once("azure.nsg.configurations", lambda given: list(_all(given)))
    return made


def _all(analyses: Analyses) -> Iterator[Configuration]:
    for interface in analyses.estate.of_type(NIC):
        group = refer(analyses, interface, "properties", "networkSecurityGroup", "id")
        paths, known = items(interface, *CONFIGURATIONS)
        for path in paths:
            yield _configuration(analyses, interface, group, path)
        if not known:
            yield Configuration(interface, group, None, False, None, (IPV4, IPV6), frozenset(), False)


def _configuration(analyses: Analyses, interface: Resource, group: Reference, path: Path) -> Configuration:
    inner = (*path, "properties")
    subnet = refer(analyses, interface, *inner, "subnet", "id")
    node = subnet.node
    found = all_subnets(analyses).get((node.resource.key, node.path)) if node.resource is not None else None
    address = read(interface, *inner, "privateIPAddress").value
    version = read(interface, *inner, "privateIPAddressVersion")
    families = {"ipv4": (IPV4,), "ipv6": (IPV6,)}.get(str(version.value).lower(), (IPV4, IPV6))
    members, whole = set(), True
    listed, known = items(interface, *inner, "applicationSecurityGroups")
    for item in listed:
        asg = refer(analyses, interface, *item, "id")
        if asg.present:
            members.add(membership(analyses, asg.id))
        else:
            whole = False
    return Configuration(
        *(interface, group, found, found is not None or _is_elsewhere(analyses, subnet)),
        parse(address) if isinstance(address, str) else None,
        families,
        frozenset(members),
        whole and known,
    )


def _is_elsewhere(analyses: Analyses, subnet: Reference) -> bool:
    """Whether a subnet that was not found is none of those in the estate, of which some may have no known name."""
    if subnet.present is None:
        return False
    network = analyses.estate.arm(subnet.id.rpartition("/")[0].rpartition("/")[0]).resource
    return network is None or all(
        one.name is not None for one in all_subnets(analyses).values() if one.resource is network
    )


def members_of(analyses: Analyses) -> tuple[frozenset[str], bool]:
    """The application security groups that have a known member, as labels; and whether all members are known."""
    configurations = all_configurations(analyses)
    labels = frozenset(label for one in configurations for label in one.members)
    return labels, all(one.whole for one in configurations) and not analyses.estate.is_open(NIC)
