"""The rules of a NetworkPolicy: whom they admit, to which ports.

Follows the API reference of `NetworkPolicyIngressRule`, `NetworkPolicyEgressRule` and `NetworkPolicyPeer`, and the API
server's validation (pkg/apis/networking/validation). Every answer is True, False or None: not known, or the API server
would refuse the object.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from erpguard.analysis.network.policy_ports import (
    ANY_PORT,
    EVERY_PORT,
    NamedPorts,
    Port,
    Span,
    is_any_port,
    is_every_port,
    spans,
    takes,
)
from erpguard.analysis.values.cidrs import is_whole, is_within, network
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.namespaces import NAME_LABEL
from erpguard.analysis.workloads.pod_labels import PodLabels
from erpguard.model import Path, Resource

if TYPE_CHECKING:
    from erpguard.analysis.values.cidrs import Address, Network

_SELECTORS = ("namespaceSelector", "podSelector")
_EMPTY = "an empty namespaceSelector"


class PodPeer(NamedTuple):
    """A pod at the other end: its labels, those of its namespace, and whether that is the policy's namespace.

    `ranges` are those from which the addresses of pods come; empty where they are not known.
    """

    labels: PodLabels
    namespace_labels: PodLabels
    same_namespace: bool | None
    ranges: tuple[Network, ...] = ()


class Opening(NamedTuple):
    """A place in a rule's peers that admits every address: whether it does, and how."""

    path: Path
    what: str
    answer: bool | None


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
        selector = peer["namespaceSelector"] or {}
        everywhere = _is_everywhere(selector, _below(hidden, "namespaceSelector"))
        pods = is_empty(peer.get("podSelector") or {}, _below(hidden, "podSelector"))
        what = "a namespaceSelector that every namespace matches" if any(selector.values()) else _EMPTY
        return Opening((*at, "namespaceSelector"), f"{what} is every pod of the cluster", all_of((everywhere, pods)))

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
        return all_of((any_of(entry.admits(peer) for entry in self.entries()), self.admits_port(port)))

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
        ports = self._list("ports")
        if not ports:
            return None if ports is None else True
        return any_of(takes(body or {}, self._hidden("ports", index), port) for index, body in enumerate(ports))

    def entries(self) -> Iterator[Entry]:
        """The entries of its peers; one more for those that are every address together, or where there are none."""
        peers, at = self._list(self.peers_key), (*self.path, self.peers_key)
        for index, body in enumerate(peers or ()):
            yield Entry(self, (*at, index), body or {}, self._hidden(self.peers_key, index))
        if not peers:
            yield Entry(self, at, None, frozenset({()}) if peers is None else frozenset())
        elif whole := self._adds_up(peers):
            yield Entry(self, at, {"ipBlock": {"cidr": whole}}, frozenset())

    def _adds_up(self, peers: list[Any]) -> str:
        """What several ranges without holes add up to: every address of IPv4 or of IPv6; empty where they do not."""
        blocks = [index for index, peer in enumerate(peers) if peer and "ipBlock" in peer]
        if len(blocks) < 2:
            return ""
        entries = [Entry(self, (), peers[index], self._hidden(self.peers_key, index)) for index in blocks]
        found = [network(_cidr(entry.body)) for entry in entries if entry.is_plain_range]
        if any(is_whole([one]) for one in found) or not is_whole(found):
            return ""
        return "0.0.0.0/0" if is_whole(one for one in found if one and one.version == 4) else "::/0"

    def spans(self, named: NamedPorts | None) -> list[Span]:
        """The ports that it takes, or may take, at a pod with these named ports; None where they are not known."""
        ports = self._list("ports")
        if not ports:
            return list(ANY_PORT if ports is None else EVERY_PORT)
        entries = enumerate(ports)
        return [span for index, one in entries for span in spans(one or {}, self._hidden("ports", index), named)]

    def _list(self, key: str) -> list[Any] | None:
        """The entries of `from`, `to` or `ports`; None where the list itself is not known."""
        return None if () in hidden_below(self.policy, (*self.path, key)) else list(self.body.get(key) or ())

    def _hidden(self, key: str, index: int) -> frozenset[Path]:
        return hidden_below(self.policy, (*self.path, key, index))


