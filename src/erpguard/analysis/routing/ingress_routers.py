"""Routers of Ingresses: one for every path, for a rule without paths, and for the default backend.

Traefik's annotations: doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/; ingress-nginx:
kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.routing.entry_points import EntryPoint, entry_points
from erpguard.analysis.routing.ingress_annotations import (
    NGINX,
    answers_plain_too,
    authenticates,
    denies_database_manager,
    has_allow_list,
    is_covered,
    is_private,
    path_rewrites,
)
from erpguard.analysis.routing.ingress_classes import TRAEFIK_PREFIX, ingress_class, is_traefik
from erpguard.analysis.routing.middlewares import UNSEEN, Attached, attached_by_name
from erpguard.analysis.routing.router import Backend, Router
from erpguard.analysis.routing.traefik_routers import TRAEFIK
from erpguard.analysis.routing.traefik_rules import All, Match, Rule
from erpguard.analysis.values.nodes import Setting
from erpguard.analysis.values.references import annotation, is_hidden, namespace_of
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

INGRESS = "networking.k8s.io/Ingress"
_ROUTER = TRAEFIK_PREFIX + "router."
MIDDLEWARES: Path = ("metadata", "annotations", _ROUTER + "middlewares")


class _Ingress(NamedTuple):
    """What holds for all routers of an Ingress."""

    resource: Resource
    traefik: bool | None
    class_name: Setting
    tls: bool | None
    entry_points: list[EntryPoint] | None
    attached: list[Attached]
    internal: bool | None


def ingress_routers(analyses: Analyses) -> Iterator[Router]:
    """The routers of every Ingress."""
    for resource in analyses.estate.of_type(INGRESS):
        ingress = _read(analyses, resource)
        spec = resource.body.get("spec") or {}
        for index, rule in enumerate(spec.get("rules") or ()):
            yield from _rule_routers(ingress, rule, ("spec", "rules", index))
        if "defaultBackend" in spec:
            path: Path = ("spec", "defaultBackend")
            yield _router(ingress, path, path, "the default backend", All(()), None, spec["defaultBackend"])


def _read(analyses: Analyses, resource: Resource) -> _Ingress:
    traefik = is_traefik(analyses, resource)
    class_name = ingress_class(analyses, resource)
    chosen = class_name.value
    internal = None if not class_name.known else chosen in analyses.settings.get("internal_ingress_classes", ())
    if traefik is False:
        internal = any_of((internal, is_private(resource)))
        return _Ingress(resource, traefik, class_name, None, [EntryPoint("")], [], internal)
    given = annotation(resource, _ROUTER + "middlewares")
    attached = attached_by_name(analyses, resource, given.value or "") if given.known else [UNSEEN]
    if given.node is not None and not given.known:
        attached = attached_by_name(analyses, resource, resource.annotations[_ROUTER + "middlewares"])
    reached = _reached(analyses, resource)
    return _Ingress(resource, traefik, class_name, asks_for_tls(resource), reached, attached, internal)


def asks_for_tls(resource: Resource) -> bool | None:
    """Whether a `router.tls*` annotation of Traefik makes the routers of an Ingress TLS routers."""
    if any(key.startswith(_ROUTER + "tls.") for key in resource.annotations):
        return True
    hidden = (*resource.invalid, *resource.unknown)
    if any(str(path[-1]).startswith(_ROUTER + "tls.") for path in hidden if path):
        return None
    switch = annotation(resource, _ROUTER + "tls")
    if not switch.known:
        return None
    return switch.value is not None and switch.value.strip().lower() != "false"


def _reached(analyses: Analyses, resource: Resource) -> list[EntryPoint] | None:
    names = annotation(resource, _ROUTER + "entrypoints")
    if not names.known:
        return None
    chosen = [name.strip() for name in (names.value or "").split(",") if name.strip()]
    return entry_points(analyses).named(resource, chosen) if chosen else entry_points(analyses).default(resource)


def _rule_routers(ingress: _Ingress, rule: dict[str, Any], path: Path) -> Iterator[Router]:
    paths = (rule.get("http") or {}).get("paths") or ()
    host = None if is_hidden(ingress.resource, (*path, "host")) else rule.get("host", "")
    for index, entry in enumerate(paths):
        where = (*path, "http", "paths", index)
        matched = _path_rule(ingress, entry, where)
        label = f"{host}{entry.get('path', '/')}" if host else f"every host, path {entry.get('path', '/')},"
        host_rule = _host_rule(host)
        admits = None if host_rule is None or matched is None else All((host_rule, matched))
        yield _router(ingress, where, (*where, "path"), label, admits, entry, entry.get("backend"))
    if not paths:
        default = (ingress.resource.body.get("spec") or {}).get("defaultBackend")
        yield _router(ingress, path, (*path, "host"), host or "every host", _host_rule(host), None, default)


def _host_rule(host: str | None) -> Rule | None:
    if host is None:
        return None
    return Match("host", (host,)) if host else All(())


def _path_rule(ingress: _Ingress, entry: dict[str, Any], where: Path) -> Rule | None:
    """What a path admits; without a type, and as ImplementationSpecific, it is a prefix for most controllers."""
    if any(is_hidden(ingress.resource, (*where, key)) for key in ("path", "pathType")):
        return None
    text, kind = entry.get("path", "/"), entry.get("pathType", "ImplementationSpecific")
    if has_placeholder(kind):
        return None
    if kind == "Exact":
        return Match("path", (text,))
    if ingress.traefik:
        matcher = annotation(ingress.resource, _ROUTER + "pathmatcher")
        if kind == "ImplementationSpecific" and (matcher.value or not matcher.known):
            return Match((matcher.value or "").lower(), (text,))
        return Match("pathprefix", (text,))
    expression = annotation(ingress.resource, NGINX + "use-regex").value == "true"
    if expression or annotation(ingress.resource, NGINX + "rewrite-target").value is not None:
        return Match("pathregexp", ("(?i)^" + text if not text.startswith("^") else text,))
    if text.endswith("*") and not ingress.class_name.known:
        return None
    if text.endswith("*") and "nginx" not in (ingress.class_name.value or ""):
        return Match("pathprefix", (text.rstrip("*"),))  # as cloud providers' load balancers have it; nginx has not
    return Match("pathelements", (text,))


def _domain(ingress: _Ingress) -> str | None:
    if ingress.traefik:
        return TRAEFIK
    return f"class {ingress.class_name.value}" if ingress.class_name.known else None


def _router(
    ingress: _Ingress,
    path: Path,
    match_path: Path,
    label: str,
    rule: Rule | None,
    entry: dict[str, Any] | None,
    backend: dict[str, Any] | None,
) -> Router:
    resource = ingress.resource
    host = label if entry is None else ""
    return Router(
        resource=resource,
        path=path,
        label=label,
        match_path=match_path,
        attach_path=MIDDLEWARES,
        traefik=ingress.traefik,
        domain=_domain(ingress),
        rule=rule,
        priority=_priority(ingress, rule, entry),
        tls=ingress.tls if ingress.traefik is not False else is_covered(resource, path),
        plain_too=False if ingress.traefik else answers_plain_too(resource),
        entry_points=ingress.entry_points,
        attached=ingress.attached,
        backends=_backends(resource, path, backend, host),
        internal=ingress.internal,
        guarded=False if ingress.traefik else has_allow_list(resource),
        authenticated=False if ingress.traefik else authenticates(resource),
        denied=False if ingress.traefik else denies_database_manager(resource),
        rewrites=[] if ingress.traefik else path_rewrites(resource, entry),
    )


def _priority(ingress: _Ingress, rule: Rule | None, entry: dict[str, Any] | None) -> tuple[int, ...] | None:
    if rule is None:
        return None
    matches = [part for part in rule.parts if isinstance(part, Match)] if isinstance(rule, All) else []
    text = " && ".join(f"{match.name}(`{match.arguments[0]}`)" for match in matches)
    if has_placeholder(text):
        return None
    if ingress.traefik:
        given = annotation(ingress.resource, _ROUTER + "priority")
        if not given.known:
            return None
        return (int(given.value),) if given.value and given.value.isdecimal() and given.value != "0" else (len(text),)
    exact = int(any(match.name == "path" for match in matches))
    host = next((match.arguments[0] for match in matches if match.name == "host"), "")
    # A named host before a wildcard before none; then the longest path, an exact one before a prefix.
    return (0 if not host else 1 if host.startswith("*") else 2, len((entry or {}).get("path", "/")), exact)


def _backends(resource: Resource, path: Path, backend: dict[str, Any] | None, host: str) -> list[Backend]:
    if backend is None:
        hidden = is_hidden(resource, (*path, "backend"))
        hidden = hidden or (bool(host) and is_hidden(resource, ("spec", "defaultBackend")))
        return [Backend("Service", namespace_of(resource), None)] if hidden else []
    if "service" not in backend:
        where = path if path[-1] == "defaultBackend" else (*path, "backend")
        return [Backend("Service", namespace_of(resource), None)] if is_hidden(resource, (*where, "service")) else []
    service = backend["service"]
    port = service.get("port") or {}
    return [Backend("Service", namespace_of(resource), service.get("name"), port.get("number") or port.get("name"))]
