"""The Secrets that pods get: as variables, and as files."""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Path, value_at

_STEPS = frozenset(("secret", "secretRef", "secretKeyRef", "valueFrom", "sources"))


def mounted_secrets(pod: Pod) -> Iterator[tuple[str | None, Path]]:
    """The name of each Secret that pods of a workload get, and where it is named; None for one that is not known."""
    for path, node in _references(pod):
        for key in ("secretName", "name"):
            name = node.get(key)
            if isinstance(name, str):
                yield name, (*path, key)
    for hidden in (*pod.resource.unknown, *pod.resource.invalid):
        below = hidden[len(pod.path) :] if hidden[: len(pod.path)] == pod.path else ()
        if not _STEPS.isdisjoint(below) or below[-1:] in (("volumes",), ("env",), ("envFrom",)):
            yield None, hidden


def _references(pod: Pod) -> Iterator[tuple[Path, dict[str, object]]]:
    nodes: list[tuple[Path, object]] = []
    for index, volume in enumerate(pod.spec.get("volumes") or ()):
        at: Path = (*pod.path, "volumes", index)
        nodes.append(((*at, "secret"), value_at(volume, ("secret",))))
        for number, source in enumerate(value_at(volume, ("projected", "sources")) or ()):
            nodes.append(((*at, "projected", "sources", number, "secret"), value_at(source, ("secret",))))
    for container in pod.containers:
        for key, inner in (("env", ("valueFrom", "secretKeyRef")), ("envFrom", ("secretRef",))):
            for index, one in enumerate(container.body.get(key) or ()):
                nodes.append(((*container.path, key, index, *inner), value_at(one, inner)))
    for path, node in nodes:
        if isinstance(node, dict):
            yield path, node
