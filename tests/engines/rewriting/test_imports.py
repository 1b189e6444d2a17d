"""A module that imports its own package, or what that is in, sees the same there as without the import."""

from __future__ import annotations

import json

import pytest

from erpguard.engines.child.interpreter import ForeignInterpreter

RULES = """
import data.a
import data.a.b as own
import data.a.other

s := "1"

p contains "z"

g(own) := own.t
"""
OTHER = "package a.other\n\ns := 2\n"
STATEMENTS = {
    'v := own["s"]': ["1"],
    "own.p[v]": ["z"],
    "some v in a.b.p": ["z"],
    'v := own.g({"t": "argument"})': ["argument"],
    'v := sprintf("%v %v", [own.s, a.b.s]); not own.missing': ["1 1"],
    'v := own.s with own.s as "replaced"': ["replaced"],
    'own := {"s": "local"}; v := own.s': ["local"],
    'every own in [{"s": 1}] { own.s == 1 }; v := "every"': ["every"],
    '"z" in own.p; v := "member"': ["member"],
    "v := other.s": [2],
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_own_package(statement: str) -> None:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", f"package a.b\n{RULES}\nanswers contains v if {{ {statement} }}\n")
    interpreter.add("other.rego", OTHER)
    interpreter.prepare()
    interpreter.set_input_text("{}")
    assert json.loads(interpreter.value("data.a.b.answers")) == STATEMENTS[statement]


def test_a_rule_named_like_the_import() -> None:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", "package a.b\n\nimport data.a.b\n\nb := 1\n\nd := data.a.b.b\n")
    interpreter.prepare()
    interpreter.set_input_text("{}")
    assert interpreter.value("data.a.b.d") == "1"
