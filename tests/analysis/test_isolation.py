"""Which workloads are isolated: against an oracle that fills in every placeholder, and case by case."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.network.isolation import OTHER_CLUSTER_WIDE, OTHER_NAMESPACED, isolated
from erpguard.analysis.workloads.pods import all_pods
from erpguard.estate import Estate
from tests.analysis.estates import analyses, resource

NAMES = ["erp", "web"]
HIDDEN = "${X}"

POD = {"containers": [{"name": "odoo", "image": "odoo:18"}]}


@st.composite
def estates(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Pods {namespace, labels} and policies {namespace, selector, types}, in which `HIDDEN` may stand anywhere."""
    names = st.sampled_from([*NAMES, *NAMES, HIDDEN])
    words = st.sampled_from(["a", "b", "a", HIDDEN])
    labels = st.dictionaries(st.sampled_from(["app", "tier"]), words)
    types = st.lists(st.sampled_from(["Ingress", "Egress"]), max_size=2, unique=True)
    pod = st.fixed_dictionaries({"namespace": names, "labels": labels})
    policy = st.fixed_dictionaries({"namespace": names, "selector": labels, "types": types})
    return draw(st.lists(pod, min_size=1, max_size=3)), draw(st.lists(policy, max_size=3))


def _filled(value: Any, word: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, word) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, word) for inner in value]
    return word if value == HIDDEN else value


def _is_isolated(pod: dict[str, Any], policies: list[dict[str, Any]], direction: str) -> bool:
    """The oracle, on a world without placeholders."""
    here = [policy for policy in policies if policy["namespace"] == pod["namespace"]]
    chosen = [policy for policy in here if policy["selector"].items() <= pod["labels"].items()]
    return any(direction in (policy["types"] or ["Ingress"]) for policy in chosen)


@settings(max_examples=300, deadline=None)
@given(estates(), st.sampled_from(["Ingress", "Egress"]))
def test_isolation(world: tuple[list[dict[str, Any]], list[dict[str, Any]]], direction: Any) -> None:
    pods, policies = world
    made = [
        resource("v1", "Pod", f"pod-{i}", metadata={"namespace": one["namespace"], "labels": one["labels"]}, spec=POD)
        for i, one in enumerate(pods)
    ]
    for i, one in enumerate(policies):
        spec = {"podSelector": {"matchLabels": one["selector"]}, "policyTypes": one["types"]}
        place = {"namespace": one["namespace"]}
        made.append(resource("networking.k8s.io/v1", "NetworkPolicy", f"policy-{i}", metadata=place, spec=spec))
    built = Analyses(Estate(made))
    for pod, given_pod in zip(all_pods(built), pods, strict=True):
        answer = isolated(built, pod, direction)
        words = ("a", "b", "erp", "z")
        worlds = {_is_isolated(_filled(given_pod, word), _filled(policies, word), direction) for word in words}
        if HIDDEN not in str(world):
            assert {answer} == worlds
        elif answer is not None:
            assert worlds == {answer}


DENY = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: erp}, spec: {}}"
ODOO = "{apiVersion: v1, kind: Pod, metadata: {name: odoo, namespace: erp}, spec: {containers: []}}"


@pytest.mark.parametrize("type_", [*OTHER_NAMESPACED, *OTHER_CLUSTER_WIDE])
def test_other_kinds_of_policies(type_: str) -> None:
    group, kind = type_.split("/")
    other = f"{{apiVersion: {group}/v1, kind: {kind}, metadata: {{name: other, namespace: erp}}, spec: {{}}}}"
    (open_row,) = analyses(f"{ODOO}\n---\n{other}").view("isolation").unknown.values()
    assert open_row == {"ingress", "egress"}
    closed = analyses(f"{ODOO}\n---\n{other}\n---\n{DENY}").view("isolation")
    assert [row["ingress"] for row in closed.rows.values()] == [True]
    elsewhere = other.replace("namespace: erp", "namespace: web")
    answers = analyses(f"{ODOO}\n---\n{elsewhere}").view("isolation").unknown
    assert bool(answers) == (type_ in OTHER_CLUSTER_WIDE)


def test_namespace_rows() -> None:
    other = ODOO.replace("odoo", "db")
    namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: erp}}"
    (row,) = analyses(f"{ODOO}\n---\n{other}\n---\n{DENY}").view("namespaces").rows.values()
    assert (row["kind"], row["name"], row["path"]) == ("Pod", "odoo", ["metadata", "name"])
    assert (row["namespace_name"], row["governed"]) == ("erp", True)
    assert (row["ingress_denied"], row["egress_denied"]) == (True, False)
    (row,) = analyses(f"{ODOO}\n---\n{other}\n---\n{namespace}").view("namespaces").rows.values()
    assert (row["kind"], row["name"], row["ingress_denied"]) == ("Namespace", "erp", False)
    assert analyses(f"{namespace}\n---\n{DENY}").view("namespaces").rows == {}


def test_what_is_not_known_of_a_policy_does_not_hide_what_is_sure() -> None:
    text = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: open, namespace: erp}
    spec:
      ingress:
      - from: [{ipBlock: {cidr: "${RANGE}"}}]
      - from: [{podSelector: {}}, {namespaceSelector: {}}]
    """
    view = analyses(text).view("network_policies")
    (row,) = view.rows.values()
    assert [one["path"] for one in row["open_ingress"]] == [["spec", "ingress", 1, "from", 1, "namespaceSelector"]]
    assert view.unknown == {}


@pytest.mark.parametrize(("instances", "answer"), [("1", True), ("3", False), ('"${N}"', None)])
def test_pods_that_may_not_exist(instances: str, answer: bool | None) -> None:
    cluster = "{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: db, namespace: erp}, spec: {%s}}"
    policy = DENY.replace("spec: {}", "spec: {podSelector: {matchLabels: {role: primary}}}")
    view = analyses(cluster % f"instances: {instances}" + f"\n---\n{policy}").view("isolation")
    assert [row.get("ingress") for row in view.rows.values()] == [answer]
