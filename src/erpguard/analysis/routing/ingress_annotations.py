"""What annotations of ingress-nginx and its kin say, and which hosts an Ingress covers by certificates.

kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/; of Azure's application gateway:
learn.microsoft.com/azure/application-gateway/ingress-controller-annotations
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from erpguard.analysis.routing.router import Rewrite
from erpguard.analysis.routing.rule_answers import covers
from erpguard.analysis.values.addresses import is_allow_list
from erpguard.analysis.values.patterns import replace
from erpguard.analysis.values.references import annotation, is_hidden
from erpguard.analysis.values.selectors import all_of, any_of
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
_AUTHENTICATION = tuple(NGINX + name for name in ("auth-type", "auth-url"))
_SNIPPETS = tuple(NGINX + name for name in ("server-snippet", "configuration-snippet"))
_REDIRECTS = tuple(NGINX + name for name in ("permanent-redirect", "temporal-redirect"))
_CERTIFICATES = ("appgw.ingress.kubernetes.io/appgw-ssl-certificate", "alb.ingress.kubernetes.io/certificate-arn")
_PATH_PREFIX = "appgw.ingress.kubernetes.io/backend-path-prefix"
_TRUE, _FALSE = ("true", "1", "t"), ("false", "0", "f")
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
    verified = annotation(resource, NGINX + "auth-tls-verify-client")
    asked = (verified.value or "on") == "on" if verified.known else None
    by_certificate = all_of((_names_something(resource, NGINX + "auth-tls-secret"), asked))
    return any_of((by_certificate, *(_names_something(resource, key) for key in _AUTHENTICATION)))


def _names_something(resource: Resource, key: str) -> bool | None:
    given = annotation(resource, key)
    return given.value != "" if given.node else False if given.known else None


def answers_plain_too(resource: Resource) -> bool | None:
    """Whether ingress-nginx is told to answer plain requests of hosts with a certificate, too, not to redirect them.

    `redirect_to_https` in rootfs/etc/nginx/lua/lua_ingress.lua of its source.
    """
    redirects, forced = annotation(resource, NGINX + "ssl-redirect"), annotation(resource, NGINX + "force-ssl-redirect")
    if not (redirects.known and forced.known):
        return None
    return (redirects.value or "").lower() in _FALSE and (forced.value or "").lower() not in _TRUE


def denies_database_manager(resource: Resource) -> bool | None:
    """Whether Odoo's database manager is out of reach: every request is redirected, or a snippet of nginx denies it.

    None where a snippet speaks of it in another way.
    """
    redirects = [annotation(resource, key) for key in _REDIRECTS]
    answers: list[bool | None] = [bool(given.value) if given.known else None for given in redirects]
    for key in _SNIPPETS:
        given = annotation(resource, key)
        text = re.sub(r"#.*", "", given.value or "")
        denied = True if "/web/database" in text and _DENIES.search(text) else None
        answers.append(None if not given.known else denied if "database" in text else False)
    return any_of(answers)


def path_rewrites(resource: Resource, entry: dict[str, Any] | None) -> list[Rewrite]:
    """What the backend sees of a path: of ingress-nginx, and of Azure's application gateway."""
    given = (annotation(resource, name) for name in (NGINX + "rewrite-target", _PATH_PREFIX))
    wanted = (entry or {}).get("path", "/")
    return [
        partial(rewrite, wanted, target.value)
        for target, rewrite in zip(given, (_by_target, _by_prefix), strict=True)
        if target.value is not None or not target.known
    ]


def _by_target(wanted: str, target: str | None, path: str) -> str | None:
    """Where the Ingress's path matches, the target replaces all of it: `rewrite "(?i)PATH" TARGET break` of nginx."""
    return None if target is None else replace("(?i)^.*?" + wanted.lstrip("^") + ".*$", target, path)


def _by_prefix(wanted: str, prefix: str | None, path: str) -> str | None:
    """The prefix takes the place of what the Ingress's path matches.

    learn.microsoft.com/azure/application-gateway/configuration-http-settings#override-backend-path
    """
    return None if prefix is None else f"{prefix.rstrip('/')}/{path.removeprefix(wanted.rstrip('*')).lstrip('/')}"


def is_covered(resource: Resource, path: Path) -> bool | None:
    """Whether a certificate covers the host of the rule at `path`, or every host for the default backend.

    By an entry of `spec.tls`, or as an annotation names one that its load balancer holds. An entry without hosts stands
    for the hosts of its controller's certificate: for all
    (kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressSpec).
    """
    host: str | None = ""
    if path[:2] == ("spec", "rules"):
        host = resource.body["spec"]["rules"][path[2]].get("host", "")
        host = None if is_hidden(resource, (*path[:3], "host")) else host
    named = [annotation(resource, key) for key in _CERTIFICATES]
    answers: list[bool | None] = [bool(given.value) if given.known else None for given in named]
    if is_hidden(resource, ("spec", "tls")):
        answers.append(None)
    entries = (resource.body.get("spec") or {}).get("tls") or ()
    answers += [_covers(resource, ("spec", "tls", index), entry, host) for index, entry in enumerate(entries)]
    return any_of(answers)


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
