"""Traefik's match rules, parsed. What they admit is answered in `erpguard.analysis.routing.rule_answers`.

Both syntaxes are read: v2 (several arguments, `{name:regex}` templates) and v3 (one argument, Go regular expressions).
Source: doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/, and pkg/rules and
pkg/muxer of Traefik. Matcher names are compared without case; `!` binds closer than `&&`, `&&` closer than `||`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

HOST_MATCHERS = frozenset(("host", "hostheader", "hostsni"))
HOST_EXPRESSION_MATCHERS = frozenset(("hostregexp", "hostsniregexp"))


class Match(NamedTuple):
    """A matcher: its name in lower case and its arguments."""

    name: str
    arguments: tuple[str, ...]


class Not(NamedTuple):
    """The opposite."""

    inner: Rule


class All(NamedTuple):
    """`&&`; without parts it is always true."""

    parts: tuple[Rule, ...]


class Some(NamedTuple):
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


def hosts(rule: Rule) -> list[str]:
    """The host names of a rule in lower case, and its host expressions with `~` before them, in their order."""
    found: dict[str, None] = {}
    for match in _matches(rule):
        if match.name in HOST_MATCHERS:
            found.update(dict.fromkeys(argument.lower() for argument in match.arguments if argument != "*"))
        elif match.name in HOST_EXPRESSION_MATCHERS:
            found.update(dict.fromkeys("~" + argument for argument in match.arguments))
    return list(found)


def prefixes(rule: Rule) -> list[str]:
    """The arguments of the path matchers, in their order."""
    names = ("path", "pathprefix", "pathelements", "pathregexp")
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
