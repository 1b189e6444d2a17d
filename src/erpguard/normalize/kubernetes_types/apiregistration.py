"""apiregistration.k8s.io/v1 (kubernetes.io/docs/reference/kubernetes-api/cluster-resources/api-service-v1/)."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape

SHAPES: dict[str, Shape] = {
    "apiregistration.k8s.io/APIService": {
        "spec": {
            "group": "string",
            "version": "string",
            "insecureSkipTLSVerify": "bool",
            "caBundle": "string",
            "groupPriorityMinimum": "int",
            "versionPriority": "int",
            "service": {"name": "string", "namespace": "string", "port": "int"},
        }
    },
}
