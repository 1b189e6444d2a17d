"""Who reaches the data tier, and which tenants reach each other, against an oracle that writes out every connection.

The oracle knows nothing of indexes, groups and answers: it makes the set of all (source, target, port) that the
policies of a small world admit, once as if no pod had an address of a range, and once as if all had. What differs is
not known.
"""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.network.peer_sources import EVERYBODY
from erpguard.estate import Estate
from tests.analysis.estates import resource
from tests.analysis.network_policy_specs import SPECS, is_everybody, selected, takes

NAMESPACES = {"erp": {"team": "a"}, "web": {"team": "b"}}
TIERS = {"odoo:18": "erp", "postgres:17": "data", "grafana:12": "monitoring"}


class _Pod(NamedTuple):
    name: str
    namespace: str
    labels: dict[str, str]
    image: str
    tenant: str = ""


PODS = [
    _Pod("odoo", "erp", {"app": "odoo", "tier": "web"}, "odoo:18", "acme"),
    _Pod("db", "erp", {"app": "db", "tier": "data"}, "postgres:17", "acme"),
    _Pod("grafana", "erp", {"tier": "web"}, "grafana:12"),
    _Pod("odoo", "web", {"app": "odoo"}, "odoo:18", "globex"),
    _Pod("db", "web", {"app": "db", "tier": "web"}, "postgres:17", "globex"),
    _Pod("grafana", "web", {}, "grafana:12", "acme"),
]
NAMED = {("pg", "TCP"): 5432, ("dns", "UDP"): 53}
"""The ports that every pod declares: those of the policies at random have the same names."""
PORTS = [(number, protocol) for number in (1, 53, 80, 5432, 65535) for protocol in ("TCP", "UDP", "SCTP")]
"""Every interval of ports in the policies begins at one of these."""

SETTINGS = {"pod_ranges": ["10.1.0.0/16"]}

Policy = tuple[str, dict[str, Any]]


def _resources(policies: list[Policy]) -> list[Any]:
    made = [
        resource("v1", "Namespace", name, metadata={"namespace": "", "labels": labels})
        for name, labels in NAMESPACES.items()
    ]
    ports = [
        {"name": name, "protocol": protocol, "containerPort": number} for (name, protocol), number in NAMED.items()
    ]
    for pod in PODS:
        labels = {**pod.labels, **({"tenant": pod.tenant} if pod.tenant else {})}
        spec = {"containers": [{"name": pod.name, "image": pod.image, "ports": ports}]}
        annotations = {"erpguard.io/tier": TIERS[pod.image]}
        metadata = {"namespace": pod.namespace, "labels": labels, "annotations": annotations}
        made.append(resource("v1", "Pod", pod.name, metadata=metadata, spec=spec))
    for index, (namespace, spec) in enumerate(policies):
        made.append(
            resource("networking.k8s.io/v1", "NetworkPolicy", f"p{index}", metadata={"namespace": namespace}, spec=spec)
        )
    return made


def _isolates(policy: Policy, pod: _Pod, direction: str) -> bool:
    namespace, spec = policy
    default = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    chosen = direction in (spec.get("policyTypes") or default)
    return chosen and namespace == pod.namespace and selected(spec.get("podSelector", {}), pod.labels)


def _is_peer(namespace: str, entry: dict[str, Any], pod: _Pod, generous: bool, ranges: bool) -> bool:
    if "ipBlock" in entry:
        block = entry["ipBlock"]
        holes = block.get("except", [])
        known = _has(block["cidr"]) and not any(_has(hole) for hole in holes)
        return known if ranges else generous or is_everybody([entry])
    if "namespaceSelector" in entry:
        inside = selected(entry["namespaceSelector"], NAMESPACES[pod.namespace])
    else:
        inside = pod.namespace == namespace
    return inside and selected(entry.get("podSelector", {}), pod.labels)


def _has(cidr: str) -> bool:
    """Whether a range of the policies has the pods' range: it has all of it, or nothing."""
    return cidr in ("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/1")


def _ports(rule: dict[str, Any]) -> set[tuple[int, str]]:
    names = {(number, protocol): name for (name, protocol), number in NAMED.items()}
    return {
        (number, protocol)
        for number, protocol in PORTS
        if not rule.get("ports")
        or any(takes(entry, number, protocol, names.get((number, protocol), "")) for entry in rule["ports"])
    }


def _entries(rule: dict[str, Any], key: str) -> list[tuple[tuple[Any, ...], list[dict[str, Any]] | None]]:
    """The places of a rule's peers: the entry, or None for everybody."""
    listed = rule.get(key, [])
    places: list[tuple[tuple[Any, ...], Any]] = [((key, index), [entry]) for index, entry in enumerate(listed)]
    if not listed or (is_everybody(listed) and not any(is_everybody([entry]) for entry in listed)):
        places.append(((key,), None))
    return places


def _admitted(policies: list[Policy], pod: _Pod, direction: str, generous: bool, ranges: bool) -> dict[Any, set[Any]]:
    """By place: every (index of another pod, port) that the policies admit for a pod in a direction."""
    key, peers = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}[direction]
    isolating = [(index, one) for index, one in enumerate(policies) if _isolates(one, pod, direction)]
    if not isolating:
        return {"free": set(product(range(len(PODS)), PORTS))}
    found: dict[Any, set[Any]] = {}
    for index, (namespace, spec) in isolating:
        for number, rule in enumerate(spec.get(key, [])):
            for place, entry in _entries(rule, peers):
                others = {
                    other
                    for other, one in enumerate(PODS)
                    if entry is None or _is_peer(namespace, entry[0], one, generous, ranges)
                }
                found[f"p{index}", ("spec", key, number, *place)] = set(product(others, _ports(rule)))
    return found


def _both(make: Any) -> dict[Any, bool]:
    """What surely is, and what is only if the pods have addresses of the ranges: False."""
    least, most = make(False), make(True)
    return {one: one in least for one in most}


def _places(row: dict[str, Any], field: str) -> list[tuple[Any, dict[str, Any]]]:
    made = []
    for found in row[field]:
        name = found["at"]["resource"].rpartition("/")[2]
        place = "free" if found["at"]["path"] == ["metadata", "name"] else (name, tuple(found["at"]["path"]))
        made.append((place, found))
    return made


POLICIES = st.lists(st.tuples(st.sampled_from(sorted(NAMESPACES)), SPECS), max_size=4)


@settings(max_examples=300, deadline=None)
@given(POLICIES, st.booleans())
def test_tenants(policies: list[Policy], ranges: bool) -> None:
    def expected(number: int, generous: bool) -> set[Any]:
        target = PODS[number]
        outgoing = [
            {pair for pairs in _admitted(policies, one, "Egress", generous, ranges).values() for pair in pairs}
            for one in PODS
        ]
        return {
            place
            for place, pairs in _admitted(policies, target, "Ingress", generous, ranges).items()
            if any(
                PODS[source].tenant not in ("", target.tenant) and (number, port) in outgoing[source]
                for source, port in pairs
            )
        }

    rows = Analyses(Estate(_resources(policies)), SETTINGS if ranges else {}).view("tenant_reach").rows.values()
    found = {
        (row["name"], row["namespace"]): {place: one["sure"] for place, one in _places(row, "openings")} for row in rows
    }
    assert found == {
        (pod.name, pod.namespace): _both(lambda generous, number=number: expected(number, generous))
        for number, pod in enumerate(PODS)
        if pod.tenant
    }


@settings(max_examples=300, deadline=None)
@given(POLICIES, st.booleans())
def test_data_tier(policies: list[Policy], ranges: bool) -> None:
    def expected(target: _Pod, generous: bool) -> set[Any]:
        return {
            (place, TIERS[PODS[source].image])
            for place, pairs in _admitted(policies, target, "Ingress", generous, ranges).items()
            for source, port in pairs
            if port == (5432, "TCP") and PODS[source] is not target
        }

    rows = Analyses(Estate(_resources(policies)), SETTINGS if ranges else {}).view("data_tier_reach").rows.values()
    for row in rows:
        target = next(pod for pod in PODS if (pod.name, pod.namespace) == (row["name"], row["namespace"]))
        wanted = _both(lambda generous, target=target: expected(target, generous))
        found: dict[Any, bool] = {}
        for place, one in _places(row, "admissions"):
            assert one["ports"] == [5432]
            for source in one["sources"]:
                told = [*TIERS.values()] if _is_any(source["title"]) else [source["tier"]]
                for tier in told:
                    found[place, tier] = found.get((place, tier), False) or source["sure"]
        assert found == wanted
    assert len(rows) == sum(TIERS[pod.image] == "data" for pod in PODS)


def _is_any(title: str) -> bool:
    """Whether a source stands for pods of every tier."""
    return title == EVERYBODY or title.startswith("pods with addresses in ")
