"""Pods of every kind of workload, and their containers.

A *pod* here is what a workload makes: one entry for a Deployment, whatever its replicas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.workloads.tiers import Tiers, image_name
from erpguard.model import Path, Resource
from erpguard.model.kinds import OPERATOR_WORKLOADS, WORKLOADS

# Workload type -> path of the pod template (the Pod itself for a Pod).
TEMPLATES: dict[str, Path] = {
    "core/Pod": (),
    "core/ReplicationController": ("spec", "template"),
    "apps/Deployment": ("spec", "template"),
    "apps/StatefulSet": ("spec", "template"),
    "apps/DaemonSet": ("spec", "template"),
    "apps/ReplicaSet": ("spec", "template"),
    "batch/Job": ("spec", "template"),
    "batch/CronJob": ("spec", "jobTemplate", "spec", "template"),
}


class Container(NamedTuple):
    """One container: its body, where it stands, and what it is: main, init, sidecar (native) or ephemeral."""

    body: dict[str, Any]
    path: Path
    role: str

    @property
    def name(self) -> str:
        """Its name; empty where it is missing."""
        name = self.body.get("name", "")
        return name if isinstance(name, str) else ""


class Pod(NamedTuple):
    """What a workload makes. `path` leads to the pod's spec, `template` is the pod's metadata.

    Operator workloads have an empty spec, and the labels that their operator documents.
    """

    resource: Resource
    path: Path
    spec: dict[str, Any]
    template: Mapping[str, Any]
    labels: Mapping[str, str]
    tier: str
    tier_known: bool
    operator: bool = False
    containers: tuple[Container, ...] = ()

    def is_known(self, *path: str | int) -> bool:
        """Whether that path below the pod's spec is known."""
        return self.resource.is_known((*self.path, *path))


def all_pods(analyses: Analyses) -> list[Pod]:
    """Every workload's pod, operator workloads included."""
    made: list[Pod] = analyses.once("pods", _all_pods)
    return made


def _all_pods(analyses: Analyses) -> list[Pod]:
    tiers = Tiers(analyses.settings.get("tiers", {}))
    pods = [_pod(resource, tiers) for resource in analyses.estate.of_type(*WORKLOADS)]
    return pods + [_operator_pod(resource, tiers) for resource in analyses.estate.of_type(*OPERATOR_WORKLOADS)]


def _pod(resource: Resource, tiers: Tiers) -> Pod:
    where = TEMPLATES[resource.type]
    holder: Any = resource.body
    for step in where:
        holder = holder.get(step) or {}
    spec = holder.get("spec") or {}
    metadata = holder.get("metadata") or {}
    path = (*where, "spec")
    tier, known = tiers.of(resource, where, metadata, spec)
    return Pod(
        resource=resource,
        path=path,
        spec=spec,
        template=metadata,
        labels=metadata.get("labels") or {},
        tier=tier,
        tier_known=known,
        containers=tuple(_containers(spec, path)),
    )


def _containers(spec: Mapping[str, Any], path: Path) -> Iterator[Container]:
    for index, body in enumerate(spec.get("containers") or ()):
        yield Container(body, (*path, "containers", index), "main")
    for index, body in enumerate(spec.get("initContainers") or ()):
        # Native sidecars: kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
        role = "sidecar" if body.get("restartPolicy") == "Always" else "init"
        yield Container(body, (*path, "initContainers", index), role)
    for index, body in enumerate(spec.get("ephemeralContainers") or ()):
        yield Container(body, (*path, "ephemeralContainers", index), "ephemeral")


def _operator_pod(resource: Resource, tiers: Tiers) -> Pod:
    tier, known = tiers.of(resource, (), {}, {})
    labels = {key.format(name=resource.name): value.format(name=resource.name) for key, value in _LABELS[resource.type]}
    return Pod(resource, ("spec",), {}, {}, labels, tier, known, operator=True)


# cloudnative-pg.io/documentation/current/labels_annotations/ and postgres-operator.readthedocs.io (cluster labels).
_CLOUDNATIVE_PG = (("app.kubernetes.io/managed-by", "cloudnative-pg"), ("app.kubernetes.io/name", "postgresql"))
_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "postgresql.cnpg.io/Cluster": (
        *_CLOUDNATIVE_PG,
        ("app.kubernetes.io/component", "database"),
        ("cnpg.io/cluster", "{name}"),
        ("cnpg.io/podRole", "instance"),
    ),
    "postgresql.cnpg.io/Pooler": (
        *_CLOUDNATIVE_PG,
        ("app.kubernetes.io/component", "pooler"),
        ("cnpg.io/poolerName", "{name}"),
        ("cnpg.io/podRole", "pooler"),
    ),
    "acid.zalan.do/postgresql": (("application", "spilo"), ("cluster-name", "{name}")),
}


def runs(pod: Pod, container: Container, program: str) -> bool | None:
    """Whether a container's image is called like a program; None where it is not known."""
    image = container.body.get("image")
    if image is None:
        return False if pod.resource.is_known((*container.path, "image")) else None
    name = image_name(image)
    return None if name is None else name == program


def pods(analyses: Analyses) -> View:
    """One row per workload, at its pod's spec: what the pod as a whole says.

    Fields: operator, tier, labels, service_account (default applied), automount (only when set), host_network,
    priority_class, host_ports [{container, index, port_index, port}].
    """
    view = View()
    for pod in all_pods(analyses):
        spec = pod.spec
        fields = {
            "operator": pod.operator,
            "tier": pod.tier,
            "labels": dict(pod.labels),
            "service_account": spec.get("serviceAccountName") or spec.get("serviceAccount") or "default",
            "automount": spec.get("automountServiceAccountToken"),
            "host_network": spec.get("hostNetwork", False),
            "priority_class": spec.get("priorityClassName"),
        }
        if pod.operator:
            for name in ("service_account", "automount", "host_network", "priority_class"):
                fields[name] = None
        view.add(pod.resource, pod.path, fields, _unknown_pod_fields(pod))
    return view


def _unknown_pod_fields(pod: Pod) -> Iterator[str]:
    if not pod.tier_known:
        yield "tier"
    if not (pod.resource.unknown or pod.resource.invalid):
        return
    sources = {
        "service_account": ("serviceAccountName", "serviceAccount"),
        "automount": ("automountServiceAccountToken",),
        "host_network": ("hostNetwork",),
        "priority_class": ("priorityClassName",),
    }
    for name, keys in sources.items():
        if not all(pod.is_known(key) for key in keys):
            yield name
    if not pod.resource.is_known((*pod.path[:-1], "metadata", "labels")):
        yield "labels"


def containers(analyses: Analyses) -> View:
    """One row per container, at the container.

    Fields: container (its name), role (main, init, sidecar, ephemeral), tier of the pod, image, ports
    [{index, port, host_port, protocol, name}].
    """
    view = View()
    for pod in all_pods(analyses):
        for container in pod.containers:
            body = container.body
            unknown = {name for name in ("image", "ports") if not pod.resource.is_known((*container.path, name))}
            fields = {
                "container": container.name,
                "role": container.role,
                "tier": pod.tier,
                "image": body.get("image"),
                "ports": [
                    {
                        "index": index,
                        "port": port.get("containerPort"),
                        "host_port": port.get("hostPort", 0),
                        "protocol": port.get("protocol", "TCP"),
                        "name": port.get("name", ""),
                    }
                    for index, port in enumerate(body.get("ports") or ())
                ],
            }
            view.add(pod.resource, container.path, fields, unknown | (set() if pod.tier_known else {"tier"}))
    return view
