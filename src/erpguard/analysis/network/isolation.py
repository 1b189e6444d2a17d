"""Which pods the NetworkPolicies of a namespace isolate, together.

A pod is isolated in a direction once any NetworkPolicy of its namespace selects it for that direction
(kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation). Pods on the host's
network are outside of all this. Other kinds of network policies may isolate too; they are not interpreted here, so
where one might, the answer is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from erpguard.analysis import Analyses, View
from erpguard.analysis.network.network_policy import (
    TYPE,
    Direction,
    admits,
    admits_everything,
    has_known_rules,
    isolates,
    pod_selector,
    rules,
    selects,
    selects_all,
)
from erpguard.analysis.network.policy_ports import Port
from erpguard.analysis.network.policy_rules import Opening, PodPeer
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.namespaces import NAME, NamespaceWorkloads, namespaces_with_workloads, near, pods_near
from erpguard.analysis.workloads.pod_labels import PodLabels
from erpguard.analysis.workloads.pod_selection import kinds_of, picks
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Resource

if TYPE_CHECKING:
    from erpguard.analysis.values.cidrs import Address

OTHER_NAMESPACED = (
    "cilium.io/CiliumNetworkPolicy",
    "projectcalico.org/NetworkPolicy",
    "crd.projectcalico.org/NetworkPolicy",
)
OTHER_CLUSTER_WIDE = (
    "cilium.io/CiliumClusterwideNetworkPolicy",
    "projectcalico.org/GlobalNetworkPolicy",
    "crd.projectcalico.org/GlobalNetworkPolicy",
    "policy.networking.k8s.io/AdminNetworkPolicy",
    "policy.networking.k8s.io/BaselineAdminNetworkPolicy",
    "policy.networking.k8s.io/ClusterNetworkPolicy",
)


def is_governed(pod: Pod) -> bool | None:
    """Whether network policies have a say over a workload's pods: not on the host's network."""
    return not pod.spec.get("hostNetwork", False) if pod.operator or pod.is_known("hostNetwork") else None


Kind = tuple[str, int]
"""Pods of one kind that a workload makes: the key of the workload, and which of its kinds (`pod_labels`)."""

Choice = tuple[Resource, bool | None]
"""A policy that isolates some pods in a direction, and whether it surely does."""


def choices(analyses: Analyses, direction: Direction) -> Mapping[Kind, list[Choice]]:
    """By kind of pods: the policies that isolate it, or may isolate it, in a direction."""

    def make(analyses: Analyses) -> dict[Kind, list[Choice]]:
        found: dict[Kind, list[Choice]] = {}
        for policy in analyses.estate.of_type(TYPE):
            side = isolates(policy, direction)
            for pick in picks(analyses, policy, *pod_selector(policy)) if side is not False else ():
                for number, answer in enumerate(pick.answers):
                    chosen = all_of((side, pick.near, answer))
                    if chosen is not False:
                        found.setdefault((pick.pod.resource.key, number), []).append((policy, chosen))
        return found

    made: dict[Kind, list[Choice]] = analyses.once(f"isolation.choices.{direction}", make)
    return made


def isolated(analyses: Analyses, pod: Pod, direction: Direction) -> bool | None:
    """Whether every pod of a workload is selected by a NetworkPolicy for a direction."""
    chosen, key = choices(analyses, direction), pod.resource.key
    # Pods that may not exist need no policy.
    answer = all_of(
        any_of((*(one for _, one in chosen.get((key, number), ())), False if kind.certain else None))
        for number, kind in enumerate(kinds_of(analyses, pod))
    )
    return None if answer is False and others_may_decide(analyses, pod.resource) else answer


def denied_by_default(analyses: Analyses, pod: Pod, direction: Direction) -> bool | None:
    """Whether a NetworkPolicy isolates every pod of the workload's namespace without admitting everything."""

    def make(analyses: Analyses) -> dict[str, bool | None]:
        return _denials(analyses, direction)

    answer: bool | None = analyses.once(f"isolation.denied.{direction}", make).get(pod.resource.key, False)
    return None if answer is False and others_may_decide(analyses, pod.resource) else answer


def _denials(analyses: Analyses, direction: Direction) -> dict[str, bool | None]:
    """By workload: whether a policy denies by default; those that none does are left out."""
    found: dict[str, bool | None] = {}
    for policy in analyses.estate.of_type(TYPE):
        answer = denies_by_default(policy, direction)
        if answer is False:
            continue
        for pod, known in pods_near(analyses, policy):
            key = pod.resource.key
            found[key] = any_of((found.get(key, False), all_of((answer, known))))
    return found