class Entry(NamedTuple):
    """One entry of a rule's peers at `path`; `body` None is everybody: a rule without peers.

    `hidden` are the paths below it that are not known.
    """

    rule: Rule
    path: Path
    body: Mapping[str, Any] | None
    hidden: frozenset[Path]

    @property
    def selects_pods(self) -> bool:
        """Whether it tells pods from pods by selectors; any other admits every pod, or it is not known which."""
        if self.body is None or "ipBlock" in self.body or not _is_legal(self.body, self.hidden):
            return False
        in_namespace = "namespaceSelector" not in self.body
        return in_namespace or any(self.body.get(key) for key in _SELECTORS) or bool(self.hidden)

    @property
    def is_plain_range(self) -> bool:
        """Whether it is a range of addresses without holes, all of it known."""
        block = (self.body or {}).get("ipBlock") or {}
        return not block.get("except") and not self.hidden and _is_legal(self.body or {}, ())

    def selector(self, key: str) -> tuple[Mapping[str, Any], frozenset[Path]]:
        """Its `podSelector` or `namespaceSelector`, and the paths below it that are not known."""
        return (self.body or {}).get(key) or {}, _below(self.hidden, key)

    def admits(self, peer: PodPeer | Address) -> bool | None:
        """Whether it admits this peer."""
        if self.body is None:
            return None if self.hidden else True
        if not _is_legal(self.body, self.hidden):
            return None
        if "ipBlock" in self.body:
            return self._holds(self.body["ipBlock"], peer)
        if not isinstance(peer, PodPeer):
            return False
        inside = peer.same_namespace
        if "namespaceSelector" in self.body:
            inside = peer.namespace_labels.match(*self.selector("namespaceSelector"))
        return all_of((inside, peer.labels.match(*self.selector("podSelector"))))

    def _holds(self, block: Mapping[str, Any], peer: PodPeer | Address) -> bool | None:
        hidden = _below(self.hidden, "ipBlock")
        if not isinstance(peer, PodPeer):
            return _contains(block, hidden, peer)
        if peer.ranges:
            return _covers(block, hidden, peer.ranges)
        # The address of a pod is not known, but is an address.
        return True if self.is_plain_range and is_whole([network(_cidr(self.body))]) else None


def is_empty(selector: Mapping[str, Any], hidden: Collection[Path]) -> bool | None:
    """Whether a selector is empty; `hidden` are the paths below it that are not known."""
    if any(selector.values()) or any(len(path) > 1 for path in hidden):
        return False
    return None if hidden else True


def _is_everywhere(selector: Mapping[str, Any], hidden: Collection[Path]) -> bool | None:
    """Whether a namespaceSelector is empty, or asks only for the label that every namespace has: its name."""
    listed = selector.get("matchExpressions") or ()
    others = [path for path in hidden if path[:1] != ("matchExpressions",) or len(path) == 1]
    asked = [
        _is_any_name(one or {}, [path[2:] for path in hidden if path[:2] == ("matchExpressions", index)])
        for index, one in enumerate(listed)
    ]
    return all_of([is_empty({"matchLabels": selector.get("matchLabels")}, others), *asked])


def _is_any_name(expression: Mapping[str, Any], hidden: Collection[Path]) -> bool | None:
    wanted = {"key": NAME_LABEL, "operator": "Exists"}
    known = (
        None if () in hidden or (key,) in hidden else expression.get(key) == value for key, value in wanted.items()
    )
    return all_of((*known, not expression.get("values")))


def _below(hidden: Collection[Path], key: str) -> frozenset[Path]:
    return frozenset(path[1:] for path in hidden if path[:1] == (key,))


def _is_legal(peer: Mapping[str, Any], hidden: Collection[Path]) -> bool:
    """Whether a peer is known to be one kind of peer: an ipBlock, or selectors."""
    if any(len(path) < 2 for path in hidden):
        return False
    return ("ipBlock" in peer) != ("podSelector" in peer or "namespaceSelector" in peer)


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


def _covers(block: Mapping[str, Any], hidden: Collection[Path], ranges: Collection[Network]) -> bool | None:
    """Whether an ipBlock holds all addresses of some ranges, of its own family; False where it holds none."""
    whole = None if ("cidr",) in hidden else network(block.get("cidr"))
    if whole is None:
        return None
    holes = [network(cidr) for cidr in block.get("except") or ()]
    ours = [one for one in ranges if one.version == whole.version]
    held = [one if one.prefixlen >= whole.prefixlen else whole for one in ours if one.overlaps(whole)]
    if all(is_within(one, holes) for one in held):
        return False
    untouched = not any(hole is None or hole.overlaps(one) for hole in holes for one in held)
    return True if held == ours and untouched and ("except",) not in hidden else None


def _holds(cidr: str | None, address: Address) -> bool | None:
    found = network(cidr)
    return None if found is None else address in found
