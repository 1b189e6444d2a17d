"""The ports at which the data tiers serve, among all the ports of their pods."""

from __future__ import annotations

import pytest

from erpguard.analysis.workloads.pods import all_pods
from erpguard.analysis.workloads.tier_ports import tier_ports
from tests.analysis.estates import analyses


def _workload(containers: str, tier: str = "") -> str:
    label = f"erpguard.io/tier: {tier}, " if tier else ""
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: it, namespace: erp, labels: {{{label}app: it}}}}
spec: {{containers: [{containers}]}}
"""


def _service(ports: str) -> str:
    return f"""---
apiVersion: v1
kind: Service
metadata: {{name: it, namespace: erp}}
spec: {{selector: {{app: it}}, ports: [{ports}]}}
"""


EXPORTER = "{name: exporter, image: postgres-exporter, ports: [{containerPort: 9187, name: metrics}]}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (_workload("{name: db, image: postgres}"), {5432: []}),
        (_workload("{name: pool, image: pgbouncer}"), {6432: []}),
        (_workload("{name: cache, image: redis, ports: [{containerPort: 6379, name: client}]}"), {6379: ["client"]}),
        (_workload("{name: cache, image: redis, ports: [{containerPort: 6380}]}"), {6380: []}),
        (_workload("{name: cache, image: redis, ports: [{containerPort: 16379}, {containerPort: 6379}]}"), {6379: []}),
        (_workload("{name: db, image: postgres, ports: [{containerPort: 5433, protocol: UDP}]}"), {5432: []}),
        (_workload("{name: db, image: postgres}, " + EXPORTER), {5432: []}),
        (_workload("{name: db, image: erp-db, ports: [{containerPort: 5432}]}, " + EXPORTER, tier="data"), {5432: []}),
        (_workload("{name: db, image: mysql, ports: [{containerPort: 3306}]}", tier="data"), {3306: []}),
        (_workload("{name: db, image: postgres}") + _service("{port: 5432, targetPort: 5433}"), {5433: []}),
        (_workload("{name: db, image: postgres}") + _service("{port: 80, targetPort: 5432}, {port: 81}"), {5432: []}),
    ],
)
def test_ports(text: str, wanted: dict[int, list[str]]) -> None:
    made = analyses(text)
    (pod,) = all_pods(made)
    found = tier_ports(made, pod, pod.tier)
    assert {port.number: sorted(port.names) for port in found.ports} == wanted
    assert {port.protocol for port in found.ports} == {"TCP"}
    assert found.known


@pytest.mark.parametrize(
    "text",
    [
        _workload('{name: db, image: postgres, ports: [{containerPort: "${PORT}"}]}'),
        _workload("{name: db, image: postgres}") + _service('{port: 5432, targetPort: "${PORT}"}'),
        _workload("{name: db, image: postgres}") + _service("{port: 5432, targetPort: nowhere}"),
    ],
)
def test_ports_that_are_not_known(text: str) -> None:
    made = analyses(text)
    (pod,) = all_pods(made)
    assert not tier_ports(made, pod, "data").known
