"""Pods with a tenant, in groups that connect alike, so that not every pod is compared with every other."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.network.admitted_pods import namesakes, where_is
from erpguard.analysis.network.egress_classes import EgressClass
from erpguard.analysis.network.isolation import Kind, choices, is_governed, others_may_decide
from erpguard.analysis.values.selectors import all_of
from erpguard.analysis.workloads.pod_selection import kinds_of
from erpguard.analysis.workloads.pods import Pod
from erpguard.analysis.workloads.tenants import Tenant
from erpguard.model import Resource


class Group:
    """Pods of one tenant of a cluster that the same policies isolate for egress.

    sure    whether there are such pods at all, and nothing but these policies decides
    egress  where they go
    pods    one workload for each file: which of several namesakes they mean depends on that
    rank    which of the groups it is
    """

    __slots__ = ("cluster", "egress", "pods", "rank", "sure", "tenant")

    def __init__(self, rank: int, cluster: str, tenant: Tenant, sure: bool | None, egress: EgressClass) -> None:
        self.rank = rank
        self.cluster = cluster
        self.tenant = tenant
        self.sure = sure
        self.egress = egress
        self.pods: dict[str, Pod] = {}


class _Together:
    """Several collections as one, not copied: one of them may be all groups, and that for each pod."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Sequence[Mapping[Group, None]]) -> None:
        self._parts = parts

    def __contains__(self, group: object) -> bool:
        return any(group in part for part in self._parts)

    def __iter__(self) -> Iterator[Group]:
        for number, part in enumerate(self._parts):
            yield from (group for group in part if not any(group in other for other in self._parts[:number]))

    def __len__(self) -> int:
        """How many at most: some may be in several."""
        return sum(map(len, self._parts))


class Groups:
    """The groups of an estate. `of_kind` has the group of each kind of pods with a tenant."""

    def __init__(self, analyses: Analyses, tenants: Iterable[tuple[Pod, Tenant]]) -> None:
        self._analyses = analyses
        self._namesakes = namesakes(analyses)
        self._groups: dict[tuple[Any, ...], Group] = {}
        self._classes: dict[tuple[Any, ...], EgressClass] = {}
        self._by_aim: dict[tuple[str, Hashable], dict[Group, None]] | None = None
        self.of_kind: dict[Kind, Group] = {}
        for pod, tenant in tenants:
            if is_governed(pod) is not False:
                self._add(pod, tenant)

    def toward(self, pod: Pod) -> tuple[Collection[Group], Collection[Group]]:
        """The groups that may reach a workload; and those of which it is not known that they reach any pod."""
        if self._by_aim is None:
            self._by_aim = {}
            for group in self._groups.values():
                for aim in {group.egress.goes_everywhere, *group.egress.where()} - {False}:
                    self._by_aim.setdefault((group.cluster, aim), {})[group] = None
        return self._aiming(pod, (True, *where_is(self._analyses, pod))), self._aiming(pod, (None,))

    def _aiming(self, pod: Pod, aims: Iterable[Hashable]) -> Collection[Group]:
        by_aim = self._by_aim or {}
        found = [by_aim[pod.resource.cluster, aim] for aim in aims if (pod.resource.cluster, aim) in by_aim]
        return found[0] if len(found) == 1 else _Together(found)

    def of_pod(self, pod: Pod) -> tuple[Group | None, ...] | None:
        """The groups of a workload's kinds; None where it has no tenant."""
        numbers = range(len(kinds_of(self._analyses, pod)))
        found = tuple(self.of_kind.get((pod.resource.key, number)) for number in numbers)
        return found if any(found) else None

    def together(self, group: Group, target: Resource) -> tuple[Pod, bool | None]:
        """One workload of a group that belongs together with a resource, or may, or else any; and whether it does."""
        first = next(iter(group.pods.values()))
        if not self._namesakes:
            return first, True
        answers = [(pod, self._analyses.estate.together(pod.resource, target)) for pod in group.pods.values()]
        by_answer = {answer: pod for pod, answer in reversed(answers)}
        return next(((by_answer[answer], answer) for answer in (True, None) if answer in by_answer), (first, False))

    def _add(self, pod: Pod, tenant: Tenant) -> None:
        resource = pod.resource
        alone = resource.key if resource.id in self._namesakes else ""
        decided = None if others_may_decide(self._analyses, resource) else True
        for number, kind in enumerate(kinds_of(self._analyses, pod)):
            at = (resource.key, number)
            chosen = choices(self._analyses, "Egress").get(at, [])
            policies = tuple((policy.key, answer) for policy, answer in chosen)
            sure = all_of((kind.certain or None, is_governed(pod), decided))
            key = (resource.cluster, tenant, sure, policies, alone)
            if policies not in self._classes:
                self._classes[policies] = EgressClass(self._analyses, chosen)
            if key not in self._groups:
                self._groups[key] = Group(len(self._groups), resource.cluster, tenant, sure, self._classes[policies])
            self._groups[key].pods.setdefault(resource.origin.file, pod)
            self.of_kind[at] = self._groups[key]
