"""Views of routers, listeners and TLS secrets: Ingress, IngressRoute, IngressRouteTCP, Gateway and HTTPRoute alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.routing.admin_surfaces import (
    DATABASE_MANAGER_TITLE,
    serves_dashboard,
    serves_database_manager,
    serves_pgadmin,
)
from erpguard.analysis.routing.exposure import (
    encrypted,
    is_public,
    is_public_over_tls,
    is_unauthenticated,
    is_unlimited,
    strict_transport,
)
from erpguard.analysis.routing.gateway_listeners import GRPC_ROUTE, HTTP_ROUTE, Listener, listeners, takes
from erpguard.analysis.routing.gateway_routers import redirects_to_tls
from erpguard.analysis.routing.ingress_classes import TRAEFIK_PREFIX, is_traefik
from erpguard.analysis.routing.issued_secrets import GATEWAY, INGRESS, is_issued
from erpguard.analysis.routing.router import Router
from erpguard.analysis.routing.routers import all_routers
from erpguard.analysis.routing.tcp_routes import tcp_rows
from erpguard.analysis.routing.traefik_routers import INGRESS_ROUTE, has_parents, reached_by
from erpguard.analysis.routing.traefik_rules import hosts
from erpguard.analysis.values.references import is_hidden, namespace_of
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

_RESOLVER = TRAEFIK_PREFIX + "router.tls.certresolver"


def routers(analyses: Analyses) -> View:
    """One row per router: path of an Ingress (or rule without paths, or default backend), route, HTTPRoute rule.

    Fields: label (rule, or host and path), hosts, host_path, match_path and attach_path (lists, from the root of the
    resource: where the host stands, what it matches, where middlewares are attached), traefik, encrypted (every way in
    is TLS or redirects to it), public (the internet is served), public_tls (over TLS), hsts_seconds (of the public TLS
    entry point that sends the least), hsts_at {resource, path} (where a middleware sets it), unlimited (a router of
    Traefik, public without a bound on size, rate or number of requests), admin_surfaces (the surfaces for
    administrators to which it leads without authentication).
    """
    view = View()
    for router in all_routers(analyses):
        fields = dict(_fields(analyses, router))
        unknown = [name for name, value in fields.items() if value is None]
        sent = strict_transport(router)
        if sent.node is not None:
            fields["hsts_at"] = sent.node.at()
        view.add(router.resource, router.path, fields, unknown)
    return view


def _fields(analyses: Analyses, router: Router) -> Iterator[tuple[str, Any]]:
    yield "label", router.label
    yield "hosts", hosts(router.rule) if router.rule is not None else []
    yield "host_path", list(_host_path(router))
    yield "match_path", list(router.match_path)
    yield "attach_path", list(router.attach_path)
    yield "traefik", router.traefik
    # Without the class of an Ingress it is not known what makes TLS.
    yield "encrypted", encrypted(router) if router.traefik is not None or router.resource.type != INGRESS else None
    yield "public", is_public(router)
    yield "public_tls", is_public_over_tls(router)
    sent = strict_transport(router)
    yield "hsts_seconds", None if sent.more else sent.seconds
    yield "unlimited", all_of((router.traefik, is_unlimited(router)))
    yield "admin_surfaces", _admin_surfaces(analyses, router)


def _admin_surfaces(analyses: Analyses, router: Router) -> list[str] | None:
    """The surfaces to which a public router leads without authentication; None where that is not known."""
    unasked = is_unauthenticated(router)
    if unasked is False:
        return []
    answers = {
        "the dashboard of Traefik": serves_dashboard(router),
        "pgAdmin": serves_pgadmin(analyses, router),
        DATABASE_MANAGER_TITLE: serves_database_manager(analyses, router),
    }
    found = [title for title, leads in answers.items() if leads]
    if unasked is None:
        return None if found or None in answers.values() else []
    return None if not found and None in answers.values() else found


def _host_path(router: Router) -> Path:
    return (*router.path[:3], "host") if router.path[:2] == ("spec", "rules") else router.path


def route_tls(analyses: Analyses) -> View:
    """One row per route of an IngressRoute without parents and IngressRouteTCP, and per HTTP listener of a Gateway.

    Fields: label, plain (True where it can be used without TLS), ports (of an IngressRouteTCP: the ports of its
    services and of their pods), fix_path (list, from the root of the resource: what has to change).
    """
    view = View()
    for router in all_routers(analyses):
        if router.resource.type == INGRESS_ROUTE and not has_parents(router.resource):
            answer = encrypted(router)
            plain = None if answer is None else not answer
            fields: dict[str, Any] = {"label": router.label, "plain": plain, "fix_path": ["spec", "tls"]}
            view.add(router.resource, router.path, fields, ["plain"] if answer is None else [])
    for resource, path, fields, unknown in tcp_rows(analyses):
        view.add(resource, path, fields, unknown)
    for gateway in analyses.estate.of_type(GATEWAY):
        for listener in listeners(gateway):
            plain = _is_plain(analyses, listener)
            label = f"listener {listener.body.get('name', '')}"
            fields = {"label": label, "plain": plain, "fix_path": [*listener.path, "protocol"]}
            view.add(gateway, listener.path, fields, ["plain"] if plain is None else [])
    return view


def _is_plain(analyses: Analyses, listener: Listener) -> bool | None:
    """Whether a listener speaks HTTP and a route that is attached to it does not redirect."""
    protocol = listener.text("protocol")
    is_http = None if protocol is None else protocol == "HTTP"
    if is_http is False:
        return False
    answers: list[bool | None] = [None] if analyses.estate.is_open(HTTP_ROUTE, GRPC_ROUTE) else []
    for route in analyses.estate.of_type(HTTP_ROUTE, GRPC_ROUTE):
        if route.cluster == listener.gateway.cluster:
            redirected = redirects_to_tls(route) if route.type == HTTP_ROUTE else False
            serves = None if redirected is None else not redirected
            answers.append(all_of((serves, takes(analyses, listener, route) if serves is not False else False)))
    return all_of((is_http, any_of(answers)))


def tls_secrets(analyses: Analyses) -> View:
    """One row per TLS secret that an Ingress, an IngressRoute or a Gateway names, at its name.

    Fields: secret, automated (a Certificate or an annotation of cert-manager issues it, or the router names a
    certificate resolver of Traefik).
    """
    view = View()
    for resource in analyses.estate.of_type(INGRESS, INGRESS_ROUTE, GATEWAY):
        resolved = _has_resolver(analyses, resource)
        for path, namespace, secret in _references(resource):
            automated = any_of((resolved, is_issued(analyses, resource, namespace, secret)))
            unknown = ["automated"] if automated is None else []
            view.add(resource, path, {"secret": secret or "", "automated": automated}, unknown)
    return view


def _references(resource: Resource) -> Iterator[tuple[Path, str, str | None]]:
    """(path, namespace, name) of every secret; the name is None where it is not known."""
    spec = resource.body.get("spec") or {}
    namespace = namespace_of(resource)
    if resource.type == GATEWAY:
        yield from _of_listeners(resource)
        return
    entries: Iterable[tuple[Path, Any]]
    if resource.type == INGRESS:
        if is_hidden(resource, ("spec", "tls")):
            yield ("spec", "tls"), namespace, None
        entries = [(("spec", "tls", index), entry) for index, entry in enumerate(spec.get("tls") or ())]
    else:
        entries = [(("spec", "tls"), spec.get("tls") or {})]
    for path, entry in entries:
        where = (*path, "secretName")
        if entry.get("secretName") or is_hidden(resource, where):
            yield where, namespace, entry.get("secretName")


def _of_listeners(gateway: Resource) -> Iterator[tuple[Path, str, str | None]]:
    for listener in listeners(gateway):
        tls = listener.body.get("tls") or {}
        where: Path = (*listener.path, "tls", "certificateRefs")
        if is_hidden(gateway, where) or is_hidden(gateway, (*listener.path, "tls", "mode")):
            yield where, namespace_of(gateway), None
            continue
        if tls.get("mode") == "Passthrough":
            continue
        for index, reference in enumerate(tls.get("certificateRefs") or ()):
            path = (*where, index)
            if reference.get("kind", "Secret") != "Secret" and not has_placeholder(reference["kind"]):
                continue
            hidden = any(is_hidden(gateway, (*path, key)) for key in ("kind", "namespace"))
            name = None if hidden or has_placeholder(reference.get("kind", "")) else reference.get("name")
            yield (*path, "name"), reference.get("namespace") or namespace_of(gateway), name


def _has_resolver(analyses: Analyses, resource: Resource) -> bool | None:
    """Whether a router of Traefik asks a certificate resolver, by itself or at all of its entry points."""
    if resource.type == GATEWAY:
        return False
    if resource.type == INGRESS:
        path: Path = ("metadata", "annotations", _RESOLVER)
        own = bool(resource.annotations.get(_RESOLVER)) or (None if is_hidden(resource, path) else False)
        return all_of((own, is_traefik(analyses, resource))) if own is not False else False
    path = ("spec", "tls", "certResolver")
    named = ((resource.body.get("spec") or {}).get("tls") or {}).get("certResolver")
    own = bool(named) or (None if is_hidden(resource, path) else False)
    if own:
        return True
    points = reached_by(analyses, resource)
    everywhere = None if points is None else bool(points) and all_of(point.resolver for point in points)
    return any_of((own, everywhere))
