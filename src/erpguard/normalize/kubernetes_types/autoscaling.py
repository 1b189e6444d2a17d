"""Autoscalers: HorizontalPodAutoscaler v2, KEDA and the VerticalPodAutoscaler.

Sources: kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/,
keda.sh/docs/latest/reference/scaledobject-spec/ and the CRDs of kubernetes/autoscaler.
"""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape

_TARGET: Shape = {
    "type": "string",
    "averageUtilization": "int",
    "averageValue": "quantity",
    "value": "quantity",
}
_REFERENCE: Shape = {"apiVersion": "string", "kind!": "string", "name!": "string"}
_METRIC: Shape = {"name": "string"}

_TRIGGER: Shape = {
    "type!": "string",
    "name": "string",
    "metricType": "string",
    "metadata": {"*": "string"},
    "authenticationRef": {"name": "string", "kind": "string"},
}

SHAPES: dict[str, Shape] = {
    "autoscaling/HorizontalPodAutoscaler": {
        "spec!": {
            "scaleTargetRef!": _REFERENCE,
            "minReplicas": "int",
            "maxReplicas!": "int",
            "metrics": [
                {
                    "type!": "string",
                    "resource": {"name": "string", "target": _TARGET, "targetAverageUtilization": "int"},
                    "containerResource": {
                        "name": "string",
                        "container": "string",
                        "target": _TARGET,
                        "targetAverageUtilization": "int",
                    },
                    "pods": {"metric": _METRIC, "target": _TARGET},
                    "object": {"metric": _METRIC, "target": _TARGET, "describedObject": "any"},
                    "external": {"metric": _METRIC, "target": _TARGET},
                }
            ],
        }
    },
    "keda.sh/ScaledObject": {
        "spec!": {
            "scaleTargetRef!": {"apiVersion": "string", "kind": "string", "name!": "string"},
            "minReplicaCount": "int",
            "maxReplicaCount": "int",
            "idleReplicaCount": "int",
            "pollingInterval": "int",
            "cooldownPeriod": "int",
            "fallback": {"failureThreshold": "int", "replicas": "int", "behavior": "string"},
            "advanced": {
                "restoreToOriginalReplicaCount": "bool",
                "horizontalPodAutoscalerConfig": {"name": "string"},
            },
            "triggers!": [_TRIGGER],
        }
    },
    "keda.sh/ScaledJob": {
        "spec!": {
            "minReplicaCount": "int",
            "maxReplicaCount": "int",
            "triggers!": [_TRIGGER],
        }
    },
    "autoscaling.k8s.io/VerticalPodAutoscaler": {
        "spec!": {
            "targetRef": _REFERENCE,
            "updatePolicy": {"updateMode": "string", "minReplicas": "int"},
            "resourcePolicy": {
                "containerPolicies": [{"containerName": "string", "mode": "string", "controlledResources": ["string"]}]
            },
        }
    },
}
