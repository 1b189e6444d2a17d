"""What a NetworkPolicy means, by itself.

Follows kubernetes.io/docs/concepts/services-networking/network-policies/, the API reference of `NetworkPolicySpec` and
the API server's validation (pkg/apis/networking/validation). Every answer is True, False or None: not known, or the API
server would refuse the object. Which pods several policies isolate together is `erpguard.analysis.network.isolation`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from erpguard.analysis.network.policy_ports import Port, is_any_port, is_every_port, takes
from erpguard.analysis.values.cidrs import is_whole, network
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.pod_labels import PodLabels
from erpguard.model import Path, Resource

if TYPE_CHECKING:
    from erpguard.analysis.values.cidrs import Address

TYPE = "networking.k8s.io/NetworkPolicy"

Direction = Literal["Ingress", "Egress"]
DIRECTIONS: tuple[Direction, ...] = ("Ingress", "Egress")
_KEYS: dict[Direction, tuple[str, str]] = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}


class PodPeer(NamedTuple):
    """A pod at the other end: its labels, those of its namespace, and whether that is the policy's namespace."""

    labels: PodLabels
    namespace_labels: PodLabels
    same_namespace: bool | None


class Opening(NamedTuple):
    """A place in a rule's peers that admits every address: whether it does, and how."""

    path: Path
    what: str
    answer: bool | None


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
    return _is_empty(*pod_selector(policy))


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
    return () not in hidden_below(policy, ("spec", _KEYS[direction][0]))


def rules(policy: Resource, direction: Direction) -> Iterator[Rule]:
    """The rules of one direction, whether or not the policy isolates in it."""
    key, peers = _KEYS[direction]
    for index, body in enumerate(_spec(policy).get(key) or ()):
        yield Rule(policy, ("spec", key, index), body or {}, peers)


