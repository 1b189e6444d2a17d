"""rbac.authorization.k8s.io/v1 (kubernetes.io/docs/reference/kubernetes-api/authorization-resources/)."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape
from erpguard.normalize.kubernetes_types.workloads import SELECTOR

_RULE: Shape = {
    "verbs+": ["string"],
    "apiGroups": ["string"],
    "resources": ["string"],
    "resourceNames": ["string"],
    "nonResourceURLs": ["string"],
}

_BINDING: Shape = {
    "subjects": [{"kind!": "string", "name!": "string", "namespace": "string", "apiGroup": "string"}],
    "roleRef!": {"apiGroup": "string", "kind!": "string", "name!": "string"},
}

SHAPES: dict[str, Shape] = {
    "rbac.authorization.k8s.io/Role": {"rules": [_RULE]},
    "rbac.authorization.k8s.io/ClusterRole": {
        "rules": [_RULE],
        "aggregationRule": {"clusterRoleSelectors": [SELECTOR]},
    },
    "rbac.authorization.k8s.io/RoleBinding": _BINDING,
    "rbac.authorization.k8s.io/ClusterRoleBinding": _BINDING,
}
