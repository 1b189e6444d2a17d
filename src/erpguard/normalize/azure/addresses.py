"""What the declared resources of one plan are called: by address, and by type, group and name.

A reference in a plan names an address; a resource that exists already goes by its ARM id in the estate, one that does
not by its address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from erpguard.model import Path
from erpguard.model.arm_ids import is_arm_id, parse
from erpguard.normalize.azure.arm import GROUPS
from erpguard.normalize.declared import Reference

UNKNOWN = "?"
"""The id of a parent or target that is not known: it may be any."""

_IDS: frozenset[Path] = frozenset(
    (key,) if key else () for key in ("", "id", "resource_id", "resource_manager_id", "role_definition_resource_id")
)
_MANY = 16
_NAMES: frozenset[Path] = frozenset(((), ("name",)))

_BY_KEY = {
    "applicationsecuritygroup": "Microsoft.Network/applicationSecurityGroups",
    "applicationsecuritygroups": "Microsoft.Network/applicationSecurityGroups",
    "customdomains": "Microsoft.Cdn/profiles/customDomains",
    "datasourceinfo": "!backup",
    "ddosprotectionplan": "Microsoft.Network/ddosProtectionPlans",
    "delegatedsubnetresource": "Microsoft.Network/virtualNetworks/subnets",
    "destinationapplicationsecuritygroups": "Microsoft.Network/applicationSecurityGroups",
    "diskencryptionset": "Microsoft.Compute/diskEncryptionSets",
    "domains": "Microsoft.Cdn/profiles/*",
    "natgateway": "Microsoft.Network/natGateways",
    "networksecuritygroup": "Microsoft.Network/networkSecurityGroups",
    "privatednszone": "Microsoft.Network/privateDnsZones",
    "privatednszonearmresource": "Microsoft.Network/privateDnsZones",
    "policy": "*/backupPolicies",
    "publicipaddress": "Microsoft.Network/publicIPAddresses",
    "roledefinition": "Microsoft.Authorization/roleDefinitions",
    "routetable": "Microsoft.Network/routeTables",
    "sourceapplicationsecuritygroups": "Microsoft.Network/applicationSecurityGroups",
    "sourceresource": "!backup",
    "subnet": "Microsoft.Network/virtualNetworks/subnets",
    "virtualnetworkrules": "Microsoft.Network/virtualNetworks/subnets",
    "vnetsubnet": "Microsoft.Network/virtualNetworks/subnets",
    "wafpolicy": "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies",
    "workspace": "Microsoft.OperationalInsights/workspaces",
    "workspaceresource": "Microsoft.OperationalInsights/workspaces",
}
"""What the id under a key of ARM is the id of; `*` stands for any beginning or end, `!backup` for all but backup
services."""

_BACKUP_SERVICES = ("microsoft.recoveryservices/", "microsoft.dataprotection/")


class Named(NamedTuple):
    """A declared resource: its ARM type (or the provider's), its id in the estate, its name and group, if known."""

    type: str
    id: str
    name: str
    group: str


Attributes = Mapping[Path, tuple[Reference, ...]]
"""What the attributes of a declared resource refer to."""


class Addresses:
    """Finds declared resources.

    `subscription` is the one of ids that have to be made up. `attributes` leads on, by address, where a reference names
    an attribute that is itself a copy of another resource's id.
    """

    def __init__(
        self,
        named: Iterable[tuple[str, Named]],
        subscription: str,
        attributes: Mapping[str, Attributes] = MappingProxyType({}),
    ) -> None:
        self._subscription = subscription
        self._attributes = attributes
        self._by_address: dict[str, Named] = {}
        self._by_name: dict[tuple[str, str], list[Named]] = {}
        # With the references themselves, so that no other ones can have their identity.
        self._answers: dict[tuple[int, frozenset[Path], str], tuple[str, Any]] = {}
        for address, one in named:
            self._by_address[address] = one
            if one.name:
                self._by_name.setdefault((one.type.lower(), one.name.lower()), []).append(one)

    def at(self, address: str) -> Named | None:
        """The resource of an address."""
        return self._by_address.get(address)

    def id_of(self, references: Iterable[Reference], target: Path) -> str:
        """The id that an unknown value will be, by what its expression refers to; empty where that is not certain.

        `target` is the ARM path of the value: it tells which type belongs there.
        """
        return self._only(references, _IDS, _expected(target))

    def ids_of(self, references: Iterable[Reference], target: Path) -> list[str]:
        """The ids of a list, in the order of the references; empty where one of them is no id."""
        found = [self.id_of((reference,), target) for reference in references]
        return found if all(found) else []

    def owner(self, references: Iterable[Reference], type_: str) -> str:
        """The id of what a reference to a name or an id of a resource of this type means."""
        return self._only(references, _NAMES | _IDS, type_)

    def _only(self, references: Iterable[Reference], attributes: frozenset[Path], type_: str) -> str:
        if not isinstance(references, tuple) or len(references) < _MANY:
            return self._find(references, attributes, type_)
        # All instances of a resource have the very same references, which may be thousands: all instances of another.
        key = (id(references), attributes, type_)
        if key not in self._answers:
            self._answers[key] = (self._find(references, attributes, type_), references)
        return self._answers[key][0]

    def _find(self, references: Iterable[Reference], attributes: frozenset[Path], type_: str) -> str:
        found: dict[str, Named] = {}
        for reference in references:
            reference = self._origin(reference, attributes)
            one = self._by_address.get(reference.address)
            if one is not None and reference.attribute in attributes:
                found[one.id] = one
        fitting = [id_ for id_, one in found.items() if _fits(one.type.lower(), type_.lower())]
        if len(fitting) > 1:
            # An id that is known already would not have made the value unknown.
            fitting = [id_ for id_ in fitting if not is_arm_id(id_)]
        return fitting[0] if len(fitting) == 1 else ""

    def _origin(self, reference: Reference, attributes: frozenset[Path]) -> Reference:
        """What a reference to an attribute means that only passes on what another resource gives."""
        met = {reference}
        while reference.attribute not in attributes:
            onward = self._attributes.get(reference.address, {}).get(reference.attribute, ())
            if len(onward) != 1 or onward[0] in met:
                break
            reference = onward[0]
            met.add(reference)
        return reference

    def declared_as(self, type_: str, name: str) -> str:
        """The id of the only declared resource of a type that goes by a name; empty where there is none."""
        found = self._by_name.get((type_.lower(), name.lower()), [])
        return found[0].id if len(found) == 1 else ""

    def by_name(self, type_: str, name: str, group: str | None) -> str:
        """The id of a resource that is named; one that is not declared here gets the id that it has in Azure."""
        found = self._by_name.get((type_.lower(), name.lower()), [])
        if group is not None:
            found = [one for one in found if not one.group or not group or one.group.lower() == group.lower()]
        if len(found) == 1:
            return found[0].id
        if type_ == GROUPS:
            return f"/subscriptions/{self._subscription}/resourceGroups/{name}"
        return f"/subscriptions/{self._subscription}/resourceGroups/{group or ''}/providers/{type_}/{name}"


def _fits(type_: str, expected: str) -> bool:
    if expected == "!backup":
        return not type_.startswith(_BACKUP_SERVICES)
    if expected.endswith("*"):
        return type_.startswith(expected[:-1])
    return not expected or type_ == expected or (expected[0] == "*" and type_.endswith(expected[1:]))


def _expected(target: Path) -> str:
    """The type of what an ARM path holds the id of; empty where the path does not tell."""
    keys = [step for step in target if isinstance(step, str)]
    key = keys[-1] if keys else ""
    if key.lower() in ("id", "resourceid") and len(keys) > 1:
        key = keys[-2]
    else:
        key = key.removesuffix("Id").removesuffix("ID")
    return _BY_KEY.get(key.lower(), "")


def named(type_: str, address: str, ids: Iterable[Any], name: Any, group: Any) -> Named:
    """How a declared resource is called, from what is known of it; `ids` are those that may be its own."""
    called = name if isinstance(name, str) else ""
    for id_ in ids:
        if isinstance(id_, str) and is_arm_id(id_):
            id_ = id_.partition("|")[0].rstrip("/")
            own = parse(id_)
            if own.type.lower() == type_.lower() or _is_group(type_, id_):
                return Named(type_, id_.lower(), called or own.name, own.group)
    return Named(type_, address, called, group if isinstance(group, str) else "")


def _is_group(type_: str, id_: str) -> bool:
    return type_ == GROUPS and id_.strip("/").count("/") == 3
