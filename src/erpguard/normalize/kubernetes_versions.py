"""Old API groups and versions of Kubernetes objects -> the current shape, with places kept.

Sources: the deprecated API migration guide (kubernetes.io/docs/reference/using-api/deprecation-guide/) and Traefik's
migration guide from v2 to v3 (`traefik.containo.us` -> `traefik.io`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from erpguard.model import Origin, Path, Place

_GROUPS: dict[str, dict[str, str]] = {
    "extensions": {
        "Deployment": "apps",
        "DaemonSet": "apps",
        "ReplicaSet": "apps",
        "Ingress": "networking.k8s.io",
        "NetworkPolicy": "networking.k8s.io",
        "PodSecurityPolicy": "policy",
    },
}
_RENAMED = {"traefik.containo.us": "traefik.io"}


def current_group(api_version: str, kind: str) -> tuple[str, str]:
    """The group (`core` for the one without a name) and kind under which the object is known today."""
    group, slash, _ = api_version.partition("/")
    if not slash:
        return "core", kind
    group = _RENAMED.get(group, group)
    return _GROUPS.get(group, {}).get(kind, group), kind


class MovedOrigin(NamedTuple):
    """An origin whose object was reshaped: `moved` maps prefixes of new paths to the old ones."""

    original: Origin
    moved: tuple[tuple[Path, Path], ...]

    @property
    def file(self) -> str:
        """The file of the object as it was written."""
        return self.original.file

    def place(self, path: Path) -> Place:
        """The place in the object as it was written."""
        return self.original.place(self._old(path))

    def place_of_line(self, path: Path, line: int) -> Place:
        """The place of one line of a text value."""
        return self.original.place_of_line(self._old(path), line)

    def text(self, path: Path) -> str:
        """The entry in the object as it was written."""
        return self.original.text(self._old(path))

    def _old(self, path: Path) -> Path:
        for new, old in self.moved:
            if path[: len(new)] == new:
                return old + path[len(new) :]
        return path


def upgrade(type_: str, body: dict[str, Any], origin: Origin) -> Origin:
    """Give `body` the current shape of its type; returns the origin that knows where its nodes stand now."""
    reshape = _RESHAPES.get((type_, str(body["apiVersion"])))
    if reshape is None or not isinstance(body.get("spec"), dict):
        return origin
    moved = reshape(body["spec"])
    # The longest new path first, so that the most special rule wins.
    return MovedOrigin(origin, tuple(sorted(moved, key=lambda pair: -len(pair[0])))) if moved else origin


def moved_along(origin: Origin, paths: Iterable[Path]) -> set[Path]:
    """Where the nodes at these paths of the object as it was written stand in its current shape, if that moved them."""
    if not isinstance(origin, MovedOrigin):
        return set()
    found: set[Path] = set()
    for path in paths:
        pairs = [(new, old) for new, old in origin.moved if path[: len(old)] == old]
        if pairs:
            new, old = max(pairs, key=lambda pair: (len(pair[1]), len(pair[0])))
            found.add(new + path[len(old) :])
    return found


Moves = list[tuple[Path, Path]]


def _ingress(spec: dict[str, Any]) -> Moves:
    """v1beta1 -> v1: `backend` -> `defaultBackend`; serviceName, servicePort -> service.name, service.port."""
    moved: Moves = []
    if "backend" in spec:
        spec["defaultBackend"] = spec.pop("backend")
        moved += _backend(spec["defaultBackend"], ("spec", "defaultBackend"), ("spec", "backend"))
    rules = spec.get("rules")
    for i, rule in enumerate(rules if isinstance(rules, list) else ()):
        http = rule.get("http") if isinstance(rule, dict) else None
        paths = http.get("paths") if isinstance(http, dict) else None
        for j, path in enumerate(paths if isinstance(paths, list) else ()):
            if isinstance(path, dict):
                at: Path = ("spec", "rules", i, "http", "paths", j, "backend")
                moved += _backend(path.get("backend"), at, at)
    return moved


def _backend(backend: Any, new: Path, old: Path) -> Moves:
    moved: Moves = [(new, old)] if new != old else []
    if not isinstance(backend, dict) or "serviceName" not in backend:
        return moved
    port = backend.pop("servicePort", None)
    field = "name" if isinstance(port, str) else "number"
    backend["service"] = {"name": backend.pop("serviceName"), "port": {field: port}}
    return [
        *moved,
        ((*new, "service", "name"), (*old, "serviceName")),
        ((*new, "service", "port", field), (*old, "servicePort")),
        ((*new, "service", "port"), (*old, "servicePort")),
        ((*new, "service"), (*old, "serviceName")),
    ]


def _autoscaler(spec: dict[str, Any]) -> Moves:
    """autoscaling/v1 -> v2: `targetCPUUtilizationPercentage` -> one metric; the API's default is 80 percent."""
    target = spec.pop("targetCPUUtilizationPercentage", None)
    utilization = {"type": "Utilization", "averageUtilization": 80 if target is None else target}
    spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": utilization}}]
    return [(("spec", "metrics"), ("spec", "targetCPUUtilizationPercentage"))]


def _selector(spec: dict[str, Any]) -> Moves:
    """The old workload versions took a missing selector from the labels of the template."""
    template = spec.get("template")
    metadata = template.get("metadata") if isinstance(template, dict) else None
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    if spec.get("selector") is not None or not isinstance(labels, dict):
        return []
    spec["selector"] = {"matchLabels": dict(labels)}
    return [(("spec", "selector", "matchLabels"), ("spec", "template", "metadata", "labels"))]


_RESHAPES = {
    ("networking.k8s.io/Ingress", "extensions/v1beta1"): _ingress,
    ("networking.k8s.io/Ingress", "networking.k8s.io/v1beta1"): _ingress,
    ("autoscaling/HorizontalPodAutoscaler", "autoscaling/v1"): _autoscaler,
    **{
        (f"apps/{kind}", version): _selector
        for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
        for version in ("extensions/v1beta1", "apps/v1beta1")
    },
}
