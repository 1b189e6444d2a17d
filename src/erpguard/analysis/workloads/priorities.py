"""The priority class of workloads, and which of them people wait for.

A PriorityClass with `globalDefault` is the default of pods that name none
(kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from erpguard.analysis import Analyses, View
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Resource

if TYPE_CHECKING:
    from erpguard.analysis.applications.odoo import OdooSettings

PRIORITY_CLASS = "scheduling.k8s.io/PriorityClass"
CLUSTER = "postgresql.cnpg.io/Cluster"
INTERACTIVE = frozenset(("edge", "pooler", "cache", "data"))
"""Tiers that people wait for, whatever they run; of the tier erp those that serve the web client."""


def priorities(analyses: Analyses) -> View:
    """One row per workload and CloudNativePG Cluster, at what holds its `priorityClassName`.

    Fields: interactive (whether people wait for it), tier, priority_class (whether there is one, by default too).
    """
    view = View()
    for pod in all_pods(analyses):
        if pod.operator and pod.resource.type != CLUSTER:
            continue
        interactive = True if pod.resource.type == CLUSTER else _is_interactive(analyses, pod)
        named = _is_named(pod)
        given = any_of((named, _has_default(analyses, pod.resource))) if named is not True else True
        fields = {"tier": pod.tier, "interactive": interactive, "priority_class": given}
        unknown = [name for name in ("interactive", "priority_class") if fields[name] is None]
        view.add(pod.resource, pod.path, fields, unknown)
    return view


def _is_named(pod: Pod) -> bool | None:
    spec = (pod.resource.body.get("spec") or {}) if pod.operator else pod.spec
    return bool(spec.get("priorityClassName")) if pod.is_known("priorityClassName") else None


def _is_interactive(analyses: Analyses, pod: Pod) -> bool | None:
    if not pod.tier_known:
        return None
    if pod.tier != "erp":
        return pod.tier in INTERACTIVE
    servers: dict[str, list[OdooSettings]] = analyses.once("priorities.odoo", _servers)
    found = servers.get(pod.resource.key)
    # What is labelled as erp and runs something else than Odoo tells nobody what it serves.
    return any_of(settings.role("web") for settings in found) if found else None


def _servers(analyses: Analyses) -> dict[str, list[OdooSettings]]:
    from erpguard.analysis.applications.odoo import odoo_containers

    found: dict[str, list[OdooSettings]] = {}
    for settings in odoo_containers(analyses):
        found.setdefault(settings.pod.resource.key, []).append(settings)
    return found


def _has_default(analyses: Analyses, workload: Resource) -> bool | None:
    return any_of(_defaults(analyses, workload))


def _defaults(analyses: Analyses, workload: Resource) -> Iterator[bool | None]:
    for found in analyses.estate.of_type(PRIORITY_CLASS):
        if found.cluster == workload.cluster:
            yield all_of((_is_default(found), analyses.estate.together(workload, found)))


def _is_default(priority_class: Resource) -> bool | None:
    declared = priority_class.body.get("globalDefault")
    if not priority_class.is_known(("globalDefault",)) or not isinstance(declared, (bool, type(None))):
        return None
    return declared is True
