"""The view of the connections to databases."""

from __future__ import annotations

from erpguard.analysis import Analyses, View
from erpguard.analysis.values.selectors import hidden_below
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.analysis.workloads.tiers import IMAGES, image_name

_SPEAKING = ("env", "envFrom", "command", "args")


def database_connections(analyses: Analyses) -> View:
    """One row per connection of a workload, at the container; one at the pod for a workload without any.

    Fields: container (its name), protocol, host, outside (whether the host is not the pod itself), sslmode (libpq's
    words, the default applied; for Redis `disable` and `verify-full`), at (where the host is set). A host that is not
    known counts as outside where TLS is enforced anyway.
    """
    view = View()
    for pod in all_pods(analyses):
        if pod.operator:
            continue
        if not _is_silent(analyses, pod):
            # Most of what is known about connections is not needed, nor imported, for a pod that is told nothing.
            from erpguard.analysis.applications.connections import add_connections

            if add_connections(view, analyses, pod):
                continue
        view.add(pod.resource, pod.path, {"outside": False}, ["outside"] if _is_hidden(pod) else [])
    return view


def _is_silent(analyses: Analyses, pod: Pod) -> bool:
    """Whether it is plain that a pod is not set to make connections: no Odoo, no variables, no words of its own."""
    if pod.resource.unknown or pod.resource.invalid or pod.tier == "erp":
        return False
    tiers = {**IMAGES, **analyses.settings.get("tiers", {}).get("images", {})}
    return not any(
        tiers.get(image_name(container.body.get("image", "")) or "") == "erp"
        or any(container.body.get(key) for key in _SPEAKING)
        for container in pod.containers
    )


def _is_hidden(pod: Pod) -> bool:
    """Whether a list of containers could not be read."""
    return any(() in hidden_below(pod.resource, (*pod.path, key)) for key in ("containers", "initContainers"))
