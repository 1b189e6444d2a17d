"""Services: which pods they select, and how far they open them.

kubernetes.io/docs/concepts/services-networking/service/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.network.load_balancers import openings
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.pod_selection import picks
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.analysis.workloads.service_bodies import MANAGED, ServiceBody, operator_services
from erpguard.model import Path, Resource
from erpguard.model.kinds import OPERATOR_WORKLOADS

SERVICE = "core/Service"
SELECTOR: Path = ("spec", "selector")


def selected_pods(analyses: Analyses, service: Resource) -> list[tuple[Pod, bool | None]]:
    """The workloads of which a Service selects at least one pod, each with True, or None where it is not known.

    By namespace, labels and nearness (`Estate.together`). A Service without selector, or of type ExternalName, selects
    nothing. Workloads that are surely not selected are left out.
    """
    spec = service.body.get("spec") or {}
    hidden = hidden_below(service, SELECTOR)
    labels = spec.get("selector") or {}
    if spec.get("type") == "ExternalName" or not (labels or hidden):
        return []
    is_typed = True if service.is_known(("spec", "type")) else None
    below = frozenset(("matchLabels", *path) if path else () for path in hidden)
    found: list[tuple[Pod, bool | None]] = []
    for pick in picks(analyses, service, {"matchLabels": labels}, below):
        answer = all_of((pick.some, is_typed))
        if answer is not False:
            found.append((pick.pod, answer))
    return found


def services_of(analyses: Analyses, pod: Pod) -> list[tuple[Resource, bool]]:
    """The Services that select at least one pod of a workload, or may, and whether they surely do."""
    made: dict[str, list[tuple[Resource, bool]]] = analyses.once("services.by_pod", _by_pod)
    return made.get(pod.resource.key, [])


def _by_pod(analyses: Analyses) -> dict[str, list[tuple[Resource, bool]]]:
    found: dict[str, list[tuple[Resource, bool]]] = {}
    for service in analyses.estate.of_type(SERVICE):
        for pod, answer in selected_pods(analyses, service):
            found.setdefault(pod.resource.key, []).append((service, answer is True))
    return found


PUBLISHED_TYPES = ("LoadBalancer", "NodePort")
DATA_TIERS = ("data", "pooler", "cache")
TYPE: Path = ("spec", "type")
EXTERNAL_IPS: Path = ("spec", "externalIPs")


def services(analyses: Analyses) -> View:
    """One row per Service, at its root, and one per template of a Service in an operator's object, at the template.

    Fields: type (default ClusterIP), published (reachable from outside of the cluster), exposures [{path, what}] (how
    it is published), data_pods [{resource, path, title, tier}] (the selected workloads of the data, pooler and cache
    tiers), inner_pods (those and the erp tier's), load_balancer_class (empty: the cloud's own), openings [{path, what}]
    (what lets the whole internet in; empty for internal load balancers and for other types).
    """
    view = View()
    for resource in analyses.estate.of_type(SERVICE):
        _add(view, ServiceBody(resource), selected_pods(analyses, resource))
    for pod in all_pods(analyses) if not analyses.estate.types.isdisjoint(OPERATOR_WORKLOADS) else ():
        if pod.operator:
            for service in operator_services(pod.resource):
                _add(view, service, [(pod, True)])
            if () in hidden_below(pod.resource, MANAGED):
                view.add(pod.resource, MANAGED, {}, _EVERY_FIELD)
    return view


_FIELDS: dict[str, Path] = {"type": TYPE, "load_balancer_class": ("spec", "loadBalancerClass")}
_EVERY_FIELD = ("published", "exposures", "data_pods", "inner_pods", "openings", *_FIELDS)


def _add(view: View, service: ServiceBody, selected: list[tuple[Pod, bool | None]]) -> None:
    fields = {
        "exposures": _sure(_exposures(service)),
        "data_pods": _sure(_of_tier(selected, DATA_TIERS)),
        "inner_pods": _sure(_of_tier(selected, ("erp", *DATA_TIERS))),
        "openings": _sure(openings(service)),
        "type": _type(service),
        "published": is_published(service),
        "load_balancer_class": service.spec.get("loadBalancerClass", ""),
    }
    unknown = {name for name, value in fields.items() if value is None}
    unknown |= {name for name, path in _FIELDS.items() if not service.is_known(path)}
    view.add(service.resource, service.path, fields, unknown)


def _sure(answers: Iterator[tuple[dict[str, Any], bool | None]]) -> list[dict[str, Any]] | None:
    """What is surely so; None where nothing is and something may be."""
    given = list(answers)
    sure = [value for value, answer in given if answer]
    return None if not sure and any(answer is None for _, answer in given) else sure


def is_published(service: ServiceBody) -> bool | None:
    """Whether a Service is reachable from outside of the cluster."""
    return any_of(answer for _, answer in _exposures(service))


def _type(service: ServiceBody) -> str | None:
    return service.spec.get("type", "ClusterIP") if service.is_known(TYPE) else None


def _exposures(service: ServiceBody) -> Iterator[tuple[dict[str, Any], bool | None]]:
    type_ = _type(service)
    published = None if type_ is None else type_ in PUBLISHED_TYPES
    yield {"path": list(TYPE), "what": f"type {type_}"}, published
    addresses = service.spec.get("externalIPs") or ()
    if addresses or () in service.hidden_below(EXTERNAL_IPS):
        what = "external addresses " + ", ".join(map(str, addresses))
        yield {"path": list(EXTERNAL_IPS), "what": what}, True if addresses else None


def _of_tier(
    found: list[tuple[Pod, bool | None]], tiers: tuple[str, ...]
) -> Iterator[tuple[dict[str, Any], bool | None]]:
    for pod, answer in found:
        belongs = pod.tier in tiers if pod.tier_known else None
        entry = {
            "resource": pod.resource.key,
            "path": ["metadata", "name"],
            "title": f"{pod.resource.kind} {pod.resource.name}",
            "tier": pod.tier,
        }
        yield entry, all_of((answer, belongs))
