"""Whether the pods of a workload can be on any node of their AKS cluster.

What a pod asks for: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
and .../sidecar-containers/: the sum of its main containers and native sidecars, or what an init container needs beside
the sidecars before it, if that is more; what the pod asks for as a whole instead, where it does
(tasks/configure-pod-container/assign-pod-level-resources/); and its overhead.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.allocatable import Allocatable, allocatable
from erpguard.analysis.azure.cluster_of import clusters_of
from erpguard.analysis.resources.container_resources import ResourceHolder, holders
from erpguard.analysis.resources.pod_requests import together
from erpguard.analysis.values.amounts import HIDDEN, Amount, number, read
from erpguard.analysis.values.selectors import any_of
from erpguard.analysis.workloads.pods import Pod

_NONE = Fraction(0)


class _Request(NamedTuple):
    """What a pod asks for of one resource; `total` None where that is not known. `largest` asks for most of it."""

    total: Fraction | None
    largest: ResourceHolder


def pod_sizes(analyses: Analyses) -> View:
    """One row per workload whose AKS cluster is in the estate, at the container that asks for most.

    Fields: fits (whether some pool has nodes that are large enough), asked (what it asks for, as text), pools (what
    their nodes have), what (the resource at which it fails: `cpu` or `memory`).
    """
    view = View()
    by_pod: dict[str, list[ResourceHolder]] = defaultdict(list)
    for holder in holders(analyses) if allocatable(analyses) else ():
        by_pod[holder.pod.resource.key].append(holder)
    for several in by_pod.values():
        clusters = _clusters(analyses, several[0].pod)
        if clusters:
            _add(view, several, clusters)
    return view


def _clusters(analyses: Analyses, pod: Pod) -> list[list[Allocatable]]:
    """The pools of each cluster that a pod may be in; nothing where one of them is left out."""
    found, meant = allocatable(analyses), clusters_of(analyses, pod.resource)
    return [found[one.key] for one in meant] if all(one.key in found for one in meant) else []


def _add(view: View, several: list[ResourceHolder], clusters: list[list[Allocatable]]) -> None:
    cores, memory = _request(several, "cpu"), _request(several, "memory")
    pools = [pool for pools in clusters for pool in pools]
    answers = {any_of(_fits(pool, cores.total, memory.total) for pool in pools) for pools in clusters}
    fits = answers.pop() if len(answers) == 1 else None
    what = "cpu" if any_of(_fits(pool, cores.total, _NONE) for pool in pools) is False else "memory"
    holder = (cores if what == "cpu" else memory).largest
    fields: dict[str, Any] = {
        "fits": fits,
        "what": what,
        "asked": _spelled(cores.total, memory.total),
        "pools": ", ".join(sorted({_size(pool) for pool in pools})),
    }
    view.add(holder.pod.resource, holder.path, fields, ["fits"] if fits is None else [])


def _fits(pool: Allocatable, cores: Fraction | None, memory: Fraction | None) -> bool | None:
    if cores is not None and memory is not None:
        return pool.fits(cores, memory)
    # What is not known may be nothing at all: where even that does not fit, nothing does.
    return False if pool.fits(cores or _NONE, memory or _NONE) is False else None


def _request(several: list[ResourceHolder], name: str) -> _Request:
    pod = several[0].pod
    asked = [(holder, holder.bounds.own_request(name)) for holder in several]
    largest = max(asked, key=lambda one: _known(one[1]))[0]
    overhead = read(pod.resource, (*pod.path, "overhead"), pod.spec.get("overhead")).get(name)
    whole = several[0].bounds.request_of_pod(name)
    if whole is HIDDEN or overhead is HIDDEN:
        return _Request(None, largest)
    if whole is not None:
        return _Request(whole + _known(overhead), largest._replace(path=pod.path))
    total = together((holder.role, amount if holder.role_known else HIDDEN) for holder, amount in asked)
    return _Request(None if total is HIDDEN else _known(total) + _known(overhead), largest)


def _known(amount: Amount) -> Fraction:
    return _NONE if amount is None or amount is HIDDEN else amount


def _spelled(cores: Fraction | None, memory: Fraction | None) -> str:
    return f"{_cores(cores)} and {_gib(memory)}"


def _size(pool: Allocatable) -> str:
    return f"{pool.pool} ({pool.size}): {_cores(pool.cores)} and {_gib(pool.most)}"


def _cores(amount: Fraction | None) -> str:
    return "cpu that is not known" if amount is None else f"{number(round(amount, 2))} cpu"


def _gib(amount: Fraction | None) -> str:
    return "memory that is not known" if amount is None else f"{number(round(amount / 2**30, 1))} GiB"
