"""Comprehensions may declare variables with the names of rules and imports."""

from __future__ import annotations

import json

import pytest

from erpguard.engines.child.interpreter import ForeignInterpreter

MODULE = """\
package a

import data.b.shop

name := "rule"

items := [1, 2]
"""
COMPREHENSIONS = {
    "[name | some name in items]": [1, 2],
    "[shop | some shop in items]": [1, 2],
    "{name: i | some i, name in items}": {"1": 0, "2": 1},
    "[name | some name; items[name] == 2; every x in [name] { x == name }]": [1],
    "[name | some name in items; every name in [1] { name == 1 }]": [1, 2],
    '[{"name": name} | some name in items; name == 2]': [{"name": 2}],
    "[name | some i; items[i]]": ["rule", "rule"],
    "[shop | some i; items[i] == 1]": [3],
}


@pytest.mark.parametrize("comprehension", COMPREHENSIONS)
def test_a_comprehension(comprehension: str) -> None:
    interpreter = ForeignInterpreter()
    interpreter.add("a.rego", f"{MODULE}\nanswer := {comprehension}\n")
    interpreter.add("b.rego", "package b\n\nshop := 3\n")
    interpreter.prepare()
    interpreter.set_input_text("{}")
    assert json.loads(interpreter.value("data.a.answer")) == COMPREHENSIONS[comprehension]
