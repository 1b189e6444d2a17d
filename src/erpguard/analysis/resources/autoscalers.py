"""HorizontalPodAutoscalers and KEDA's ScaledObjects: their bounds, metrics and targets.

Sources: kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/, `pkg/apis/autoscaling/v2/defaults.go` (one
replica at least; without metrics 80 percent of cpu) and keda.sh/docs/latest/reference/scaledobject-spec/.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.applications.odoo import OdooSettings, odoo_containers
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.estate import Lookup
from erpguard.model import Path, Resource
from erpguard.normalize.kubernetes_versions import current_group
from erpguard.normalize.shapes import has_placeholder

HPA = "autoscaling/HorizontalPodAutoscaler"
SCALED_OBJECT = "keda.sh/ScaledObject"
KEDA_MINIMUM, KEDA_MAXIMUM, HPA_MINIMUM = 0, 100, 1
_KEDA_TARGET = {"apiVersion": "apps/v1", "kind": "Deployment"}
_METRICS: Path = ("spec", "metrics")
_TARGET: Path = ("spec", "scaleTargetRef")


class Metric(NamedTuple):
    """One metric of an HPA that is about a resource of the pods, or about something else (`resource` empty).

    `container` is empty where all containers count. Each of the three is None where it is not known.
    """

    path: Path
    resource: str | None
    utilization: bool | None
    container: str | None = ""


def metrics(hpa: Resource) -> list[Metric]:
    """The metrics of an HPA, the default one included."""
    if () in hidden_below(hpa, _METRICS):
        return [Metric(_METRICS, None, None, None)]
    given = (hpa.body.get("spec") or {}).get("metrics")
    if not given:
        return [Metric(_METRICS, "cpu", True)]
    return [_metric(hpa, (*_METRICS, index), item) for index, item in enumerate(given)]


def _metric(hpa: Resource, path: Path, item: dict[str, Any]) -> Metric:
    if not hpa.is_known((*path, "type")):
        return Metric(path, None, None, None)
    key = {"Resource": "resource", "ContainerResource": "containerResource"}.get(item["type"])
    if key is None:
        return Metric(path, "", False)
    source = item.get(key) or {}
    name = source.get("name") if hpa.is_known((*path, key, "name")) else None
    container = "" if key == "resource" else source.get("container")
    if container and not hpa.is_known((*path, key, "container")):
        container = None
    return Metric(path, name, _is_utilization(hpa, (*path, key), source), container)


def _is_utilization(hpa: Resource, path: Path, source: dict[str, Any]) -> bool | None:
    """Whether the target is a share of what is requested (v2beta1 had `targetAverageUtilization` beside the name)."""
    target = source.get("target") or {}
    if "averageUtilization" in target or "targetAverageUtilization" in source:
        return True
    if any(not hpa.is_known((*path, key)) for key in ("target", "targetAverageUtilization")):
        return None
    return bool(target.get("type") == "Utilization")


def only_cpu(hpa: Resource) -> bool | None:
    """Whether cpu is the only thing that an HPA looks at; None where that is not known."""
    return all_of(None if metric.resource is None else metric.resource == "cpu" for metric in metrics(hpa))


def target_type(reference: dict[str, Any]) -> str | None:
    """The canonical type of a `scaleTargetRef`; None where it does not say one that is known."""
    version, kind = reference.get("apiVersion"), reference.get("kind")
    if not version or not kind or has_placeholder(version) or has_placeholder(kind):
        return None
    return "/".join(current_group(version, kind))


def target(analyses: Analyses, hpa: Resource, at: Path = _TARGET) -> Lookup:
    """The object that an autoscaler scales; not known where some object may turn out to be it."""
    reference = (hpa.body.get("spec") or {}).get(at[-1]) or {}
    if hpa.type == SCALED_OBJECT and hpa.is_known((*at, "kind")) and hpa.is_known((*at, "apiVersion")):
        reference = {**_KEDA_TARGET, **reference}
    type_, name = target_type(reference), reference.get("name")
    if type_ is None or not name:
        return Lookup(None, known=False)
    lookup = analyses.estate.find(hpa, type_, hpa.namespace, name)
    if lookup.found is not None or not lookup.known:
        return lookup
    hidden = has_placeholder(name) or not hpa.is_known((*at, "name"))
    return Lookup(None, known=not any(_may_be(hpa, other, name, hidden) for other in analyses.estate.of_type(type_)))


def _may_be(asking: Resource, other: Resource, name: str, hidden: bool) -> bool:
    namespace: Path = ("metadata", "namespace")
    near = asking.namespace == other.namespace or not (asking.is_known(namespace) and other.is_known(namespace))
    named = hidden or other.name == name or not other.is_known(("metadata", "name"))
    return asking.cluster == other.cluster and near and named


def autoscalers(analyses: Analyses) -> View:
    """One row per HPA and ScaledObject, at its spec.

    Fields: min_replicas and max_replicas (defaults applied; KEDA's idle count is its minimum), maximum_key (where the
    maximum stands), target (`Deployment odoo`). Of an HPA besides: target_missing (it is not in the estate), worker
    (whether the target runs Odoo's queue jobs), only_cpu (whether cpu is the only metric).
    """
    view = View()
    for scaled in analyses.estate.of_type(SCALED_OBJECT):
        spec = scaled.body.get("spec") or {}
        minimum = spec.get("idleReplicaCount", spec.get("minReplicaCount", KEDA_MINIMUM))
        fields = _bounds(scaled, minimum, spec.get("maxReplicaCount", KEDA_MAXIMUM), "maxReplicaCount")
        hidden = _hidden(scaled, min_replicas="idleReplicaCount", max_replicas="maxReplicaCount")
        if "idleReplicaCount" not in spec:
            hidden += _hidden(scaled, min_replicas="minReplicaCount")
        view.add(scaled, ("spec",), fields, hidden)
    for hpa in analyses.estate.of_type(HPA):
        spec = hpa.body.get("spec") or {}
        fields = _bounds(hpa, spec.get("minReplicas", HPA_MINIMUM), spec.get("maxReplicas"), "maxReplicas")
        found = target(analyses, hpa)
        joined = {
            "target_missing": found.found is None if found.known else None,
            "worker": _is_worker(analyses, found),
            "only_cpu": only_cpu(hpa),
        }
        hidden = _hidden(hpa, min_replicas="minReplicas", max_replicas="maxReplicas")
        hidden += [name for name, value in joined.items() if value is None]
        view.add(hpa, ("spec",), {**fields, **joined}, hidden)
    return view


def _bounds(scaler: Resource, minimum: Any, maximum: Any, key: str) -> dict[str, Any]:
    reference = (scaler.body.get("spec") or {}).get("scaleTargetRef") or {}
    target = f"{reference.get('kind', 'Deployment')} {reference.get('name', '')}"
    return {"min_replicas": minimum, "max_replicas": maximum, "maximum_key": key, "target": target}


def _hidden(scaler: Resource, **keys: str) -> list[str]:
    return [name for name, key in keys.items() if not scaler.is_known(("spec", key))]


def pod_of(analyses: Analyses, resource: Resource) -> Pod | None:
    """The pod of a workload; None for what is none."""
    pods: dict[str, Pod] = analyses.once("autoscalers.pods", _pods)
    return pods.get(resource.key)


def _pods(analyses: Analyses) -> dict[str, Pod]:
    return {pod.resource.key: pod for pod in all_pods(analyses)}


def _is_worker(analyses: Analyses, found: Lookup) -> bool | None:
    if found.found is None:
        return False if found.known else None
    pod = pod_of(analyses, found.found)
    return None if pod is None else any_of(_worker_answers(analyses, pod))


def _worker_answers(analyses: Analyses, pod: Pod) -> Iterator[bool | None]:
    if not pod.tier_known:
        yield None
    elif pod.tier == "erp":
        servers: dict[str, list[OdooSettings]] = analyses.once("autoscalers.odoo", _servers)
        for settings in servers.get(pod.resource.key, ()):
            yield settings.role("worker")


def _servers(analyses: Analyses) -> dict[str, list[OdooSettings]]:
    found: dict[str, list[OdooSettings]] = {}
    for settings in odoo_containers(analyses):
        if settings.container.role in ("main", "sidecar"):
            found.setdefault(settings.pod.resource.key, []).append(settings)
    return found
