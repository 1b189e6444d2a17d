"""The most pods that a workload may have."""

from __future__ import annotations

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.resources.replicas import most_replicas
from erpguard.analysis.values.bounds import ANY, UNBOUNDED, Bounds, exactly
from erpguard.estate import Estate
from tests.analysis.estates import analyses

_HPA = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: NAME, namespace: erp}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: TARGET}, maxReplicas: MOST}
"""
_KEDA = """
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: keda, namespace: erp}
spec: {scaleTargetRef: {name: odoo}, triggers: []MORE}
"""


def hpa(most: str, target: str = "odoo", name: str = "odoo") -> str:
    """An HPA."""
    return _HPA.replace("MOST", most).replace("TARGET", target).replace("NAME", name)


def keda(more: str = "") -> str:
    """A ScaledObject."""
    return _KEDA.replace("MORE", more)


def most(
    spec: str, others: str = "", kind: str = "Deployment", version: str = "apps/v1", is_open: bool = False
) -> Bounds:
    """The replicas of the first object."""
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: odoo, namespace: erp}}\nspec: {{{spec}}}\n"
    made = analyses(text + others)
    if is_open:
        made = Analyses(Estate(list(made.estate), {"*"}))
    return most_replicas(made, made.estate.resources[0]).number


@pytest.mark.parametrize(
    ("spec", "others", "number"),
    [
        ("", "", exactly(1)),
        ("replicas: 3", "", exactly(3)),
        ("replicas: 0", "", exactly(0)),
        ("replicas: ${N}", "", ANY),
        ("replicas: 3", hpa("8"), exactly(8)),
        ("replicas: 9", hpa("8"), exactly(8)),
        ("replicas: 3", hpa("8", target="other"), exactly(3)),
        ("replicas: 3", hpa("8") + hpa("5", name="second"), exactly(8)),
        ("replicas: 3", hpa('"${MOST}"'), ANY),
        ("replicas: 3", hpa("8", target='"${NAME}"'), Bounds(3, 8)),
        ("replicas: 3", keda(", maxReplicaCount: 6"), exactly(6)),
        ("replicas: 3", keda(), exactly(100)),
    ],
)
def test_deployments(spec: str, others: str, number: Bounds) -> None:
    assert most(spec.replace("${N}", '"${N}"'), others) == number


def test_other_kinds() -> None:
    assert most("", kind="DaemonSet") == ANY
    assert most("", kind="Pod", version="v1") == exactly(1)
    assert most("instances: 3", kind="Pooler", version="postgresql.cnpg.io/v1") == exactly(3)


def test_an_autoscaler_may_stand_elsewhere() -> None:
    assert most("replicas: 3", is_open=True) == Bounds(1, UNBOUNDED)
    assert most("replicas: 3", hpa("8"), is_open=True) == exactly(8)
    assert most("", kind="Pod", version="v1", is_open=True) == exactly(1)
