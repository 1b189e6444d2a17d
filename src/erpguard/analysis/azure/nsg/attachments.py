"""Where groups are in force.

A packet for an interface has to pass the group of its subnet and its own. A subnet is judged by the interfaces that are
known to be in it; where nothing is known to be in it, or something else than these (nodes of a cluster, a gateway), by
all of its addresses. A group of which nothing in the estate knows is judged by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.nsg.addresses import (
    EVERY,
    IPV4,
    IPV6,
    Intervals,
    intersection,
    parse,
    union,
)
from erpguard.analysis.azure.nsg.groups import UNSEEN, Group, all_groups
from erpguard.analysis.azure.nsg.interfaces import NIC, Configuration, all_configurations, members_of
from erpguard.analysis.azure.nsg.partition import Point
from erpguard.analysis.azure.nsg.routes import NO_EXTENT, Extent, extent_by, extent_of
from erpguard.analysis.azure.properties import items, read, refer, spread
from erpguard.analysis.azure.subnets import NETWORK, SUBNET, Subnet, all_subnets
from erpguard.model import Path, Resource

ROUTE_TABLE = "Microsoft.Network/routeTables"


class Target(NamedTuple):
    """Points that the same groups stand before: a subnet, an interface, or nothing in particular.

    title    for messages; empty where a group is judged by itself
    layers   keys of the groups, in the order in which inbound packets pass them
    place    the subnet or interface
    doubt    what of the points is not known
    """

    title: str
    layers: tuple[str, ...]
    points: tuple[Point, ...]
    extent: Extent = NO_EXTENT
    place: tuple[Resource, Path] | None = None
    doubt: str = ""


def all_targets(analyses: Analyses) -> dict[str, list[Target]]:
    """Group key -> where it is in force; every group has at least one target."""
    made: dict[str, list[Target]] = analyses.once("azure.nsg.targets", _all)
    return made


def _all(analyses: Analyses) -> dict[str, list[Target]]:
    found: dict[str, list[Target]] = defaultdict(list)
    finder = _Finder(analyses)
    for target in finder.targets():
        for key in dict.fromkeys(target.layers):
            if key != UNSEEN:
                found[key].append(target)
    place, extent = finder.unsettled()
    for group in all_groups(analyses).values():
        if place and group.resource is not None:
            found[group.key].append(_alone(group, place, extent))
        elif not found[group.key]:
            found[group.key].append(_alone(group, extent=finder.unseen_extent))
    return found


def _alone(group: Group, place: str = "", extent: Extent = NO_EXTENT) -> Target:
    """A group by itself; or perhaps at a place of which it may be the group."""
    labels = {label for rule in group.rules for label in rule.destination.groups}
    exists = not place
    points = [Point(EVERY, exists=exists), *(Point(EVERY, frozenset((one,)), exists=exists) for one in sorted(labels))]
    return Target(place, (group.key,), tuple(points), extent, doubt=f"the group of {place}" if place else "")


class _Finder:
    def __init__(self, analyses: Analyses) -> None:
        self._analyses = analyses
        self._groups = all_groups(analyses)
        self._members, self._members_known = members_of(analyses)
        self._inside: dict[tuple[str, Path], list[Configuration]] = defaultdict(list)
        self._adrift = [one for one in all_configurations(analyses) if not one.subnet_known]
        for one in all_configurations(analyses):
            if one.subnet is not None:
                self._inside[one.subnet.key].append(one)
        self._open = analyses.estate.is_open(NIC) or bool(self._adrift)
        self._subnets_open = analyses.estate.is_open(NETWORK, SUBNET)
        self._tenants: tuple[set[tuple[str, Path]], bool] | None = None
        self._extents: dict[tuple[str, Path], Extent] = {}
        self.unseen_extent = self._unseen_extent() if self._subnets_open else NO_EXTENT

    def targets(self) -> Iterator[Target]:
        for subnet in all_subnets(self._analyses).values():
            key = self._key(subnet.group.present, subnet.group.resource)
            if key not in (None, UNSEEN):
                yield from self._subnet(subnet, str(key))
        by_place: dict[tuple[str, tuple[str, Path] | None, bool], list[Configuration]] = defaultdict(list)
        for one in all_configurations(self._analyses):
            by_place[one.interface.key, one.subnet.key if one.subnet else None, one.subnet_known].append(one)
        for same in by_place.values():
            yield from self._interface(same)

    def unsettled(self) -> tuple[str, Extent]:
        """A subnet or interface of which it is not known which group it has; no name where there is none.

        With a route that leads elsewhere, if there is one at any of these places.
        """
        places: list[tuple[str, Subnet | None]] = [
            (subnet.title, subnet) for subnet in all_subnets(self._analyses).values() if subnet.group.present is None
        ]
        places += [
            (one.interface.name, one.subnet) for one in all_configurations(self._analyses) if one.group.present is None
        ]
        found = [(title, self._extent(subnet) if subnet is not None else NO_EXTENT) for title, subnet in places]
        return max(found, key=lambda place: bool(place[1].addresses), default=("", NO_EXTENT))

    def _key(self, present: bool | None, group: Resource | None) -> str | None:
        """The key of a group that is in force; None for none at all."""
        if present is False:
            return None
        return group.key if group is not None and group.key in self._groups else UNSEEN

    def _subnet(self, subnet: Subnet, key: str) -> Iterator[Target]:
        """What nothing but the group of the subnet stands before."""
        bare = [one for one in self._inside[subnet.key] if one.group.present is False]
        others = self._has_others(subnet)
        points = [point for one in bare for point in _points(one)]
        if others is True:
            points += _everywhere(subnet)
        place = (subnet.resource, subnet.name_path)
        extent = self._extent(subnet)
        if points:
            yield Target(subnet.title, (key,), tuple(dict.fromkeys(points)), extent, place)
        if others is None:
            guessed = tuple(point._replace(exists=False) for point in _everywhere(subnet))
            text = f"what else is in the subnet {subnet.title}"
            yield Target(subnet.title, (key,), guessed, extent, place, text)
        if others is not False:
            yield from self._strangers(subnet, key, extent)

    def _strangers(self, subnet: Subnet, key: str, extent: Extent) -> Iterator[Target]:
        """Members of application security groups that the estate does not have, such as instances of scale sets."""
        labels = {label for rule in self._groups[key].rules for label in rule.destination.groups}
        adrift = {label for one in self._adrift for label in one.members}
        for label in sorted(labels):
            sure = label not in self._members and self._members_known
            if self._members_known and not sure and label not in adrift:
                continue
            points = (point._replace(groups=frozenset((label,)), exists=sure) for point in _everywhere(subnet))
            title = f"members of {label.rpartition('/')[2]} in {subnet.title}"
            doubt = "" if sure else f"who the {title} are"
            yield Target(title, (key,), tuple(points), extent, (subnet.resource, subnet.name_path), doubt)

    def _interface(self, same: list[Configuration]) -> Iterator[Target]:
        """What a group of the interface, and the one of the subnet if there is one, stand before."""
        interface, group, subnet, subnet_known = same[0][:4]
        own = self._key(group.present, group.resource)
        if own is None:
            return
        outer = UNSEEN if self._subnets_open or not subnet_known else None
        if subnet is not None:
            # A plan may make the association elsewhere; what lives shows its group.
            is_open = self._subnets_open and bool(subnet.resource.change) and subnet.group.present is False
            outer = UNSEEN if is_open else self._key(subnet.group.present, subnet.group.resource)
        layers = tuple(key for key in (outer, own) if key is not None)
        if set(layers) == {UNSEEN}:
            return
        points = dict.fromkeys(point for one in same for point in _points(one))
        extent = self._extent(subnet) if subnet else self.unseen_extent
        note = "" if subnet or not subnet_known else " (its subnet is not in the estate)"
        hidden = interface.name if own == UNSEEN else subnet.title if subnet else f"the subnet of {interface.name}"
        doubt = f"the group of {hidden}" if UNSEEN in layers else ""
        yield Target(interface.name + note, layers, tuple(points), extent, (interface, interface.name_path), doubt)

    def _has_others(self, subnet: Subnet) -> bool | None:
        """Whether there is, besides known interfaces, something in a subnet that only its group stands before."""
        inside = self._inside[subnet.key]
        if not inside:
            # What is in it may have a group of its own.
            return None if any(one.group.present is not False for one in self._adrift) else True
        listed, known = items(subnet.resource, *subnet.path, "properties", "ipConfigurations")
        if listed and known:
            return self._lists_others(subnet, listed)
        if self._tenants is None:
            self._tenants = _tenants(self._analyses)
        tenants, known = self._tenants
        if subnet.key in tenants:
            return True
        return False if known and not self._open else None

    def _lists_others(self, subnet: Subnet, listed: Iterable[Path]) -> bool | None:
        """The same, where Azure lists what is in the subnet: configurations of interfaces, and of other things."""
        names = {one.interface.key for one in self._inside[subnet.key]}
        answer: bool | None = False
        for path in listed:
            id_ = read(subnet.resource, *path, "id")
            if not id_.known:
                answer = None
                continue
            owner = self._analyses.estate.arm("/".join(str(id_.value or "").split("/")[:-2])).resource
            if owner is None or owner.key not in names:
                return True
        return answer

    def _unseen_extent(self) -> Extent:
        """What the tag may hold in subnets that are not in the estate: any of its route tables may apply there."""
        found = map(extent_by, self._analyses.estate.of_type(ROUTE_TABLE))
        return max(found, key=lambda extent: bool(extent.addresses), default=NO_EXTENT)

    def _extent(self, subnet: Subnet) -> Extent:
        if subnet.key not in self._extents:
            self._extents[subnet.key] = extent_of(subnet)
        return self._extents[subnet.key]


def _points(one: Configuration) -> list[Point]:
    if one.address is not None:
        return [Point(one.address, one.members, one.whole)]
    known = len(one.families) == 1
    within = _prefixes(one.subnet) if one.subnet is not None else None
    points = []
    for family in one.families:
        addresses = intersection(within, family) if within is not None else family
        points.append(Point(addresses or family, one.members, one.whole, each=False, exists=known))
    return points


def _prefixes(subnet: Subnet) -> Intervals | None:
    """The addresses of a subnet; None where they are not known."""
    for name in ("addressPrefix", "addressPrefixes"):
        if not subnet.resource.is_known((*subnet.path, "properties", name)):
            return None
    found = [parse(text) for text in subnet.strings("addressPrefix", "addressPrefixes")]
    return union(*(one for one in found if one)) or None if None not in found else None


def _everywhere(subnet: Subnet) -> list[Point]:
    """All addresses of a subnet. One whose addresses are not known surely has some of IPv4."""
    prefixes = _prefixes(subnet)
    if prefixes is not None:
        return [Point(prefixes)]
    return [Point(IPV4, each=False), Point(IPV6, each=False, exists=False)]


_POOL = ("vnetSubnetID", "podSubnetID")
_OTHERS = {
    "Microsoft.ContainerService/managedClusters": tuple(f"properties.agentPoolProfiles[].{name}" for name in _POOL),
    "Microsoft.ContainerService/managedClusters/agentPools": tuple(f"properties.{name}" for name in _POOL),
    "Microsoft.Compute/virtualMachineScaleSets": (
        "properties.virtualMachineProfile.networkProfile.networkInterfaceConfigurations[]"
        ".properties.ipConfigurations[].properties.subnet.id",
    ),
    "Microsoft.Network/applicationGateways": ("properties.gatewayIPConfigurations[].properties.subnet.id",),
    "Microsoft.Network/privateEndpoints": ("properties.subnet.id",),
}
"""Type -> where its bodies name the subnets in which it has interfaces that are no resources, or not its only ones."""


def _tenants(analyses: Analyses) -> tuple[set[tuple[str, Path]], bool]:
    """The keys of the subnets that have such interfaces, and whether these are all."""
    found, known = set(), True
    for type_, patterns in _OTHERS.items():
        for resource in analyses.estate.of_type(type_):
            for path in (path for pattern in patterns for path in spread(resource, pattern)):
                link = refer(analyses, resource, *path)
                known = known and link.present is not None
                if link.node.resource is not None:
                    found.add((link.node.resource.key, link.node.path))
    return found, known
