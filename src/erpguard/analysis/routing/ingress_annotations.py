"""What annotations of ingress-nginx and its kin say, and which hosts an Ingress covers by certificates.

kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
"""

from __future__ import annotations

import re
from typing import Any

from erpguard.analysis.routing.router import Rewrite
from erpguard.analysis.routing.rule_answers import covers
from erpguard.analysis.values.addresses import is_allow_list
from erpguard.analysis.values.patterns import replace
from erpguard.analysis.values.references import annotation, is_hidden
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

NGINX = "nginx.ingress.kubernetes.io/"
_ALLOW_LISTS = (
    NGINX + "whitelist-source-range",
    NGINX + "allowlist-source-range",
    "haproxy-ingress.github.io/allowlist-source-range",
    "haproxy.org/allow-list",
    "haproxy.org/whitelist",
    "ingress.kubernetes.io/whitelist-source-range",
    "alb.ingress.kubernetes.io/inbound-cidrs",
)
_INTERNAL = {"alb.ingress.kubernetes.io/scheme": "internal", "appgw.ingress.kubernetes.io/use-private-ip": "true"}
_AUTHENTICATION = tuple(NGINX + name for name in ("auth-type", "auth-url", "auth-tls-secret"))
_SNIPPETS = tuple(NGINX + name for name in ("server-snippet", "configuration-snippet"))
_DENIES = re.compile(r"\bdeny\s+all\b|\breturn\s+(4\d\d|30[1278])\b")


def is_private(resource: Resource) -> bool | None:
    """Whether an annotation keeps the load balancer of an Ingress off the internet."""
    answers = ((annotation(resource, key), value) for key, value in _INTERNAL.items())
    return any_of(setting.value == value if setting.known else None for setting, value in answers)


def has_allow_list(resource: Resource) -> bool | None:
    """Whether an annotation admits only clients of some addresses."""
    given = [annotation(resource, key) for key in _ALLOW_LISTS]
    return any_of(
        (is_allow_list(setting.value.split(",")) if setting.value is not None else False) if setting.known else None
        for setting in given
    )


def authenticates(resource: Resource) -> bool | None:
    """Whether an annotation asks for basic, external or certificate authentication."""
    given = [annotation(resource, key) for key in _AUTHENTICATION]
    return any_of(True if setting.node else False if setting.known else None for setting in given)


def denies_database_manager(resource: Resource) -> bool | None:
    """Whether a snippet of nginx denies Odoo's database manager; None where one speaks of it in another way."""
    answers: list[bool | None] = []
    for key in _SNIPPETS:
        given = annotation(resource, key)
        text = re.sub(r"#.*", "", given.value or "")
        mentioned = "/web/database" in text
        answers.append(None if not given.known else bool(_DENIES.search(text)) or None if mentioned else False)
    return any_of(answers)


def path_rewrites(resource: Resource, entry: dict[str, Any] | None) -> list[Rewrite]:
    """What `rewrite-target` makes of a path: where the Ingress's path matches, the target replaces all of it."""
    target = annotation(resource, NGINX + "rewrite-target")
    if target.value is None and target.known:
        return []

    def rewrite(path: str) -> str | None:
        if target.value is None:
            return None
        # nginx: rewrite "(?i)PATH" TARGET break;
        pattern = "(?i)^.*?" + (entry or {}).get("path", "/").lstrip("^") + ".*$"
        return replace(pattern, target.value, path)

    return [rewrite]


def covered_by_secrets(resource: Resource, path: Path) -> bool | None:
    """Whether an entry of `spec.tls` covers the host of the rule at `path`, or every host for the default backend.

    An entry without hosts stands for the hosts of its controller's certificate: for all
    (kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressSpec).
    """
    host: str | None = ""
    if path[:2] == ("spec", "rules"):
        host = resource.body["spec"]["rules"][path[2]].get("host", "")
        host = None if is_hidden(resource, (*path[:3], "host")) else host
    if is_hidden(resource, ("spec", "tls")):
        return None
    entries = (resource.body.get("spec") or {}).get("tls") or ()
    return any_of(_covers(resource, ("spec", "tls", index), entry, host) for index, entry in enumerate(entries))


def _covers(resource: Resource, path: Path, entry: dict[str, Any], host: str | None) -> bool | None:
    if is_hidden(resource, (*path, "hosts")):
        return None
    names = entry.get("hosts")
    if not names:
        return True
    return any_of(_same_host(name, host) for name in names)


def _same_host(name: str | None, host: str | None) -> bool | None:
    if host == "":
        return False
    if name is None or host is None:
        return None
    if covers(name, host):
        return True
    return None if has_placeholder(name) or has_placeholder(host) else False
