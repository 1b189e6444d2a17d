"""Routes of IngressRouteTCP: to which ports they lead, and whether TLS is on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.routing.router import Backend
from erpguard.analysis.routing.traefik_routers import INGRESS_ROUTE_TCP, asks_for_tls, backends
from erpguard.analysis.values.references import is_hidden, refer
from erpguard.model import Path, Resource


def tcp_rows(analyses: Analyses) -> Iterator[tuple[Resource, Path, dict[str, Any], list[str]]]:
    """(resource, path, fields, unknown fields) of every route; the fields are those of the view `route_tls`.

    The TLS of an entry point is for HTTP alone, so only the route's own `tls` counts, passed through or ended here.
    """
    for resource in analyses.estate.of_type(INGRESS_ROUTE_TCP):
        tls = asks_for_tls(resource)
        for index, route in enumerate((resource.body.get("spec") or {}).get("routes") or ()):
            path: Path = ("spec", "routes", index)
            ports: list[int] = []
            unknown: list[str] = []
            for backend in backends(resource, path, route):
                found = _ports(analyses, resource, backend)
                ports += found or []
                unknown += ["ports"] if found is None and not tls else []
            if tls is None:
                unknown.append("plain")
            fields = {
                "label": route.get("match", ""),
                "plain": not tls,
                "ports": sorted(set(ports)),
                "fix_path": ["spec", "tls"],
            }
            yield resource, path, fields, unknown


def _ports(analyses: Analyses, resource: Resource, backend: Backend) -> list[int] | None:
    """The port of a service and the one of its pods; None where one of them is not known."""
    if backend.name is None or backend.port is None:
        return None
    lookup = refer(analyses, resource, "core/Service", backend.namespace, backend.name)
    ports = [backend.port] if isinstance(backend.port, int) else []
    if lookup.found is None:
        return ports if lookup.known and ports else None
    service = lookup.found
    if is_hidden(service, ("spec", "ports")):
        return None
    for index, port in enumerate((service.body.get("spec") or {}).get("ports") or ()):
        where: Path = ("spec", "ports", index)
        if backend.port not in (port.get("port"), port.get("name")):
            if not all(service.is_known((*where, key)) for key in ("port", "name")):
                return None
            continue
        if not service.is_known((*where, "targetPort")):
            return None
        ports += [value for value in (port.get("port"), port.get("targetPort")) if isinstance(value, int)]
    return ports
