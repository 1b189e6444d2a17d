"""What NetworkPolicies admit together, against an oracle: a small world in which every connection is written out."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis.network.isolation import admitted
from erpguard.analysis.network.policy_ports import Port
from erpguard.analysis.network.policy_rules import PodPeer
from erpguard.analysis.workloads.pod_labels import PodLabels
from tests.analysis.estates import resource
from tests.analysis.network_policy_specs import SPECS, is_everybody, selected, takes

NAMESPACES = {"erp": {"team": "a"}, "web": {"team": "b"}}
PODS = [
    (namespace, dict(zip(("app", "tier"), labels, strict=False)))
    for namespace in NAMESPACES
    for labels in (("odoo", "web"), ("odoo",), ("db", "data"), ())
]
ADDRESSES = ["10.0.0.1", "10.1.0.1", "203.0.113.1", "2001:db8::1"]
PORTS = [(80, "TCP", "http"), (5432, "TCP", "pg"), (5433, "TCP", ""), (53, "UDP", "dns"), (53, "TCP", "")]


def _bits(address: str) -> str:
    parsed = ip_address(address)
    return f"{parsed.version}:" + format(int(parsed), "0128b" if parsed.version == 6 else "032b")


def _within(address: str, cidr: str) -> bool:
    base, _, length = cidr.partition("/")
    return _bits(address).startswith(_bits(base)[: 2 + int(length)])


def _peers(peer: dict[str, Any], pods_in_ranges: bool) -> set[Any]:
    """The addresses, and the indexes of the pods, that one peer is."""
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        holes = block.get("except", [])
        found: set[Any] = {one for one in ADDRESSES if _within(one, block["cidr"])}
        found -= {one for one in ADDRESSES if any(_within(one, hole) for hole in holes)}
        return found | (set(range(len(PODS))) if pods_in_ranges else set())
    found = set()
    for index, (namespace, labels) in enumerate(PODS):
        inside = namespace == "erp"
        if "namespaceSelector" in peer:
            inside = selected(peer["namespaceSelector"], NAMESPACES[namespace])
        if inside and selected(peer.get("podSelector", {}), labels):
            found.add(index)
    return found


def _world(rules: list[dict[str, Any]], peers_key: str, pods_in_ranges: bool) -> set[tuple[Any, Any]]:
    """Every (peer, port) that the rules of one direction admit."""
    allowed = set()
    for rule in rules:
        peers = {one for peer in rule.get(peers_key, []) for one in _peers(peer, pods_in_ranges)}
        if is_everybody(rule.get(peers_key, [])):
            peers |= set(range(len(PODS)))
        if not rule.get(peers_key):
            peers = {*ADDRESSES, *range(len(PODS))}
        entries = rule.get("ports")
        ports = {port for port in PORTS if not entries or any(takes(entry, *port) for entry in entries)}
        allowed |= {(peer, port) for peer in peers for port in ports}
    return allowed


def _expected(
    specs: list[dict[str, Any]], labels: dict[str, str], direction: str, pods_in_ranges: bool
) -> set[tuple[Any, Any]]:
    """Every (peer, port) that the policies admit together for a pod with these labels."""
    key, peers_key = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}[direction]
    chosen = [
        spec
        for spec in specs
        if direction in (spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])])
        and selected(spec.get("podSelector", {}), labels)
    ]
    if not chosen:
        return {(peer, port) for peer in (*ADDRESSES, *range(len(PODS))) for port in PORTS}
    return {one for spec in chosen for one in _world(spec.get(key, []), peers_key, pods_in_ranges)}


@settings(max_examples=300, deadline=None)
@given(st.lists(SPECS, max_size=3), st.sampled_from(["Ingress", "Egress"]), st.sampled_from(PODS[:4]))
def test_union_of_policies(specs: list[dict[str, Any]], direction: Any, pod: tuple[str, dict[str, str]]) -> None:
    policies = [resource("networking.k8s.io/v1", "NetworkPolicy", "p", spec=spec) for spec in specs]
    least = _expected(specs, pod[1], direction, pods_in_ranges=False)
    most = _expected(specs, pod[1], direction, pods_in_ranges=True)
    ends: dict[Any, Any] = {address: ip_address(address) for address in ADDRESSES}
    for index, (namespace, labels) in enumerate(PODS):
        ends[index] = PodPeer(PodLabels(labels), PodLabels(NAMESPACES[namespace]), namespace == "erp")
    for port in PORTS:
        wanted = Port(port[0], port[1], frozenset({port[2]} if port[2] else ()))
        for end, peer in ends.items():
            found = admitted(policies, PodLabels(pod[1]), direction, peer, wanted)
            # Where it hangs on the address of a pod, it is not known.
            answer = None if ((end, port) in least) != ((end, port) in most) else (end, port) in least
            assert found is answer, (end, port)
