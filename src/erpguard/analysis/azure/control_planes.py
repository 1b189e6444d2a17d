"""Who may reach the API server of an AKS cluster.

https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges: without ranges everybody may, `0.0.0.0/32` stands
for nobody but the cluster's own outbound address. A private cluster
(https://learn.microsoft.com/azure/aks/private-clusters) has no public address, and ranges do not apply to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.address_ranges import admit_everybody
from erpguard.analysis.azure.properties import items, read
from erpguard.analysis.values.cidrs import network
from erpguard.analysis.values.selectors import all_of
from erpguard.model import Path, Resource

if TYPE_CHECKING:
    from erpguard.analysis.values.cidrs import Network

CLUSTER = "Microsoft.ContainerService/managedClusters"
_RANGES: Path = ("properties", "apiServerAccessProfile", "authorizedIPRanges")


class _Limits(NamedTuple):
    """Whether everybody is within the authorised ranges (None: not known), the path that decides, and why."""

    everybody: bool | None
    path: Path
    what: str


def control_planes(analyses: Analyses) -> View:
    """One row per AKS cluster, at its root.

    Fields: open (whether everybody reaches its API server), setting (path of what has to change), what (lets them in).
    """
    view = View()
    for cluster in analyses.estate.of_type(CLUSTER):
        limits = _limits(cluster)
        answer = all_of((_is_public(cluster), limits.everybody))
        fields = {"open": answer, "setting": list(limits.path), "what": limits.what}
        view.add(cluster, (), fields, {"open"} if answer is None else ())
    return view


def _is_public(cluster: Resource) -> bool | None:
    closed = read(cluster, "properties", "publicNetworkAccess").is_one_of("Disabled", "SecuredByPerimeter")
    private = read(cluster, "properties", "apiServerAccessProfile", "enablePrivateCluster")
    hidden = [None if closed is None else not closed, not private.value if private.known else None]
    return all_of(hidden)


def _limits(cluster: Resource) -> _Limits:
    listed, known = items(cluster, *_RANGES)
    if not listed:
        return _Limits(True if known else None, _RANGES, "there are no authorised IP ranges")
    networks: list[Network | None] = []
    for item in listed:
        given = read(cluster, *item)
        known = known and given.known
        networks.append(network(given.value))
        if admit_everybody(networks[-1:]):
            return _Limits(True, item, f"the authorised IP range {given.value} is nearly everybody")
    if admit_everybody(networks):
        return _Limits(True, _RANGES, "the authorised IP ranges add up to nearly everybody")
    return _Limits(False if known else None, _RANGES, "")
