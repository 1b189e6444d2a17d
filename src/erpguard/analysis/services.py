"""Services: which pods they select, and how far they open them.

kubernetes.io/docs/concepts/services-networking/service/
"""

from __future__ import annotations

from erpguard.analysis import Analyses
from erpguard.analysis.namespaces import pods_near
from erpguard.analysis.pod_labels import pod_labels
from erpguard.analysis.pods import Pod
from erpguard.analysis.selectors import all_of, any_of, hidden_below
from erpguard.model import Path, Resource

SELECTOR: Path = ("spec", "selector")


def selected_pods(analyses: Analyses, service: Resource) -> list[tuple[Pod, bool | None]]:
    """The workloads of which a Service selects at least one pod, each with True, or None where it is not known.

    By namespace, labels and nearness (`Estate.together`). A Service without selector, or of type ExternalName, selects
    nothing. Workloads that are surely not selected are left out.
    """
    spec = service.body.get("spec") or {}
    hidden = hidden_below(service, SELECTOR)
    labels = spec.get("selector") or {}
    if spec.get("type") == "ExternalName" or not (labels or hidden):
        return []
    is_typed = True if service.is_known(("spec", "type")) else None
    below = frozenset(("matchLabels", *path) if path else () for path in hidden)
    found: list[tuple[Pod, bool | None]] = []
    for pod, near in pods_near(analyses, service):
        matched = any_of(kind.match({"matchLabels": labels}, below) for kind in pod_labels(pod))
        answer = all_of((matched, near, is_typed))
        if answer is not False:
            found.append((pod, answer))
    return found
