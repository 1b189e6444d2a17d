"""Whom an entry of a NetworkPolicy's peers lets in, by tier.

The sources are the pods of the estate. An entry that admits every pod of the cluster admits pods without a tier
whatever the estate holds, for every cluster runs pods of its own in `kube-system`
(kubernetes.io/docs/concepts/overview/components/#addons).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.network.admitted_pods import MOST_ALIKE, Alike, admission, entry_key
from erpguard.analysis.network.pod_addresses import any_pod
from erpguard.analysis.network.policy_rules import Entry, PodPeer
from erpguard.analysis.workloads.namespaces import labels_of_namespace
from erpguard.analysis.workloads.pod_labels import PodLabels
from erpguard.analysis.workloads.pod_selection import kinds_of
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Resource
from erpguard.model.kinds import OPERATOR_WORKLOADS, WORKLOADS

EVERYBODY = "every pod of the cluster"

_SYSTEM = "kube-system"
# kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/: the label of CoreDNS as of kube-dns.
_DNS = PodLabels({"k8s-app": "kube-dns"}, frozenset({()}))


class Source(NamedTuple):
    """Who is let in: a workload, or several that are not told apart; `sure` whether they are, and are of that tier."""

    tier: str
    sure: bool
    title: str
    pod: Pod | None = None


def sources_of(analyses: Analyses, entry: Entry) -> list[Source]:
    """Whom an entry lets in, or may let in; a few for all of a tier."""
    if not entry.selects_pods:
        answer = entry.admits(any_pod(analyses))
        title = EVERYBODY if answer else _unknown(entry)
        return [] if answer is False else [Source("", sure=answer is True, title=title)]
    memory: dict[str, list[Source]] = analyses.once("peer_sources.memory", lambda _: {})
    key = entry_key(analyses, entry)
    if key not in memory:
        memory[key] = list(_selected(analyses, entry))
    return memory[key]


def _selected(analyses: Analyses, entry: Entry) -> Iterator[Source]:
    yield from _of_estate(analyses, entry)
    if analyses.estate.is_open(*WORKLOADS, *OPERATOR_WORKLOADS):
        yield Source("", sure=False, title="pods that the scan does not hold")
    if "namespaceSelector" in (entry.body or {}):
        answer = entry.admits(_dns(analyses, entry.rule.policy))
        if answer or (answer is None and entry.hidden):
            yield Source("", sure=answer is True, title=f"the cluster's own pods in {_SYSTEM}")


def _unknown(entry: Entry) -> str:
    cidr = ((entry.body or {}).get("ipBlock") or {}).get("cidr")
    return f"pods with addresses in {cidr}" if cidr else "peers that are not known"


def _of_estate(analyses: Analyses, entry: Entry) -> Iterator[Source]:
    seen: Counter[tuple[str, bool]] = Counter()
    alike: Alike = analyses.once(
        "peer_sources.alike", lambda analyses: Alike(analyses, lambda pod: (pod.tier, pod.tier_known))
    )
    for pod, answers in admission(analyses, entry).workloads(alike):
        matched = zip(answers, kinds_of(analyses, pod), strict=True)
        sure = pod.tier_known and any(answer and kind.certain for answer, kind in matched)
        tier = pod.tier if pod.tier_known else ""
        seen[tier, sure] += 1
        if seen[tier, sure] <= MOST_ALIKE:
            title = f"{pod.resource.kind} {pod.resource.name} of namespace {pod.resource.namespace}"
            yield Source(tier, sure, title, pod)


def _dns(analyses: Analyses, policy: Resource) -> PodPeer:
    """The pods that resolve names in every cluster; of the labels of their namespace the name is known at least."""
    return PodPeer(_DNS, labels_of_namespace(analyses, policy, _SYSTEM), None)
