"""Which AKS cluster of the estate an object of Kubernetes is in."""

from __future__ import annotations

from erpguard.analysis import Analyses
from erpguard.analysis.azure.control_planes import CLUSTER
from erpguard.model import Resource

ASSUMED = "default"
"""The cluster of objects that do not say theirs."""

_ADMIN = "-admin"  # the context that `az aks get-credentials --admin` makes


def clusters_of(analyses: Analyses, resource: Resource) -> list[Resource]:
    """The cluster that is called as the object has it; where it does not say, any of the estate."""
    clusters = analyses.estate.of_type(CLUSTER)
    called = resource.cluster.lower()
    named = [one for one in clusters if one.name.lower() in (called, called.removesuffix(_ADMIN))]
    return clusters if not named and resource.cluster == ASSUMED else named
