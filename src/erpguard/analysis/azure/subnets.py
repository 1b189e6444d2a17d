"""Subnets, wherever they stand: within their virtual network, or by themselves where that is not in the estate.

Shape: https://learn.microsoft.com/rest/api/virtualnetwork/subnets/get. A subnet has one group and one route table at
most; the ids of both may lead out of the estate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.model import Path, Resource
from erpguard.model.arm_ids import is_arm_id, parse

NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
SUBNETS: Path = ("properties", "subnets")


class Attachment(NamedTuple):
    """What the id at a property leads to.

    present   whether there is one; None where that is not known
    id        the id as it was written; empty where it is not known
    resource  what it leads to; None where that is not in the estate, or not known
    """

    present: bool | None
    id: str = ""
    resource: Resource | None = None


class Subnet(NamedTuple):
    """One subnet: the resource that it stands in, and where. `name` is None where it is not known.

    `whole` is False for a stand-in: the list of a network's subnets is not known, or an item of it is not.
    """

    resource: Resource
    path: Path
    name: str | None
    body: Mapping[str, Any]
    group: Attachment
    route_table: Attachment
    whole: bool = True

    @property
    def key(self) -> tuple[str, Path]:
        """What `estate.arm` answers for the id of this subnet: the key of a resource, and a path."""
        return self.resource.key, self.path

    @property
    def title(self) -> str:
        """The subnet for messages: `vnet-erp/snet-db`."""
        name = self.name or "(name not known)"
        if self.resource.type == NETWORK:
            return f"{self.resource.name}/{name}"
        network = parse(self.resource.parent).name if is_arm_id(self.resource.parent) else ""
        return f"{network}/{name}" if network else name

    @property
    def name_path(self) -> Path:
        """Where the subnet says its name."""
        return (*self.path, "name") if self.whole else self.path

    def strings(self, *names: str) -> list[str]:
        """The texts of properties that are a text or a list of texts, in their order."""
        properties = self.body.get("properties") or {}
        found: list[str] = []
        for name in names:
            value = properties.get(name)
            found += [value] if isinstance(value, str) else [item for item in value or () if isinstance(item, str)]
        return found


def all_subnets(analyses: Analyses) -> dict[tuple[str, Path], Subnet]:
    """Every subnet of the estate by `Subnet.key`."""
    made: dict[tuple[str, Path], Subnet] = analyses.once("azure.subnets", _all)
    return made


def subnet_of(analyses: Analyses, id_: str) -> Subnet | None:
    """The subnet that an id in some body refers to; None where it is not in the estate."""
    node = analyses.estate.arm(id_)
    return all_subnets(analyses).get((node.resource.key, node.path)) if node.resource is not None else None


def _all(analyses: Analyses) -> dict[tuple[str, Path], Subnet]:
    return {subnet.key: subnet for subnet in _each(analyses)}


def _each(analyses: Analyses) -> Iterator[Subnet]:
    for network in analyses.estate.of_type(NETWORK):
        if network.is_hidden(SUBNETS):
            yield _stand_in(network, SUBNETS)
            continue
        listed = (network.body.get("properties") or {}).get("subnets") or ()
        for index, item in enumerate(listed):
            path = (*SUBNETS, index)
            if isinstance(item, dict) and not network.is_hidden(path):
                name = None if network.is_hidden((*path, "name")) else str(item.get("name") or "")
                yield _subnet(analyses, network, path, name, item)
            else:
                yield _stand_in(network, path)
    for single in analyses.estate.of_type(SUBNET):
        name = None if single.is_hidden(("name",)) else single.name
        yield _subnet(analyses, single, (), name, single.body)


def _subnet(analyses: Analyses, resource: Resource, path: Path, name: str | None, body: Mapping[str, Any]) -> Subnet:
    group = attachment(analyses, resource, (*path, "properties", "networkSecurityGroup"))
    table = attachment(analyses, resource, (*path, "properties", "routeTable"))
    return Subnet(resource, path, name, body, group, table)


def _stand_in(network: Resource, path: Path) -> Subnet:
    return Subnet(network, path, None, {}, Attachment(None), Attachment(None), whole=False)


def attachment(analyses: Analyses, resource: Resource, path: Path) -> Attachment:
    """What the `{id}` object at `path` leads to."""
    if resource.is_hidden((*path, "id")):
        return Attachment(None)
    node: Any = resource.body
    for step in (*path, "id"):
        node = (node or {}).get(step) if isinstance(step, str) else node[step]
    if not node:
        return Attachment(False)
    found = analyses.estate.arm(node)
    return Attachment(True, node, found.resource if not found.path else None)


def subnets(analyses: Analyses) -> View:
    """One row per subnet, at the subnet; one at the list itself where the subnets of a network are not known.

    Fields: subnet_name, title (with the network's name), unguarded (where it may have no group: {name, doubt}; the name
    is empty where it is not known, and doubt says what is not known), has_nsg, nsg and nsg_id, has_route_table,
    route_table and route_table_id (the key of the resource, if it is in the estate, and the id as it was written),
    delegations (service names), address_prefixes, absent (types that an association may come from: none for a body that
    was read from Azure, where nothing else can attach a group).
    """
    view = View()
    for subnet in all_subnets(analyses).values():
        group, table = subnet.group, subnet.route_table
        fields = {
            "subnet_name": subnet.name,
            "title": subnet.title,
            "unguarded": _unguarded(subnet),
            "has_nsg": group.present,
            "nsg": group.resource.key if group.resource is not None else None,
            "nsg_id": group.id or None,
            "has_route_table": table.present,
            "route_table": table.resource.key if table.resource is not None else None,
            "route_table_id": table.id or None,
            "delegations": list(_delegations(subnet)),
            "address_prefixes": subnet.strings("addressPrefix", "addressPrefixes"),
            "absent": [SUBNET] if subnet.resource.change else [],
        }
        view.add(subnet.resource, subnet.path, fields, _unknown(subnet))
    return view


def _unguarded(subnet: Subnet) -> dict[str, str] | None:
    """What there is to say of a subnet that has no group, or may have none."""
    if subnet.group.present:
        return None
    hidden = ["its name"] if subnet.name is None else []
    if subnet.group.present is None:
        hidden.append("its network security group")
    return {"name": subnet.name or "", "doubt": " and ".join(hidden)}


def _delegations(subnet: Subnet) -> Iterator[str]:
    for item in (subnet.body.get("properties") or {}).get("delegations") or ():
        name = ((item or {}).get("properties") or {}).get("serviceName")
        if name:
            yield name


def _unknown(subnet: Subnet) -> Iterator[str]:
    if not subnet.whole:
        yield from ("delegations", "address_prefixes")
    if subnet.name is None:
        yield "subnet_name"
    if subnet.group.present is None:
        yield from ("has_nsg", "nsg", "nsg_id")
    if subnet.route_table.present is None:
        yield from ("has_route_table", "route_table", "route_table_id")
    if not subnet.resource.is_known((*subnet.path, "properties", "delegations")):
        yield "delegations"
    if not all(subnet.resource.is_known((*subnet.path, "properties", name)) for name in _PREFIXES):
        yield "address_prefixes"


_PREFIXES = ("addressPrefix", "addressPrefixes")
