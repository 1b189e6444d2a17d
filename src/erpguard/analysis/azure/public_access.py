"""Whether a platform service answers on its public address to every network.

Two settings decide together: public network access, and the network rules behind it. What the rules mean differs from
service to service; each has its source below. An access of `SecuredByPerimeter` leaves it to a network security
perimeter (https://learn.microsoft.com/azure/private-link/network-security-perimeter-concepts).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.address_ranges import admit_everybody
from erpguard.analysis.azure.properties import Property, adrift, items, may_have_more, read
from erpguard.analysis.values.cidrs import network
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource

if TYPE_CHECKING:
    from erpguard.analysis.values.cidrs import Network

STORAGE = "Microsoft.Storage/storageAccounts"
REDIS = "Microsoft.Cache/redis"
SERVICE_BUS = "Microsoft.ServiceBus/namespaces"
RULE_SETS = "Microsoft.ServiceBus/namespaces/networkRuleSets"
REDIS_RULES = "Microsoft.Cache/redis/firewallRules"
_FLAG: Path = ("properties", "publicNetworkAccess")


class Opening(NamedTuple):
    """Whether a service is reachable from all networks (None: not known), what lets them in, and where that stands.

    `absent` are the types on whose absence the answer rests.
    """

    answer: bool | None
    what: str
    node: Node
    absent: tuple[str, ...] = ()


class _Rules(NamedTuple):
    """Whether IP rules admit everybody (None: not known), and the rule, or the list of rules, that does it."""

    admit_all: bool | None
    node: Node


def public_access(analyses: Analyses) -> View:
    """One row per platform service other than the SQL databases, at its root.

    Fields: open (whether all networks reach it), what (lets them in), at ({resource, path} of what decides), absent
    (types on whose absence that rests).
    """
    view = View()
    for type_, opening_of in _OPENINGS.items():
        for service in analyses.estate.of_type(type_):
            opening = opening_of(analyses, service)
            fields = {
                "open": opening.answer,
                "what": opening.what,
                "at": opening.node.at(),
                "absent": list(opening.absent),
            }
            view.add(service, (), fields, {"open"} if opening.answer is None else ())
    return view


def is_public(service: Resource) -> bool | None:
    """Whether public network access is on, rules aside; None where it is not known."""
    return _is_on(read(service, *_FLAG))


def _is_on(flag: Property) -> bool | None:
    closed = flag.is_one_of("Disabled", "SecuredByPerimeter")
    return None if closed is None else not closed


def _by_access_alone(_: Analyses, service: Resource) -> Opening:
    """Azure Managed Redis has no network rules: https://learn.microsoft.com/azure/redis/private-link."""
    return Opening(is_public(service), _described(service), Node(service, _FLAG))


def _by_network_acls(_: Analyses, service: Resource) -> Opening:
    """Storage and Key Vault: https://learn.microsoft.com/azure/storage/common/storage-network-security and
    https://learn.microsoft.com/azure/key-vault/general/network-security."""
    return _by_default_action(service, ("properties", "networkAcls"))


def _by_network_rule_set(_: Analyses, service: Resource) -> Opening:
    """Container Registry: https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks."""
    return _by_default_action(service, ("properties", "networkRuleSet"))


def _by_default_action(service: Resource, acls: Path) -> Opening:
    default = read(service, *acls, "defaultAction")
    allows = default.is_one_of("Allow")
    rules = _ip_rules(service, (*acls, "ipRules"), "value")
    answer = all_of((is_public(service), any_of((allows, rules.admit_all))))
    if rules.admit_all and not allows:
        return Opening(answer, "its IP rules admit nearly every address", rules.node)
    if default.stated:
        return Opening(answer, f"{acls[-1]}.defaultAction is {default.value}", Node(service, default.path))
    # A plan may have the rules of an account in a resource of their own, and not tell of which account they are.
    absent = (STORAGE,) if service.type == STORAGE and service.change else ()
    return Opening(answer, f"{_described(service)} and no network rules limit it", Node(service, _FLAG), absent)


