"""Routers of the HTTPRoutes of the Gateway API (gateway-api.sigs.k8s.io/reference/spec/)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.routing.entry_points import EntryPoint
from erpguard.analysis.routing.gateway_listeners import GATEWAY, HTTP_ROUTE, Listener, listeners, takes
from erpguard.analysis.routing.middlewares import MIDDLEWARE, UNSEEN, Attached, attached_by_lookup
from erpguard.analysis.routing.router import Backend, Rewrite, Router
from erpguard.analysis.routing.traefik_rules import All, Match, Rule, Some
from erpguard.analysis.values.references import is_hidden, namespace_of, refer
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

_GATEWAY_CLASS = "gateway.networking.k8s.io/GatewayClass"
_TRAEFIK = "traefik.io/gateway-controller"
_MATCHERS = {"PathPrefix": "pathelements", "Exact": "path", "RegularExpression": "pathregexp"}


def gateway_routers(analyses: Analyses) -> Iterator[Router]:
    """A router for every rule of every HTTPRoute."""
    gateways = analyses.estate.of_type(GATEWAY)
    for route in analyses.estate.of_type(HTTP_ROUTE):
        spec = route.body.get("spec") or {}
        taken = [
            (listener, answer)
            for gateway in gateways
            if gateway.cluster == route.cluster
            for listener in listeners(gateway)
            if (answer := takes(analyses, listener, route)) is not False
        ]
        known = all(answer for _, answer in taken) if taken else not analyses.estate.is_open(GATEWAY)
        reached = [_entry_point(analyses, listener) for listener, _ in taken] if known else None
        traefik = any_of(is_traefik(analyses, listener.gateway) for listener, _ in taken) if known else None
        for index, rule in enumerate(spec.get("rules") or ()):
            yield _router(analyses, route, index, rule, reached, traefik)


def _entry_point(analyses: Analyses, listener: Listener) -> EntryPoint:
    chosen = (listener.gateway.body.get("spec") or {}).get("gatewayClassName")
    internal: bool | None = chosen in analyses.settings.get("internal_ingress_classes", ())
    if not listener.gateway.is_known(("spec", "gatewayClassName")):
        internal = None
    protocol = listener.text("protocol")
    name = f"{listener.gateway.namespace}/{listener.gateway.name}/{listener.body.get('name', '')}"
    return EntryPoint(name, internal, None if protocol is None else protocol in ("HTTPS", "TLS"))


def is_traefik(analyses: Analyses, gateway: Resource) -> bool | None:
    """Whether Traefik serves a Gateway, by the controller of its class or else its name."""
    name = (gateway.body.get("spec") or {}).get("gatewayClassName")
    if name is None or not gateway.is_known(("spec", "gatewayClassName")):
        return None
    found = refer(analyses, gateway, _GATEWAY_CLASS, "", name).found
    if found is not None:
        controller = (found.body.get("spec") or {}).get("controllerName")
        return None if not isinstance(controller, str) or has_placeholder(controller) else controller == _TRAEFIK
    return "traefik" in name.lower()


def _router(
    analyses: Analyses,
    route: Resource,
    index: int,
    rule: dict[str, Any],
    reached: list[EntryPoint] | None,
    traefik: bool | None,
) -> Router:
    path: Path = ("spec", "rules", index)
    filters = rule.get("filters") or []
    hidden = is_hidden(route, (*path, "filters"))
    matched = _rule(route, path, rule)
    return Router(
        resource=route,
        path=path,
        label=", ".join(filter(None, route.body["spec"].get("hostnames") or ["every host"])),
        match_path=(*path, "matches"),
        attach_path=(*path, "filters"),
        traefik=traefik,
        domain="gateway",
        rule=matched,
        priority=None if matched is None else _priority(rule),
        tls=False,
        entry_points=reached,
        attached=[UNSEEN] if hidden else list(_extensions(analyses, route, filters)),
        backends=_backends(route, path, rule),
        plain_redirect=redirects(route, path, rule),
        rewrites=[rewrite for one in filters for rewrite in _rewrites(one, rule)],
    )


def _extensions(analyses: Analyses, route: Resource, filters: list[dict[str, Any]]) -> Iterator[Attached]:
    """The filters that are Traefik middlewares; what those of other controllers do is not known."""
    for one in filters:
        reference = one.get("extensionRef") or {}
        if one.get("type") is None or has_placeholder(one["type"]):
            yield UNSEEN
        elif one["type"] == "ExtensionRef":
            if (reference.get("group"), reference.get("kind")) != ("traefik.io", "Middleware"):
                yield UNSEEN
                continue
            lookup = refer(analyses, route, MIDDLEWARE, namespace_of(route), reference.get("name"))
            yield from attached_by_lookup(analyses, reference.get("name", ""), lookup)


def redirects_to_tls(route: Resource) -> bool | None:
    """Whether every rule of an HTTPRoute answers with a redirect to https."""
    rules = (route.body.get("spec") or {}).get("rules")
    if is_hidden(route, ("spec", "rules")):
        return None
    if not rules:
        return False
    return all_of(redirects(route, ("spec", "rules", index), rule) for index, rule in enumerate(rules))


def redirects(route: Resource, path: Path, rule: dict[str, Any]) -> bool | None:
    """Whether a rule redirects to https."""
    if is_hidden(route, (*path, "filters")):
        return None
    return any_of(
        _redirects(route, (*path, "filters", index), one) for index, one in enumerate(rule.get("filters") or ())
    )


def _redirects(route: Resource, path: Path, one: dict[str, Any]) -> bool | None:
    scheme = (one.get("requestRedirect") or {}).get("scheme")
    if is_hidden(route, (*path, "type")) or is_hidden(route, (*path, "requestRedirect", "scheme")):
        return None
    if one.get("type") != "RequestRedirect":
        return None if has_placeholder(one.get("type") or "") else False
    return None if scheme is not None and has_placeholder(scheme) else scheme == "https"


def _rule(route: Resource, path: Path, rule: dict[str, Any]) -> Rule | None:
    """What a rule admits: one of the route's hosts, and one of the rule's matches (by default every path)."""
    spec = route.body["spec"]
    if is_hidden(route, ("spec", "hostnames")) or is_hidden(route, (*path, "matches")):
        return None
    names = spec.get("hostnames") or []
    if None in names:
        return None
    parts: list[Rule] = [Match("host", tuple(names))] if names else []
    matches = [_match(route, (*path, "matches", index), match) for index, match in enumerate(rule.get("matches") or ())]
    known = [match for match in matches if match is not None]
    if len(known) < len(matches):
        return None
    return All((*parts, Some(tuple(known)))) if known else All(tuple(parts))


def _match(route: Resource, path: Path, match: dict[str, Any]) -> Rule | None:
    if is_hidden(route, (*path, "path", "type")) or is_hidden(route, (*path, "path", "value")):
        return None
    given = match.get("path") or {}
    matcher = _MATCHERS.get(given.get("type", "PathPrefix"))
    if matcher is None:
        return None
    parts: list[Rule] = [Match(matcher, (given.get("value", "/"),))]
    if any(key in match for key in ("headers", "queryParams", "method")):
        parts.append(Match("headers", ()))
    return All(tuple(parts))


def _priority(rule: dict[str, Any]) -> tuple[int, ...]:
    """Exact paths first, then the longest prefix."""
    paths = [match.get("path") or {} for match in rule.get("matches") or ()] or [{}]
    return min((int(path.get("type") == "Exact"), len(path.get("value", "/"))) for path in paths)


def _backends(route: Resource, path: Path, rule: dict[str, Any]) -> list[Backend]:
    if is_hidden(route, (*path, "backendRefs")):
        return [Backend("Service", namespace_of(route), None)]
    found = []
    for index, reference in enumerate(rule.get("backendRefs") or ()):
        hidden = any(is_hidden(route, (*path, "backendRefs", index, key)) for key in ("kind", "namespace"))
        name = None if hidden else reference.get("name")
        kind = reference.get("kind", "Service")
        found.append(Backend(kind, reference.get("namespace") or namespace_of(route), name, reference.get("port")))
    return found


def _rewrites(one: dict[str, Any], rule: dict[str, Any]) -> Iterator[Rewrite]:
    modifier = (one.get("urlRewrite") or {}).get("path")
    if modifier is None:
        return
    prefixes = [(match.get("path") or {}).get("value", "/") for match in rule.get("matches") or ()] or ["/"]

    def rewrite(path: str) -> str | None:
        if modifier.get("type") == "ReplaceFullPath":
            return str(modifier.get("replaceFullPath", "/"))
        replacement = modifier.get("replacePrefixMatch")
        if modifier.get("type") != "ReplacePrefixMatch" or replacement is None or len(prefixes) != 1:
            return None
        rest = path.removeprefix(prefixes[0].rstrip("/")).lstrip("/")
        return "/" + f"{replacement.strip('/')}/{rest}".lstrip("/")

    yield rewrite
