"""Which surfaces for administrators a router leads to: Traefik's dashboard, pgAdmin, Odoo's database manager.

Odoo's paths: addons/web/controllers/database.py. All of them answer with an error while `list_db` is false
(odoo.com/documentation/19.0/administration/on_premise/deploy.html#database-manager-security).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.applications.odoo import odoo_settings
from erpguard.analysis.routing.backends import pods_behind
from erpguard.analysis.routing.exposure import public_entry_points
from erpguard.analysis.routing.middlewares import Attached
from erpguard.analysis.routing.router import Router
from erpguard.analysis.routing.routers import all_routers
from erpguard.analysis.routing.rule_answers import OTHER_HOST, Request, may_admit, must_admit
from erpguard.analysis.routing.traefik_rules import hosts, prefixes
from erpguard.analysis.values.patterns import replace, search
from erpguard.analysis.values.references import is_hidden
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.analysis.workloads.pods import Pod
from erpguard.analysis.workloads.tiers import image_name
from erpguard.normalize.shapes import has_placeholder

DATABASE_MANAGER_TITLE = "the database manager of Odoo"
DATABASE_MANAGER = tuple(
    "/web/database/" + name
    for name in ("manager", "selector", "create", "duplicate", "drop", "backup", "restore", "change_password")
)
# What is left of them where a rewrite puts their beginning, or all of them, in front.
_ENDS = (*(path.removeprefix(gone) for gone in ("", "/web", "/web/database") for path in DATABASE_MANAGER), "")
_PGADMIN = frozenset(("pgadmin4", "pgadmin"))
_DASHBOARDS = frozenset(("api@internal", "dashboard@internal"))
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")


def serves_dashboard(router: Router) -> bool | None:
    """Whether a router leads to Traefik's own API or dashboard."""
    return any_of(
        None if backend.name is None else backend.kind == "TraefikService" and backend.name in _DASHBOARDS
        for backend in router.backends
    )


def serves_pgadmin(analyses: Analyses, router: Router) -> bool | None:
    """Whether a router leads to pods that run pgAdmin."""
    return _leads_to(analyses, router, _is_pgadmin)


def _is_pgadmin(pod: Pod) -> bool | None:
    names = [image_name(container.body.get("image", "")) for container in pod.containers if container.role == "main"]
    answers = (None if name is None else name in _PGADMIN for name in names)
    return any_of((*answers, False if _images_known(pod) else None))


def serves_database_manager(analyses: Analyses, router: Router) -> bool | None:
    """Whether Odoo's database manager answers behind a router, other routers of the same hosts considered."""
    settings = odoo_settings(analyses)

    def open_erp(pod: Pod) -> bool | None:
        is_erp = pod.tier == "erp" if pod.tier_known else None
        found = settings.get(pod.resource.key)
        listed = found.enabled("list_db", default=True)[0] if found is not None else True
        return all_of((is_erp, listed))

    leads = _leads_to(analyses, router, open_erp)
    if leads is False or router.denied:
        return False
    return all_of((leads, None if router.denied is None else True, _reaches_manager(analyses, router)))


def _images_known(pod: Pod) -> bool:
    return not any(is_hidden(pod.resource, (*container.path, "image")) for container in pod.containers)


def _leads_to(analyses: Analyses, router: Router, is_it: Callable[[Pod], bool | None]) -> bool | None:
    answers: list[bool | None] = []
    for backend in router.backends:
        pods = pods_behind(analyses, router.resource, backend)
        if pods is None:
            answers.append(None)
        else:
            answers += [all_of((selected, is_it(pod))) for pod, selected in pods]
    return any_of(answers)


class _Ways(NamedTuple):
    """The routers of an estate by cluster and host; those with another kind of host rule under `*`."""

    by_host: dict[tuple[str, str], list[Router]]

    def for_host(self, cluster: str, host: str) -> Iterable[Router]:
        yield from self.by_host.get((cluster, host), ())
        yield from self.by_host.get((cluster, "*"), ())


def _ways(analyses: Analyses) -> _Ways:
    found: dict[tuple[str, str], list[Router]] = {}
    for router in all_routers(analyses):
        names = hosts(router.rule) if router.rule is not None else []
        general = not names or any(name.startswith(("~", "*")) or has_placeholder(name) for name in names)
        for name in ["*"] if general else names:
            found.setdefault((router.resource.cluster, name), []).append(router)
    return _Ways(found)


def _reaches_manager(analyses: Analyses, router: Router) -> bool | None:
    """Whether a request for one of the manager's paths gets through."""
    if router.rule is None:
        return None
    ways: _Ways = analyses.once("admin.ways", _ways)
    answers: set[bool | None] = set()
    for host in (*hosts(router.rule), OTHER_HOST):
        before = _asked_first(analyses, router, ways, host)
        for path in _candidates(router):
            answer = _passes(router, host, path)
            if answer is not False:
                answer = all_of((answer, _left(before, host, path)))
            if answer:
                return True
            answers.add(answer)
    return any_of(answers)


