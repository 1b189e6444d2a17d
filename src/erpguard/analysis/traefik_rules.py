"""Traefik's match rules: which hosts and paths a router may serve.

Both syntaxes are read: v2 (several arguments, `{name:regex}` templates) and v3 (one argument, Go regular expressions).
Source: doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/ and pkg/rules, pkg/muxer of
Traefik. Matcher names are compared without case; `!` binds closer than `&&`, `&&` closer than `||`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from erpguard.analysis.addresses import admits_everybody
from erpguard.analysis.patterns import host_template, is_template, path_template, search
from erpguard.normalize.shapes import has_placeholder

Outcomes = frozenset[bool]
"""What a rule may answer to a request, over everything that the request leaves open; empty: not known."""

YES: Outcomes = frozenset((True,))
NO: Outcomes = frozenset((False,))
EITHER: Outcomes = frozenset((True, False))
UNKNOWN: Outcomes = frozenset()

OTHER_HOST = ""
"""As a host: any name that no rule mentions."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked about a request. A host `~regex` is some name that this expression matches.

    None leaves host or path open. `outsider` is a client that is in no list of addresses that has an end.
    """

    host: str | None = None
    path: str | None = None
    outsider: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A matcher: its name in lower case and its arguments."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    inner: Rule


@dataclass(frozen=True, slots=True)
class All:
    """`&&`; without parts it is always true."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """`||`."""

    parts: tuple[Rule, ...]


Rule = Match | Not | All | Some
"""A parsed rule."""


class _RuleSyntaxError(ValueError):
    """The text is not a rule."""


_TOKEN = re.compile(r'\s*(?:(&&|\|\||[!(),])|([A-Za-z]\w*)|`([^`]*)`|"((?:[^"\\]|\\.)*)")')
_DEEPEST = 50


def parse(text: str) -> Rule | None:
    """The rule that a text says; None where it is not one, or a placeholder hides its structure."""
    try:
        tokens = list(_tokens(text))
        rule, end = _any(tokens, 0, 0)
    except _RuleSyntaxError:
        return None
    return rule if end == len(tokens) else None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _RuleSyntaxError(text)
        position = match.end()
        operator, name, raw, quoted = match.groups()
        if operator:
            yield operator, operator
        elif name:
            yield "name", name
        else:
            yield "text", raw if raw is not None else re.sub(r"\\(.)", r"\1", quoted)


def _kind(tokens: list[tuple[str, str]], position: int) -> str:
    return tokens[position][0] if position < len(tokens) else ""


def _any(tokens: list[tuple[str, str]], position: int, depth: int) -> tuple[Rule, int]:
    return _sequence(tokens, position, depth, "||", _every, Some)


def _every(tokens: list[tuple[str, str]], position: int, depth: int) -> tuple[Rule, int]:
    return _sequence(tokens, position, depth, "&&", _single, All)


def _sequence(
    tokens: list[tuple[str, str]],
    position: int,
    depth: int,
    operator: str,
    operand: Callable[[list[tuple[str, str]], int, int], tuple[Rule, int]],
    made: type[All] | type[Some],
) -> tuple[Rule, int]:
    first, position = operand(tokens, position, depth)
    parts = [first]
    while _kind(tokens, position) == operator:
        part, position = operand(tokens, position + 1, depth)
        parts.append(part)
    return (made(tuple(parts)) if len(parts) > 1 else first), position


def _single(tokens: list[tuple[str, str]], position: int, depth: int) -> tuple[Rule, int]:
    if depth > _DEEPEST:
        raise _RuleSyntaxError("nested too deep")
    kind = _kind(tokens, position)
    if kind == "!":
        inner, position = _single(tokens, position + 1, depth + 1)
        return Not(inner), position
    if kind == "(":
        inner, position = _any(tokens, position + 1, depth + 1)
        return inner, _expect(tokens, position, ")")
    if kind == "name":
        return _matcher(tokens, position)
    raise _RuleSyntaxError(kind)


def _matcher(tokens: list[tuple[str, str]], position: int) -> tuple[Rule, int]:
    name = tokens[position][1].lower()
    position = _expect(tokens, position + 1, "(")
    arguments: list[str] = []
    while _kind(tokens, position) == "text":
        arguments.append(tokens[position][1])
        position += 1
        if _kind(tokens, position) != ",":
            break
        position += 1
    return Match(name, tuple(arguments)), _expect(tokens, position, ")")


def _expect(tokens: list[tuple[str, str]], position: int, kind: str) -> int:
    if _kind(tokens, position) != kind:
        raise _RuleSyntaxError(kind)
    return position + 1


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


def hosts(rule: Rule) -> list[str]:
    """The host names of a rule in lower case, and its host expressions with `~` before them, in their order."""
    found: dict[str, None] = {}
    for match in _matches(rule):
        if match.name in _HOSTS:
            found.update(dict.fromkeys(argument.lower() for argument in match.arguments if argument != "*"))
        elif match.name in _HOST_EXPRESSIONS:
            found.update(dict.fromkeys("~" + argument for argument in match.arguments))
    return list(found)


def prefixes(rule: Rule) -> list[str]:
    """The arguments of the path matchers, in their order."""
    names = ("path", "pathprefix", "pathelements")
    return [argument for match in _matches(rule) if match.name in names for argument in match.arguments]


def _matches(rule: Rule) -> Iterator[Match]:
    match rule:
        case Match():
            yield rule
        case Not():
            yield from _matches(rule.inner)
        case All() | Some():
            for part in rule.parts:
                yield from _matches(part)


def _combined(parts: list[Outcomes], combine: Callable[[Iterable[bool]], bool]) -> Outcomes:
    """All outcomes of the parts together. Parts that are not known may do anything, but may not matter either."""
    decided = NO if combine is all else YES
    if decided in parts:
        return decided
    if UNKNOWN in parts:
        return UNKNOWN
    small = set(parts)  # equal parts add nothing
    return frozenset(combine(outcomes) for outcomes in product(*small))


_HOSTS = frozenset(("host", "hostheader", "hostsni"))
_HOST_EXPRESSIONS = frozenset(("hostregexp", "hostsniregexp"))
_OPEN = frozenset(
    ("header", "headers", "headerregexp", "headersregexp", "method", "query", "queryregexp", "alpn")
)


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
    wanted = wanted.lower()
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
    **dict.fromkeys(_HOSTS, _host),
    **dict.fromkeys(_HOST_EXPRESSIONS, _host_expression),
    "path": _path,
    "pathprefix": _path_prefix,
    "pathelements": _path_elements,
    "pathregexp": _path_expression,
}
