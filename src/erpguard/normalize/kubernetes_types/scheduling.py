"""scheduling.k8s.io/v1 (kubernetes.io/docs/reference/kubernetes-api/workload-resources/priority-class-v1/)."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape

SHAPES: dict[str, Shape] = {
    "scheduling.k8s.io/PriorityClass": {"value": "int", "globalDefault": "bool"},
}