def denies_by_default(policy: Resource, direction: Direction) -> bool | None:
    """Whether a policy isolates every pod of its namespace in a direction without admitting everything."""
    return all_of((selects_all(policy), isolates(policy, direction), _not(admits_everything(policy, direction))))


def admitted(
    policies: Iterable[Resource], labels: PodLabels, direction: Direction, peer: PodPeer | Address, port: Port
) -> bool | None:
    """Whether a pod may talk with a peer by all NetworkPolicies of its namespace: what one of them admits, or all.

    This is one half of a connection: the other end may be isolated too, in the other direction.
    """
    chosen = [(policy, all_of((isolates(policy, direction), selects(policy, labels)))) for policy in policies]
    opened = any_of(all_of((choice, admits(policy, direction, peer, port))) for policy, choice in chosen)
    return any_of((_not(any_of(choice for _, choice in chosen)), opened))


def others_may_decide(analyses: Analyses, resource: Resource) -> bool:
    """Whether the estate has policies of Cilium, Calico or the cluster's administrators that may touch the resource."""
    if analyses.estate.types.isdisjoint((*OTHER_NAMESPACED, *OTHER_CLUSTER_WIDE)):
        return False
    if any(True for _ in near(analyses, resource, *OTHER_NAMESPACED)):
        return True
    return any(
        other.cluster == resource.cluster and analyses.estate.together(resource, other) is not False
        for other in analyses.estate.of_type(*OTHER_CLUSTER_WIDE)
    )


def network_policies(analyses: Analyses) -> View:
    """One row per NetworkPolicy, at its root.

    Fields: isolates_ingress, isolates_egress, open_ingress [{path, what}]: where a rule admits every source on every
    TCP port. What is not known of a rule does not hide what is sure of another.
    """
    view = View()
    for policy in analyses.estate.of_type(TYPE):
        found = list(_open_places(policy, "Ingress"))
        fields = {
            "isolates_ingress": isolates(policy, "Ingress"),
            "isolates_egress": isolates(policy, "Egress"),
            "open_ingress": [{"path": list(one.path), "what": one.what} for one in found if one.answer],
        }
        unknown = {name for name, value in fields.items() if value is None}
        if not fields["open_ingress"] and (found or not has_known_rules(policy, "Ingress")):
            unknown.add("open_ingress")
        view.add(policy, (), fields, unknown)
    return view


def _open_places(policy: Resource, direction: Direction) -> Iterator[Opening]:
    for rule in rules(policy, direction):
        ports = rule.admits_all_ports()
        for opening in rule.openings() if ports is not False else ():
            yield Opening(opening.path, opening.what, all_of((opening.answer, ports)))


def isolation(analyses: Analyses) -> View:
    """One row per workload, at its name.

    Fields: governed (not on the host's network), ingress, egress (whether its pods are isolated in that direction).
    """
    view = View()
    for pod in all_pods(analyses):
        fields = {
            "governed": is_governed(pod),
            "ingress": isolated(analyses, pod, "Ingress"),
            "egress": isolated(analyses, pod, "Egress"),
        }
        view.add(pod.resource, NAME, fields, [name for name, value in fields.items() if value is None])
    return view


def namespaces(analyses: Analyses) -> View:
    """One row per namespace with workloads, at the name of the Namespace object, else of its first workload.

    Fields: namespace_name, governed (a workload is not on the host's network), ingress_denied, egress_denied (whether
    a NetworkPolicy denies that direction by default to every such workload).
    """
    view = View()
    for namespace in namespaces_with_workloads(analyses):
        fields = {
            "namespace_name": namespace.name,
            "governed": any_of(is_governed(pod) for pod in namespace.pods),
            "ingress_denied": all_of(_denied(analyses, namespace, "Ingress")),
            "egress_denied": all_of(_denied(analyses, namespace, "Egress")),
        }
        view.add(namespace.place, NAME, fields, [name for name, value in fields.items() if value is None])
    return view


def _denied(analyses: Analyses, namespace: NamespaceWorkloads, direction: Direction) -> Iterator[bool | None]:
    for pod in namespace.pods:
        yield any_of((_not(is_governed(pod)), denied_by_default(analyses, pod, direction)))


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer
