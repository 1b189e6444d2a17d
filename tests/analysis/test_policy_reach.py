"""Who reaches the data tier, and which tenants reach each other: what the small worlds of the oracle do not have."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.network.policy_ports import Span, overlap, spans
from erpguard.analysis.network.policy_rules import Entry
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.estates import analyses, resource


def _pod(name: str, namespace: str, file: str = "manifest.yaml", image: str = "odoo:18", **labels: str) -> Resource:
    metadata = {"namespace": namespace, "labels": {"app": name, **labels}}
    return resource("v1", "Pod", name, file, metadata=metadata, spec={"containers": [{"name": "it", "image": image}]})


def _policy(name: str, namespace: str, spec: dict[str, Any], file: str = "manifest.yaml") -> Resource:
    return resource("networking.k8s.io/v1", "NetworkPolicy", name, file, metadata={"namespace": namespace}, spec=spec)


def _openings(made: Analyses, view: str = "tenant_reach", field: str = "openings") -> dict[str, list[Any]]:
    return {row["name"]: row.get(field, []) for row in made.view(view).rows.values()}


def _estate(*resources: Resource, open_types: tuple[str, ...] = ()) -> Analyses:
    return Analyses(Estate(resources, open_types))


OWN: dict[str, Any] = {"podSelector": {}, "ingress": [{"from": [{"podSelector": {}}]}]}


def test_pods_that_share_one_of_their_policies_are_not_alike() -> None:
    stay = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": [{"podSelector": {}}]}]}
    leave = {**stay, "podSelector": {"matchLabels": {"app": "free"}}, "egress": [{}]}
    made = _estate(
        _pod("bound", "acme", tenant="acme"),
        _pod("free", "acme", tenant="acme"),
        _pod("odoo", "globex", tenant="globex"),
        _policy("stay", "acme", stay),
        _policy("leave", "acme", leave),
        _policy("own", "acme", OWN),
    )
    (opening,) = _openings(made)["odoo"]
    assert opening["source"] == "Pod free of tenant acme"
    assert opening["sure"]
    assert "networking.k8s.io/NetworkPolicy" in opening["absent"]


def test_what_both_ends_admit_rests_on_no_absence() -> None:
    egress = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{}]}
    made = _estate(
        _pod("odoo", "acme", tenant="acme"),
        _pod("edi", "globex", tenant="globex"),
        _policy("egress", "globex", egress),
        _policy("open", "acme", {"podSelector": {}, "ingress": [{}]}),
        _policy("own", "globex", OWN),
    )
    found = _openings(made)
    assert found["edi"] == []
    assert found["odoo"] == [
        {
            "at": {
                "resource": "default/networking.k8s.io/NetworkPolicy/acme/open",
                "path": ["spec", "ingress", 0, "from"],
            },
            "sure": True,
            "absent": [],
            "source": "Pod edi of tenant globex",
            "places": [{"resource": "default/core/Pod/globex/edi", "path": ["metadata", "name"]}],
        }
    ]


def test_overlays_do_not_reach_each_other() -> None:
    copies = [
        one
        for folder, tenant in (("overlays/a", "acme"), ("overlays/b", "globex"))
        for one in (
            _pod("odoo", "erp", f"{folder}/odoo.yaml", tenant=tenant),
            _pod("db", "erp", f"{folder}/db.yaml", tenant=tenant),
        )
    ]
    assert set(map(str, _openings(_estate(*copies)).values())) == {"[]"}
    alone = _pod("other", "erp", "overlays/a/other.yaml", tenant="umbrella")
    found = _estate(*copies, alone).view("tenant_reach").rows.values()
    reached = {row["resource"].rpartition("/")[2]: [one["source"] for one in row["openings"]] for row in found}
    assert reached == {
        "odoo": ["Pod other of tenant umbrella"],
        "db": ["Pod other of tenant umbrella"],
        "odoo~2": [],
        "db~2": [],
        "other": ["Pod db of tenant acme"],
    }


def test_two_clusters_do_not_reach_each_other() -> None:
    made = [_pod("odoo", "acme", tenant="acme"), _pod("edi", "globex", tenant="globex")]
    made[1].cluster = "other"
    assert _openings(_estate(*made)) == {"odoo": [], "edi": []}


def test_egress_that_other_kinds_of_policies_may_deny_is_not_sure() -> None:
    cilium = resource("cilium.io/v2", "CiliumNetworkPolicy", "egress", metadata={"namespace": "globex"}, spec={})
    made = _estate(_pod("odoo", "acme", tenant="acme"), _pod("edi", "globex", tenant="globex"), cilium)
    assert [one["sure"] for one in _openings(made)["odoo"]] == [False]


def test_a_few_sources_stand_for_all_of_a_tier() -> None:
    others = [_pod(f"grafana-{number}", "erp", image="grafana:12") for number in range(9)]
    db = _pod("db", "erp", image="postgres:17")
    policy = _policy(
        "db", "erp", {"podSelector": {"matchLabels": {"app": "db"}}, "ingress": [{"from": [{"podSelector": {}}]}]}
    )
    (admission,) = _openings(_estate(db, *others, policy), "data_tier_reach", "admissions")["db"]
    assert [source["title"] for source in admission["sources"]] == [
        "Pod grafana-0 of namespace erp",
        "Pod grafana-1 of namespace erp",
    ]


def test_another_database_is_a_source_where_the_judged_one_comes_first() -> None:
    every: dict[str, Any] = {"podSelector": {}, "ingress": [{"from": [{"podSelector": {}}]}]}
    made = _estate(
        _pod("one", "erp", image="postgres:17"), _pod("two", "erp", image="postgres:17"), _policy("all", "erp", every)
    )
    found = _openings(made, "data_tier_reach", "admissions")
    assert [source["title"] for source in found["one"][0]["sources"]] == ["Pod two of namespace erp"]
    assert [source["title"] for source in found["two"][0]["sources"]] == ["Pod one of namespace erp"]


def test_only_some_pods_of_a_cluster_may_be_selected() -> None:
    made = analyses(
        """
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db, namespace: erp}
spec: {instances: "${INSTANCES}"}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: erp}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: replicas, namespace: erp}
spec: {podSelector: {matchLabels: {cnpg.io/instanceRole: replica}}, ingress: [{}]}
"""
    )
    (admission,) = _openings(made, "data_tier_reach", "admissions")["db"]
    assert [source["sure"] for source in admission["sources"]] == [False]


def test_whole_namespaces_are_compared_and_not_their_pods(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Entry] = []
    admits = Entry.admits

    def counted(entry: Entry, peer: Any) -> bool | None:
        asked.append(entry)
        return admits(entry, peer)

    monkeypatch.setattr(Entry, "admits", counted)
    made = []
    for name in map(str, range(10)):
        selector = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": [name]}]}
        spec = {"podSelector": {}, "ingress": [{"from": [{"namespaceSelector": selector}]}]}
        made += [_pod(f"p{name}-{number}", name, image="postgres:17", tenant=name) for number in range(30)]
        made.append(_policy("others", name, spec))
    found = _openings(_estate(*made))
    assert sum(len(openings) for openings in found.values()) == 300
    assert len(asked) == 100


SPANS = [
    ({}, {("TCP", 1, 65535)}),
    ({"protocol": "SCTP"}, {("SCTP", 1, 65535)}),
    ({"port": 80}, {("TCP", 80, 80)}),
    ({"port": 80, "endPort": 90, "protocol": "UDP"}, {("UDP", 80, 90)}),
    ({"port": "http"}, {("TCP", 8069, 8069)}),
    ({"port": "http", "protocol": "UDP"}, set()),
]


@pytest.mark.parametrize(("port", "wanted"), SPANS)
def test_spans(port: dict[str, Any], wanted: set[Any]) -> None:
    found = spans(port, frozenset(), {("TCP", "http"): [8069]})
    assert {span[:3] for span in found if span.sure} == wanted


@pytest.mark.parametrize(
    ("port", "hidden"),
    [
        ({"port": 80}, frozenset({("port",)})),
        ({"endPort": 80}, frozenset()),
        ({"port": "http", "endPort": 80}, frozenset()),
    ],
)
def test_spans_that_are_not_known(port: dict[str, Any], hidden: frozenset[Any]) -> None:
    found = list(spans(port, hidden, {}))
    assert overlap(found, [Span("SCTP", 7, 7)]) is None


def test_a_name_that_is_not_known_may_be_any_port_of_its_protocol() -> None:
    found = list(spans({"port": "http"}, frozenset(), None))
    assert overlap(found, [Span("TCP", 7, 7)]) is None
    assert overlap(found, [Span("UDP", 7, 7)]) is False


@pytest.mark.parametrize(
    ("block", "ranges", "wanted"),
    [
        ({"cidr": "10.0.0.0/8"}, ["10.244.0.0/16"], True),
        ({"cidr": "10.0.0.0/8"}, ["10.244.0.0/16", "fd00::/64"], True),
        ({"cidr": "10.0.0.0/8"}, ["10.244.0.0/16", "172.16.0.0/12"], None),
        ({"cidr": "10.244.7.0/24"}, ["10.244.0.0/16"], None),
        ({"cidr": "192.168.0.0/16"}, ["10.244.0.0/16"], False),
        ({"cidr": "::/0"}, ["10.244.0.0/16"], False),
        ({"cidr": "0.0.0.0/0"}, ["10.244.0.0/16"], True),
        ({"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}, ["10.244.0.0/16"], False),
        ({"cidr": "0.0.0.0/0", "except": ["10.244.0.0/24"]}, ["10.244.0.0/16"], None),
        ({"cidr": "0.0.0.0/0", "except": ["172.16.0.0/12"]}, ["10.244.0.0/16"], True),
        ({"cidr": "10.244.0.0/17", "except": ["10.244.0.0/18", "10.244.64.0/18"]}, ["10.244.0.0/16"], False),
        ({"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}, [], None),
        ({"cidr": "0.0.0.0/0"}, [], True),
        ({"cidr": "10.0.0.0/8"}, ["somewhere"], None),
        ({"cidr": "somewhere"}, ["10.244.0.0/16"], None),
        ({"cidr": "0.0.0.0/0", "except": ["somewhere"]}, ["10.244.0.0/16"], None),
    ],
)
def test_ranges_of_pods(block: dict[str, Any], ranges: list[str], wanted: bool | None) -> None:
    policy = _policy("db", "erp", {"podSelector": {}, "ingress": [{"from": [{"ipBlock": block}]}]})
    made = Analyses(Estate([_pod("db", "erp", image="postgres:17"), policy]), {"pod_ranges": ranges})
    found = [
        one["sure"] for place in _openings(made, "data_tier_reach", "admissions")["db"] for one in place["sources"]
    ]
    assert found == {True: [True], None: [False], False: []}[wanted]


@pytest.mark.parametrize(
    ("blocks", "places"),
    [
        (["0.0.0.0/1", "128.0.0.0/1"], [["from"], ["from", 0], ["from", 1]]),
        (["::/1", "8000::/1"], [["from"], ["from", 0], ["from", 1]]),
        (["0.0.0.0/1", "8000::/1"], [["from", 0], ["from", 1]]),
        (["0.0.0.0/0", "128.0.0.0/1"], [["from", 0], ["from", 1]]),
    ],
)
def test_ranges_that_add_up(blocks: list[str], places: list[Any]) -> None:
    peers = [{"ipBlock": {"cidr": cidr}} for cidr in blocks]
    policy = _policy("db", "erp", {"podSelector": {}, "ingress": [{"from": peers}]})
    made = _openings(_estate(_pod("db", "erp", image="postgres:17"), policy), "data_tier_reach", "admissions")
    assert sorted((place["at"]["path"][3:] for place in made["db"]), key=str) == sorted(places, key=str)
    sure = [place["at"]["path"][3:] for place in made["db"] if place["sources"][0]["sure"]]
    assert sure == [place for place in places if place == ["from"] or blocks[place[1]].endswith("/0")]
