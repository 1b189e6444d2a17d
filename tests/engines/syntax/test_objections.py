"""What is objected to before a module is judged."""

from __future__ import annotations

import json

import pytest
import regorus

from erpguard.engines.builtins import ADDED
from erpguard.engines.syntax import ModuleFacts, Objection, Refusal, facts, objections
from erpguard.engines.syntax.known import DEPRECATED, DIFFERENT, MISSING, NATIVE, REFUSED, VARYING


def _facts(source: str) -> ModuleFacts:
    engine = regorus.Engine()
    engine.add_policy("policy.rego", source)
    return facts(json.loads(engine.get_ast_as_json())[0])


def _why(source: str) -> dict[str, str]:
    return {found.name: found.why for found in objections(_facts(source))}


def test_says_where_and_what_to_do() -> None:
    found = objections(_facts('package p\n\ndeny contains "x" if {\n  http.send({"url": "http://a"}).x\n}'))
    assert found == [
        Objection(
            4,
            3,
            "http.send is not answered: policies have no network; put what it would say into a data file",
            "http.send",
            "refused",
        )
    ]


def test_why() -> None:
    calls = "opa.runtime(), time.now_ns(), nope(1), rego.metadata.rule(), re_match(1, 2), lower(3), nope.a(1)"
    assert _why(f"package p\nx := [{calls}]") == {
        "opa.runtime": "refused",
        "time.now_ns": "varies",
        "nope": "unknown",
        "rego.metadata.rule": "missing",
        "re_match": "deprecated",
        "nope.a": "unknown",
    }


def test_functions_of_the_modules_are_known() -> None:
    lib = _facts("package lib\nf(x) := x\ng.h(x) := x")
    sibling = _facts("package p\nh.sha256(x) := x\nk(x) := x")
    module = _facts("package p\nimport data.lib\nx := [lib.f(1), lib.g.h(1), data.lib.i(1), h.sha256(1), k(1)]")
    assert [found.name for found in objections(module, [lib, sibling, module])] == ["data.lib.i"]
    assert [found.name for found in objections(module)] == ["data.lib.f", "data.lib.g.h", "data.lib.i", "h.sha256", "k"]


def test_what_opa_does_not_compile_is_told_among_the_calls() -> None:
    module = _facts("package p\nx := [nope(1), y(1), q.z(1)]\ny := 1")._replace(refusals=(Refusal(2, 9, "no."),))
    others = [_facts("package p\nq.z := 1")]
    assert [(found.column, found.text, found.why) for found in objections(module, others)] == [
        (7, "nope is neither a builtin nor defined in these modules", "unknown"),
        (9, "no.", "invalid"),
        (16, "data.p.y is a rule, and no function", "unknown"),
        (22, "q.z is a rule, and no function", "unknown"),
    ]


@pytest.mark.parametrize("name", ["http.send", "count"])
def test_own_functions_may_have_the_name_of_a_builtin(name: str) -> None:
    assert _why(f"package p\n{name}(x) := x\ny := {name}(1)") == {}


def test_no_function_is_in_two_tables() -> None:
    tables = [MISSING, VARYING, DIFFERENT, DEPRECATED, ADDED]
    names = [name for table in tables for name in table]
    assert sorted(names) == sorted(set(names))
    assert VARYING.keys() | DIFFERENT.keys() <= NATIVE
    assert not NATIVE & (MISSING.keys() | DEPRECATED.keys())
    assert not ADDED & REFUSED.keys()