def _candidates(router: Router) -> Iterator[str]:
    """The paths of requests that may arrive as the manager's: as they are, and with every prefix that goes or comes."""
    starts = {"": None}
    if router.rule is not None:
        found = [prefix for prefix in prefixes(router.rule) if not has_placeholder(prefix)]
        starts.update((prefix.rstrip("/"), None) for prefix in found)
        plain = (_SPECIAL.split(prefix.removeprefix("(?i)").lstrip("^"))[0] for prefix in found)
        starts.update((prefix.rstrip("/"), None) for prefix in plain)
    for one in router.attached:
        if one.resource is not None:
            strip = ((one.resource.body.get("spec") or {}).get("stripPrefix") or {}).get("prefixes") or ()
            starts.update((prefix.rstrip("/"), None) for prefix in strip if prefix)
    ends = _ENDS if router.attached or router.rewrites else DATABASE_MANAGER
    for start in starts:
        for end in ends:
            yield start + end or "/"


def _passes(router: Router, host: str, path: str) -> bool | None:
    """Whether the router admits a request from outside and hands it on as one for the manager."""
    if router.rule is None:
        return None
    admitted = may_admit(router.rule, Request(host, path, outsider=True))
    return all_of((admitted, _arrives(router, host, path))) if admitted is not False else False


def _arrives(router: Router, host: str, path: str) -> bool | None:
    rewritten: str | None = path
    for one in router.attached:
        rewritten = _rewritten(one, host, rewritten)
        if rewritten is None:
            return None
    for rewrite in router.rewrites:
        rewritten = None if rewritten is None else rewrite(rewritten)
    return None if rewritten is None else rewritten in DATABASE_MANAGER


def _rewritten(one: Attached, host: str, path: str | None) -> str | None:
    """What a middleware makes of a path; None where that is not known."""
    if path is None or one.resource is None:
        return path if one.known else None
    if not one.resource.is_known(("spec",)) and any(is_hidden(one.resource, ("spec", kind)) for kind in _KINDS):
        return None
    spec = one.resource.body.get("spec") or {}
    for kind, change in _KINDS.items():
        if kind in spec:
            return change(spec[kind], path) if one.resource.is_known(("spec", kind)) else None
    expression = (spec.get("redirectRegex") or {}).get("regex")
    if expression is not None and search(expression, f"https://{host or 'other'}{path}") is not False:
        return None  # a redirect to somewhere
    return path


def _stripped(body: dict[str, Any], path: str) -> str | None:
    for prefix in body.get("prefixes") or ():
        if prefix and path.startswith(prefix):
            return "/" + path.removeprefix(prefix).lstrip("/")
    return path


def _stripped_by_expression(body: dict[str, Any], path: str) -> str | None:
    rest: str | None = path
    for expression in body.get("regex") or ():
        rest = None if rest is None else replace("^" + (expression or "").lstrip("^"), "", rest)
    return None if rest is None else "/" + rest.lstrip("/")


_KINDS: dict[str, Callable[[dict[str, Any], str], str | None]] = {
    "addPrefix": lambda body, path: body.get("prefix", "") + path,
    "replacePath": lambda body, path: body.get("path", path),
    "replacePathRegex": lambda body, path: replace(body.get("regex", ""), body.get("replacement", ""), path),
    "stripPrefix": _stripped,
    "stripPrefixRegex": _stripped_by_expression,
}


def _asked_first(analyses: Analyses, router: Router, ways: _Ways, host: str) -> list[tuple[Router, bool | None]]:
    """The routers that may see a request before `router` does, each with True, or None where that is not known."""
    public = public_entry_points(router)
    found: list[tuple[Router, bool | None]] = []
    for other in ways.for_host(router.resource.cluster, host):
        if other is router:
            continue
        first = _takes_first(other, router, public)
        if first is not False:
            answer = all_of((analyses.estate.together(other.resource, router.resource), first))
            if answer is not False:
                found.append((other, answer))
    return found


def _takes_first(other: Router, router: Router, public: set[str]) -> bool | None:
    """Whether another router is asked before a router about what comes to that from outside."""
    if other.domain is None or router.domain is None:
        return None
    if other.domain != router.domain:
        return False
    return all_of((_is_asked_first(other, router), _is_reached_too(other, router, public)))


def _is_asked_first(other: Router, router: Router) -> bool | None:
    if other.priority is None or router.priority is None:
        return None
    if other.priority != router.priority:
        return other.priority > router.priority
    # Which one wins is not defined; where both do the same, it does not matter.
    same = other.backends == router.backends and other.attached == router.attached
    return False if same else None


def _is_reached_too(other: Router, router: Router, public: set[str]) -> bool | None:
    """Whether what comes to `router` from outside comes to `other` too: by entry points, and with TLS or without."""
    if other.entry_points is None or router.entry_points is None:
        reached: bool | None = None
    else:
        reached = public <= {point.name for point in other.entry_points}
    same = None if other.tls is None or router.tls is None else other.tls == router.tls
    return all_of((reached, same))


def _left(before: list[tuple[Router, bool | None]], host: str, path: str) -> bool | None:
    """Whether no other router takes the request away."""
    request = Request(host, path, outsider=True)
    taken = any_of(
        all_of((first, None if other.rule is None else must_admit(other.rule, request))) for other, first in before
    )
    return None if taken is None else not taken
