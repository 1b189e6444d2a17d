"""networking.k8s.io Ingress and IngressClass (kubernetes.io/docs/reference/kubernetes-api/service-resources/)."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape

_BACKEND: Shape = {
    "service": {"name!": "string", "port": {"name": "string", "number": "int"}},
    "resource": {"apiGroup": "string", "kind": "string", "name": "string"},
}

SHAPES: dict[str, Shape] = {
    "networking.k8s.io/Ingress": {
        "spec": {
            "ingressClassName": "string",
            "defaultBackend": _BACKEND,
            "rules": [
                {
                    "host": "string",
                    "http": {"paths+": [{"path": "string", "pathType": "string", "backend": _BACKEND}]},
                }
            ],
            "tls": [{"hosts": ["string"], "secretName": "string"}],
        }
    },
    "networking.k8s.io/IngressClass": {"spec": {"controller": "string"}},
}
