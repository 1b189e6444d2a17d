"""Traefik's match rules against an oracle that evaluates a rule while it writes its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.routing.rule_answers import (
    EITHER,
    NO,
    UNKNOWN,
    YES,
    Request,
    answer,
    covers,
    may_admit,
    must_admit,
)
from erpguard.analysis.routing.traefik_rules import hosts, parse, prefixes

HOSTS = ("erp.example.com", "shop.example.com", "a.erp.example.com")
PATHS = ("/", "/web", "/web/database", "/web/database/manager", "/website")


@dataclass(frozen=True)
class Written:
    """The text of a rule, how tight it binds (3 matcher, 2 not, 1 and, 0 or), and what it answers."""

    text: str
    binds: int
    holds: Callable[[str, str], bool]

    def inside(self, binds: int) -> str:
        """The text as an operand, in parentheses only where they are needed."""
        return self.text if self.binds >= binds else f"({self.text})"


def _host(name: str) -> Written:
    return Written(f"Host(`{name.upper()}`)", 3, lambda host, path: host == name)


def _path(name: str) -> Written:
    return Written(f'Path("{name}")', 3, lambda host, path: path == name)


def _prefix(name: str) -> Written:
    return Written(f"pathprefix( `{name}` )", 3, lambda host, path: path.startswith(name))


def _not(one: Written) -> Written:
    return Written("!" + one.inside(2), 2, lambda host, path: not one.holds(host, path))


def _and(one: Written, other: Written) -> Written:
    return Written(
        f"{one.inside(1)} && {other.inside(1)}", 1, lambda host, path: one.holds(host, path) and other.holds(host, path)
    )


def _or(one: Written, other: Written) -> Written:
    return Written(
        f"{one.inside(0)}||\n{other.inside(0)}", 0, lambda host, path: one.holds(host, path) or other.holds(host, path)
    )


MATCHERS = st.one_of(
    st.sampled_from(HOSTS).map(_host), st.sampled_from(PATHS).map(_path), st.sampled_from(PATHS).map(_prefix)
)
RULES = st.recursive(
    MATCHERS,
    lambda inner: st.one_of(inner.map(_not), st.builds(_and, inner, inner), st.builds(_or, inner, inner)),
    max_leaves=8,
)


@given(RULES, st.sampled_from(HOSTS), st.sampled_from(PATHS))
def test_a_rule_answers_as_its_parts_say(written: Written, host: str, path: str) -> None:
    rule = parse(written.text)
    assert rule is not None
    assert answer(rule, Request(host, path)) == (YES if written.holds(host, path) else NO)


@given(RULES, st.sampled_from(PATHS))
def test_an_open_host_admits_what_some_host_admits(written: Written, path: str) -> None:
    rule = parse(written.text)
    assert rule is not None
    answers = {written.holds(host, path) for host in HOSTS}
    if may_admit(rule, Request(None, path)) is False:
        assert True not in answers
    if must_admit(rule, Request(None, path)):
        assert answers == {True}


@given(st.text(alphabet='Host(`a.b`)&|!,"\\ ${}', max_size=40))
def test_any_text_is_a_rule_or_none(text: str) -> None:
    rule = parse(text)
    assert rule is None or answer(rule, Request("a.b", "/")) in (YES, NO, EITHER, UNKNOWN)


@pytest.mark.parametrize(
    "text",
    ["", "Host(`a`", "Host(`a`) Host(`b`)", "Host(`a`) && ${MORE}", "&& Host(`a`)", "Host(a)", "(" * 200 + "Host(`a`)"],
)
def test_what_is_no_rule(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "host", "path", "expected"),
    [
        ("Host(`a.b`, `c.d`)", "c.d", "/", YES),
        ("HostRegexp(`{sub:[a-z]+}.example.com`)", "erp.example.com", "/", YES),
        ("HostRegexp(`{sub:[a-z]+}.example.com`)", "a.erp.example.com", "/", NO),
        ("HostRegexp(`^[^.]+\\.example\\.com$`)", "erp.example.com", "/", YES),
        ("HostRegexp(`^[^.]+\\.example\\.com$`)", "", "/", EITHER),
        ("Host(`erp.${DOMAIN}`)", "erp.example.com", "/", UNKNOWN),
        ("Host(`erp.${DOMAIN}`)", "erp.${DOMAIN}", "/", YES),
        ("Host(`erp.${DOMAIN}`) && Path(`/x`)", "erp.example.com", "/", NO),
        ("Path(`/web/{name:[a-z]+}`)", "a.b", "/web/database", YES),
        ("PathPrefix(`/web/{name}`)", "a.b", "/web/database/manager", YES),
        ("PathRegexp(`^/web/(database|session)`)", "a.b", "/web/database/manager", YES),
        ("PathRegexp(`^(a+)+$`)", "a.b", "/web", UNKNOWN),
        ("Method(`GET`)", "a.b", "/", EITHER),
        ("Unheard(`of`)", "a.b", "/", UNKNOWN),
        ("HostSNI(`*`)", "a.b", "/", YES),
    ],
)
def test_matchers(text: str, host: str, path: str, expected: frozenset[bool]) -> None:
    rule = parse(text)
    assert rule is not None
    assert answer(rule, Request(host, path)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ClientIP(`10.0.0.0/8`)", False),
        ("ClientIP(`10.0.0.0/8`) || Path(`/public`)", True),
        ("ClientIP(`0.0.0.0/0`)", True),
        ("!ClientIP(`10.0.0.0/8`)", True),
        ("ClientIP(`${OFFICE}`)", None),
        ("Host(`a.b`)", True),
    ],
)
def test_who_may_come_from_anywhere(text: str, expected: bool | None) -> None:
    rule = parse(text)
    assert rule is not None
    assert may_admit(rule, Request(outsider=True)) is expected


def test_what_a_rule_names() -> None:
    rule = parse("(Host(`A.b`) || HostRegexp(`x+`)) && !PathPrefix(`/web`) && Path(`/y`)")
    assert rule is not None
    assert hosts(rule) == ["a.b", "~x+"]
    assert prefixes(rule) == ["/web", "/y"]


LABELS = st.sampled_from(("a", "b", "*", "erp", "Example"))


@given(st.lists(LABELS, min_size=1, max_size=4), st.lists(LABELS, min_size=1, max_size=4))
def test_a_wildcard_stands_for_one_label(wanted: list[str], host: list[str]) -> None:
    left, right = [label.lower() for label in wanted], [label.lower() for label in host]
    wild = left[0] == "*" and len(left) > 1 and right[0] != "*" and len(left) == len(right) and left[1:] == right[1:]
    assert covers(".".join(wanted), ".".join(host)) == (left == right or wild)
