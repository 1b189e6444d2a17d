"""What random packages found: rules that the embedded engine judged otherwise, or could not judge, before."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from erpguard.engines.child.interpreter import ForeignInterpreter
from erpguard.errors import EngineError
from tests.engines.opa import needs_opa, program

DOCUMENT = {
    "one": 1,
    "text": "a",
    "list": [{"a": 1, "b": 2}, {"a": 5}, 3, [{"a": 1}], [{"a": 1, "b": 2}], {}],
    "object": {"a": 1, "b": 2},
    "rows": [{"name": "x"}, {"other": 1}, {"name": "y"}],
    "numbers": [1, 2, 3, 4],
    "pairs": [[1, 2]],
    "empty": {},
}
OPERATORS = """
a := input.one / 0
b := input.one % 0.5
c if not {1} - input.one
d := input.list[0] + 1
v := input[input.text] + 1
e := {1} | input.one
f := [1 in input.missing, 2]
g if (1 in input.missing) == false
h := (1 in input.one)
i := [x | x := 0, input.missing in [1]]
j if "k", "k" in {"k"}
l if input.missing, "k" in {"k"}
m := (input.one + (input.one)) * 3 - count([1]) # )
n := (set() | {2} | set()) & {2}
o := {"a": {"b": 1}} in [{"a": {"b": 1}}]
p := input.one - input.one * 4 / (input.one + 1) % 5
q := {1, 2} - ({1} | set())
r if { y := {x | x := input.list[_]; x in {3, 4}}; y == {3} }
s := [input.one, 1 + input.missing]
t if input.missing in [input.missing]
u := {"k": 1 + 1, "l": (0, 1 in [1])}
"""
DOCUMENTS = """
a[x] contains y if { some x, y in input.empty }
oa := a
b.b.b := 1 if input.missing
ob := b
c[x].z := y if { some x, y in input.empty }
oc := c
d[x][z] := y if { some x, y in input.object; z := "z" }
od := d
e[x.name] := 1 if some x in input.rows
oe := e
f[x.name].deep contains x.name if { some x in input.rows }
of := f
g[one].z contains 1 if not input.one
og := g
one := input.one
h if count(a) == 0
i contains input.rows[_].name
j := input.missing if { false } else := input.one
m := input.rows[_].other
n contains f1(input.rows[_].name)
f1(x) := x
"""
PATTERNS = """
a contains x if { {"a": x} = input.object }
b contains x if { {"a": x} := input.object }
c contains x if { some {"a": x} in input.list }
d contains x if { [{"a": x}] = input.list[_] }
e contains x if { input.object = {"a": x} }
f contains x if { [[_, {"a": x}]] := [[1, input.object]] }
g contains x if { {"a": x, "b": 2} = input.object }
h contains x if walk(input, [_, {"a": x}])
i contains x if [x, {"a": 1}] = walk(input)
j contains x if { some x, {} in input.list }
l contains [k, v] if some k, {"a": v} in {{"a": 3}, {"a": 4, "c": 4}}
m contains x if { y := input.one; x = {"a": y} }
n contains x if { y := input.object; {"a": x} = y }
o contains x if { input.list[y] = {"a": x}; y > 0 }
p contains x if { {"a": {"b": x}, "c": y} = {"a": {"b": 1}, "c": 5}; y == 5 }
q if { [{"a": x}, _] = [input.object, 4]; x > 0 }
r contains x if { [_, y] := walk(input.numbers); x := input.numbers[y] }
s contains x if { some pair in input.pairs; [_, y] := pair; x := input.numbers[y] }
t contains x if { some y in [1]; z := y; x := input.numbers[z] }
"""
WITHS = """
mock := {"one": 3, "c": base}
base := {"a": 1}
uses if { input.one == 3; base.a == 1 }
a if uses with input as mock
b if not uses with input as mock
c contains x if { x := uses with input as mock; base.a == 1 }
d if base with input.one as base
e if f1(3) == 3 with f1 as f2
f1(x) := x + 1
f2(x) := x
f if null with input.one as input.missing with input as 1
g := x if { x := input.one with input as {
	"one": [base, input.one],
} }
"""
NEGATED_BODIES = """
import future.keywords.not
a if not {input.one}
b if not {input.missing}
c if not { input.one == 2 }
d if not ({input.one})
"""


@needs_opa
@pytest.mark.parametrize("rules", [OPERATORS, DOCUMENTS, PATTERNS, WITHS, NEGATED_BODIES])
def test_rules_are_as_in_opa(rules: str, tmp_path: Path) -> None:
    module = f"package p\n{rules}"
    names = dict.fromkeys(re.findall(r"^(\w+)\b(?![.(\[])", rules.replace("import", "#"), re.MULTILINE))
    (tmp_path / "p.rego").write_text(module, encoding="utf-8")
    (tmp_path / "input.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    told = subprocess.run(
        [program(), "eval", "-i", str(tmp_path / "input.json"), "-d", str(tmp_path / "p.rego"), "data.p"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    answer = json.loads(told.stdout)
    assert "result" in answer, answer
    wanted = answer["result"][0]["expressions"][0]["value"]
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", module)
    interpreter.set_input_text(json.dumps(DOCUMENT))
    found: dict[str, Any] = {name: json.loads(interpreter.value(f"data.p.{name}")) for name in names}
    assert found == {name: wanted.get(name, "<undefined>") for name in names}


def test_an_error_spoils_nothing() -> None:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", "package p\na := x if walk(input, [_, x])\nb contains a\nc if not a == 3\nd := 1")
    interpreter.set_input_text("[1, 2]")
    for rule in "abcba":
        with pytest.raises(EngineError, match=r"^p\.rego:2:1: rules must not produce multiple outputs$"):
            interpreter.value(f"data.p.{rule}")
    assert interpreter.value("data.p.d") == "1"


def test_what_was_printed_before_an_error_is_told_once() -> None:
    interpreter = ForeignInterpreter()
    interpreter.gather_prints()
    interpreter.add("p.rego", 'package p\na if print("a")\nb := x if { print("b"); some x in [1, 2] }')
    interpreter.set_input_text("{}")
    interpreter.value("data.p.a")
    with pytest.raises(EngineError):
        interpreter.value("data.p.b")
    assert interpreter.prints() == ["p.rego:2: a", "p.rego:3: b"]
    assert interpreter.prints() == []
