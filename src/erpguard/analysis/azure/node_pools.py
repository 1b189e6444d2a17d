"""The node pools of AKS clusters, wherever they stand: within their cluster, or by themselves where that is not here.

https://learn.microsoft.com/azure/aks/use-system-pools: a cluster has a system pool at least; the taint
`CriticalAddonsOnly=true:NoSchedule` keeps applications off it. Without it, and without a user pool, they run there.
Node auto-provisioning makes nodes for applications, as a user pool has them
(https://learn.microsoft.com/azure/aks/node-auto-provisioning); AKS Automatic comes with it
(https://learn.microsoft.com/azure/aks/intro-aks-automatic).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.control_planes import CLUSTER
from erpguard.analysis.azure.properties import Property, items, read
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource

POOL = "Microsoft.ContainerService/managedClusters/agentPools"
_POOLS: Path = ("properties", "agentPoolProfiles")
_KEEPING_OFF = ("NoSchedule", "NoExecute")


class Pool(NamedTuple):
    """A node pool: the resource that it stands in, and the path of its properties there."""

    resource: Resource
    path: Path

    @property
    def name(self) -> str:
        """Its name; empty where it is not known."""
        if self.resource.type == POOL:
            return self.resource.name
        return str(self.read("name").value or "")

    @property
    def name_path(self) -> Path:
        """Where it says its name."""
        return (*self.path, "name") if self.resource.type == CLUSTER else self.resource.name_path

    def read(self, name: str) -> Property:
        """One of its properties."""
        return read(self.resource, *self.path, name)


def all_pools(analyses: Analyses) -> list[Pool]:
    """Every node pool whose existence is known."""
    made: list[Pool] = analyses.once("azure.node_pools", lambda analyses: list(_all(analyses)))
    return made


def _all(analyses: Analyses) -> Iterator[Pool]:
    for cluster in analyses.estate.of_type(CLUSTER):
        for path in items(cluster, *_POOLS)[0]:
            yield Pool(cluster, path)
    for pool in analyses.estate.of_type(POOL):
        yield Pool(pool, ("properties",))


def provisions_nodes(cluster: Resource) -> bool | None:
    """Whether a cluster makes nodes by itself, of the size that pods need; None where that is not known."""
    mode = read(cluster, "properties", "nodeProvisioningProfile", "mode")
    automatic = read(cluster, "sku", "name").is_one_of("Automatic")
    return mode.is_one_of("Auto") if mode.stated or automatic is False else automatic


def node_pools(analyses: Analyses) -> View:
    """One row per node pool, at its properties; one at the list where the pools of a cluster are not known.

    Fields: pool_name, autoscaling, has_maximum, shared (whether it is a system pool that takes applications, without a
    user pool beside it), at ({resource, path} of its name).
    """
    view = View()
    by_cluster: dict[str, list[Pool]] = {}
    for pool in all_pools(analyses):
        by_cluster.setdefault(_cluster_of(analyses, pool), []).append(pool)
    for key, pools in by_cluster.items():
        cluster = analyses.estate.by_key.get(key)
        made = provisions_nodes(cluster) if cluster is not None and cluster.type == CLUSTER else False
        user = any_of((made, *(_is(pool, "User") for pool in pools)))
        if user is False and not _all_known(analyses, key):
            user = None
        for pool in pools:
            _add(view, pool, user)
    for cluster in analyses.estate.of_type(CLUSTER):
        if cluster.is_hidden(_POOLS):
            view.add(cluster, _POOLS, {}, ["autoscaling", "has_maximum", "shared"])
    return view


def _add(view: View, pool: Pool, user: bool | None) -> None:
    autoscaling, maximum = pool.read("enableAutoScaling"), pool.read("maxCount")
    tainted = _is_tainted(pool)
    shared = all_of((_is(pool, "System"), None if tainted is None else not tainted, None if user is None else not user))
    fields = {
        "pool_name": pool.name,
        "autoscaling": bool(autoscaling.value) if autoscaling.known else None,
        "has_maximum": maximum.value is not None if maximum.known else None,
        "shared": shared,
        "at": {"resource": pool.resource.key, "path": list(pool.name_path)},
    }
    unknown = {name for name in ("autoscaling", "has_maximum", "shared") if fields[name] is None}
    view.add(pool.resource, pool.path, fields, unknown - _without_matter(fields, pool.resource.environment))


def _without_matter(fields: Mapping[str, object], environment: str) -> set[str]:
    """What cannot matter: the one of autoscaling and maximum that the other settles; sharing outside production."""
    without = set() if environment == "production" else {"shared"}
    if fields["autoscaling"] is False:
        return without | {"has_maximum"}
    return without | {"autoscaling"} if fields["has_maximum"] else without


def _is(pool: Pool, mode: str) -> bool | None:
    return pool.read("mode").is_one_of(mode)


def _is_tainted(pool: Pool) -> bool | None:
    """Whether a pool keeps applications off by the taint that Azure names for it."""
    listed, known = items(pool.resource, *pool.path, "nodeTaints")
    answers: list[bool | None] = [] if known else [None]
    for item in listed:
        taint = read(pool.resource, *item)
        key, _, effect = str(taint.value or "").partition(":")
        holds = key.partition("=")[0] == "CriticalAddonsOnly" and effect in _KEEPING_OFF
        answers.append(holds if taint.known else None)
    return any_of(answers)


def _cluster_of(analyses: Analyses, pool: Pool) -> str:
    """What pools of one cluster have in common."""
    if pool.resource.type == CLUSTER:
        return pool.resource.key
    owner = analyses.estate.arm(pool.resource.parent).resource
    return owner.key if owner is not None else pool.resource.parent.lower() or pool.resource.key


def _all_known(analyses: Analyses, cluster: str) -> bool:
    """Whether a cluster is in the estate, with all of its pools."""
    found = analyses.estate.by_key.get(cluster)
    return found is not None and found.type == CLUSTER and not found.is_hidden(_POOLS)
