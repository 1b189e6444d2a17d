"""The web application firewalls of application gateways and Front Doors.

https://learn.microsoft.com/azure/web-application-firewall/ag/policy-overview: a policy holds for a gateway, one of a
listener or of a path rule takes its place there; the older configuration within the gateway yields to a policy.
https://learn.microsoft.com/azure/web-application-firewall/afds/afds-overview: classic Front Doors link a policy to each
frontend, the Standard and Premium ones have security policies, each for the domains that it names: those of endpoints,
and custom ones (https://learn.microsoft.com/azure/frontdoor/front-door-waf). A domain serves what routes link to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.properties import items, read, refer, spread
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource

GATEWAY = "Microsoft.Network/applicationGateways"
CLASSIC = "Microsoft.Network/frontDoors"
PROFILE = "Microsoft.Cdn/profiles"
SECURITY_POLICY = "Microsoft.Cdn/profiles/securityPolicies"
ENDPOINT = "Microsoft.Cdn/profiles/afdEndpoints"
ROUTE = "Microsoft.Cdn/profiles/afdEndpoints/routes"
_CONFIGURATION: Path = ("properties", "webApplicationFirewallConfiguration")
_SETTINGS: Path = ("properties", "policySettings")
_DOMAINS = "properties.parameters.associations[].domains[]"
_PATH_RULES = "properties.urlPathMaps[].properties.pathRules[]"


class Firewall(NamedTuple):
    """The firewall in front of something.

    blocks  whether it blocks attacks; None where that is not known
    what    what is wrong if not, and where
    absent  types on whose absence that rests
    """

    blocks: bool | None
    what: str = ""
    node: Node | None = None
    absent: tuple[str, ...] = ()


def web_application_firewalls(analyses: Analyses) -> View:
    """One row per application gateway and Front Door, and per listener, path or frontend with a firewall of its own,
    and per domain of a Front Door.

    Fields: blocks (whether its firewall blocks attacks), what (is wrong if not), at ({resource, path} of that), absent
    (types on whose absence it rests).
    """
    view = View()
    for gateway in analyses.estate.of_type(GATEWAY):
        _add(view, gateway, _of_gateway(analyses, gateway))
    for door in analyses.estate.of_type(CLASSIC):
        _add(view, door, _of_classic(analyses, door))
    for profile in analyses.estate.of_type(PROFILE):
        front_door = read(profile, "sku", "name").is_one_of("Standard_AzureFrontDoor", "Premium_AzureFrontDoor")
        if front_door is not False:
            found = _of_profile(analyses, profile) if front_door else iter([Firewall(None)])
            _add(view, profile, found)
    return view


def _add(view: View, resource: Resource, firewalls: Iterator[Firewall]) -> None:
    for number, found in enumerate(firewalls):
        fields: dict[str, Any] = {
            "blocks": found.blocks,
            "what": found.what or "whether its web application firewall blocks attacks",
            "at": (found.node or Node(resource, resource.name_path)).at(),
            "absent": list(found.absent),
        }
        view.add(resource, (), fields, {"blocks"} if found.blocks is None else (), part=str(number))


def _of_gateway(analyses: Analyses, gateway: Resource) -> Iterator[Firewall]:
    listeners, known = items(gateway, "properties", "httpListeners")
    own = [refer(analyses, gateway, *item, "properties", "firewallPolicy", "id") for item in listeners]
    all_own = all_of([*(one.present for one in own), True if known else None]) if listeners or not known else False
    base = _of_whole_gateway(analyses, gateway)
    if all_own is None and base.blocks is False:
        base = base._replace(blocks=None)  # nothing may be left to the gateway's own
    if not all_own:
        yield base
    for item in listeners:
        yield from _own_policy(analyses, gateway, item, "listener")
    for item in spread(gateway, _PATH_RULES):
        yield from _own_policy(analyses, gateway, item, "path rule")


def _own_policy(analyses: Analyses, gateway: Resource, item: Path, what: str) -> Iterator[Firewall]:
    path = (*item, "properties", "firewallPolicy", "id")
    if refer(analyses, gateway, *path).present is not False:
        name = read(gateway, *item, "name").value
        yield _of_policy(analyses, gateway, path, f" of {what} {name}" if name else "")


def _of_whole_gateway(analyses: Analyses, gateway: Resource) -> Firewall:
    path: Path = ("properties", "firewallPolicy", "id")
    linked = refer(analyses, gateway, *path).present
    if linked:
        return _of_policy(analyses, gateway, path)
    configuration = read(gateway, *_CONFIGURATION)
    enabled, mode = (read(gateway, *_CONFIGURATION, name) for name in ("enabled", "firewallMode"))
    if linked is None or not configuration.known:
        return Firewall(None)
    if not configuration.stated:
        return Firewall(False, "it has no web application firewall")
    if enabled.known and not enabled.value:
        return Firewall(False, "its web application firewall is not enabled", Node(gateway, enabled.path))
    name = "its web application firewall"
    return _by_mode(name, enabled.known, mode.is_one_of("Prevention"), Node(gateway, mode.path))


def _by_mode(name: str, enabled: bool, prevents: bool | None, mode: Node) -> Firewall:
    """A firewall that is enabled, or of which that is not known."""
    if prevents is False:
        return Firewall(False, f"{name} only detects (mode Detection)", mode)
    return Firewall(prevents if enabled else None)


def _of_policy(analyses: Analyses, resource: Resource, path: Path, whose: str = "") -> Firewall:
    """The policy that an id leads to. Nothing is known of one that is not in the estate."""
    policy = refer(analyses, resource, *path).resource
    if policy is None:
        return Firewall(None)
    state = read(policy, *_SETTINGS, "state" if "applicationgateway" in policy.type.lower() else "enabledState")
    name = f"the WAF policy {policy.name}{whose}"
    if state.is_one_of("Disabled"):
        return Firewall(False, f"{name} is disabled", Node(policy, state.path))
    mode = read(policy, *_SETTINGS, "mode")
    return _by_mode(name, state.known, mode.is_one_of("Prevention"), Node(policy, mode.path))


def _of_classic(analyses: Analyses, door: Resource) -> Iterator[Firewall]:
    frontends, known = items(door, "properties", "frontendEndpoints")
    if not frontends:
        yield Firewall(False if known else None, "it has no web application firewall")
    for item in frontends:
        path = (*item, "properties", "webApplicationFirewallPolicyLink", "id")
        linked = refer(analyses, door, *path).present
        name = read(door, *item, "name").value
        whose = f" of frontend {name}" if name else ""
        if linked is False:
            yield Firewall(False, f"frontend {name} has no web application firewall", Node(door, (*item, "name")))
        else:
            yield _of_policy(analyses, door, path, whose)


def _of_profile(analyses: Analyses, profile: Resource) -> Iterator[Firewall]:
    policies = analyses.estate.children(profile, SECURITY_POLICY)
    if not policies:
        yield Firewall(False, "it has no security policy with a web application firewall", None, (SECURITY_POLICY,))
    for policy in policies:
        path: Path = ("properties", "parameters", "wafPolicy", "id")
        linked = refer(analyses, policy, *path).present
        if linked is False:
            what = f"its security policy {policy.name} has no web application firewall policy"
            yield Firewall(False, what, Node(policy, path))
        else:
            yield _of_policy(analyses, policy, path)
    for domain, serves in _domains(analyses, profile).values() if policies else ():
        uncovered = all_of((serves, _is_uncovered(analyses, domain, policies)))
        if uncovered is not False:
            what = f"its domain {domain.name} is in no security policy"
            node = Node(domain, domain.name_path)
            yield Firewall(None if uncovered is None else False, what, node, (SECURITY_POLICY,))


def _domains(analyses: Analyses, profile: Resource) -> dict[str, tuple[Resource, bool | None]]:
    """The domains of a profile that routes link to, by their keys, each with whether that is known."""
    found: dict[str, tuple[Resource, bool | None]] = {}
    for endpoint in analyses.estate.children(profile, ENDPOINT):
        for route in analyses.estate.children(endpoint, ROUTE):
            off = read(route, "properties", "enabledState").is_one_of("Disabled")
            linked = [(endpoint, read(route, "properties", "linkToDefaultDomain").is_one_of("Enabled"))]
            for item in items(route, "properties", "customDomains")[0]:
                domain = refer(analyses, route, *item, "id").resource
                linked += [(domain, True)] if domain is not None else []
            for domain, serves in linked:
                answer = all_of((serves, None if off is None else not off))
                found[domain.key] = (domain, any_of((answer, found.get(domain.key, (domain, False))[1])))
    return found


def _is_uncovered(analyses: Analyses, domain: Resource, policies: list[Resource]) -> bool | None:
    """Whether no security policy names a domain."""
    named: list[bool | None] = []
    for policy in policies:
        for item in spread(policy, _DOMAINS):
            link = refer(analyses, policy, *item, "id")
            named.append(link.resource is domain if link.resource is not None or link.present is False else None)
    covered = any_of(named)
    return None if covered is None else not covered
