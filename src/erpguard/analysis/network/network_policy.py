"""What a NetworkPolicy means, by itself.

Follows kubernetes.io/docs/concepts/services-networking/network-policies/, the API reference of `NetworkPolicySpec` and
the API server's validation (pkg/apis/networking/validation). Every answer is True, False or None: not known, or the API
server would refuse the object. Which pods several policies isolate together is `erpguard.analysis.network.isolation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from erpguard.analysis.network.policy_ports import Port
from erpguard.analysis.network.policy_rules import PodPeer, Rule, is_empty
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.pod_labels import PodLabels
from erpguard.model import Path, Resource

if TYPE_CHECKING:
    from erpguard.analysis.values.cidrs import Address

TYPE = "networking.k8s.io/NetworkPolicy"

Direction = Literal["Ingress", "Egress"]
DIRECTIONS: tuple[Direction, ...] = ("Ingress", "Egress")
_KEYS: dict[Direction, tuple[str, str]] = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}


def isolates(policy: Resource, direction: Direction) -> bool | None:
    """Whether the pods that a policy selects are isolated in a direction.

    Without `policyTypes` it is Ingress always, and Egress where there is an egress rule.
    """
    types = _spec(policy).get("policyTypes") or ()
    hidden = hidden_below(policy, ("spec", "policyTypes"))
    if () in hidden or any(one not in DIRECTIONS for one in types):
        return None
    if types:
        return direction in types
    if direction == "Ingress":
        return True
    return None if () in hidden_below(policy, ("spec", "egress")) else bool(_spec(policy).get("egress"))


def selects(policy: Resource, labels: PodLabels) -> bool | None:
    """Whether the policy's `podSelector` picks pods with these labels; the namespace is the caller's question."""
    return labels.match(*pod_selector(policy))


def selects_all(policy: Resource) -> bool | None:
    """Whether the `podSelector` is empty, so that it picks every pod of the namespace."""
    return is_empty(*pod_selector(policy))


def pod_selector(policy: Resource) -> tuple[Mapping[str, Any], frozenset[Path]]:
    """The policy's `podSelector`, and the paths below it that are not known."""
    return _spec(policy).get("podSelector") or {}, hidden_below(policy, ("spec", "podSelector"))


def admits_everything(policy: Resource, direction: Direction) -> bool | None:
    """Whether one rule of the direction admits every peer on every port."""
    answers = [all_of((rule.admits_all_peers(), rule.admits_all_ports())) for rule in rules(policy, direction)]
    return any_of(answers if has_known_rules(policy, direction) else [*answers, None])


def admits(policy: Resource, direction: Direction, peer: PodPeer | Address, port: Port) -> bool | None:
    """Whether one of its rules of the direction admits a connection with this peer to this port."""
    answers = [rule.admits(peer, port) for rule in rules(policy, direction)]
    return any_of(answers if has_known_rules(policy, direction) else [*answers, None])


def has_known_rules(policy: Resource, direction: Direction) -> bool:
    """Whether the list of the direction's rules could be read; single rules may hold more that is not known."""
    return () not in hidden_below(policy, rules_path(direction))


def rules_path(direction: Direction) -> Path:
    """Where the list of a direction's rules stands."""
    return ("spec", _KEYS[direction][0])


def rules(policy: Resource, direction: Direction) -> Iterator[Rule]:
    """The rules of one direction, whether or not the policy isolates in it."""
    key, peers = _KEYS[direction]
    for index, body in enumerate(_spec(policy).get(key) or ()):
        yield Rule(policy, ("spec", key, index), body or {}, peers)


def _spec(policy: Resource) -> Mapping[str, Any]:
    spec: Mapping[str, Any] = policy.body.get("spec") or {}
    return spec
