"""Namespaces and the workloads in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.values.selectors import all_of, hidden_below
from erpguard.analysis.workloads.pod_labels import PodLabels
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Path, Resource
from erpguard.model.kinds import OPERATOR_WORKLOADS, WORKLOADS

NAMESPACE = "core/Namespace"
NAME_LABEL = "kubernetes.io/metadata.name"
"""The label that the API server gives every namespace: its name."""
_NAMESPACE: Path = ("metadata", "namespace")
NAME: Path = ("metadata", "name")
"""Where a row about something that a namespace lacks stands, in a Namespace object as in a workload."""


class NamespaceWorkloads(NamedTuple):
    """A namespace that has workloads.

    `place` is the resource at whose `NAME` it is reported: the Namespace object, or where there is none the first
    workload. `pods` are its workloads, operator workloads included, in the order of the input; never empty.
    """

    cluster: str
    name: str
    place: Resource
    namespace: Resource | None
    pods: tuple[Pod, ...]


def namespaces_with_workloads(analyses: Analyses) -> list[NamespaceWorkloads]:
    """Every namespace that has workloads.

    Copies of a namespace in several folders (overlays) are told apart: by the Namespace object nearest to each
    workload, and without one by what belongs together.
    """
    made: list[NamespaceWorkloads] = analyses.once("namespaces.workloads", _namespaces_with_workloads)
    return made


def _namespaces_with_workloads(analyses: Analyses) -> list[NamespaceWorkloads]:
    declared: dict[str, tuple[Resource, list[Pod]]] = {}
    undeclared: dict[tuple[str, str], list[list[Pod]]] = {}
    for pod in _in_order(analyses):
        resource = pod.resource
        found = analyses.estate.find(resource, NAMESPACE, "", resource.namespace).found
        if found is not None:
            declared.setdefault(found.key, (found, []))[1].append(pod)
        else:
            _place(analyses, pod, undeclared.setdefault((resource.cluster, resource.namespace), []))
    rows = [NamespaceWorkloads(one.cluster, one.name, one, one, tuple(pods)) for one, pods in declared.values()]
    for (cluster, name), copies in undeclared.items():
        rows += [NamespaceWorkloads(cluster, name, pods[0].resource, None, tuple(pods)) for pods in copies]
    return rows


def _in_order(analyses: Analyses) -> list[Pod]:
    """Every workload in the order of the input; `all_pods` goes by type."""
    position = {key: index for index, key in enumerate(analyses.estate.by_key)}
    return sorted(all_pods(analyses), key=lambda pod: position[pod.resource.key])


def _place(analyses: Analyses, pod: Pod, copies: list[list[Pod]]) -> None:
    """Put a workload into the first copy of its namespace in which nothing belongs elsewhere."""
    namesakes: set[str] = analyses.once("namespaces.namesakes", _namesakes)
    for copy in copies:
        suspects = copy if pod.resource.id in namesakes else (one for one in copy if one.resource.id in namesakes)
        if all(analyses.estate.together(pod.resource, other.resource) is not False for other in suspects):
            copy.append(pod)
            return
    copies.append([pod])


def _namesakes(analyses: Analyses) -> set[str]:
    return {duplicate.id for duplicate in analyses.estate.duplicates()}


def same_namespace(one: Resource, other: Resource) -> bool | None:
    """Whether two namespaced objects are in one namespace; None where a placeholder or a wrong type hides it."""
    if one.cluster != other.cluster:
        return False
    if one.namespace == other.namespace and not (_taken_out(one) or _taken_out(other)):
        return True  # two equal placeholders are equal
    return None if not (one.is_known(_NAMESPACE) and other.is_known(_NAMESPACE)) else False


def _taken_out(resource: Resource) -> bool:
    """Whether the namespace had a wrong type, so that `default` was put in its place."""
    return bool(resource.invalid) and any(path == _NAMESPACE[: len(path)] for path in resource.invalid)


def namespace_labels(analyses: Analyses, asking: Resource) -> PodLabels:
    """The labels of the namespace that a resource is in: those of its object, and the one that the API server adds.

    Without a Namespace object in the estate there may be any others.
    """
    return labels_of_namespace(analyses, asking, asking.namespace, known=not _taken_out(asking))


def labels_of_namespace(analyses: Analyses, asking: Resource, name: str, known: bool = True) -> PodLabels:
    """The labels of the namespace of that name in the cluster of a resource; `known` whether the name is."""
    found = analyses.estate.find(asking, NAMESPACE, "", name).found
    own = {NAME_LABEL: name} if known else {}
    if found is None:
        return PodLabels(own, frozenset({()}))
    return PodLabels({**found.labels, **own}, hidden_below(found, ("metadata", "labels")))


def near(analyses: Analyses, asking: Resource, *types: str) -> Iterator[tuple[Resource, bool | None]]:
    """The resources of these types in the namespace of `asking` that belong together with it.

    Each comes with True, or None where that is not known.
    """
    for other in _candidates(analyses, asking, types):
        answer = nearness(analyses, asking, other)
        if answer is not False:
            yield other, answer


def nearness(analyses: Analyses, asking: Resource, other: Resource) -> bool | None:
    """Whether two objects are in one namespace and belong together."""
    return all_of((same_namespace(asking, other), analyses.estate.together(asking, other)))


def is_homeless(resource: Resource) -> bool:
    """Whether the namespace of a resource is not known."""
    return not resource.is_known(_NAMESPACE)


def pods_near(analyses: Analyses, asking: Resource) -> Iterator[tuple[Pod, bool | None]]:
    """The workloads in the namespace of `asking` that belong together with it, as `near` gives them."""
    pods: dict[str, Pod] = analyses.once("pods.by_key", _by_key)
    for resource, answer in near(analyses, asking, *WORKLOADS, *OPERATOR_WORKLOADS):
        yield pods[resource.key], answer


def _candidates(analyses: Analyses, asking: Resource, types: tuple[str, ...]) -> Iterator[Resource]:
    if is_homeless(asking):
        yield from analyses.estate.of_type(*types)
        return
    for resource in analyses.estate.within(asking.cluster, asking.namespace, *types):
        if not is_homeless(resource):
            yield resource
    homeless: dict[str, list[Resource]] = analyses.once("namespaces.unknown", _homeless)
    for name in types:
        yield from homeless.get(name, ())


def _homeless(analyses: Analyses) -> dict[str, list[Resource]]:
    """Type -> the resources whose namespace is not known."""
    found: dict[str, list[Resource]] = {}
    for resource in analyses.estate:
        if is_homeless(resource):
            found.setdefault(resource.type, []).append(resource)
    return found


def _by_key(analyses: Analyses) -> dict[str, Pod]:
    return {pod.resource.key: pod for pod in all_pods(analyses)}
