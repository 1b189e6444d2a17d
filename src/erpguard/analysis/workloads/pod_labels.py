"""The labels of the pods that a workload really makes: those of its template, and those that controllers add.

A workload may make pods that differ in labels (the primary and the replicas of a database), so that a selector picks
some of them. Sources: kubernetes.io/docs/reference/labels-annotations-taints/,
cloudnative-pg.io/documentation/current/labels_annotations/ and the administrator guide of the Zalando operator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.analysis.values.selectors import hidden_below, matches_known
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Path, Resource, value_at

MOST_ORDINALS = 16
"""StatefulSets with more replicas than this are not told apart replica by replica."""

_JOB_NAMES = ("batch.kubernetes.io/job-name", "job-name")
_JOB_IDS = ("batch.kubernetes.io/controller-uid", "controller-uid")
_JOB_INDEXES = ("batch.kubernetes.io/job-completion-index",)
_ROLES = {
    "postgresql.cnpg.io/Cluster": (("cnpg.io/instanceRole", "role"), ("primary", "replica"), "instances"),
    "acid.zalan.do/postgresql": (("spilo-role",), ("master", "replica"), "numberOfInstances"),
}
# Set by the operator, or only by newer or specially configured ones, to values that the object does not tell.
_UNTOLD = {
    "apps/Deployment": ("pod-template-hash",),
    "apps/StatefulSet": ("controller-revision-hash",),
    "apps/DaemonSet": ("controller-revision-hash", "pod-template-generation"),
    "batch/Job": (*_JOB_IDS, *_JOB_INDEXES),
    "batch/CronJob": (*_JOB_NAMES, *_JOB_IDS, *_JOB_INDEXES),
    "postgresql.cnpg.io/Cluster": (
        "cnpg.io/instanceName",
        "postgresql",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/version",
    ),
    "postgresql.cnpg.io/Pooler": (
        "cnpg.io/cluster",
        "pod-template-hash",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/version",
    ),
    "acid.zalan.do/postgresql": (
        "team",
        "version",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "controller-revision-hash",
    ),
}
# Where an operator workload says which labels its pods get.
_DECLARED: dict[str, Path] = {
    "postgresql.cnpg.io/Cluster": ("spec", "inheritedMetadata", "labels"),
    "postgresql.cnpg.io/Pooler": ("spec", "template", "metadata", "labels"),
}


class PodLabels(NamedTuple):
    """The labels of some of a workload's pods, or of a namespace.

    `hidden` are the labels that are not known, as `selectors.hidden_below` gives them; `()` is every label that is not
    among `labels`. `certain` is whether there are such pods at all: a cluster of a size that is not known may have no
    replica.
    """

    labels: Mapping[str, str]
    hidden: frozenset[Path] = frozenset()
    certain: bool = True

    def match(self, selector: Mapping[str, Any], unknown_selector: frozenset[Path] = frozenset()) -> bool | None:
        """Whether a selector picks these labels."""
        hidden = self.hidden
        if () in hidden:
            hidden = frozenset((key,) for key in _keys(selector, unknown_selector) if key not in self.labels)
        return matches_known(selector, self.labels, unknown_selector, hidden)


def _keys(selector: Mapping[str, Any], hidden: frozenset[Path]) -> Iterator[str]:
    """The keys that a selector asks for, those with a value that was taken out among them."""
    yield from selector.get("matchLabels") or ()
    yield from (str(path[1]) for path in hidden if path[:1] == ("matchLabels",) and len(path) > 1)
    for expression in selector.get("matchExpressions") or ():
        key = (expression or {}).get("key")
        if isinstance(key, str):
            yield key


def pod_labels(pod: Pod) -> list[PodLabels]:
    """One entry for each kind of pod that the workload makes; never empty."""
    path = labels_path(pod)
    hidden = set(hidden_below(pod.resource, path)) if path else set()
    labels = dict(pod.labels)
    if pod.operator:
        if _name(pod.resource) != pod.resource.name:  # the labels that come from it are not known either
            hidden |= {(key,) for key, value in labels.items() if value == pod.resource.name}
            labels = {key: value for key, value in labels.items() if (key,) not in hidden}
        declared = value_at(pod.resource.body, path) if path else None
        labels = {**(declared or {}), **labels}
        # Operators can be told to hand the object's own labels down to its pods.
        handed = {(key,) for key in pod.resource.labels} | hidden_below(pod.resource, ("metadata", "labels"))
        hidden |= {below for below in handed if not below or below[0] not in labels}
    hidden |= {(key,) for key in _UNTOLD.get(pod.resource.type, ()) if key not in labels}
    return [PodLabels({**labels, **added}, _settled(hidden, added), certain) for added, certain in _added(pod)]


def labels_path(pod: Pod) -> Path:
    """Where the labels of the pods stand in the workload's body; empty where they stand nowhere."""
    if pod.operator:
        return _DECLARED.get(pod.resource.type, ())
    return (*pod.path[:-1], "metadata", "labels")


def _settled(hidden: set[Path], added: Mapping[str, str]) -> frozenset[Path]:
    return frozenset(path for path in hidden if path == () or path[0] not in added)


def _added(pod: Pod) -> Iterator[tuple[dict[str, str], bool]]:
    """The labels that the controller adds, for each kind of pod, and whether there is one of this kind."""
    resource = pod.resource
    if resource.type == "apps/StatefulSet":
        for number in _ordinals(resource):
            name = f"{_name(resource)}-{number}"
            yield {"statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": number}, True
    elif resource.type == "batch/Job":
        yield dict.fromkeys(_JOB_NAMES, _name(resource)), True
    elif resource.type in _ROLES:
        keys, (first, others), field = _ROLES[resource.type]
        size = _size(resource, field)
        yield dict.fromkeys(keys, first), True
        if size is None or size > 1:
            yield dict.fromkeys(keys, others), size is not None
    else:
        yield {}, True


def _ordinals(resource: Resource) -> list[str]:
    size = _size(resource, "replicas")
    start = ((resource.body.get("spec") or {}).get("ordinals") or {}).get("start", 0)
    if size is None or size > MOST_ORDINALS or not resource.is_known(("spec", "ordinals")):
        return ["${ordinal}"]  # a placeholder: which ones there are is not known
    return [str(number) for number in range(start, start + max(size, 1))]


def _size(resource: Resource, field: str) -> int | None:
    """How many pods there are, 1 by default; None where that is not known."""
    size = (resource.body.get("spec") or {}).get(field, 1)
    return size if isinstance(size, int) and resource.is_known(("spec", field)) else None


def _name(resource: Resource) -> str:
    """The name as a label value; a placeholder for one that had a wrong type or is generated (`import-*`)."""
    if resource.name.endswith("*"):
        return resource.name[:-1] + "${generated}"
    return resource.name or "${name}"
