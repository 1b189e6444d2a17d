"""What every container asks for and may use: its own resources, the namespace's defaults, and the pod's.

Sources, on kubernetes.io/docs: concepts/configuration/manage-resources-containers/ (a request defaults to the limit),
tasks/configure-pod-container/assign-pod-level-resources/, concepts/policy/limit-range/; `defaultPodRequests` in
`pkg/apis/core/v1/defaults.go`; and for the operator's pods
cloudnative-pg.io/documentation/current/resource_management/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.resources.limit_ranges import NO_DEFAULTS, Defaults, defaults_for
from erpguard.analysis.values.amounts import (
    HIDDEN,
    NOTHING,
    Amount,
    Amounts,
    first,
    number,
    positive,
    read,
    smallest,
    spelled,
)
from erpguard.analysis.values.selectors import hidden_below
from erpguard.analysis.workloads.pods import Container, Pod, all_pods
from erpguard.model import Path, Resource

FIELDS = {"memory": "memory", "cpu": "cpu", "ephemeral_storage": "ephemeral-storage"}
"""How fields of the view begin -> the resource that they are about."""

_CLUSTER = "postgresql.cnpg.io/Cluster"
_POOLER = "postgresql.cnpg.io/Pooler"
_PGBOUNCER = "pgbouncer"


class Bounds(NamedTuple):
    """What one container may use and asks for, by resource. `pod_*` are those of its pod as a whole."""

    limits: Amounts
    requests: Amounts
    defaults: Defaults = NO_DEFAULTS
    pod_limits: Amounts = NOTHING
    pod_requests: Amounts = NOTHING

    def limit(self, name: str) -> Amount:
        """How much the container can use at most; None for no bound."""
        own = first((self.limits.get(name), self.defaults.limits.get(name)))
        return smallest((positive(own), positive(_of_pod(self.pod_limits, name))))

    def request(self, name: str) -> Amount:
        """How much is set aside for the container, or for its pod as a whole; None for nothing."""
        return first((positive(self.own_request(name)), positive(self.request_of_pod(name))))

    def own_request(self, name: str) -> Amount:
        """The container's request, by itself, by its limit or by default; zero is one."""
        return first((self.requests.get(name), self.limits.get(name), self.defaults.requests.get(name)))

    def request_of_pod(self, name: str) -> Amount:
        """What the pod as a whole requests, by itself or by default."""
        return _of_pod(self.pod_requests, name)

    def written(self, name: str) -> tuple[Amount, Amount]:
        """Request and limit as the API server compares them: zero is an amount there."""
        limit = first((self.limits.get(name), self.defaults.limits.get(name)))
        return self.own_request(name), smallest((limit, _of_pod(self.pod_limits, name)))

    def names(self) -> list[str]:
        """The resources that are spoken of, sorted."""
        maps = (self.limits, self.requests, self.defaults.limits, self.defaults.requests)
        return sorted({name for amounts in maps for name in amounts.amounts if name})


class ResourceHolder(NamedTuple):
    """A container, or what stands for one: where it is, and its bounds. `role_known` is false for a hidden role."""

    pod: Pod
    path: Path
    name: str
    role: str
    role_known: bool
    bounds: Bounds


def holders(analyses: Analyses) -> list[ResourceHolder]:
    """All containers that can have resources: those of workloads and of CloudNativePG's Clusters and Poolers."""
    made: list[ResourceHolder] = analyses.once("container_resources", _all_holders)
    return made


def _all_holders(analyses: Analyses) -> list[ResourceHolder]:
    return [holder for pod in all_pods(analyses) for holder in _holders(pod, defaults_for(analyses, pod.resource))]


