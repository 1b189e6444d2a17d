"""NetworkPolicy semantics: the rules of the documentation, one by one."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest

from erpguard.analysis.network.network_policy import admits_everything, isolates, rules, selects_all
from erpguard.analysis.network.policy_ports import Port
from erpguard.analysis.network.policy_rules import PodPeer
from erpguard.analysis.workloads.pod_labels import PodLabels
from erpguard.model import Resource
from tests.analysis.estates import resource


def policy(spec: Any) -> Resource:
    return resource("networking.k8s.io/v1", "NetworkPolicy", "p", spec=spec)


@pytest.mark.parametrize(
    ("spec", "ingress", "egress"),
    [
        ({}, True, False),
        ({"policyTypes": []}, True, False),
        ({"egress": []}, True, False),
        ({"egress": [{}]}, True, True),
        ({"policyTypes": ["Ingress"], "egress": [{}]}, True, False),
        ({"policyTypes": ["Egress"], "ingress": [{}]}, False, True),
        ({"policyTypes": ["Ingress", "Egress"]}, True, True),
        ({"policyTypes": ["ingress"]}, None, None),
        ({"policyTypes": ["${A}"]}, None, None),
        ({"policyTypes": "Ingress"}, None, None),
        ({"egress": "all"}, True, None),
        ("nothing", None, None),
    ],
)
def test_policy_types_and_their_defaults(spec: Any, ingress: bool | None, egress: bool | None) -> None:
    assert (isolates(policy(spec), "Ingress"), isolates(policy(spec), "Egress")) == (ingress, egress)


@pytest.mark.parametrize(
    ("selector", "everything"),
    [
        ({}, True),
        (None, True),
        ({"matchLabels": {}, "matchExpressions": []}, True),
        ({"matchLabels": {"app": "a"}}, False),
        ({"matchLabels": {"app": "${A}"}}, False),
        ({"matchLabels": {"app": 5}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
        ({"matchLabels": "app"}, None),
        ("app", None),
    ],
)
def test_empty_selectors(selector: Any, everything: bool | None) -> None:
    assert selects_all(policy({"podSelector": selector})) is everything


@pytest.mark.parametrize(
    ("rule", "everything"),
    [
        ({}, True),
        (None, None),
        ({"from": []}, True),
        ({"from": "all"}, None),
        ({"from": [{}]}, None),
        ({"from": [{"podSelector": {}}]}, False),
        ({"from": [{"namespaceSelector": {}}]}, True),
        ({"from": [{"namespaceSelector": {}, "podSelector": {}}]}, True),
        ({"from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "a"}}}]}, False),
        ({"from": [{"namespaceSelector": {"matchLabels": "app"}}]}, None),
        ({"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]}, True),
        ({"from": [{"ipBlock": {"cidr": "::/0"}}]}, True),
        ({"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}, False),
        ({"from": [{"ipBlock": {"cidr": "${A}"}}]}, None),
        ({"from": [{"ipBlock": {"cidr": "0.0.0.0/1"}}, {"ipBlock": {"cidr": "128.0.0.0/1"}}]}, True),
        ({"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}, "podSelector": {}}]}, None),
        ({"ports": []}, True),
        ({"ports": [{}]}, True),
        ({"ports": [{"protocol": "TCP"}]}, True),
        ({"ports": [{"protocol": "UDP"}]}, False),
        ({"ports": [{"protocol": "${A}"}]}, None),
        ({"ports": [{"port": "https"}]}, False),
        ({"ports": [{"port": "${A}"}]}, False),
        ({"ports": [{"port": [80]}]}, None),
        ({"ports": [{"port": 1, "endPort": "${A}"}]}, None),
        ({"ports": [{"port": 1, "endPort": 65535}]}, True),
        ({"ports": [{"port": 30000, "endPort": 65535}, {"port": 1, "endPort": 29999}]}, True),
        ({"ports": [{"port": 30001, "endPort": 65535}, {"port": 1, "endPort": 29999}]}, False),
        ({"ports": "all"}, None),
        ({"from": [{"podSelector": {}}], "ports": "all"}, False),
    ],
)
def test_rules_that_admit_everything(rule: Any, everything: bool | None) -> None:
    assert admits_everything(policy({"ingress": [rule]}), "Ingress") is everything


def test_a_list_of_rules_that_cannot_be_read() -> None:
    assert admits_everything(policy({"ingress": {}}), "Ingress") is None
    assert admits_everything(policy({}), "Ingress") is False


def test_named_ports_are_those_of_the_pod() -> None:
    (rule,) = rules(policy({"ingress": [{"ports": [{"port": "pg"}]}]}), "Ingress")
    client = ip_address("203.0.113.1")
    assert rule.admits(client, Port(5432, names=frozenset({"pg"}))) is True
    assert rule.admits(client, Port(5432)) is False


def test_the_address_of_a_pod_is_not_known() -> None:
    peer = PodPeer(PodLabels({}), PodLabels({}), True)
    for block, answer in (({"cidr": "0.0.0.0/0"}, True), ({"cidr": "10.0.0.0/8"}, None)):
        (rule,) = rules(policy({"ingress": [{"from": [{"ipBlock": block}]}]}), "Ingress")
        assert rule.admits(peer, Port(80)) is answer


@pytest.mark.parametrize(
    ("block", "answer"),
    [
        ({"cidr": "203.0.113.0/24"}, True),
        ({"cidr": "203.0.113.77/24"}, True),
        ({"cidr": "203.0.112.0/24"}, False),
        ({"cidr": "::/0"}, False),
        ({"cidr": "0.0.0.0/0", "except": ["203.0.113.0/24"]}, False),
        ({"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}, True),
        ({"cidr": "0.0.0.0/0", "except": ["${HOLE}"]}, None),
        ({"cidr": "10.0.0.0/8", "except": ["${HOLE}"]}, False),
        ({"cidr": "0.0.0.0/0", "except": "10.0.0.0/8"}, None),
        ({"cidr": "${RANGE}"}, None),
        ({}, None),
    ],
)
def test_ranges_of_addresses(block: Any, answer: bool | None) -> None:
    (rule,) = rules(policy({"ingress": [{"from": [{"ipBlock": block}]}]}), "Ingress")
    assert rule.admits(ip_address("203.0.113.1"), Port(80)) is answer
