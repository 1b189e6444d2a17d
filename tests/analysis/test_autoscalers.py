"""Bounds, metrics and targets of autoscalers."""

from __future__ import annotations

from typing import Any

from tests.analysis.estates import analyses

HPA = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: odoo, namespace: erp}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: odoo}
  maxReplicas: 6
  metrics: %s
"""
DEPLOYMENT = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: odoo, namespace: erp}
spec:
  selector: {matchLabels: {app: odoo}}
  template:
    metadata: {labels: {app: odoo}}
    spec:
      initContainers: [{name: wait, image: busybox}]
      containers:
      - {name: odoo, image: odoo, resources: {requests: {cpu: 1, memory: 1Gi}}}
      - {name: proxy, image: proxy, resources: {requests: {cpu: %s}}}
"""
CPU = "[{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]"
ONE = "[{type: ContainerResource, containerResource: {name: cpu, container: %s, target: {type: Utilization}}}]"
VPA = """
---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: odoo, namespace: erp}
spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: odoo}%s}
"""


def _rows(text: str, view: str) -> list[dict[str, Any]]:
    made = analyses(text).view(view)
    return [{**row, "unknown": set(made.unknown.get(key, ()))} for key, row in made.rows.items()]


def _requested(metrics: str, proxy: str = "1", deployment: str = DEPLOYMENT) -> dict[str | None, Any]:
    rows = _rows(HPA % metrics + (deployment % proxy if "%s" in deployment else deployment), "autoscaler_metrics")
    return {row.get("container"): row.get("requested") for row in rows}


def test_defaults_of_the_bounds() -> None:
    scaled = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: w}\n"
    scaled += "spec: {scaleTargetRef: {name: w}%s}\n"
    bounds = [
        (row["min_replicas"], row["max_replicas"])
        for more in ("", ", minReplicaCount: 2, maxReplicaCount: 5", ", idleReplicaCount: 0, minReplicaCount: 2")
        for row in _rows(scaled % more, "autoscalers")
    ]
    assert bounds == [(0, 100), (2, 5), (0, 100)]
    assert [(row["min_replicas"], row["max_replicas"]) for row in _rows(HPA % CPU, "autoscalers")] == [(1, 6)]


def test_utilisation_needs_a_request_of_every_running_container() -> None:
    assert _requested(CPU) == {"odoo": True, "proxy": True}
    assert _requested("[]") == {"odoo": True, "proxy": True}  # cpu by default
    assert _requested(CPU.replace("cpu", "memory")) == {"odoo": True, "proxy": False}
    assert _requested(CPU, "'${CPU}'") == {"odoo": True, "proxy": None}
    assert _requested(CPU, "0") == {"odoo": True, "proxy": True}  # the sum is not zero


def test_requests_that_are_all_zero_are_none() -> None:
    assert _requested(CPU, "0", (DEPLOYMENT % "0").replace("cpu: 1,", "cpu: 0,")) == {"odoo": False, "proxy": False}


def test_averages_need_no_request() -> None:
    average = "[{type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}}]"
    assert _requested(average) == {}
    assert _requested("[{type: Pods, pods: {metric: {name: x}, target: {type: AverageValue, averageValue: 1}}}]") == {}


def test_a_container_metric_looks_at_that_container() -> None:
    assert _requested((ONE % "proxy").replace("cpu", "memory")) == {"proxy": False}
    assert _requested(ONE % "odoo") == {"odoo": True}
    assert _requested(ONE % "nobody") == {"nobody": False}
    assert _requested(ONE % "'${NAME}'") == {None: None}


def test_a_request_of_the_pod_serves_metrics_of_the_pod_only() -> None:
    with_pod = DEPLOYMENT.replace("      containers:", "      resources: {requests: {memory: 2Gi}}\n      containers:")
    assert _requested(CPU.replace("cpu", "memory"), deployment=with_pod) == {"odoo": True, "proxy": True}
    assert _requested((ONE % "proxy").replace("cpu", "memory"), deployment=with_pod) == {"proxy": False}


def test_the_old_spelling_of_v2beta1() -> None:
    old = "[{type: Resource, resource: {name: memory, targetAverageUtilization: 70}}]"
    assert _requested(old) == {"odoo": True, "proxy": False}


def test_targets() -> None:
    hpa, deployment = HPA % CPU, DEPLOYMENT % "1"

    def missing(text: str) -> Any:
        row = next(row for row in _rows(text, "autoscalers"))
        return None if "target_missing" in row["unknown"] else row["target_missing"]

    assert missing(hpa + deployment) is False
    assert missing(hpa) is True
    assert missing(hpa + deployment.replace("namespace: erp", "namespace: other")) is True
    assert missing(hpa + deployment.replace("namespace: erp", "namespace: '${N}'")) is None
    assert missing(hpa + deployment.replace("name: odoo,", "name: 'odoo-${N}',", 1)) is None
    assert missing(hpa.replace("apiVersion: apps/v1, ", "") + deployment) is None
    assert missing(hpa.replace("apiVersion: apps/v1, ", "apiVersion: extensions/v1beta1, ") + deployment) is False
    both = (hpa + deployment).replace("name: odoo}\n", "name: '${APP}'}\n").replace("name: odoo,", "name: '${APP}',")
    assert missing(both) is False  # equal placeholders are equal


def _conflicts(vertical: str, metrics: str = CPU, deployment: str = DEPLOYMENT % "1") -> list[Any]:
    return [row.get("conflicts") for row in _rows(HPA % metrics + deployment + VPA % vertical, "autoscaler_conflicts")]


def test_vertical_autoscalers() -> None:
    assert _conflicts("") == [True]
    assert _conflicts(", updatePolicy: {updateMode: InPlaceOrRecreate}") == [True]
    assert _conflicts(", updatePolicy: {updateMode: Initial}") == [False]
    assert _conflicts(", updatePolicy: {updateMode: '${MODE}'}") == [None]
    assert _conflicts("", "[{type: Pods, pods: {metric: {name: x}}}]") == []


def test_policies_of_a_vertical_autoscaler() -> None:
    policies = ", resourcePolicy: {containerPolicies: [%s]}"
    assert _conflicts(policies % "{containerName: '*', mode: 'Off'}") == [False]
    assert _conflicts(policies % "{containerName: '*', controlledResources: [memory]}") == [False]
    off_but_one = "{containerName: '*', mode: 'Off'}, {containerName: proxy, controlledResources: [cpu]}"
    assert _conflicts(policies % off_but_one) == [True]
    assert _conflicts(policies % off_but_one, ONE % "odoo") == [False]
    assert _conflicts(policies % off_but_one, ONE % "proxy") == [True]
    assert _conflicts(policies % off_but_one.replace("proxy", "other")) == [False]
    assert _conflicts(policies % off_but_one, deployment="") == [None]
    assert _conflicts(policies % "{containerName: '*', mode: '${MODE}'}") == [None]