def _holders(pod: Pod, defaults: Defaults) -> Iterator[ResourceHolder]:
    resource = pod.resource
    if resource.type == _CLUSTER:
        spec = resource.body.get("spec") or {}
        yield ResourceHolder(pod, ("spec",), "postgres", "main", True, _bounds(resource, ("spec",), spec, defaults))
        return
    if resource.type == _POOLER:
        pod = _pooler_pod(pod)
    elif pod.operator:
        return
    pod_limits, pod_requests = pod_amounts(pod)
    for container in pod.containers:
        if container.role != "ephemeral":
            own = _bounds(resource, container.path, container.body, defaults, pod_limits, pod_requests)
            known = _is_role_known(pod, container)
            yield ResourceHolder(pod, container.path, container.name, container.role, known, own)
    if resource.type == _POOLER and all(container.name != _PGBOUNCER for container in pod.containers):
        yield _added_by_operator(pod, defaults, pod_limits, pod_requests)
    yield from _hidden_containers(pod)


def _added_by_operator(pod: Pod, defaults: Defaults, *of_pod: Amounts) -> ResourceHolder:
    """PgBouncer's container, where the template has none: without resources (pkg/specs/pgbouncer/deployments.go)."""
    given = pod.spec.get("containers") or ()
    path: Path = (*pod.path, "containers", len(given))
    named = all(pod.is_known("containers", index, "name") for index in range(len(given)))
    hidden = not named or () in hidden_below(pod.resource, (*pod.path, "containers"))
    own = Amounts(hidden=hidden)
    return ResourceHolder(pod, path, _PGBOUNCER, "main", True, Bounds(own, own, defaults, *of_pod))


def _bounds(resource: Resource, path: Path, body: dict[str, Any], defaults: Defaults, *pod: Amounts) -> Bounds:
    limits, requests = _amounts(resource, path, body)
    return Bounds(limits, requests, defaults, *pod)


def pod_amounts(pod: Pod) -> tuple[Amounts, Amounts]:
    """The limits and requests of the pod as a whole, the requests with their defaults."""
    limits, requests = _amounts(pod.resource, pod.path, pod.spec)
    if limits.amounts:
        default = {name: first((_of_containers(pod, name), limit)) for name, limit in limits.amounts.items()}
        return limits, Amounts({**default, **requests.amounts}, limits.hidden or requests.hidden)
    return limits, Amounts(requests.amounts, limits.hidden or requests.hidden)


def _of_containers(pod: Pod, name: str) -> Amount:
    """What the containers request together, where that is the default for the pod: not for huge pages."""
    if name not in ("cpu", "memory"):
        return None
    from erpguard.analysis.resources.pod_requests import together  # few pods have limits as a whole

    return together((container.role, _request_of(pod, container, name)) for container in pod.containers)


def _request_of(pod: Pod, container: Container, name: str) -> Amount:
    limits, requests = _amounts(pod.resource, container.path, container.body)
    request = first((requests.get(name), limits.get(name)))
    return HIDDEN if request is not None and not _is_role_known(pod, container) else request


def _is_role_known(pod: Pod, container: Container) -> bool:
    return "initContainers" not in container.path or pod.resource.is_known((*container.path, "restartPolicy"))


def _amounts(resource: Resource, path: Path, body: dict[str, Any]) -> tuple[Amounts, Amounts]:
    given = body.get("resources") or {}
    limits = read(resource, (*path, "resources", "limits"), given.get("limits"))
    return limits, read(resource, (*path, "resources", "requests"), given.get("requests"))


def _of_pod(amounts: Amounts, name: str) -> Amount:
    """Pods as a whole can have cpu, memory and huge pages only."""
    return amounts.get(name) if name in ("cpu", "memory") or name.startswith("hugepages-") else None


def _pooler_pod(pod: Pod) -> Pod:
    """A Pooler with the containers of its template."""
    path: Path = ("spec", "template", "spec")
    spec = ((pod.resource.body.get("spec") or {}).get("template") or {}).get("spec") or {}
    given = spec.get("containers") or ()
    containers = [Container(body, (*path, "containers", index), "main") for index, body in enumerate(given)]
    for index, body in enumerate(spec.get("initContainers") or ()):
        role = "sidecar" if body.get("restartPolicy") == "Always" else "init"
        containers.append(Container(body, (*path, "initContainers", index), role))
    return Pod(pod.resource, path, spec, {}, pod.labels, pod.tier, pod.tier_known, True, tuple(containers))


