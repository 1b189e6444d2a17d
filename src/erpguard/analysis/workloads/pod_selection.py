"""Which workloads a selector picks, found through an index: a namespace may have many of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.namespaces import is_homeless, nearness
from erpguard.analysis.workloads.pod_labels import PodLabels, pod_labels
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

_Where = tuple[str, str]


class Pick(NamedTuple):
    """A workload that a selector picks, or may pick.

    `near` as `nearness` says it, `kinds` as `pod_labels`, `answers` whether the selector matches each of them.
    """

    pod: Pod
    near: bool | None
    kinds: list[PodLabels]
    answers: tuple[bool | None, ...]

    @property
    def some(self) -> bool | None:
        """Whether it picks at least one pod of the workload."""
        matched = zip(self.answers, self.kinds, strict=True)
        return all_of((self.near, any_of(all_of((answer, kind.certain or None)) for answer, kind in matched)))


def kinds_of(analyses: Analyses, pod: Pod) -> list[PodLabels]:
    """`pod_labels`, made once."""
    return _index(analyses).kinds[pod.resource.key]


def picks(
    analyses: Analyses, asking: Resource, selector: Mapping[str, Any], hidden: frozenset[Path] = frozenset()
) -> Iterator[Pick]:
    """The workloads in the namespace of `asking` of which its selector picks, or may pick, a pod.

    `hidden` are the paths below the selector that are not known.
    """
    wheres = None if is_homeless(asking) else [(asking.cluster, asking.namespace)]
    for pod in candidates(analyses, wheres, selector, hidden):
        near = nearness(analyses, asking, pod.resource)
        if near is False:
            continue
        kinds = kinds_of(analyses, pod)
        answers = tuple(kind.match(selector, hidden) for kind in kinds)
        if any(answer is not False for answer in answers):
            yield Pick(pod, near, kinds, answers)


class _Labelled:
    """The workloads of a namespace by a label that they have, or may have."""

    def __init__(self) -> None:
        self.pods: list[Pod] = []
        self._sure: dict[tuple[str, str], list[Pod]] = defaultdict(list)
        self._vague: dict[str, list[Pod]] = defaultdict(list)

    def add(self, pod: Pod, kinds: list[PodLabels]) -> None:
        """Note one workload under each of its labels."""
        self.pods.append(pod)
        for key, value in {pair for kind in kinds for pair in kind.labels.items()}:
            if has_placeholder(key):
                self._vague[""].append(pod)
            elif has_placeholder(value):
                self._vague[key].append(pod)
            else:
                self._sure[key, value].append(pod)
        for path in {path for kind in kinds for path in kind.hidden}:
            self._vague[str(path[0]) if path else ""].append(pod)

    def find(self, selector: Mapping[str, Any], hidden: frozenset[Path]) -> list[Pod]:
        """The workloads that the selector may pick, and perhaps more; some may be there twice."""
        best = self.pods
        for key, value in (selector.get("matchLabels") or {}).items():
            if has_placeholder(key) or has_placeholder(value) or ("matchLabels", key) in hidden:
                continue
            found = [*self._sure.get((key, value), ()), *self._vague.get(key, ()), *self._vague.get("", ())]
            best = min(best, found, key=len)
        return best


class _Index:
    """Workloads by namespace and by label."""

    def __init__(self, pods: list[Pod]) -> None:
        self.pods = pods
        self.kinds: dict[str, list[PodLabels]] = {}
        self.homeless: list[Pod] = []
        self.by_namespace: dict[_Where, _Labelled] = defaultdict(_Labelled)

    def add(self, pod: Pod) -> None:
        """Note one workload."""
        kinds = self.kinds[pod.resource.key] = pod_labels(pod)
        if is_homeless(pod.resource):
            self.homeless.append(pod)
        else:
            self.by_namespace[pod.resource.cluster, pod.resource.namespace].add(pod, kinds)

    def within(self, where: _Where, selector: Mapping[str, Any], hidden: frozenset[Path]) -> list[Pod]:
        """The workloads of a namespace that the selector may pick, and perhaps more."""
        found = self.by_namespace.get(where)
        return found.find(selector, hidden) if found else []


def candidates(
    analyses: Analyses, wheres: Iterable[_Where] | None, selector: Mapping[str, Any], hidden: frozenset[Path]
) -> Iterable[Pod]:
    """The workloads of some namespaces (cluster, name) that a selector may pick, and perhaps more; None for all.

    Those whose namespace is not known are always among them.
    """
    index = _index(analyses)
    if wheres is None:
        return index.pods
    found = [pod for where in wheres for pod in index.within(where, selector, hidden)]
    return {pod.resource.key: pod for pod in (*found, *index.homeless)}.values()


def _index(analyses: Analyses) -> _Index:
    made: _Index = analyses.once("pod_selection.index", _make)
    return made


def _make(analyses: Analyses) -> _Index:
    index = _Index(all_pods(analyses))
    for pod in index.pods:
        index.add(pod)
    return index
