"""Routers of Traefik's IngressRoutes.

Where an IngressRoute names parents, a request comes by their entry points, rules and middlewares before its own:
doc.traefik.io/traefik/reference/routing-configuration/http/routing/multi-layer-routing/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.routing.entry_points import EntryPoint, entry_points
from erpguard.analysis.routing.middlewares import UNSEEN, Attached, attached_by_reference
from erpguard.analysis.routing.router import Backend, Router
from erpguard.analysis.routing.rule_answers import Request, may_admit
from erpguard.analysis.routing.traefik_rules import All, Rule, parse
from erpguard.analysis.values.references import is_hidden, namespace_of, refer
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

INGRESS_ROUTE = "traefik.io/IngressRoute"
INGRESS_ROUTE_TCP = "traefik.io/IngressRouteTCP"
_CLIENT_CERTIFICATE = "RequireAndVerifyClientCert"
TRAEFIK = "traefik"
_DEEPEST = 8


class _Layers(NamedTuple):
    """What a request went through when it comes to an IngressRoute; by default nothing is known of it."""

    tls: bool | None = None
    entry_points: list[EntryPoint] | None = None
    authenticated: bool | None = None
    attached: tuple[Attached, ...] = (UNSEEN,)
    rule: Rule | None = None
    priority: tuple[int, ...] | None = None


def traefik_routers(analyses: Analyses) -> Iterator[Router]:
    """A router for every route of every IngressRoute that a request can come to."""
    for resource in analyses.estate.of_type(INGRESS_ROUTE):
        above = list(_above(analyses, resource, _DEEPEST))
        if above:
            yield from _routers(analyses, resource, above[0] if len(above) == 1 else _Layers())


def _routers(analyses: Analyses, resource: Resource, above: _Layers) -> Iterator[Router]:
    for index, route in enumerate((resource.body.get("spec") or {}).get("routes") or ()):
        path: Path = ("spec", "routes", index)
        layers = _with(analyses, resource, index, above)
        yield Router(
            resource=resource,
            path=path,
            label=route.get("match") or "",
            match_path=(*path, "match"),
            attach_path=(*path, "middlewares"),
            traefik=True,
            domain=TRAEFIK,
            rule=layers.rule,
            priority=layers.priority,
            tls=layers.tls,
            entry_points=layers.entry_points,
            attached=list(layers.attached),
            backends=backends(resource, path, route),
            # What comes to a route without services, its children answer.
            internal="services" not in route and not is_hidden(resource, (*path, "services")),
            guarded=_guarded(layers.rule),
            authenticated=layers.authenticated,
        )


def has_parents(resource: Resource) -> bool:
    """Whether an IngressRoute is only reached by others."""
    return bool((resource.body.get("spec") or {}).get("parentRefs")) or is_hidden(resource, ("spec", "parentRefs"))


def _above(analyses: Analyses, resource: Resource, depth: int) -> Iterator[_Layers]:
    """What is before an IngressRoute: one for each route of its parents."""
    spec = resource.body.get("spec") or {}
    if not has_parents(resource):
        certified = _certified(analyses, resource, spec.get("tls") or {})
        yield _Layers(asks_for_tls(resource), reached_by(analyses, resource), certified, (), All(()), ())
        return
    parents = spec.get("parentRefs")
    if not parents or depth == 0:
        yield _Layers()
        return
    for index, parent in enumerate(parents):
        hidden = is_hidden(resource, ("spec", "parentRefs", index, "namespace"))
        namespace = parent.get("namespace") or namespace_of(resource)
        name = None if hidden else parent.get("name")
        found = refer(analyses, resource, INGRESS_ROUTE, namespace, name)
        if found.found is None:
            yield from () if found.known else (_Layers(),)
            continue
        for layers in _above(analyses, found.found, depth - 1):
            for number in range(len((found.found.body.get("spec") or {}).get("routes") or ())):
                yield _with(analyses, found.found, number, layers)


def _with(analyses: Analyses, resource: Resource, index: int, above: _Layers) -> _Layers:
    """What a request went through behind a route, too."""
    path: Path = ("spec", "routes", index)
    route = resource.body["spec"]["routes"][index]
    text, own = route.get("match"), _priority(resource, path, route)
    rule = parse(text) if text is not None else None
    return above._replace(
        attached=(*above.attached, *attached_by_reference(analyses, resource, (*path, "middlewares"))),
        rule=None if rule is None or above.rule is None else All((above.rule, rule)) if has_parents(resource) else rule,
        priority=None if own is None or above.priority is None else (*above.priority, *own),
    )


def _guarded(rule: Rule | None) -> bool | None:
    """Whether the rule itself admits only clients of some addresses."""
    admitted = None if rule is None else may_admit(rule, Request(outsider=True))
    return None if admitted is None else not admitted


def asks_for_tls(resource: Resource) -> bool | None:
    """Whether an IngressRoute or IngressRouteTCP has `tls`."""
    if "tls" in (resource.body.get("spec") or {}):
        return True
    return None if is_hidden(resource, ("spec", "tls")) else False


def reached_by(analyses: Analyses, resource: Resource) -> list[EntryPoint] | None:
    """The entry points of an IngressRoute; None where they are not known."""
    path: Path = ("spec", "entryPoints")
    names = (resource.body.get("spec") or {}).get("entryPoints")
    if is_hidden(resource, path):
        return None
    if not names:
        return entry_points(analyses).default(resource)
    if any(name is None or has_placeholder(name) for name in names):
        return None
    return entry_points(analyses).named(resource, names)


def _priority(resource: Resource, path: Path, route: dict[str, Any]) -> tuple[int, ...] | None:
    """A route's own priority, or else the length of its rule."""
    given = route.get("priority")
    text = route.get("match")
    if isinstance(given, str) or is_hidden(resource, (*path, "priority")):
        return None
    if given:
        return (given,)
    return None if text is None or has_placeholder(text) else (len(text),)


def _certified(analyses: Analyses, resource: Resource, tls: dict[str, Any]) -> bool | None:
    """Whether its TLSOption asks every client for a certificate that it verifies."""
    path: Path = ("spec", "tls", "options")
    if is_hidden(resource, path):
        return None
    reference = tls.get("options")
    if reference is None:
        return False
    name = reference.get("name")
    if is_hidden(resource, (*path, "namespace")) or (name is not None and "@" in name):
        return None
    namespace = reference.get("namespace") or namespace_of(resource)
    lookup = refer(analyses, resource, "traefik.io/TLSOption", namespace, name)
    if lookup.found is None:
        return False if lookup.known else None
    where: Path = ("spec", "clientAuth", "clientAuthType")
    asked = ((lookup.found.body.get("spec") or {}).get("clientAuth") or {}).get("clientAuthType")
    return None if not lookup.found.is_known(where) else asked == _CLIENT_CERTIFICATE


def backends(resource: Resource, path: Path, route: dict[str, Any]) -> list[Backend]:
    """The services of a route."""
    if is_hidden(resource, (*path, "services")):
        return [Backend("Service", namespace_of(resource), None)]
    return [
        backend(resource, (*path, "services", index), service)
        for index, service in enumerate(route.get("services") or ())
    ]


def backend(resource: Resource, path: Path, service: dict[str, Any]) -> Backend:
    """One entry of a list of services."""
    kind, namespace = service.get("kind") or "Service", service.get("namespace") or namespace_of(resource)
    hidden = any(is_hidden(resource, (*path, key)) for key in ("kind", "namespace")) or has_placeholder(kind)
    port = None if is_hidden(resource, (*path, "port")) else service.get("port")
    return Backend(kind, namespace, None if hidden else service.get("name"), port)
