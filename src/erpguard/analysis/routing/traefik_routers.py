"""Routers of Traefik's IngressRoutes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.routing.entry_points import EntryPoint, entry_points
from erpguard.analysis.routing.middlewares import attached_by_reference
from erpguard.analysis.routing.router import Backend, Router
from erpguard.analysis.routing.rule_answers import Request, may_admit
from erpguard.analysis.routing.traefik_rules import Rule, parse
from erpguard.analysis.values.references import is_hidden, namespace_of, refer
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

INGRESS_ROUTE = "traefik.io/IngressRoute"
INGRESS_ROUTE_TCP = "traefik.io/IngressRouteTCP"
_CLIENT_CERTIFICATE = "RequireAndVerifyClientCert"
TRAEFIK = "traefik"


def traefik_routers(analyses: Analyses) -> Iterator[Router]:
    """A router for every route of every IngressRoute."""
    for resource in analyses.estate.of_type(INGRESS_ROUTE):
        spec = resource.body.get("spec") or {}
        tls = asks_for_tls(resource)
        reached = reached_by(analyses, resource)
        certified = _certified(analyses, resource, spec.get("tls") or {})
        for index, route in enumerate(spec.get("routes") or ()):
            path: Path = ("spec", "routes", index)
            text = route.get("match")
            rule = parse(text) if text is not None else None
            yield Router(
                resource=resource,
                path=path,
                label=text or "",
                match_path=(*path, "match"),
                attach_path=(*path, "middlewares"),
                traefik=True,
                domain=TRAEFIK,
                rule=rule,
                priority=_priority(resource, path, route),
                tls=tls,
                entry_points=reached,
                attached=attached_by_reference(analyses, resource, (*path, "middlewares")),
                backends=backends(resource, path, route),
                guarded=_guarded(rule),
                authenticated=certified,
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
