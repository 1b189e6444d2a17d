"""Ways from the internet to the data tier through Traefik: its load balancer, a router for TCP, a Service, to the pods.

doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/tcp/ingressroutetcp/. Which port of its Service an
entry point stands behind is known where both are called the same, as in Traefik's chart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.cluster_of import clusters_of
from erpguard.analysis.azure.load_balancer_ways import (
    NOT_KNOWN,
    address_of,
    gate_of_cluster,
    hop,
    hops_to,
    is_open_to_all,
)
from erpguard.analysis.network.policy_ports import Port
from erpguard.analysis.network.policy_reach import reach_of_pods
from erpguard.analysis.routing.backends import pods_behind
from erpguard.analysis.routing.entry_points import EntryPoint
from erpguard.analysis.routing.traefik_routers import INGRESS_ROUTE_TCP, backends, reached_by
from erpguard.analysis.values.references import is_hidden
from erpguard.analysis.values.selectors import all_of
from erpguard.analysis.workloads.pods import Pod
from erpguard.analysis.workloads.service_bodies import ServiceBody
from erpguard.analysis.workloads.service_ports import has_known_ports, ports_of
from erpguard.analysis.workloads.services import DATA_TIERS, SERVICE, selected_pods
from erpguard.model import Path, Resource


class _Edge(NamedTuple):
    """A public port of Traefik: its Service, the pods, the port, and whether all of that is so."""

    service: Resource
    pod: Pod
    port: int
    answer: bool | None


class _Target(NamedTuple):
    """A workload of the data tier, its port, and whether a route leads there."""

    pod: Pod
    port: Port
    answer: bool | None


def add_routes(view: View, analyses: Analyses) -> None:
    """Rows for each route of an IngressRouteTCP before the data tier; the fields are those of `internet_paths`."""
    for resource in analyses.estate.of_type(INGRESS_ROUTE_TCP):
        clusters = clusters_of(analyses, resource)
        for index, route in enumerate((resource.body.get("spec") or {}).get("routes") or () if clusters else ()):
            path: Path = ("spec", "routes", index)
            targets = list(_targets(analyses, resource, path, route))
            if not targets:
                continue
            view.add(resource, path, {"open": False, "sure": 0, "most": 0}, part="none")
            only = True if len(clusters) == 1 else None
            for number, target in enumerate(targets):
                part = f"way {number}"
                if target is None:
                    view.add(resource, path, {}, ["open"], part=part)
                else:
                    given = all_of((target.answer, only, _is_free(resource, path, route)))
                    _add(view, analyses, clusters[0], resource, path, target._replace(answer=given), part)


def _targets(analyses: Analyses, resource: Resource, path: Path, route: dict[str, Any]) -> Iterator[_Target | None]:
    """The workloads of the data tier that a route leads to; None where that is not known."""
    for backend in backends(resource, path, route):
        found = pods_behind(analyses, resource, backend)
        if found is None or (found and backend.port is None):
            yield None
            continue
        service = analyses.estate.find(resource, SERVICE, backend.namespace, backend.name or "").found
        for pod, selected in found:
            if pod.tier_known and pod.tier not in DATA_TIERS:
                continue
            if service is None or backend.kind != "Service":
                yield None
                continue
            sure = all_of((selected, pod.tier_known or None))
            for port in ports_of(ServiceBody(service), pod):
                if port is None:
                    yield None
                elif backend.port in (port.number, port.name):
                    yield _Target(pod, port.target, all_of((sure, port.known)))


def _is_free(resource: Resource, path: Path, route: dict[str, Any]) -> bool | None:
    """Whether everybody may use a route: no middleware and no rule that looks at addresses stands before it."""
    if is_hidden(resource, (*path, "middlewares")) or is_hidden(resource, (*path, "match")):
        return None
    return None if route.get("middlewares") or "ClientIP" in str(route.get("match")) else True


def _add(
    view: View,
    analyses: Analyses,
    cluster: Resource,
    resource: Resource,
    path: Path,
    target: _Target,
    part: str,
) -> None:
    pod = target.pod
    points = reached_by(analyses, resource)
    for number, edge in enumerate(_edges(analyses, resource, points)):
        admitted = reach_of_pods(analyses, edge.pod, pod, target.port)
        if admitted is False and not has_known_ports(pod):
            admitted = None
        answer = all_of((target.answer, edge.answer, admitted))
        service = ServiceBody(edge.service)
        address = address_of(service)
        found = gate_of_cluster(analyses, cluster, address, edge.port) if edge.port else NOT_KNOWN
        if answer is False or not found.most:
            continue
        title = f"{pod.resource.kind} {pod.resource.name}"
        flow = [
            *hops_to(analyses, service, address, cluster, found, edge.port),
            hop(resource, (*path, "match"), f"Traefik hands it on by {resource.kind} {resource.name}"),
            hop(pod.resource, pod.resource.name_path, f"{title} answers, and no NetworkPolicy keeps Traefik from it"),
        ]
        fields = {
            "open": answer,
            "sure": found.sure,
            "most": found.most,
            "service": f"{resource.kind} {resource.name}",
            "port": edge.port,
            "target": title,
            "spot": ["match"],
            "flow": flow,
        }
        view.add(resource, path, fields, ["open"] if answer is None else [], part=f"{part} {number}")


def _edges(analyses: Analyses, resource: Resource, points: list[EntryPoint] | None) -> Iterator[_Edge]:
    """The public ports of Traefik that lead to the entry points of a router."""
    for service in analyses.estate.of_type(SERVICE):
        if service.cluster != resource.cluster:
            continue
        public = is_open_to_all(ServiceBody(service))
        chosen = selected_pods(analyses, service) if public is not False else ()
        for pod, selected in chosen:
            edge = pod.tier == "edge" if pod.tier_known else None
            answer = all_of((public, selected, edge))
            if answer is not False:
                yield from _ports(service, pod, points, answer)


def _ports(service: Resource, pod: Pod, points: list[EntryPoint] | None, answer: bool | None) -> Iterator[_Edge]:
    ports = list(ports_of(ServiceBody(service), pod))
    named = {point.name: None if point.internal is None else not point.internal for point in points or ()}
    known = points is not None and None not in ports and any(port is not None and port.name in named for port in ports)
    for port in ports:
        if port is None:
            yield _Edge(service, pod, 0, None)
            continue
        leads = named.get(port.name, False) if known else None
        if leads is not False:
            yield _Edge(service, pod, port.number, all_of((answer, leads)))