def _hidden_containers(pod: Pod) -> Iterator[ResourceHolder]:
    """Something for every list of containers that could not be read, so that the workload is not passed over."""
    if not (pod.resource.unknown or pod.resource.invalid):
        return
    unknown = Bounds(Amounts(hidden=True), Amounts(hidden=True))
    for key in ("containers", "initContainers"):
        if () in hidden_below(pod.resource, (*pod.path, key)):
            yield ResourceHolder(pod, (*pod.path, key), "", "main", False, unknown)


def container_resources(analyses: Analyses) -> View:
    """One row per container (ephemeral ones cannot have resources), at the container; a Cluster's at its spec.

    Fields: container (its name), role (main, init, sidecar), tier of the pod, and memory_limit, memory_request (bytes),
    cpu_limit, cpu_request (cores), ephemeral_storage_limit, ephemeral_storage_request (bytes): numbers, as they are
    after the defaults; absent where there is none. A bound on the pod as a whole counts for each of its containers.
    """
    view = View()
    for holder in holders(analyses):
        amounts: dict[str, Amount] = {}
        for field, name in FIELDS.items():
            amounts[f"{field}_limit"] = holder.bounds.limit(name)
            amounts[f"{field}_request"] = holder.bounds.request(name)
        fields: dict[str, Any] = {"container": holder.name, "role": holder.role, "tier": holder.pod.tier}
        fields.update(
            (field, number(amount)) for field, amount in amounts.items() if amount is not None and amount is not HIDDEN
        )
        unknown = [field for field, amount in amounts.items() if amount is HIDDEN]
        view.add(holder.pod.resource, holder.path, fields, [*unknown, *_unknown(holder)])
    return view


def _unknown(holder: ResourceHolder) -> Iterable[str]:
    if not holder.role_known:
        yield "role"
    if not holder.pod.tier_known:
        yield "tier"


def resource_bounds(analyses: Analyses) -> View:
    """One row per container, or pod as a whole, and resource that it sets; one without a resource if it sets none.

    Fields: container (empty for the pod as a whole), resource_name, request and limit (as text), exceeds (whether the
    request is greater than the limit, compared exactly). The row stands at the container, or at the pod's spec. What a
    pod requests by default is passed over where a container alone exceeds the pod's limit.
    """
    view = View()
    exceeded: dict[str, set[str]] = {}
    for holder in holders(analyses):
        pod = holder.pod
        found = _add_bounds(view, pod.resource, holder.path, holder.name, holder.bounds)
        exceeded.setdefault(pod.resource.key, set()).update(found)
    pods = {holder.pod.resource.key: holder.pod for holder in holders(analyses)}
    for key, pod in pods.items():
        limits, requests = pod_amounts(pod)
        if pod.resource.type != _CLUSTER and (requests.amounts or requests.hidden):
            by_default = exceeded[key] - _amounts(pod.resource, pod.path, pod.spec)[1].amounts.keys()
            kept = {name: amount for name, amount in requests.amounts.items() if name not in by_default}
            _add_bounds(view, pod.resource, pod.path, "", Bounds(limits, Amounts(kept, requests.hidden)))
    return view


def _add_bounds(view: View, resource: Resource, path: Path, container: str, bounds: Bounds) -> set[str]:
    """Add the rows of one container, or of a pod; the resources of which it requests more than its limit."""
    compared = bounds.requests.amounts or bounds.pod_limits.amounts or bounds.pod_limits.hidden
    hidden = bounds.requests.hidden or (bounds.limits.hidden and bool(compared))
    view.add(resource, path, {"container": container, "exceeds": False}, ["exceeds"] if hidden else [])
    exceeded = set()
    for name in bounds.names():
        request, limit = bounds.written(name)
        if request is None or limit is None:
            continue
        fields: dict[str, Any] = {"container": container, "resource_name": name}
        if request is HIDDEN or limit is HIDDEN:
            view.add(resource, path, fields, ["request", "limit", "exceeds"], part=name)
            continue
        fields.update(request=spelled(request), limit=spelled(limit), exceeds=request > limit)
        view.add(resource, path, fields, part=name)
        if request > limit:
            exceeded.add(name)
    return exceeded
