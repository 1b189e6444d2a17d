"""traefik.io (doc.traefik.io/traefik/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml, v3).

Fields that only v2 had are kept: `ipWhiteList`, `tls.options` and the like have the same names in both.
Replacements of regular expressions hold `${1}`, which is no placeholder: they are "text".
"""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape

_REFERENCE: Shape = {"name!": "string", "namespace": "string"}

_DOMAINS: Shape = [{"main": "string", "sans": ["string"]}]

_TLS: Shape = {
    "secretName": "string",
    "certResolver": "string",
    "options": _REFERENCE,
    "store": _REFERENCE,
    "domains": _DOMAINS,
}

_SERVICE: Shape = {
    "kind": "string",
    "name!": "string",
    "namespace": "string",
    "port": "int-or-string",
    "scheme": "string",
    "serversTransport": "string",
    "passHostHeader": "bool",
    "weight": "int",
}

_CLIENT_TLS: Shape = {
    "caSecret": "string",
    "certSecret": "string",
    "insecureSkipVerify": "bool",
}

_SOURCE_CRITERION: Shape = {
    "ipStrategy": {"depth": "int", "excludedIPs": ["string"], "ipv6Subnet": "int"},
    "requestHeaderName": "string",
    "requestHost": "bool",
}

_ADDRESSES: Shape = {
    "sourceRange": ["string"],
    "ipStrategy": {"depth": "int", "excludedIPs": ["string"]},
    "rejectStatusCode": "int",
}

_HEADERS: Shape = {
    "customRequestHeaders": {"*": "text"},
    "customResponseHeaders": {"*": "text"},
    "stsSeconds": "int",
    "stsIncludeSubdomains": "bool",
    "stsPreload": "bool",
    "forceSTSHeader": "bool",
    "frameDeny": "bool",
    "contentTypeNosniff": "bool",
    "browserXssFilter": "bool",
    "isDevelopment": "bool",
    "sslRedirect": "bool",
    "sslHost": "string",
    "sslForceHost": "bool",
    "sslProxyHeaders": {"*": "text"},
    "referrerPolicy": "string",
    "contentSecurityPolicy": "text",
}

_MIDDLEWARE: Shape = {
    "addPrefix": {"prefix": "string"},
    "basicAuth": {"secret": "string", "realm": "string", "removeHeader": "bool", "headerField": "string"},
    "buffering": {
        "maxRequestBodyBytes": "int",
        "memRequestBodyBytes": "int",
        "maxResponseBodyBytes": "int",
        "memResponseBodyBytes": "int",
        "retryExpression": "string",
    },
    "chain": {"middlewares": [_REFERENCE]},
    "circuitBreaker": {"expression": "text"},
    "compress": {"excludedContentTypes": ["string"]},
    "contentType": {"autoDetect": "bool"},
    "digestAuth": {"secret": "string", "realm": "string", "removeHeader": "bool", "headerField": "string"},
    "errors": {"status": ["string"], "service": _SERVICE, "query": "text"},
    "forwardAuth": {
        "address": "string",
        "trustForwardHeader": "bool",
        "authResponseHeaders": ["string"],
        "tls": _CLIENT_TLS,
    },
    "headers": _HEADERS,
    "inFlightReq": {"amount": "int", "sourceCriterion": _SOURCE_CRITERION},
    "ipAllowList": _ADDRESSES,
    "ipWhiteList": _ADDRESSES,
    "passTLSClientCert": {"pem": "bool"},
    "plugin": {"*": "any"},
    "rateLimit": {
        "average": "int",
        "burst": "int",
        "period": "int-or-string",
        "sourceCriterion": _SOURCE_CRITERION,
    },
    "redirectRegex": {"regex": "text", "replacement": "text", "permanent": "bool"},
    "redirectScheme": {"scheme": "string", "port": "string", "permanent": "bool"},
    "replacePath": {"path": "string"},
    "replacePathRegex": {"regex": "text", "replacement": "text"},
    "retry": {"attempts": "int", "initialInterval": "int-or-string"},
    "stripPrefix": {"prefixes": ["string"], "forceSlash": "bool"},
    "stripPrefixRegex": {"regex": ["text"]},
}

_ROOT_CAS: Shape = [{"secret": "string", "configMap": "string"}]

SHAPES: dict[str, Shape] = {
    "traefik.io/IngressRoute": {
        "spec!": {
            "entryPoints": ["string"],
            "parentRefs": [_REFERENCE],
            "routes!": [
                {
                    "kind": "string",
                    "match": "string",
                    "priority": "int",
                    "syntax": "string",
                    "middlewares": [_REFERENCE],
                    "services": [_SERVICE],
                }
            ],
            "tls": _TLS,
        }
    },
    "traefik.io/IngressRouteTCP": {
        "spec!": {
            "entryPoints": ["string"],
            "routes!": [
                {
                    "match": "string",
                    "priority": "int",
                    "syntax": "string",
                    "middlewares": [_REFERENCE],
                    "services": [{**_SERVICE, "tls": "bool"}],
                }
            ],
            "tls": {**_TLS, "passthrough": "bool"},
        }
    },
    "traefik.io/IngressRouteUDP": {"spec!": {"entryPoints": ["string"], "routes!": [{"services": [_SERVICE]}]}},
    "traefik.io/Middleware": {"spec": _MIDDLEWARE},
    "traefik.io/MiddlewareTCP": {
        "spec": {
            "inFlightConn": {"amount": "int"},
            "ipAllowList": {"sourceRange": ["string"]},
            "ipWhiteList": {"sourceRange": ["string"]},
        }
    },
    "traefik.io/TraefikService": {
        "spec": {
            "weighted": {"services": [_SERVICE]},
            "highestRandomWeight": {"services": [_SERVICE]},
            "mirroring": {**_SERVICE, "mirrors": [_SERVICE]},
        }
    },
    "traefik.io/TLSOption": {
        "spec": {
            "minVersion": "string",
            "maxVersion": "string",
            "cipherSuites": ["string"],
            "curvePreferences": ["string"],
            "sniStrict": "bool",
            "alpnProtocols": ["string"],
            "clientAuth": {"clientAuthType": "string", "secretNames": ["string"]},
        }
    },
    "traefik.io/TLSStore": {
        "spec": {
            "defaultCertificate": {"secretName": "string"},
            "certificates": [{"secretName!": "string"}],
            "defaultGeneratedCert": {"resolver": "string", "domain": {"main": "string", "sans": ["string"]}},
        }
    },
    "traefik.io/ServersTransport": {
        "spec": {
            "serverName": "string",
            "insecureSkipVerify": "bool",
            "rootCAs": _ROOT_CAS,
            "rootCAsSecrets": ["string"],
            "certificatesSecrets": ["string"],
            "peerCertURI": "string",
            "disableHTTP2": "bool",
        }
    },
    "traefik.io/ServersTransportTCP": {
        "spec": {
            "tls": {
                "serverName": "string",
                "insecureSkipVerify": "bool",
                "rootCAs": _ROOT_CAS,
                "rootCAsSecrets": ["string"],
                "certificatesSecrets": ["string"],
                "peerCertURI": "string",
            }
        }
    },
}
