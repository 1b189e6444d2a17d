"""NetworkPolicy (kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/)."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape
from erpguard.normalize.kubernetes_types.workloads import SELECTOR

_PEER: Shape = {
    "podSelector": SELECTOR,
    "namespaceSelector": SELECTOR,
    "ipBlock": {"cidr!": "string", "except": ["string"]},
}
_PORT: Shape = {"protocol": "string", "port": "int-or-string", "endPort": "int"}

SHAPES: dict[str, Shape] = {
    "networking.k8s.io/NetworkPolicy": {
        "spec": {
            "podSelector": SELECTOR,
            "policyTypes": ["string"],
            "ingress": [{"from": [_PEER], "ports": [_PORT]}],
            "egress": [{"to": [_PEER], "ports": [_PORT]}],
        }
    }
}
