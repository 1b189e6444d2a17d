"""Pulumi's azure-native: ARM's own names, with what ARM has below `properties` lifted to the top.

What stays on top is the same for nearly all types; the mapping of a type says what is otherwise. In Microsoft.Network
the items of most lists are resources too, and have their `properties` lifted as well.
"""

from __future__ import annotations

from typing import Any

from erpguard.model import Path, Step
from erpguard.normalize.azure.rows import Row

_TOP = frozenset(
    [
        "etag",
        "eTag",
        "extendedLocation",
        "id",
        "identity",
        "kind",
        "location",
        "managedBy",
        "managedByExtended",
        "name",
        "placement",
        "plan",
        "sku",
        "systemData",
        "tags",
        "type",
        "zones",
    ]
)
_ITEM_TOP = frozenset(("etag", "id", "identity", "location", "name", "sku", "tags", "type", "zones"))

# Lists of Microsoft.Network whose items are resources: https://learn.microsoft.com/azure/templates/microsoft.network
_RESOURCE_LISTS = frozenset(
    [
        "applicationRuleCollections",
        "authenticationCertificates",
        "backendAddressPools",
        "backendHttpSettingsCollection",
        "backendPools",
        "backendSettingsCollection",
        "delegations",
        "frontendEndpoints",
        "frontendIPConfigurations",
        "frontendPorts",
        "gatewayIPConfigurations",
        "healthProbeSettings",
        "httpListeners",
        "inboundNatPools",
        "inboundNatRules",
        "ipConfigurations",
        "listeners",
        "loadBalancerBackendAddresses",
        "loadBalancingRules",
        "loadBalancingSettings",
        "loadDistributionPolicies",
        "loadDistributionTargets",
        "manualPrivateLinkServiceConnections",
        "natRuleCollections",
        "networkRuleCollections",
        "outboundRules",
        "pathRules",
        "privateDnsZoneConfigs",
        "privateEndpointConnections",
        "privateLinkConfigurations",
        "privateLinkServiceConnections",
        "probes",
        "redirectConfigurations",
        "requestRoutingRules",
        "rewriteRuleSets",
        "routes",
        "routingRules",
        "securityRules",
        "serviceEndpointPolicies",
        "serviceEndpointPolicyDefinitions",
        "sslCertificates",
        "sslProfiles",
        "subnets",
        "trustedClientCertificates",
        "trustedRootCertificates",
        "urlPathMaps",
        "virtualNetworkPeerings",
    ]
)


