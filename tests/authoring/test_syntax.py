"""What is read from a syntax tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.authoring.syntax import Head, Module, module
from erpguard.engines.syntax.reading import spelled
from erpguard.reads import ANY, parse_path
from tests.authoring.packs import tree


def read(body: str) -> Module:
    """A module with one rule."""
    return module(tree(f"package erpguard.acme.one\n\nimport data.erpguard.lib.finding\n\n{body}\n"))


READS = [
    ("some pod in input.views.pods\n\tpod.tier", {"views.pods.tier"}),
    ("some pod in input.views.pods\n\tpod.ports[_].number > 1", {"views.pods.ports"}),
    ("pod := input.views.pods[_]\n\tpod.tier", {"views.pods.tier"}),
    ('some pod in input.views["pods"]\n\tpod["tier"]', {"views.pods.tier"}),
    ("some pod in input.views.pods\n\tpod.name\n\tpod.key\n\tpod.resource", set()),
    ("some pod in input.views.pods\n\tx := pod.ports\n\tsome y in x\n\ty.number", {"views.pods.ports"}),
    ('some pod in input.views.pods\n\tobject.get(pod, "tier", "") == ""', {"views.pods.tier"}),
    ("some pod in input.views.pods\n\tevery x in pod.labels { x }", {"views.pods.labels"}),
    ("some pod in input.views.pods\n\tnot pod.tier", {"views.pods.tier"}),
    ("count({p.tier | some p in input.views.pods}) > 0", {"views.pods.tier"}),
    ('some o in input.resources["a/B"]\n\to.body.spec.x == 1', {"spec.x"}),
    ('some o in input.resources["a/B"]\n\tsome r in o.body.spec.rules\n\tr.host', {"spec.rules", "spec.rules[*].host"}),
    ('some o in input.resources["a/B"]\n\to.body.data["odoo.conf"]', {'data["odoo.conf"]'}),
    (
        'some o in input.resources["a/B"]\n\to.labels.team == o.annotations["a.b/c"]',
        {"labels", "annotations"},
    ),
    ('some o in input.resources["a/B"]\n\tx := input.settings.acme.one[o.environment].days\n\tx > 1', {"environment"}),
    ('some o in input.resources["a/B"]\n\tspec := o.body.spec\n\tspec.x with input as {}', {"spec.x"}),
]


@pytest.mark.parametrize(("body", "reads"), READS)
def test_reads(body: str, reads: set[str]) -> None:
    found = read(f"deny contains 1 if {{\n\t{body}\n}}")
    assert {spelled(one) for one in found.reads} == reads
    assert found.wholes == ()


@pytest.mark.parametrize(
    "body",
    [
        "some pod in input.views.pods\n\tcount(pod) > 1",
        "some pod in input.views.pods\n\twalk(pod, [x, y])",
        "some pod in input.views.pods\n\tx := [pod]\n\tx == 1",
        'some o in input.resources["a/B"]\n\tcount(o.body) > 1',
        "\n\tcount(input.views.pods) == 0",
        "\n\tjson.marshal(input) == 0",
    ],
)
def test_what_is_given_away_as_a_whole(body: str) -> None:
    assert read(f"deny contains 1 if {{\n\t{body}\n}}").wholes == (7,)


def test_the_line_is_that_of_the_first_use() -> None:
    found = read("deny contains 1 if {\n\tsome pod in input.views.pods\n\tpod.tier\n\tpod.tier == 1\n}")
    assert found.reads == {("views", "pods", "tier"): 7}


def test_values_of_violations() -> None:
    found = read(
        'deny contains finding.at(p, [], {"a": 1, "b": p.tier}) if some p in input.views.pods\n'
        'deny contains object.union(finding.at(p, [], {}), {"key": "a"}) if some p in input.views.pods\n'
        "deny contains finding.at(p, [], values) if {\n\tsome p in input.views.pods\n\tvalues := {}\n}"
    )
    assert [(one.values, one.line) for one in found.findings] == [({"a", "b"}, 5), (set(), 6), (None, 7)]


def test_findings() -> None:
    found = read(
        'deny contains finding.at(p, ["a", i, 0], {}) if some i, p in input.resources["a/B"]\n'
        'deny contains finding.at(p, "a.b", {}) if some p in input.views.pods\n'
        "deny contains finding.at(x, path, {}) if path := input.y\n"
    )
    assert [one[:4] for one in found.findings] == [
        (5, ("resources", "a/B", ANY), ("a", ANY, ANY), False),
        (6, ("views", "pods", ANY), None, True),
        (7, None, None, False),
    ]


def test_heads() -> None:
    no_set, no_violation = "is no set", "holds something else than violations"
    found = read(
        "default allow := false\nallow if input.x\nf(x) := x\ns contains 1\no[k] := 1 if some k in [1]\n"
        'a.b.c := 1\ntest_x if true\nq["r"] := 2\ny := 1 if {\n\tinput.a\n} else := 2\n'
        "t contains x if x := 1\nu.v contains f(1)\nw contains {1}\n"
    )
    assert found.heads == (
        Head("allow", 6, no_set),
        Head("f", 7, no_set),
        Head("s", 8, no_violation),
        Head("o", 9, no_set),
        Head("a", 10, no_set),
        Head("test_x", 11, no_set),
        Head("q", 12, no_set),
        Head("y", 13, no_set),
        Head("t", 16),
        Head("u", 17, no_set),
        Head("w", 18, no_violation),
    )
    assert (found.package, found.package_line) == ("erpguard.acme.one", 1)


STEPS = st.one_of(
    st.sampled_from(["spec", "a-b", "$ref", "a.b/c", "x y", "0", "_", ANY]), st.text("ab.$-/", min_size=1)
)


@given(st.lists(STEPS, min_size=1, max_size=5).filter(lambda path: path[0] != ANY).map(tuple))
def test_a_read_is_spelled_as_it_is_parsed(path: tuple[str, ...]) -> None:
    assert parse_path(spelled(path)) == path
