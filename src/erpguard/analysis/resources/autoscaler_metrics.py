"""Whether the resource metrics of HorizontalPodAutoscalers can work: requests of the containers, and VPAs.

Sources: `pkg/controller/podautoscaler/replica_calculator.go` (utilisation needs a request of every main container and
native sidecar, or of the pod as a whole; all of zero is an error, too) and, in kubernetes/autoscaler,
`vertical-pod-autoscaler/docs/` (known limitations, and the defaults of update mode and controlled resources).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.resources.autoscalers import HPA, Metric, metrics, pod_of, target, target_type
from erpguard.analysis.resources.container_resources import ResourceHolder, holders
from erpguard.analysis.values.amounts import HIDDEN, Amount, first, positive
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.namespaces import same_namespace
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

VPA = "autoscaling.k8s.io/VerticalPodAutoscaler"
_EVICTING = ("Auto", "Recreate", "InPlaceOrRecreate")
_NAMESPACE: Path = ("metadata", "namespace")
_POLICIES: Path = ("spec", "resourcePolicy")


def autoscaler_metrics(analyses: Analyses) -> View:
    """One row per utilisation metric of an HPA and container that it counts, at the metric.

    Fields: resource_name, container, requested (whether there is a request to compare with), and where the request
    would stand: request_resource (a resource's key) and request_path. A container that does not exist is one without
    a request, and the place is its name in the metric.
    """
    view = View()
    of_workload = _holders_by_workload(analyses)
    for hpa in analyses.estate.of_type(HPA):
        for metric in metrics(hpa):
            if metric.utilization is False or metric.resource == "":
                continue
            for part, fields in _compared(analyses, hpa, metric, of_workload):
                hidden = [name for name in ("resource_name", "requested") if fields.get(name) is None]
                view.add(hpa, metric.path, fields, hidden, part)
    return view


def _holders_by_workload(analyses: Analyses) -> dict[str, list[ResourceHolder]]:
    found: dict[str, list[ResourceHolder]] = {}
    for holder in holders(analyses):
        if not (holder.role_known and holder.role == "init"):
            found.setdefault(holder.pod.resource.key, []).append(holder)
    return found


_Row = tuple[str, dict[str, Any]]


def _compared(
    analyses: Analyses, hpa: Resource, metric: Metric, of_workload: dict[str, list[ResourceHolder]]
) -> Iterator[_Row]:
    """(part, fields) for every container that a metric counts."""
    scaled = target(analyses, hpa)
    if scaled.found is None:
        if not scaled.known:
            yield "", {}
        return  # a missing target is told of by itself
    counted = of_workload.get(scaled.found.key, [])
    if not counted or metric.resource is None or metric.utilization is None or metric.container is None:
        yield "", {}
        return
    if metric.container:
        named = [holder for holder in counted if holder.name == metric.container]
        if not named:
            yield _absent_container(hpa, metric, counted)
            return
        counted = named
    amounts = [_request(holder, metric.resource, bool(metric.container)) for holder in counted]
    nothing = all(amount is None or amount == 0 for amount in amounts)
    for holder, amount in zip(counted, amounts, strict=True):
        requested = None if amount is HIDDEN or not holder.role_known else not (amount is None or nothing)
        yield (
            "/".join(map(str, holder.path)),
            {
                "resource_name": metric.resource,
                "container": holder.name,
                "requested": requested,
                "request_resource": holder.pod.resource.key,
                "request_path": [*holder.path, "resources", "requests", metric.resource],
            },
        )


def _request(holder: ResourceHolder, name: str, alone: bool) -> Amount:
    """What a metric compares with: a request of the pod as a whole serves metrics of the whole pod only."""
    own = holder.bounds.own_request(name)
    return own if alone else first((positive(holder.bounds.request_of_pod(name)), own))


def _absent_container(hpa: Resource, metric: Metric, counted: Iterable[ResourceHolder]) -> _Row:
    hidden = any(not holder.pod.resource.is_known((*holder.path, "name")) for holder in counted)
    return "", {
        "resource_name": metric.resource,
        "container": metric.container,
        "requested": None if hidden else False,
        "request_resource": hpa.key,
        "request_path": [*metric.path, "containerResource", "container"],
    }


def autoscaler_conflicts(analyses: Analyses) -> View:
    """One row per resource metric of an HPA and VPA of the same target, at the metric.

    Fields: resource_name, vertical (the VPA's name) and vertical_resource (its key), conflicts (whether the VPA sets
    the same resource of containers that run).
    """
    view = View()
    for hpa in analyses.estate.of_type(HPA):
        for vertical in _near(analyses, hpa):
            same = _same_target(analyses, hpa, vertical)
            if same is False:
                continue
            for metric in metrics(hpa):
                if metric.resource == "":
                    continue
                conflicts = all_of((same, _evicts(vertical), _controls(analyses, hpa, vertical, metric)))
                fields = {
                    "resource_name": metric.resource,
                    "vertical": vertical.name,
                    "vertical_resource": vertical.key,
                    "conflicts": conflicts,
                }
                hidden = [name for name in ("resource_name", "conflicts") if fields[name] is None]
                view.add(hpa, metric.path, fields, hidden, vertical.key)
    return view


def _near(analyses: Analyses, hpa: Resource) -> list[Resource]:
    """The VPAs that may be in the namespace of an HPA."""
    if not hpa.is_known(_NAMESPACE):
        return analyses.estate.of_type(VPA)
    hidden: list[Resource] = analyses.once("autoscalers.vertical", _without_namespace)
    return [one for one in analyses.estate.in_namespace(hpa, VPA) if one not in hidden] + hidden


def _without_namespace(analyses: Analyses) -> list[Resource]:
    return [vertical for vertical in analyses.estate.of_type(VPA) if not vertical.is_known(_NAMESPACE)]


def _same_target(analyses: Analyses, hpa: Resource, vertical: Resource) -> bool | None:
    near = same_namespace(hpa, vertical)
    if near is False:
        return False
    ours = (hpa.body.get("spec") or {}).get("scaleTargetRef") or {}
    theirs = (vertical.body.get("spec") or {}).get("targetRef") or {}
    equal = all_of((_equal(target_type(ours), target_type(theirs)), _equal(ours.get("name"), theirs.get("name"))))
    return all_of((near, equal, analyses.estate.together(hpa, vertical)))


def _equal(one: str | None, other: str | None) -> bool | None:
    """Whether two texts are equal; two equal placeholders are."""
    if one is None or other is None:
        return None
    return True if one == other else None if has_placeholder(one) or has_placeholder(other) else False


def _evicts(vertical: Resource) -> bool | None:
    if not vertical.is_known(("spec", "updatePolicy", "updateMode")):
        return None
    policy = (vertical.body.get("spec") or {}).get("updatePolicy") or {}
    return policy.get("updateMode", "Auto") in _EVICTING


def _controls(analyses: Analyses, hpa: Resource, vertical: Resource, metric: Metric) -> bool | None:
    """Whether a VPA sets the metric's resource in one of the containers that the metric counts."""
    if metric.resource is None or metric.container is None or hidden_below(vertical, _POLICIES):
        return None
    policies = ((vertical.body.get("spec") or {}).get("resourcePolicy") or {}).get("containerPolicies") or []
    if any(not vertical.is_known((*_POLICIES, "containerPolicies", index)) for index in range(len(policies))):
        return None
    by_name = {policy.get("containerName", "*"): policy for policy in policies}
    if metric.container:
        return _is_controlled(by_name, metric.container, metric.resource)
    names = _container_names(analyses, hpa)
    if names is None:
        answers = {_is_controlled(by_name, name, metric.resource) for name in [*by_name, "*"]}
        return answers.pop() if len(answers) == 1 else None
    return any_of(None if not name else _is_controlled(by_name, name, metric.resource) for name in names)


def _is_controlled(by_name: dict[str, dict[str, Any]], container: str, resource: str) -> bool:
    policy = by_name.get(container) or by_name.get("*") or {}
    return policy.get("mode") != "Off" and resource in policy.get("controlledResources", ("cpu", "memory"))


def _container_names(analyses: Analyses, hpa: Resource) -> list[str] | None:
    """The names of the target's main containers (empty for one that is not known); None where there is no target."""
    scaled = target(analyses, hpa).found
    pod = pod_of(analyses, scaled) if scaled is not None else None
    if pod is None or not pod.containers:
        return None
    return [
        container.name if pod.resource.is_known((*container.path, "name")) else ""
        for container in pod.containers
        if container.role == "main"
    ]
