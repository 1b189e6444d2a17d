"""Whether AKS clusters enforce NetworkPolicy objects.

By the engine that they name (https://learn.microsoft.com/azure/aks/use-network-policies), or by the Cilium dataplane
(https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium), which AKS Automatic comes with
(https://learn.microsoft.com/azure/aks/intro-aks-automatic). A cluster without a network plug-in has one that somebody
installs in it, which may enforce them or not (https://learn.microsoft.com/azure/aks/use-byo-cni).
"""

from __future__ import annotations

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.control_planes import CLUSTER
from erpguard.analysis.azure.properties import read
from erpguard.analysis.values.selectors import any_of


def policy_engines(analyses: Analyses) -> View:
    """One row per AKS cluster, at the setting of its engine. Fields: enforced (whether there is one), engine (text)."""
    view = View()
    for cluster in analyses.estate.of_type(CLUSTER):
        engine = read(cluster, "properties", "networkProfile", "networkPolicy")
        none = engine.is_one_of("none")
        dataplane = read(cluster, "properties", "networkProfile", "networkDataplane").is_one_of("cilium")
        automatic = read(cluster, "sku", "name").is_one_of("Automatic")
        own = read(cluster, "properties", "networkProfile", "networkPlugin").is_one_of("none")
        enforced = any_of((None if none is None else not none, dataplane, automatic, False if own is False else None))
        fields = {"enforced": enforced, "engine": str(engine.value or "none")}
        view.add(cluster, engine.path, fields, ["enforced"] if enforced is None else [])
    return view
