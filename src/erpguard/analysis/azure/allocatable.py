"""What pods can have of a node of AKS: its size without what AKS keeps for the node.

https://learn.microsoft.com/azure/aks/node-resource-reservations. Memory is given from below and from above: a machine
shows a little less than its size says, and what is kept depends on the version and on how many pods a node may have
(https://learn.microsoft.com/azure/aks/quotas-skus-regions names the defaults), where those are not known.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.control_planes import CLUSTER
from erpguard.analysis.azure.node_pools import Pool, all_pools, provisions_nodes
from erpguard.analysis.azure.properties import read
from erpguard.analysis.azure.vm_sizes import Size, size_of
from erpguard.model import Resource

MIB, MB = 2**20, 10**6
GIB = 2**30
_VISIBLE = Fraction(95, 100)
_PODS = (10, 250)
"""The least and the most pods that a node may have."""
_TIERS = ((4, 25), (4, 20), (8, 10), (112, 6))
"""Up to 1.28: of so many GiB so many hundredths are kept, of the rest two."""
_SINCE = (1, 29)
_VERSION = re.compile(r"(\d+)\.(\d+)")


class Allocatable(NamedTuple):
    """What pods can have of a node of a pool: cores, and bytes at least and at most; None where it is not known."""

    pool: str
    size: str
    cores: Fraction | None
    least: Fraction | None
    most: Fraction | None

    def fits(self, cores: Fraction, memory: Fraction) -> bool | None:
        """Whether a pod that asks for so much can be there."""
        if self.cores is None or self.least is None or self.most is None:
            return None
        if cores > self.cores or memory > self.most:
            return False
        return True if memory <= self.least else None


def allocatable(analyses: Analyses) -> dict[str, list[Allocatable]]:
    """Key of an AKS cluster -> its pools. Clusters that make nodes of any size are left out."""
    made: dict[str, list[Allocatable]] = analyses.once("azure.allocatable", _by_cluster)
    return made


def _by_cluster(analyses: Analyses) -> dict[str, list[Allocatable]]:
    found: dict[str, list[Allocatable]] = {}
    for cluster in analyses.estate.of_type(CLUSTER):
        provisions = provisions_nodes(cluster)
        if provisions:
            continue
        known = provisions is False and _is_whole(cluster)
        found[cluster.key] = [] if known else [Allocatable("", "", None, None, None)]
    for pool in all_pools(analyses):
        owner = pool.resource if pool.resource.type == CLUSTER else analyses.estate.arm(pool.resource.parent).resource
        if owner is not None and owner.key in found:
            found[owner.key].append(_of(pool, owner))
    return {key: pools for key, pools in found.items() if pools}


def _is_whole(cluster: Resource) -> bool:
    return not cluster.is_hidden(("properties", "agentPoolProfiles"))


def _of(pool: Pool, cluster: Resource) -> Allocatable:
    named = pool.read("vmSize")
    name = named.value if isinstance(named.value, str) else ""
    size = size_of(name)
    if size is None:
        return Allocatable(pool.name, name, None, None, None)
    kept = [_kept(size, version, pods) for version in _versions(pool, cluster) for pods in _pods(pool)]
    cores = size.processors - Fraction(_kept_cores(size.processors), 1000)
    least = Fraction(size.least) * GIB * _VISIBLE - max(kept)
    return Allocatable(pool.name, name, cores, max(least, Fraction(0)), Fraction(size.most) * GIB - min(kept))


def _kept_cores(processors: int) -> int:
    """Thousandths of a core: the documented table, which grows by 10 for each processor beyond the fourth."""
    return {1: 60, 2: 100, 3: 120}.get(processors, 140 + 10 * (processors - 4))


def _versions(pool: Pool, cluster: Resource) -> list[bool]:
    """Whether memory is kept as since 1.29: one answer, or both where the version is not known."""
    for found in (
        pool.read("currentOrchestratorVersion"),
        pool.read("orchestratorVersion"),
        read(cluster, "properties", "currentKubernetesVersion") if cluster.type == CLUSTER else None,
        read(cluster, "properties", "kubernetesVersion") if cluster.type == CLUSTER else None,
    ):
        if found is None or not found.known:
            return [True, False]
        match = _VERSION.match(found.value) if isinstance(found.value, str) else None
        if match:
            return [(int(match[1]), int(match[2])) >= _SINCE]
    return [True, False]


def _pods(pool: Pool) -> tuple[int, ...]:
    maximum = pool.read("maxPods").value
    return (maximum,) if isinstance(maximum, int) else _PODS


def _kept(size: Size, since: bool, pods: int) -> Fraction:
    """The bytes that AKS keeps of a node; those of units that are meant either way as few as can be."""
    memory = Fraction(size.most) * GIB
    if since:
        return min(Fraction((20 * pods + 50) * MB), memory / 4) + 100 * MIB
    kept, left = Fraction(0), Fraction(size.most)
    for gib, hundredths in _TIERS:
        kept += min(left, Fraction(gib)) * hundredths / 100
        left = max(left - gib, Fraction(0))
    return (kept + left * 2 / 100) * GIB + 750 * MIB
