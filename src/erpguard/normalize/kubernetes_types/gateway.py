"""Gateway API (gateway-api.sigs.k8s.io/reference/spec/): Gateway and the routes that attach to it."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape

_PARENTS: Shape = [
    {
        "group": "string",
        "kind": "string",
        "namespace": "string",
        "name!": "string",
        "sectionName": "string",
        "port": "int",
    }
]

_BACKENDS: Shape = [
    {
        "group": "string",
        "kind": "string",
        "namespace": "string",
        "name!": "string",
        "port": "int",
        "weight": "int",
    }
]

_PATH_MODIFIER: Shape = {"type": "string", "replaceFullPath": "text", "replacePrefixMatch": "text"}

_FILTERS: Shape = [
    {
        "type!": "string",
        "requestRedirect": {
            "scheme": "string",
            "hostname": "string",
            "port": "int",
            "statusCode": "int",
            "path": _PATH_MODIFIER,
        },
        "urlRewrite": {"hostname": "string", "path": _PATH_MODIFIER},
        "extensionRef": {"group": "string", "kind": "string", "name": "string"},
    }
]

_CONDITIONS: Shape = [{"type": "string", "name": "string", "value": "text"}]

SHAPES: dict[str, Shape] = {
    "gateway.networking.k8s.io/Gateway": {
        "spec!": {
            "gatewayClassName": "string",
            "listeners+": [
                {
                    "name!": "string",
                    "hostname": "string",
                    "port": "int",
                    "protocol!": "string",
                    "tls": {
                        "mode": "string",
                        "certificateRefs": [
                            {"group": "string", "kind": "string", "name!": "string", "namespace": "string"}
                        ],
                        "options": {"*": "string"},
                    },
                    "allowedRoutes": {
                        "namespaces": {
                            "from": "string",
                            "selector": {
                                "matchLabels": {"*": "string"},
                                "matchExpressions": [{"key!": "string", "operator!": "string", "values": ["string"]}],
                            },
                        },
                        "kinds": [{"group": "string", "kind!": "string"}],
                    },
                }
            ],
        }
    },
    "gateway.networking.k8s.io/HTTPRoute": {
        "spec": {
            "parentRefs": _PARENTS,
            "hostnames": ["string"],
            "rules": [
                {
                    "name": "string",
                    "matches": [
                        {
                            "path": {"type": "string", "value": "string"},
                            "headers": _CONDITIONS,
                            "queryParams": _CONDITIONS,
                            "method": "string",
                        }
                    ],
                    "filters": _FILTERS,
                    "backendRefs": _BACKENDS,
                }
            ],
        }
    },
    **{
        f"gateway.networking.k8s.io/{kind}": {
            "spec": {"parentRefs": _PARENTS, "hostnames": ["string"], "rules": [{"backendRefs": _BACKENDS}]}
        }
        for kind in ("GRPCRoute", "TLSRoute", "TCPRoute")
    },
}
