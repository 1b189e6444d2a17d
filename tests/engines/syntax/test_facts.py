"""What a module defines and calls."""

from __future__ import annotations

import json

import regorus

from erpguard.engines.syntax import Call, ModuleFacts, RuleFact, facts


def _engine(source: str) -> regorus.Engine:
    engine = regorus.Engine()
    engine.add_policy("policy.rego", source)
    return engine


def _facts(source: str) -> ModuleFacts:
    return facts(json.loads(_engine(source).get_ast_as_json())[0])


def _names(source: str) -> list[str]:
    return [call.name for call in _facts(source).calls]


def test_a_module() -> None:
    found = _facts(
        "package erpguard.network.open\n\nimport data.lib.finding\n\n"
        'deny contains finding.at(x, ["a"]) if {\n  some x in input.rows\n  count(x.ports) > 0\n}\n'
    )
    assert found == ModuleFacts(
        "erpguard.network.open",
        (RuleFact("deny", 5),),
        (Call("data.lib.finding.at", 5, 15), Call("count", 7, 3)),
    )


def test_every_kind_of_head() -> None:
    found = _facts(
        "package p\ndefault a := 1\ndefault f(_) := 2\na := 3 if input.x\nf(x) := x\n"
        "b contains 1\nc[x] := 1 if some x in input\nd.e.f := 1\ng.h[x].i := 1 if some x in input\n"
        'j["k"] := 1\na := 2 if { input.y } else := 3'
    )
    assert [rule.name for rule in found.rules] == ["a", "f", "a", "f", "b", "c", "d.e.f", "g.h", "j.k", "a"]
    assert [rule.line for rule in found.rules] == list(range(2, 12))


def test_names_of_packages_that_are_no_identifiers() -> None:
    assert _facts('package a["b-c"].d\nx := 1').package == "a.b-c.d"


def test_imports_and_own_functions_are_spelled_out() -> None:
    source = (
        'package p\nimport data.lib as l\nimport data.q\nimport input.z\nf(x) := x\nx := [l["a"].b(1), q.c(2), f(3), '
        "data.r.g(4), other(5), lower(6)]"
    )
    assert _names(source) == ["data.lib.a.b", "data.q.c", "data.p.f", "data.r.g", "other", "lower"]


def test_calls_are_found_wherever_they_are() -> None:
    places = [
        "x := f(1)",
        "x := [f(1)]",
        "x := {f(1)}",
        "x := {f(1): 2}",
        "x := {2: f(1)}",
        "x if f(1)",
        "x if not f(1)",
        "x if { some y in f(1); y }",
        "x if { every y in f(1) { y } }",
        "x if { every y in input { f(y) } }",
        "x := [y | y := f(1)]",
        "x := {y | y := f(1)}",
        "x := {y: 1 | y := f(1)}",
        "x := {1: f(y) | some y in input}",
        "x := -f(1)",
        "x := 1 + f(1)",
        "x if 1 < f(1)",
        "x := input.a[f(1)].b",
        "x if { input.a } else := f(1)",
        "x if { input.a } else := 1 if { f(1) }",
        "x[f(1)] := 1 if input",
        "x contains f(1)",
        "x if input with input.y as f(1)",
        "x if f(1) in input",
        "g(_) := f(1)",
        "x := {1} | f(1)",
        "x if (f(1))",
    ]
    missed = [place for place in places if _names(f"package p\n{place}").count("f") != 1]
    assert missed == []


def test_calls_within_calls() -> None:
    assert _names('package p\nx := concat("", [sprintf("%v", [count(input)])])') == ["concat", "sprintf", "count"]


def test_trees_of_any_depth() -> None:
    """Each operator of a chain is a level of the tree."""
    module = json.loads(_engine("package p\nx := count(input) + f(1)").get_ast_as_json())[0]
    body = module["ast"]["rules"][0]["Spec"]["head"]["Compr"]["assign"]
    for _ in range(100_000):
        body["value"] = {"ArithExpr": {"op": "Add", "lhs": body["value"], "rhs": {}}}
    assert [call.name for call in facts(module).calls] == ["count", "f"]
    while "ArithExpr" in body["value"]:  # so that letting go of the tree is not deep either
        body["value"] = body["value"]["ArithExpr"]["lhs"]
