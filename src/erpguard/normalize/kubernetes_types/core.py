"""The core group (kubernetes.io/docs/reference/kubernetes-api/), pods aside."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape
from erpguard.normalize.kubernetes_types.workloads import RESOURCES
from erpguard.normalize.kubernetes_types.workloads import SHAPES as _WORKLOADS

_SCOPES: Shape = {"matchExpressions": [{"scopeName!": "string", "operator!": "string", "values": ["string"]}]}

SHAPES: dict[str, Shape] = {
    **{name: shape for name, shape in _WORKLOADS.items() if name.startswith("core/")},
    "core/Namespace": {},
    "core/ConfigMap": {"data": {"*": "text"}, "immutable": "bool"},
    "core/ServiceAccount": {"automountServiceAccountToken": "bool"},
    "core/Service": {
        "spec": {
            "type": "string",
            "selector": {"*": "string"},
            "ports": [
                {
                    "name": "string",
                    "port!": "int",
                    "targetPort": "int-or-string",
                    "nodePort": "int",
                    "protocol": "string",
                }
            ],
            "externalIPs": ["string"],
            "externalName": "string",
            "clusterIP": "string",
            "loadBalancerSourceRanges": ["string"],
            "loadBalancerClass": "string",
            "loadBalancerIP": "string",
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "string"}]}},
    },
    "core/ResourceQuota": {"spec": {"hard": {"*": "quantity"}, "scopes": ["string"], "scopeSelector": _SCOPES}},
    "core/LimitRange": {
        "spec!": {
            "limits!": [
                {
                    "type!": "string",
                    "default": {"*": "quantity"},
                    "defaultRequest": {"*": "quantity"},
                    "max": {"*": "quantity"},
                    "min": {"*": "quantity"},
                }
            ]
        }
    },
    "core/PersistentVolumeClaim": {
        "spec": {"resources": RESOURCES, "storageClassName": "string", "volumeName": "string"}
    },
    "core/PersistentVolume": {"spec": "any"},
    "core/Secret": {"type": "string", "data": {"*": "text"}, "stringData": {"*": "text"}},
}
