"""The places that let connections in to the pods with a tenant, and which pods of other tenants come through.

It takes both ends of a connection to let it through, at one port at least. It does not matter whether something listens
there: what a container declares is no limit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.network.admitted_pods import Alike, admission
from erpguard.analysis.network.egress_classes import is_free
from erpguard.analysis.network.isolation import OTHER_CLUSTER_WIDE, OTHER_NAMESPACED, choices, is_governed
from erpguard.analysis.network.network_policy import TYPE, has_known_rules, rules, rules_path
from erpguard.analysis.network.pod_addresses import any_pod
from erpguard.analysis.network.policy_ports import EVERY_PORT, NamedPorts, overlap
from erpguard.analysis.network.policy_rules import Entry, Rule
from erpguard.analysis.network.tenant_groups import Group, Groups
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.namespaces import NAME
from erpguard.analysis.workloads.pod_selection import kinds_of
from erpguard.analysis.workloads.pods import Pod
from erpguard.analysis.workloads.service_ports import has_known_ports
from erpguard.analysis.workloads.tenants import Tenant
from erpguard.model import Path, Resource
from erpguard.model.kinds import OPERATOR_WORKLOADS, WORKLOADS

_POLICIES = [TYPE, *OTHER_NAMESPACED, *OTHER_CLUSTER_WIDE]

_Sources = dict[Group, bool | None]


class _Gate(NamedTuple):
    """A place that lets connections in: by a rule, or None where no policy keeps them out; whether it does, and whom.

    `sources` None is everybody.
    """

    resource: Resource
    path: Path
    rule: Rule | None
    answer: bool | None
    sources: _Sources | None


class _Target(NamedTuple):
    """Pods of one kind that a workload makes, their tenant, and the groups that may reach them (`Groups.toward`)."""

    pod: Pod
    number: int
    tenant: Tenant
    likely: Collection[Group]
    perhaps: Collection[Group]


class _Reach(NamedTuple):
    """Whether pods of another tenant come through a gate: which, and whether they do for lack of a policy."""

    answer: bool | None
    pod: Pod | None = None
    tenant: str = ""
    lacking: bool = False


class Gates:
    """What lets connections in to the pods with a tenant, and who comes through."""

    def __init__(self, analyses: Analyses, tenants: list[tuple[Pod, Tenant]]) -> None:
        self._analyses = analyses
        self._is_open = analyses.estate.is_open(*WORKLOADS, *OPERATOR_WORKLOADS)
        several = len({tenant for _, tenant in tenants}) > 1
        self._groups = Groups(analyses, tenants if several else ())
        self._alike = Alike(analyses, self._groups.of_pod)
        self._of_policies: dict[str, list[_Gate]] = {}

    def openings(self, pod: Pod, tenant: Tenant) -> Iterator[dict[str, Any]]:
        """The places that let pods of other tenants connect to those of a workload, or may."""
        if not (is_governed(pod) and (self._groups.of_kind or self._is_open)):
            return
        found: dict[tuple[str, Path], _Reach] = {}
        toward = self._groups.toward(pod)
        for number, kind in enumerate(kinds_of(self._analyses, pod)):
            target = _Target(pod, number, tenant, *toward)
            for gate in self._gates(pod, number):
                at = (gate.resource.key, gate.path)
                if at not in found or not found[at].answer:
                    reach = self._through(gate, target)
                    if reach.answer and not kind.certain:
                        reach = reach._replace(answer=None)
                    if reach.answer is not False:
                        found[at] = reach
        for (resource, path), reach in found.items():
            yield _opening(resource, path, reach)

    def _gates(self, pod: Pod, number: int) -> Iterator[_Gate]:
        chosen = choices(self._analyses, "Ingress").get((pod.resource.key, number), [])
        free = is_free(chosen)
        if free is not False:
            yield _Gate(pod.resource, NAME, None, free, None)
        for policy, answer in chosen:
            if policy.key not in self._of_policies:
                self._of_policies[policy.key] = list(self._made(policy))
            for gate in self._of_policies[policy.key]:
                yield gate._replace(answer=all_of((gate.answer, answer)))

    def _made(self, policy: Resource) -> Iterator[_Gate]:
        for rule in rules(policy, "Ingress"):
            for entry in rule.entries():
                if entry.selects_pods:
                    yield _Gate(policy, entry.path, rule, True, self._sources(entry))
                else:
                    yield _Gate(policy, entry.path, rule, entry.admits(any_pod(self._analyses)), None)
        if not has_known_rules(policy, "Ingress"):
            yield _Gate(policy, rules_path("Ingress"), None, None, None)

    def _sources(self, entry: Entry) -> _Sources:
        """The groups of which an entry admits pods, each with the best answer."""
        found: dict[Group, bool | None] = {}
        for pod, answers in admission(self._analyses, entry).workloads(self._alike):
            for number, answer in enumerate(answers):
                group = self._groups.of_kind.get((pod.resource.key, number))
                if group is not None and answer is not False:
                    found[group] = any_of((found.get(group, False), answer))
        return dict(sorted(found.items(), key=lambda one: one[0].rank))

    def _through(self, gate: _Gate, target: _Target) -> _Reach:
        """Whether pods of another tenant come through a gate to a kind of pods: the first that surely do, or may."""
        best = _Reach(None) if self._is_open and gate.answer is not False else _Reach(False)
        for group, surely in _candidates(gate, target):
            if best.pod and not surely:
                break  # no more is known of those that follow
            admitted = True if gate.sources is None else gate.sources[group]
            known = all_of((target.tenant.differs(group.tenant), admitted, gate.answer, group.sure))
            if known is False or (best.pod and not known):
                continue
            reach = self._from(group, gate, target, known)
            if reach.answer:
                return reach
            best = reach if reach.answer is None and not best.pod else best
        return best

    def _from(self, group: Group, gate: _Gate, target: _Target, known: bool | None) -> _Reach:
        """Whether the pods of a group come through a gate; `known` is what is known of that but for their egress."""
        best = _Reach(False)
        source, together = self._groups.together(group, target.pod.resource)
        for way in group.egress.ways_to(target.pod, target.number):
            answer = all_of((known, together, way.answer))
            if answer is not False:
                answer = all_of((answer, _meet(gate.rule, way.rule, target.pod)))
            reach = _Reach(answer, source, group.tenant.name or "?", lacking=gate.rule is None or way.rule is None)
            if answer:
                return reach
            best = reach if answer is None else best
        return best


def _candidates(gate: _Gate, target: _Target) -> Iterator[tuple[Group, bool]]:
    """The groups that may come through a gate; first those of which it may be sure."""
    yield from ((group, True) for group in _common(target.likely, gate.sources))
    yield from ((group, False) for group in _common(target.perhaps, gate.sources))


def _common(groups: Collection[Group], sources: _Sources | None) -> Iterator[Group]:
    """The groups that are also sources: found from the fewer of the two."""
    if sources is None:
        yield from groups
    elif len(sources) < len(groups):
        yield from (group for group in sources if group in groups)
    else:
        yield from (group for group in groups if group in sources)


def _meet(incoming: Rule | None, outgoing: Rule | None, pod: Pod) -> bool | None:
    """Whether the rules of both ends have a port in common, at these pods."""
    named = _named_ports(pod)
    return overlap(*(EVERY_PORT if rule is None else rule.spans(named) for rule in (incoming, outgoing)))


def _named_ports(pod: Pod) -> NamedPorts | None:
    if pod.operator or not has_known_ports(pod):
        return None
    found: dict[tuple[str, str], set[int]] = {}
    running = (container.body for container in pod.containers if container.role in ("main", "sidecar"))
    for port in (port for body in running for port in body.get("ports") or ()):
        if port.get("name") and isinstance(port.get("containerPort"), int):
            found.setdefault((port.get("protocol", "TCP"), port["name"]), set()).add(port["containerPort"])
    return found


def _opening(resource: str, path: Path, reach: _Reach) -> dict[str, Any]:
    source, places = "pods that the scan does not hold", []
    if reach.pod is not None:
        found = reach.pod.resource
        source = f"{found.kind} {found.name} of tenant {reach.tenant}"
        places = [{"resource": found.key, "path": list(found.name_path)}]
    return {
        "at": {"resource": resource, "path": list(path)},
        "sure": reach.answer is True,
        "absent": _POLICIES if reach.lacking else [],
        "source": source,
        "places": places,
    }
