"""What a match rule answers to a request: which hosts and paths a router may serve.

The rules are those of `erpguard.analysis.routing.traefik_rules`. What a request leaves open (headers, methods, hosts
that no rule names) may be either way, and what is hidden by a placeholder is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import NamedTuple

from erpguard.analysis.routing.traefik_rules import HOST_EXPRESSION_MATCHERS, HOST_MATCHERS, All, Match, Not, Rule, Some
from erpguard.analysis.values.addresses import admits_everybody
from erpguard.analysis.values.patterns import host_template, is_template, path_template, search
from erpguard.normalize.shapes import has_placeholder

Outcomes = frozenset[bool]
"""What a rule may answer to a request, over everything that the request leaves open; empty: not known."""

YES: Outcomes = frozenset((True,))
NO: Outcomes = frozenset((False,))
EITHER: Outcomes = frozenset((True, False))
UNKNOWN: Outcomes = frozenset()

OTHER_HOST = ""
"""As a host: any name that no rule mentions."""


class Request(NamedTuple):
    """What is asked about a request. A host `~regex` is some name that this expression matches.

    None leaves host or path open. `outsider` is a client that is in no list of addresses that has an end.
    """

    host: str | None = None
    path: str | None = None
    outsider: bool = False


def answer(rule: Rule, request: Request) -> Outcomes:
    """What the rule may answer to the request. Parts that share a matcher are taken as independent."""
    match rule:
        case Match():
            return _matched(rule, request)
        case Not():
            return frozenset(not outcome for outcome in answer(rule.inner, request))
        case All():
            return _combined([answer(part, request) for part in rule.parts], all)
        case Some():
            return _combined([answer(part, request) for part in rule.parts], any)


def may_admit(rule: Rule, request: Request) -> bool | None:
    """Whether some request of that kind is admitted; None where that is not known."""
    outcomes = answer(rule, request)
    return True in outcomes if outcomes else None


def must_admit(rule: Rule, request: Request) -> bool | None:
    """Whether every request of that kind is admitted; None where that is not known."""
    outcomes = answer(rule, request)
    return outcomes == YES if outcomes else None


def _combined(parts: list[Outcomes], combine: Callable[[Iterable[bool]], bool]) -> Outcomes:
    """All outcomes of the parts together. Parts that are not known may do anything, but may not matter either."""
    decided = NO if combine is all else YES
    if decided in parts:
        return decided
    if UNKNOWN in parts:
        return UNKNOWN
    small = set(parts)  # equal parts add nothing
    return frozenset(combine(outcomes) for outcomes in product(*small))


_OPEN = frozenset(("header", "headers", "headerregexp", "headersregexp", "method", "query", "queryregexp", "alpn"))


def _matched(match: Match, request: Request) -> Outcomes:
    if match.name in _OPEN:
        return EITHER
    if match.name == "clientip":
        return _client(match, request)
    judge = _JUDGES.get(match.name)
    if judge is None or not match.arguments:
        return UNKNOWN
    asked = request.host if judge in (_host, _host_expression) else request.path
    if asked is None:
        return EITHER
    return _combined([judge(argument, asked) for argument in match.arguments], any)


def _client(match: Match, request: Request) -> Outcomes:
    answers = [admits_everybody(argument) for argument in match.arguments]
    if True in answers:
        return YES
    if None in answers:
        return UNKNOWN
    return NO if request.outsider else EITHER


def _host(wanted: str, host: str) -> Outcomes:
    wanted, host = wanted.lower(), host.lower()
    if wanted in (host, "*"):
        return YES
    if host == OTHER_HOST or host.startswith("~"):
        return NO
    if has_placeholder(wanted) or has_placeholder(host):
        return UNKNOWN
    return YES if covers(wanted, host) else NO


def covers(wanted: str, host: str) -> bool:
    """Whether a host name, or a wildcard for exactly one label, stands for a host; case is ignored."""
    wanted, host = wanted.lower().rstrip("."), host.lower().rstrip(".")
    if wanted == host:
        return True
    first, _, rest = host.partition(".")
    return wanted.startswith("*.") and bool(first) and first != "*" and wanted[2:] == rest


def _host_expression(expression: str, host: str) -> Outcomes:
    if host == "~" + expression:
        return YES
    if host == OTHER_HOST or host.startswith(("~", "*")):
        return EITHER
    if has_placeholder(expression) or has_placeholder(host):
        return UNKNOWN
    return _known(search(host_template(expression) if is_template(expression) else expression, host))


def _path(wanted: str, path: str) -> Outcomes:
    if has_placeholder(wanted):
        return UNKNOWN
    return _known(search(path_template(wanted) + "$", path)) if is_template(wanted) else _known(wanted == path)


def _path_prefix(wanted: str, path: str) -> Outcomes:
    if has_placeholder(wanted):
        return UNKNOWN
    return _known(search(path_template(wanted), path)) if is_template(wanted) else _known(path.startswith(wanted))


def _path_elements(wanted: str, path: str) -> Outcomes:
    """`pathType: Prefix` of Kubernetes: element by element."""
    if has_placeholder(wanted):
        return UNKNOWN
    elements = wanted.rstrip("/")
    return _known(path == elements or path.startswith(elements + "/"))


def _path_expression(wanted: str, path: str) -> Outcomes:
    return UNKNOWN if has_placeholder(wanted) else _known(search(wanted, path))


def _known(result: bool | None) -> Outcomes:
    return UNKNOWN if result is None else frozenset((result,))


_JUDGES: dict[str, Callable[[str, str], Outcomes]] = {
    **dict.fromkeys(HOST_MATCHERS, _host),
    **dict.fromkeys(HOST_EXPRESSION_MATCHERS, _host_expression),
    "path": _path,
    "pathprefix": _path_prefix,
    "pathelements": _path_elements,
    "pathregexp": _path_expression,
}
