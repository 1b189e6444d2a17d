"""Which tenant a workload belongs to: by a label of its pods, else of itself, else of its namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.values.selectors import hidden_below
from erpguard.analysis.workloads.namespaces import NAMESPACE
from erpguard.analysis.workloads.pod_labels import labels_path
from erpguard.analysis.workloads.pod_selection import kinds_of
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Path
from erpguard.normalize.shapes import has_placeholder

LABELS = ("tenant", "*/tenant")
_OF_OBJECT: Path = ("metadata", "labels")


class Tenant(NamedTuple):
    """The name of a tenant; None where it is not known, nor whether there is one."""

    name: str | None

    def differs(self, other: Tenant) -> bool | None:
        """Whether two tenants are two; two equal placeholders are one."""
        if self.name is None or other.name is None:
            return None
        if self.name == other.name:
            return False
        return None if has_placeholder(self.name) or has_placeholder(other.name) else True


def tenant_of(analyses: Analyses, pod: Pod) -> Tenant | None:
    """The tenant of a workload; None if it has none.

    The labels are those that match a glob of the setting `tenant_labels`, the first glob first.
    """
    globs: Sequence[str] = analyses.settings.get("tenant_labels", LABELS)
    for labels, hidden in _owners(analyses, pod):
        if () in hidden:
            return Tenant(None)
        keys = sorted({*labels, *(str(path[0]) for path in hidden)})
        for key in (key for glob in globs for key in keys if fnmatchcase(key, glob)):
            value = labels.get(key)
            unknown = value is None or ((key,) in hidden and not has_placeholder(value))
            return Tenant(None if unknown else value)
    return None


def _owners(analyses: Analyses, pod: Pod) -> Iterator[tuple[Mapping[str, str], frozenset[Path]]]:
    """The labels of the pods, the workload and the namespace, each with what is not known of them."""
    path = labels_path(pod)
    yield kinds_of(analyses, pod)[0].labels, hidden_below(pod.resource, path) if path else frozenset()
    yield pod.resource.labels, hidden_below(pod.resource, _OF_OBJECT)
    namespace = analyses.estate.find(pod.resource, NAMESPACE, "", pod.resource.namespace).found
    if namespace is not None:
        yield namespace.labels, hidden_below(namespace, _OF_OBJECT)
