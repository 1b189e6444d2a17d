"""Whole ways from the internet to the data tier: through the group of the nodes' subnet, the load balancer of AKS, a
Service, and past the NetworkPolicies, to the pods; or by way of Traefik (`erpguard.analysis.azure.router_paths`).

A way is known only where the cluster is in the estate.
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
    title_of,
)
from erpguard.analysis.azure.nsg.gates import Gate
from erpguard.analysis.azure.router_paths import add_routes
from erpguard.analysis.network.policy_reach import reach
from erpguard.analysis.values.selectors import all_of
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.analysis.workloads.service_bodies import ServiceBody, operator_services
from erpguard.analysis.workloads.service_ports import has_known_ports, ports_of
from erpguard.analysis.workloads.services import DATA_TIERS, SERVICE, selected_pods
from erpguard.model import Resource
from erpguard.model.kinds import OPERATOR_WORKLOADS


class Way(NamedTuple):
    """A way: to which port of which pods, whether it is open (groups aside), the gate, and the steps."""

    pod: Pod
    port: int
    answer: bool | None
    gate: Gate
    hops: tuple[dict[str, Any], ...]


def internet_paths(analyses: Analyses) -> View:
    """Rows per Service, or template of one, before pods of the data, pooler or cache tier of an AKS cluster.

    One without a way, and one for each port and workload with a way that is, or may be, open. Likewise for each route
    of an IngressRouteTCP. Fields: open (whether it is, groups of Azure aside), sure and most (how many public addresses
    the groups let in, surely and at most), service, port, target, spot (what has to change, below the row), flow (the
    way, step by step).
    """
    view = View()
    for service, selected in _services(analyses):
        pods = [(pod, answer) for pod, answer in selected if not pod.tier_known or pod.tier in DATA_TIERS]
        clusters = clusters_of(analyses, service.resource)
        if not pods or not clusters:
            continue
        view.add(service.resource, service.path, {"open": False, "sure": 0, "most": 0}, part="none")
        for number, way in enumerate(_ways(analyses, service, pods, clusters)):
            if way.answer is False or not way.gate.most:
                continue
            fields: dict[str, Any] = {
                "open": way.answer,
                "sure": way.gate.sure,
                "most": way.gate.most,
                "service": title_of(service),
                "port": way.port,
                "target": f"{way.pod.resource.kind} {way.pod.resource.name}",
                "spot": ["spec", "type"],
                "flow": list(way.hops),
            }
            hidden = ["open"] if way.answer is None else []
            view.add(service.resource, service.path, fields, hidden, part=f"way {number}")
    add_routes(view, analyses)
    return view


def _services(analyses: Analyses) -> Iterator[tuple[ServiceBody, list[tuple[Pod, bool | None]]]]:
    for resource in analyses.estate.of_type(SERVICE):
        yield ServiceBody(resource), selected_pods(analyses, resource)
    for pod in all_pods(analyses) if not analyses.estate.types.isdisjoint(OPERATOR_WORKLOADS) else ():
        for service in operator_services(pod.resource) if pod.operator else ():
            yield service, [(pod, True)]


def _ways(
    analyses: Analyses, service: ServiceBody, pods: list[tuple[Pod, bool | None]], clusters: list[Resource]
) -> Iterator[Way]:
    public, address = is_open_to_all(service), address_of(service)
    if public is False:
        return
    for pod, selected in pods:
        in_tier = True if pod.tier_known else None
        for port in ports_of(service, pod):
            if port is None:
                yield Way(pod, 0, all_of((public, selected, None)), NOT_KNOWN, ())
                continue
            reached = reach(analyses, pod, port.target)
            passes = None if reached.answer is False and not has_known_ports(pod) else reached.answer
            only = True if len(clusters) == 1 else None
            answer = all_of((public, selected, in_tier, only, passes, port.known))
            found = gate_of_cluster(analyses, clusters[0], address, port.number)
            hops = (
                *hops_to(analyses, service, address, clusters[0], found, port.number),
                *reached.hops,
                hop(pod.resource, pod.resource.name_path, f"{pod.resource.kind} {pod.resource.name} answers"),
            )
            yield Way(pod, port.number, answer, found, hops)
