"""Whether NetworkPolicies let connections from the internet through to pods.

A load balancer may hide who connects: with `externalTrafficPolicy: Cluster` the packets come from a node
(kubernetes.io/docs/tutorials/services/source-ip/). So a rule that admits every address admits them, one that admits
pods only does not, and of one that admits ranges it is not known.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.network.isolation import admitted, is_governed, isolated, others_may_decide
from erpguard.analysis.network.network_policy import (
    TYPE,
    has_known_rules,
    isolates,
    pod_selector,
    rules,
)
from erpguard.analysis.network.pod_addresses import pod_ranges
from erpguard.analysis.network.policy_ports import Port
from erpguard.analysis.network.policy_rules import PodPeer, Rule
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.namespaces import namespace_labels, near, same_namespace
from erpguard.analysis.workloads.pod_selection import kinds_of, picks
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Resource


class Reach(NamedTuple):
    """Whether connections get through; and, as steps of a way, what lets them."""

    answer: bool | None
    hops: tuple[dict[str, Any], ...] = ()


def reach(analyses: Analyses, pod: Pod, port: Port) -> Reach:
    """Whether the internet, once it is at the node, reaches a port of a workload's pods."""
    name = f"{pod.resource.kind} {pod.resource.name}"
    governed, closed = is_governed(pod), isolated(analyses, pod, "Ingress")
    if governed is False:
        return Reach(True, (_hop(pod.resource, pod.resource.name_path, f"{name} is on the host's network"),))
    if closed is False and governed:
        return Reach(True, (_hop(pod.resource, pod.resource.name_path, f"no NetworkPolicy isolates {name}"),))
    opened: list[bool | None] = []
    for policy in analyses.estate.of_type(TYPE):
        chosen = all_of((isolates(policy, "Ingress"), _picks(analyses, policy, pod)))
        if chosen is False:
            continue
        for rule in rules(policy, "Ingress"):
            answer = all_of((chosen, _admits(rule), rule.admits_port(port)))
            if answer:
                return Reach(True, (_hop(policy, rule.path, f"NetworkPolicy {policy.name} admits every address"),))
            opened.append(answer)
        if not has_known_rules(policy, "Ingress"):
            opened.append(None)
    free = None if closed is None or governed is None else False
    return Reach(any_of((free, *opened)))


def reach_of_pods(analyses: Analyses, source: Pod, pod: Pod, port: Port) -> bool | None:
    """Whether the NetworkPolicies of a workload let the pods of another one connect to a port of its own."""
    governed = is_governed(pod)
    if governed is False:
        return True
    if governed is None or others_may_decide(analyses, pod.resource) or is_governed(source) is not True:
        return None  # who is on the host's network comes with the address of a node
    same = same_namespace(source.resource, pod.resource)
    namespace = namespace_labels(analyses, source.resource)
    found = list(near(analyses, pod.resource, TYPE))
    policies = [policy for policy, _ in found]
    answers = {
        admitted(policies, own, "Ingress", PodPeer(labels, namespace, same, pod_ranges(analyses)), port)
        for labels in kinds_of(analyses, source)
        for own in kinds_of(analyses, pod)
    }
    answer = any_of(answers)
    return answer if all(sure for _, sure in found) else None


def _picks(analyses: Analyses, policy: Resource, pod: Pod) -> bool | None:
    found = [pick.some for pick in picks(analyses, policy, *pod_selector(policy)) if pick.pod.resource is pod.resource]
    return any_of(found)


def _admits(rule: Rule) -> bool | None:
    everybody = rule.admits_all_peers()
    return None if everybody is False and rule.has_ranges() else everybody


def _hop(resource: Resource, path: tuple[str | int, ...], message: str) -> dict[str, Any]:
    return {"resource": resource.key, "path": list(path), "message": message}
