"""cert-manager.io/v1 (cert-manager.io/docs/reference/api-docs/), as of cert-manager 1.18."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape

_SECRET_REF: Shape = {"name": "string", "key": "string"}

_SOLVER: Shape = {
    "selector": {"matchLabels": {"*": "string"}, "dnsNames": ["string"], "dnsZones": ["string"]},
    "http01": {
        "ingress": {
            "class": "string",
            "ingressClassName": "string",
            "name": "string",
            "serviceType": "string",
            "podTemplate": "any",
            "ingressTemplate": "any",
        },
        "gatewayHTTPRoute": {"labels": {"*": "string"}, "parentRefs": "any", "serviceType": "string"},
    },
    "dns01": "any",
}

_ISSUER: Shape = {
    "spec!": {
        "acme": {
            "server!": "string",
            "email": "string",
            "skipTLSVerify": "bool",
            "preferredChain": "string",
            "privateKeySecretRef": _SECRET_REF,
            "solvers": [_SOLVER],
        },
        "ca": {"secretName": "string"},
        "selfSigned": "any",
        "vault": {"server": "string", "path": "string"},
        "venafi": "any",
    }
}

SHAPES: dict[str, Shape] = {
    "cert-manager.io/Certificate": {
        "spec!": {
            "secretName!": "string",
            "issuerRef!": {"name!": "string", "kind": "string", "group": "string"},
            "commonName": "string",
            "dnsNames": ["string"],
            "ipAddresses": ["string"],
            "uris": ["string"],
            "duration": "string",
            "renewBefore": "string",
            "renewBeforePercentage": "int",
            "isCA": "bool",
            "usages": ["string"],
            "revisionHistoryLimit": "int",
            "privateKey": {
                "algorithm": "string",
                "size": "int",
                "encoding": "string",
                "rotationPolicy": "string",
            },
        }
    },
    "cert-manager.io/Issuer": _ISSUER,
    "cert-manager.io/ClusterIssuer": _ISSUER,
}
