"""Quotas of a namespace: scopes against an oracle that reads them as sets of pods."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.resources.quotas import Requirement, covers_all_pods
from tests.analysis.estates import analyses

PLAIN = ("Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "CrossNamespacePodAffinity", "Nonsense")
CLASSES = ("high", "low")
# Every pod that scopes can tell apart, as the set of facts that hold for it.
UNIVERSE = [
    frozenset(filter(None, (deadline, effort, affinity, name)))
    for deadline in ("Terminating", "NotTerminating")
    for effort in ("BestEffort", "NotBestEffort")
    for affinity in ("CrossNamespacePodAffinity", "")
    for name in ("", "class:high", "class:low", "class:neither")
]


def _selected(requirement: Requirement) -> set[frozenset[str]]:
    if requirement.scope != "PriorityClass":
        return {pod for pod in UNIVERSE if requirement.scope in pod}
    with_class = {pod for pod in UNIVERSE if any(fact.startswith("class:") for fact in pod)}
    named = {pod for pod in UNIVERSE for value in requirement.values if "class:" + value in pod}
    return {
        "Exists": with_class,
        "DoesNotExist": set(UNIVERSE) - with_class,
        "In": named,
        "NotIn": set(UNIVERSE) - named,
    }[requirement.operator]


REQUIREMENTS = st.one_of(
    st.sampled_from(PLAIN).map(Requirement),
    st.builds(
        Requirement,
        st.just("PriorityClass"),
        st.sampled_from(("Exists", "DoesNotExist", "In", "NotIn")),
        st.lists(st.sampled_from(CLASSES), unique=True).map(tuple),
    ),
)


@given(st.lists(st.lists(REQUIREMENTS, max_size=2).map(tuple), max_size=5))
def test_coverage_is_the_union_of_what_the_scopes_select(quotas: list[tuple[Requirement, ...]]) -> None:
    covered: set[frozenset[str]] = set()
    for scopes in quotas:
        pods = set(UNIVERSE)
        for requirement in scopes:
            pods &= _selected(requirement)
        covered |= pods
    assert covers_all_pods(quotas) == (covered == set(UNIVERSE))


WORKLOAD = """
apiVersion: v1
kind: Pod
metadata: {name: odoo, namespace: erp}
spec: {containers: [{name: odoo, image: odoo}]}
"""
QUOTA = """
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: erp}
spec: %s
"""


def _row(*documents: str) -> tuple[dict[str, object], frozenset[str]]:
    view = analyses(WORKLOAD + "".join(documents)).view("namespace_bounds")
    assert len(view.rows) == 1
    key, row = next(iter(view.rows.items()))
    fields = {name: row.get(name) for name in ("cpu_quota", "memory_quota", "limit_range")}
    return fields, view.unknown.get(key, frozenset())


def test_without_anything() -> None:
    assert _row() == ({"cpu_quota": False, "memory_quota": False, "limit_range": False}, frozenset())


def test_every_entry_that_bounds() -> None:
    for entry in ("cpu", "requests.cpu", "limits.cpu"):
        assert _row(QUOTA % f"{{hard: {{{entry}: 4}}}}")[0] == {
            "cpu_quota": True,
            "memory_quota": False,
            "limit_range": False,
        }


def test_an_amount_that_is_a_placeholder_is_a_bound() -> None:
    assert _row(QUOTA % "{hard: {cpu: '${CPU}'}}")[0]["cpu_quota"] is True


def test_what_is_not_known() -> None:
    both = frozenset(("cpu_quota", "memory_quota"))
    assert _row(QUOTA % "{hard: x}")[1] == both
    assert _row(QUOTA % "{hard: {cpu: [1]}}")[1] == {"cpu_quota"}
    assert _row(QUOTA % "{hard: {cpu: 1, memory: 1}, scopes: ['${SCOPE}']}")[1] == both
    assert _row(QUOTA % "{hard: {cpu: 1, memory: 1}, scopeSelector: x}")[1] == both
    moved = (QUOTA % "{hard: {cpu: 1, memory: 1}}").replace("namespace: erp", "namespace: '${NAMESPACE}'")
    assert _row(moved)[1] == both


def test_a_limit_range_for_containers() -> None:
    limit_range = QUOTA.replace("ResourceQuota", "LimitRange")
    assert _row(limit_range % "{limits: [{type: Pod}, {type: Container}]}")[0]["limit_range"] is True
    assert _row(limit_range % "{limits: [{type: Pod}]}")[0]["limit_range"] is False
    assert _row(limit_range % "{limits: [{type: '${TYPE}'}]}")[1] == {"limit_range"}
    assert _row(limit_range % "{limits: 1}")[1] == {"limit_range"}
