"""How many pods a workload may have at most: by its autoscalers, else by its replicas.

kubernetes.io/docs/concepts/workloads/controllers/deployment/#replicas and
kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/. What a rollout adds for a while does not count.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.resources.autoscalers import HPA, KEDA_MAXIMUM, SCALED_OBJECT, target
from erpguard.analysis.values.bounds import ANY, UNBOUNDED, Bounds, exactly
from erpguard.analysis.values.nodes import Node
from erpguard.model import Resource

_BY_NODES = "apps/DaemonSet"
_SINGLE = ("core/Pod", "batch/Job", "batch/CronJob")
_KEYS = {HPA: "maxReplicas", SCALED_OBJECT: "maxReplicaCount"}


class Replicas(NamedTuple):
    """The most pods that a workload may have, and the node that says so."""

    number: Bounds
    node: Node


def most_replicas(analyses: Analyses, workload: Resource) -> Replicas:
    """The most pods that a workload, or an object with replicas such as a Pooler, may have."""
    scalers: _Scalers = analyses.once("replicas.scalers", _Scalers)
    own = Replicas(_own(workload), Node(workload, ("spec", _replicas_key(workload))))
    named = scalers.by_target.get(workload.key, [])
    if named:
        own = max(map(_maximum, named), key=lambda found: found.number.least)
        own = own._replace(number=Bounds(own.number.least, max(_maximum(one).number.most for one in named)))
    for loose in scalers.loose.get((workload.cluster, workload.namespace), ()):
        own = own._replace(number=own.number.around(_maximum(loose).number))
    if not named and _is_scalable(workload) and analyses.estate.is_open(HPA, SCALED_OBJECT):
        return own._replace(number=Bounds(min(own.number.least, 1), UNBOUNDED))
    return own


class _Scalers:
    """The autoscalers by the key of what they scale, and those of which that is not known by namespace."""

    def __init__(self, analyses: Analyses) -> None:
        self.by_target: dict[str, list[Resource]] = defaultdict(list)
        self.loose: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for scaler in analyses.estate.of_type(HPA, SCALED_OBJECT):
            lookup = target(analyses, scaler)
            if lookup.found is not None:
                self.by_target[lookup.found.key].append(scaler)
            elif not lookup.known:
                self.loose[scaler.cluster, scaler.namespace].append(scaler)


def _maximum(scaler: Resource) -> Replicas:
    key = _KEYS[scaler.type]
    path = ("spec", key)
    given = (scaler.body.get("spec") or {}).get(key, KEDA_MAXIMUM if scaler.type == SCALED_OBJECT else None)
    number = exactly(given) if scaler.is_known(path) and isinstance(given, int) else ANY
    return Replicas(number, Node(scaler, path))


def _replicas_key(workload: Resource) -> str:
    return "instances" if workload.type.startswith("postgresql.cnpg.io/") else "replicas"


def _is_scalable(workload: Resource) -> bool:
    return workload.type not in _SINGLE and workload.type != _BY_NODES


def _own(workload: Resource) -> Bounds:
    if workload.type == _BY_NODES:
        return ANY
    if workload.type in _SINGLE:
        return exactly(1)
    key = _replicas_key(workload)
    given = (workload.body.get("spec") or {}).get(key, 1)
    return exactly(given) if workload.is_known(("spec", key)) and isinstance(given, int) else ANY
