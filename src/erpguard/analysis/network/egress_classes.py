"""What pods may connect to by the NetworkPolicies that isolate them for egress.

Pods that the same policies select are one *class*: what they may connect to is found once, however many they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.network.admitted_pods import Admission, admission
from erpguard.analysis.network.isolation import Choice
from erpguard.analysis.network.network_policy import has_known_rules, rules
from erpguard.analysis.network.pod_addresses import any_pod
from erpguard.analysis.network.policy_rules import Rule
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Resource


class Way(NamedTuple):
    """A rule by which a connection is admitted, if it is: None for no rule, on every port."""

    answer: bool | None
    rule: Rule | None


def is_free(chosen: list[Choice]) -> bool | None:
    """Whether no policy isolates the pods that these choices are about."""
    isolated = any_of(answer for _, answer in chosen)
    return None if isolated is None else not isolated


class EgressClass:
    """Where the pods go that the same policies isolate for egress."""

    def __init__(self, analyses: Analyses, chosen: list[Choice]) -> None:
        free = is_free(chosen)
        self._everywhere = [] if free is False else [Way(free, None)]
        self._somewhere: list[tuple[Way, Admission]] = []
        for policy, answer in chosen:
            self._add(analyses, policy, answer)

    def ways_to(self, pod: Pod, number: int) -> Iterator[Way]:
        """The ways, sure or not, to a kind of pods of a workload."""
        yield from self._everywhere
        for way, admitted in self._somewhere:
            answer = admitted.answer(pod, number)
            if answer is not False:
                yield Way(all_of((way.answer, answer)), way.rule)

    @property
    def goes_everywhere(self) -> bool | None:
        """Whether there is a way to every pod, at some port."""
        return any_of(way.answer for way in self._everywhere)

    def where(self) -> Iterator[Hashable]:
        """Where else there may be ways to, as `Admission.where` says it."""
        for _, admitted in self._somewhere:
            yield from admitted.where()

    def _add(self, analyses: Analyses, policy: Resource, chosen: bool | None) -> None:
        if not has_known_rules(policy, "Egress"):
            self._everywhere.append(Way(None, None))
        for rule in rules(policy, "Egress"):
            for entry in rule.entries():
                if entry.selects_pods:
                    self._somewhere.append((Way(chosen, rule), admission(analyses, entry)))
                else:
                    self._everywhere.append(Way(all_of((chosen, entry.admits(any_pod(analyses)))), rule))