class Unflatten:
    """The spelling of one azure-native type.

    given  `name`: the attribute that holds the name; `nested`: what is below `properties` is written there already;
           `under`: what is below `properties` although it usually is on top; `rename`: the path of an attribute -> the
           key that ARM has for it; `lists`: the lists whose items have `properties` of their own; `drop`: attributes
           that are no properties
    drop   attributes that name the parents and the group
    """

    named: tuple[Row, ...] = ()
    hiding: tuple[Row, ...] = ()

    def __init__(self, arm: str, given: dict[str, Any], drop: frozenset[str] = frozenset()) -> None:
        self._name: str = given.get("name", "name")
        self._nested: bool = given.get("nested", False)
        self._top = _TOP - set(given.get("under", ()))
        self._drop = (drop | set(given.get("drop", ()))) - set(given.get("keep", ()))
        self._lists = _RESOURCE_LISTS if arm.lower().startswith("microsoft.network/") else set(given.get("lists", ()))
        self._renames: dict[str, Any] = {}
        self._names: dict[str, Any] = {}
        for path, name in given.get("rename", {}).items():
            steps = path.replace("[]", "").split(".")
            _plant(self._renames, steps, name)
        for path, name in given.get("rename", {}).items():
            steps = path.replace("[]", "").split(".")
            _plant(self._names, [*_renamed(self._renames, steps[:-1]), name], steps[-1])

    def body(self, values: dict[str, Any]) -> dict[str, Any]:
        """See `erpguard.normalize.azure.mapping.Spelling`."""
        made: dict[str, Any] = {}
        properties: dict[str, Any] = {}
        for key, value in values.items():
            if value is None or key in self._drop or key == self._name or key.startswith("__"):
                continue
            if key == "azureApiVersion":
                made["apiVersion"] = value
                continue
            branch = self._renames.get(key)
            copied = self._value(value, key, branch if isinstance(branch, dict) else {})
            name = _name_of(branch, key)
            if key in self._top or (self._nested and key == "properties"):
                made[name] = copied
            else:
                properties[name] = copied
        if values.get(self._name) is not None:
            made["name"] = values[self._name]
        _identities(made.get("identity"))
        if properties:
            below = made.get("properties")
            made["properties"] = {**properties, **below} if isinstance(below, dict) else properties
        return made

    def _value(self, value: Any, key: str, branch: dict[str, Any]) -> Any:
        if isinstance(value, dict):
            made = {}
            for inner, one in value.items():
                if one is not None:
                    below = branch.get(inner)
                    made[_name_of(below, inner)] = self._value(one, inner, below if isinstance(below, dict) else {})
            return made
        if isinstance(value, list):
            items = [self._value(one, "", branch) for one in value]
            return [_lifted(one) for one in items] if key in self._lists else items
        return value

    def targets(self, path: Path) -> list[tuple[Path, Row | None]]:
        """See `erpguard.normalize.azure.mapping.Spelling`."""
        key = path[0]
        if key == self._name:
            return [(("name",), None)]
        if key in self._drop or not isinstance(key, str):
            return []
        if key == "azureApiVersion":
            return [(("apiVersion",), None)]
        made: list[Step] = [] if key in self._top or (self._nested and key == "properties") else ["properties"]
        branch: Any = self._renames
        for index, step in enumerate(path):
            if isinstance(step, int):
                made.append(step)
                continue
            if index > 1 and self._in_resource(path[index - 2 : index]) and step not in _ITEM_TOP:
                made.append("properties")
            branch = branch.get(step) if isinstance(branch, dict) else None
            made.append(_name_of(branch, step))
        return [(tuple(made), None)]

    def links(self, path: Path) -> str | None:
        """See `erpguard.normalize.azure.mapping.Spelling`."""
        return None

    def source(self, path: Path, values: dict[str, Any]) -> Path:
        """See `erpguard.normalize.azure.mapping.Spelling`."""
        if not path:
            return ()
        if path[0] == "name" and values.get(self._name) is not None:
            return (self._name,)
        rest = path if self._nested or path[0] != "properties" else path[1:]
        made: list[Step] = []
        branch: Any = self._names
        for index, step in enumerate(rest):
            if isinstance(step, int):
                made.append(step)
            elif step != "properties" or index < 2 or not self._in_resource(rest[index - 2 : index]):
                branch = branch.get(step) if isinstance(branch, dict) else None
                made.append(_name_of(branch, step))
        return tuple(made)

    def _in_resource(self, steps: Path) -> bool:
        """Whether the two steps before a key are an item of a list whose items have `properties`."""
        return isinstance(steps[1], int) and steps[0] in self._lists


def _plant(tree: dict[str, Any], steps: list[str], name: str) -> None:
    for step in steps:
        tree = tree.setdefault(step, {})
    tree["="] = name


def _renamed(tree: dict[str, Any], steps: list[str]) -> list[str]:
    """The names that ARM has for the steps of a path."""
    made: list[str] = []
    for step in steps:
        tree = tree.get(step, {})
        made.append(tree.get("=", step))
    return made


def _name_of(branch: Any, key: str) -> str:
    name: str = branch.get("=", key) if isinstance(branch, dict) else key
    return name


def _lifted(item: Any) -> Any:
    if not isinstance(item, dict) or "properties" in item:
        return item
    below = {key: value for key, value in item.items() if key not in _ITEM_TOP}
    top = {key: value for key, value in item.items() if key in _ITEM_TOP}
    return {**top, "properties": below} if below else top


def _identities(identity: Any) -> None:
    """User-assigned identities are a list of ids in the inputs, and keys of an object in ARM."""
    if isinstance(identity, dict) and isinstance(identity.get("userAssignedIdentities"), list):
        listed = identity["userAssignedIdentities"]
        identity["userAssignedIdentities"] = {one: {} for one in listed if isinstance(one, str)}
