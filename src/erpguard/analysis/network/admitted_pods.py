"""Which pods of the estate an entry of a NetworkPolicy's `from` or `to` admits.

Pods are found through indexes, whole namespaces are answered as one, and entries that say the same are answered once:
the policies of many namespaces are often made from one template.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.network.isolation import Kind, is_governed
from erpguard.analysis.network.policy_rules import Entry, PodPeer
from erpguard.analysis.values.selectors import all_of
from erpguard.analysis.workloads.namespaces import NAME_LABEL, is_homeless, namespace_labels, same_namespace
from erpguard.analysis.workloads.pod_labels import PodLabels
from erpguard.analysis.workloads.pod_selection import candidates, kinds_of
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.normalize.shapes import has_placeholder

_Where = tuple[str, str]
_Copy = tuple[_Where, int]
"""A namespace, and which of its copies (overlays): their labels may differ."""

MOST_ALIKE = 2
"""So many workloads stand for all that are alike: one is enough, and another where a workload is its own peer."""


class Admission:
    """The pods that an entry which `selects_pods` admits, or may admit.

    Pods on the host's network are left out: they come with the address of their node.
    """

    def __init__(self, analyses: Analyses, entry: Entry) -> None:
        self._analyses = analyses
        self._policy = entry.rule.policy
        self._places = _namespaces(analyses)
        self._pods: dict[str, Pod] = {}
        self._kinds: dict[Kind, bool | None] = {}
        self._whole: dict[_Copy, bool | None] = {}
        wheres = self._wheres(entry)
        if wheres is not None and not any(entry.selector("podSelector")):
            self._whole = dict(self._copies(entry, wheres))
            self._add(entry, self._places.homeless)
        else:
            self._add(entry, candidates(analyses, wheres, *entry.selector("podSelector")))

    def answer(self, pod: Pod, number: int) -> bool | None:
        """Whether a kind of pods of a workload is admitted."""
        kind = (pod.resource.key, number)
        found = self._whole.get(self._places.of_pod.get(pod.resource.key, _NOWHERE), False)
        found = self._kinds.get(kind, found)
        return False if found is False else all_of((found, self._nearness(pod)))

    def workloads(self, alike: Alike) -> Iterator[tuple[Pod, tuple[bool | None, ...]]]:
        """The workloads with the answers for each of their kinds; a few for all that are alike in a namespace."""
        whole = (pod for copy in self._whole for pod in alike.of(copy))
        for pod in (*whole, *self._pods.values()):
            answers = tuple(self.answer(pod, number) for number, _ in enumerate(kinds_of(self._analyses, pod)))
            if any(answer is not False for answer in answers):
                yield pod, answers

    def where(self) -> Iterator[Hashable]:
        """Where the pods are that it may admit, as `where_is` says it of a workload."""
        yield from self._whole
        yield from self._pods

    def _nearness(self, pod: Pod) -> bool | None:
        return all_of((self._analyses.estate.together(self._policy, pod.resource), is_governed(pod)))

    def _wheres(self, entry: Entry) -> list[_Where] | None:
        """The namespaces in which the entry may admit pods; None where any may be one."""
        if "namespaceSelector" not in (entry.body or {}):
            return None if is_homeless(self._policy) else [(self._policy.cluster, self._policy.namespace)]
        selector, hidden = entry.selector("namespaceSelector")
        name = (selector.get("matchLabels") or {}).get(NAME_LABEL)
        if not hidden and isinstance(name, str) and not has_placeholder(name):
            return [(self._policy.cluster, name)]
        return [where for where in self._places.copies if where[0] == self._policy.cluster]

    def _copies(self, entry: Entry, wheres: Iterable[_Where]) -> Iterator[tuple[_Copy, bool | None]]:
        """The namespaces of which all pods are admitted, or may be."""
        same = None if "namespaceSelector" in (entry.body or {}) else True
        for where in wheres:
            for number, labels in enumerate(self._places.copies.get(where, ())):
                answer = entry.admits(PodPeer(PodLabels({}), labels, same))
                if answer is not False:
                    yield (where, number), answer

    def _add(self, entry: Entry, pods: Iterable[Pod]) -> None:
        """Answer for single workloads."""
        for pod in pods:
            if pod.resource.cluster != self._policy.cluster:
                continue
            same, namespace = same_namespace(self._policy, pod.resource), self._places.labels(pod)
            for number, labels in enumerate(kinds_of(self._analyses, pod)):
                answer = entry.admits(PodPeer(labels, namespace, same))
                if answer is not False:
                    self._pods[pod.resource.key] = pod
                    self._kinds[pod.resource.key, number] = answer


def where_is(analyses: Analyses, pod: Pod) -> tuple[Hashable, ...]:
    """A workload by itself, and by its namespace."""
    return (pod.resource.key, _namespaces(analyses).of_pod.get(pod.resource.key, _NOWHERE))


class Alike:
    """A few workloads of each namespace for all that have the same `signature`, which is None for those left out."""

    def __init__(self, analyses: Analyses, signature: Callable[[Pod], Hashable]) -> None:
        self._pods: dict[_Copy, list[Pod]] = {}
        places, seen = _namespaces(analyses), Counter[Hashable]()
        several = namesakes(analyses)
        for pod in all_pods(analyses):
            own, copy = signature(pod), places.of_pod.get(pod.resource.key)
            if own is None or copy is None:
                continue
            certain = tuple(kind.certain for kind in kinds_of(analyses, pod))
            file = pod.resource.origin.file if several else ""
            alone = pod.resource.key if pod.resource.id in several else ""
            alike = (copy, own, is_governed(pod), certain, file, alone)
            seen[alike] += 1
            if seen[alike] <= MOST_ALIKE:
                self._pods.setdefault(copy, []).append(pod)

    def of(self, copy: _Copy) -> list[Pod]:
        """Those of a namespace."""
        return self._pods.get(copy, [])


def admission(analyses: Analyses, entry: Entry) -> Admission:
    """What an entry admits; one answer for all that say the same."""
    memory: dict[str, Admission] = analyses.once("admitted_pods.memory", _nothing)
    key = entry_key(analyses, entry)
    if key not in memory:
        memory[key] = Admission(analyses, entry)
    return memory[key]


def _nothing(analyses: Analyses) -> dict[str, Any]:
    return {}


def entry_key(analyses: Analyses, entry: Entry) -> str:
    """Entries with one key admit the same pods."""
    policy = entry.rule.policy
    alone = bool(entry.hidden) or is_homeless(policy) or bool(namesakes(analyses))
    namespace = "" if "namespaceSelector" in (entry.body or {}) else policy.namespace
    return json.dumps([policy.cluster, namespace, entry.body, policy.key if alone else ""], sort_keys=True)


def namesakes(analyses: Analyses) -> frozenset[str]:
    """The ids that several objects have: it depends on files which of them belong together with what."""
    made: frozenset[str] = analyses.once("admitted_pods.namesakes", _namesakes)
    return made


def _namesakes(analyses: Analyses) -> frozenset[str]:
    return frozenset(duplicate.id for duplicate in analyses.estate.duplicates())


class _Namespaces(NamedTuple):
    """The labels of each namespace with workloads: of all its copies; and in which copy a workload is."""

    copies: dict[_Where, list[PodLabels]]
    of_pod: dict[str, _Copy]
    homeless: list[Pod]
    unknown: dict[str, PodLabels]

    def labels(self, pod: Pod) -> PodLabels:
        """The labels of the namespace of a workload."""
        where, number = self.of_pod.get(pod.resource.key, _NOWHERE)
        return self.copies[where][number] if where in self.copies else self.unknown[pod.resource.key]


_NOWHERE: _Copy = (("", ""), -1)


def _namespaces(analyses: Analyses) -> _Namespaces:
    made: _Namespaces = analyses.once("admitted_pods.namespaces", _find_namespaces)
    return made


def _find_namespaces(analyses: Analyses) -> _Namespaces:
    found = _Namespaces({}, {}, [], {})
    for pod in all_pods(analyses):
        labels = namespace_labels(analyses, pod.resource)
        if is_homeless(pod.resource):
            found.homeless.append(pod)
            found.unknown[pod.resource.key] = labels
            continue
        where = (pod.resource.cluster, pod.resource.namespace)
        copies = found.copies.setdefault(where, [])
        if labels not in copies:
            copies.append(labels)
        found.of_pod[pod.resource.key] = (where, copies.index(labels))
    return found