class Rule(NamedTuple):
    """One ingress or egress rule; `peers_key` is `from` or `to`."""

    policy: Resource
    path: Path
    body: Mapping[str, Any]
    peers_key: str

    def admits_all_peers(self) -> bool | None:
        """Whether it admits every address: no peers, all pods of all namespaces, or all of IPv4 or IPv6.

        An `except` does not make a difference to `0.0.0.0/0` and `::/0`: what has a hole is still no allow-list.
        """
        return any_of(opening.answer for opening in self.openings())

    def openings(self) -> Iterator[Opening]:
        """What in its peers admits every address, or may."""
        at: Path = (*self.path, self.peers_key)
        peers = self._list(self.peers_key)
        if not peers:
            yield Opening(at, "without peers a rule admits everybody", None if peers is None else True)
            return
        single = [self._opening(index, peer or {}) for index, peer in enumerate(peers)]
        yield from (opening for opening in single if opening.answer is not False)
        legal = [network(_cidr(peer)) for peer in peers if _is_legal(peer or {}, ())]
        if not any(opening.answer for opening in single) and is_whole(legal):
            yield Opening(at, "its ranges add up to every address", True)

    def _opening(self, index: int, peer: Mapping[str, Any]) -> Opening:
        at: Path = (*self.path, self.peers_key, index)
        hidden = self._hidden(self.peers_key, index)
        if not _is_legal(peer, hidden):
            return Opening(at, "", None)
        if "ipBlock" in peer:
            cidr = _cidr(peer)
            found = network(cidr)
            answer = None if found is None else found.prefixlen == 0
            return Opening((*at, "ipBlock", "cidr"), f"{cidr} is every address", answer)
        if "namespaceSelector" not in peer:
            return Opening(at, "", False)
        keys = ("namespaceSelector", "podSelector")
        empty = all_of(_is_empty(peer.get(key) or {}, _below(hidden, key)) for key in keys)
        return Opening((*at, "namespaceSelector"), "an empty namespaceSelector is every pod of the cluster", empty)

    def admits_all_ports(self) -> bool | None:
        """Whether it admits every TCP port: no ports, an entry without a number, or ranges that add up to all."""
        ports = self._list("ports")
        if ports is None:
            return None
        if not ports:
            return True
        answers = [is_any_port(port or {}, self._hidden("ports", index)) for index, port in enumerate(ports)]
        return any_of([*answers, is_every_port(ports)])

    def admits(self, peer: PodPeer | Address, port: Port) -> bool | None:
        """Whether it admits a connection with this peer to this port."""
        return all_of((self._admits_peer(peer), self._admits_port(port)))

    def has_ranges(self) -> bool:
        """Whether some of its peers are ranges of addresses, or may be."""
        peers = self._list(self.peers_key)
        return (
            peers is None
            or any("ipBlock" in (peer or {}) for peer in peers)
            or any(self._hidden(self.peers_key, index) for index in range(len(peers)))
        )

    def admits_port(self, port: Port) -> bool | None:
        """Whether it admits connections to this port."""
        return self._admits_port(port)

    def _admits_peer(self, peer: PodPeer | Address) -> bool | None:
        peers = self._list(self.peers_key)
        if not peers:
            return None if peers is None else True
        return any_of(self._matches(index, body or {}, peer) for index, body in enumerate(peers))

    def _matches(self, index: int, body: Mapping[str, Any], peer: PodPeer | Address) -> bool | None:
        hidden = self._hidden(self.peers_key, index)
        if not _is_legal(body, hidden):
            return None
        if not isinstance(peer, PodPeer):
            return _contains(body["ipBlock"], _below(hidden, "ipBlock"), peer) if "ipBlock" in body else False
        if "ipBlock" in body:
            # The address of a pod is not known, but is an address.
            return True if is_whole([network(_cidr(body))]) and not (body["ipBlock"].get("except") or hidden) else None
        inside: bool | None = peer.same_namespace
        if "namespaceSelector" in body:
            inside = peer.namespace_labels.match(body["namespaceSelector"], _below(hidden, "namespaceSelector"))
        return all_of((inside, peer.labels.match(body.get("podSelector") or {}, _below(hidden, "podSelector"))))

    def _admits_port(self, port: Port) -> bool | None:
        ports = self._list("ports")
        if not ports:
            return None if ports is None else True
        return any_of(takes(body or {}, self._hidden("ports", index), port) for index, body in enumerate(ports))

    def _list(self, key: str) -> list[Any] | None:
        """The entries of `from`, `to` or `ports`; None where the list itself is not known."""
        return None if () in hidden_below(self.policy, (*self.path, key)) else list(self.body.get(key) or ())

    def _hidden(self, key: str, index: int) -> frozenset[Path]:
        return hidden_below(self.policy, (*self.path, key, index))


def _spec(policy: Resource) -> Mapping[str, Any]:
    spec: Mapping[str, Any] = policy.body.get("spec") or {}
    return spec


def _below(hidden: Collection[Path], key: str) -> frozenset[Path]:
    return frozenset(path[1:] for path in hidden if path[:1] == (key,))


def _is_legal(peer: Mapping[str, Any], hidden: Collection[Path]) -> bool:
    """Whether a peer is known to be one kind of peer: an ipBlock, or selectors."""
    if any(len(path) < 2 for path in hidden):
        return False
    return ("ipBlock" in peer) != ("podSelector" in peer or "namespaceSelector" in peer)


def _is_empty(selector: Mapping[str, Any], hidden: Collection[Path]) -> bool | None:
    if any(selector.values()) or any(len(path) > 1 for path in hidden):
        return False
    return None if hidden else True


def _cidr(peer: Mapping[str, Any] | None) -> str | None:
    return ((peer or {}).get("ipBlock") or {}).get("cidr")


def _contains(block: Mapping[str, Any], hidden: Collection[Path], address: Address) -> bool | None:
    """Whether an ipBlock holds an address: in `cidr`, and in none of `except`."""
    inside = _holds(None if ("cidr",) in hidden else block.get("cidr"), address)
    if inside is False:
        return False
    holes = [_holds(cidr, address) for cidr in block.get("except") or ()]
    outside = any_of([*holes, None] if ("except",) in hidden else holes)
    return all_of((inside, None if outside is None else not outside))


def _holds(cidr: str | None, address: Address) -> bool | None:
    found = network(cidr)
    return None if found is None else address in found