def _redis(analyses: Analyses, cache: Resource) -> Opening:
    """A cache in a subnet has no public address; one without firewall rules takes every client, one with rules only
    the clients of the rules (https://learn.microsoft.com/azure/azure-cache-for-redis/cache-network-isolation)."""
    subnet = read(cache, "properties", "subnetId")
    outside = None if not subnet.known else not subnet.value
    rules = analyses.estate.children(cache, REDIS_RULES)
    if not rules:
        what = f"{_described(cache)} and it has no firewall rules"
        return Opening(all_of((is_public(cache), outside)), what, Node(cache, _FLAG), (REDIS_RULES,))
    admitted = _redis_rules(rules)
    others = _redis_rules([*rules, *adrift(analyses, REDIS_RULES)]).admit_all
    if admitted.admit_all is False and (others is not False or may_have_more(analyses, REDIS_RULES)):
        admitted = admitted._replace(admit_all=None)
    answer = all_of((is_public(cache), outside, admitted.admit_all))
    return Opening(answer, "its firewall rules admit nearly every address", admitted.node)


def _redis_rules(rules: list[Resource]) -> _Rules:
    networks: list[Network | None] = []
    known = True
    for rule in rules:
        given = _range(*(read(rule, "properties", name) for name in ("startIP", "endIP")))
        known = known and given is not None
        if admit_everybody(given or ()):
            return _Rules(True, Node(rule, ("properties", "startIP")))
        networks += given or ()
    return _sum(networks, known, Node(rules[0], ("properties", "startIP")))


def _range(start: Property, end: Property) -> list[Network | None] | None:
    from ipaddress import ip_address, summarize_address_range

    try:
        return list(summarize_address_range(ip_address(start.value), ip_address(end.value)))
    except (TypeError, ValueError):
        return None


def _service_bus(analyses: Analyses, namespace: Resource) -> Opening:
    """Without any rule a namespace takes every client, whatever its default action is
    (https://learn.microsoft.com/azure/service-bus-messaging/service-bus-ip-filtering)."""
    rule_set = next(iter(analyses.estate.children(namespace, RULE_SETS)), None)
    public = is_public(namespace)
    if rule_set is None:
        what = f"{_described(namespace)} and it has no network rules"
        return Opening(public, what, Node(namespace, _FLAG), (RULE_SETS,))
    public = all_of((public, is_public(rule_set)))
    listed, known = items(rule_set, "properties", "ipRules")
    subnets, subnets_known = items(rule_set, "properties", "virtualNetworkRules")
    default = read(rule_set, "properties", "defaultAction")
    if not listed and not subnets:
        empty = True if known and subnets_known else None
        at = Node(rule_set, default.path if default.stated else _FLAG)
        return Opening(all_of((public, empty)), "its network rule set has no rules, which lets everybody in", at)
    rules = _ip_rules(rule_set, ("properties", "ipRules"), "ipMask")
    allows = default.is_one_of("Allow")
    answer = all_of((public, any_of((allows, rules.admit_all))))
    if rules.admit_all and not allows:
        return Opening(answer, "its IP rules admit nearly every address", rules.node)
    return Opening(answer, "the default action of its network rule set is Allow", Node(rule_set, default.path))


def _managed_instance(_: Analyses, instance: Resource) -> Opening:
    """Behind the public endpoint of a managed instance its subnet's network security group decides, and port 3342
    (https://learn.microsoft.com/azure/azure-sql/managed-instance/public-endpoint-configure)."""
    enabled = read(instance, "properties", "publicDataEndpointEnabled")
    answer = False if enabled.value is False else None
    return Opening(
        answer, "its public endpoint is on, and its subnet's group may let everybody in", Node(instance, enabled.path)
    )


def _ip_rules(resource: Resource, path: Path, key: str) -> _Rules:
    """Whether the IP rules at a path admit everybody. A rule is an address or a CIDR."""
    listed, known = items(resource, *path)
    networks: list[Network | None] = []
    for item in listed:
        given = read(resource, *item, key)
        known = known and given.known
        networks.append(network(given.value))
        if admit_everybody(networks[-1:]):
            return _Rules(True, Node(resource, given.path))
    return _sum(networks, known, Node(resource, path))


def _sum(networks: list[Network | None], known: bool, node: Node) -> _Rules:
    if admit_everybody(networks):
        return _Rules(True, node)
    return _Rules(False if known else None, node)


def _described(service: Resource) -> str:
    stated = read(service, *_FLAG).stated
    return "publicNetworkAccess is Enabled" if stated else "public network access is on by default"


_OPENINGS: dict[str, Callable[[Analyses, Resource], Opening]] = {
    STORAGE: _by_network_acls,
    "Microsoft.KeyVault/vaults": _by_network_acls,
    REDIS: _redis,
    "Microsoft.Cache/redisEnterprise": _by_access_alone,
    "Microsoft.ContainerRegistry/registries": _by_network_rule_set,
    SERVICE_BUS: _service_bus,
    "Microsoft.Sql/managedInstances": _managed_instance,
}
