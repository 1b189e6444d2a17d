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
k.x contains input.missing
k[y] contains y if some y in ["z"]
ok := [k, {1 | k.x}]
l.a.s contains y if some y in input.missing
l["b"]["s"] contains y if some y in input.missing
l[x].t contains x if some x in ["c"]
ol := l
p.a.b.c contains y if some y in input.missing
p.a[x].d := 1 if some x in input.missing
op := p
q.a.b[x] := 1 if some x in input.missing
q[x].c := 1 if some x in ["d"]
oq := q
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
VALUES_OF_WITH = """
a contains x if { x := input.y with input as {"y": input.numbers[_]} }
b if not input.y == 2 with input as {"y": input.numbers[_]}
"""
STATEMENTS = """
a if { input.one
	(input.one == 1) }
b contains x if {
	some x in input.numbers # (
	# (
	(x > 2)
}
c := y if { y := input["numbers"][1]
	(y + 1) * 2 == 6 }
d := [x | x := input.numbers[_]

	(x == 1)]
e if { not input.object["q"]
	((1 + 2) > 1) }
g := [-input.one, 3 - -input.one, -input.one * 2, -f1(input.one) % 3, {-input.one}, [1 | -input.text]]
h contains -input.one if not -input.one
i contains -input.one if -input.one < 0
j if { x := input with input as -input.one; x == -1 }
l := [x | x := -input.numbers[_]
	(x < -2)]
f1(x) := x + 1
f if { x := input.one with input.one as 7
	(x == 7) }
"""
BODIES = """
a := input.one + 1 if { input.missing } { input.one }
ob := b
b[x].y := 1 if { some x in ["a"] } { some x in ["b"] }
c := [f1(1), f1(2)]
f1(x) := x + 1 if { x == 1 } { x == 2 }
d contains input.one if { x | some x in input.missing }
e := input.one if { [input.one] | input.missing }
g if { {"a": 1} == input.object }
h contains f2(x) if some x in [3, 7, {"a": 4}]
f2(x) if { x == 7 } else := x.a
i contains f3(x) if some x in [3, 7, {"a": [4]}, 8]
f3(x) if { x == 7 } else := "é" if { x == 8 } else := [x, x.a[0]]
"""
DECLARATIONS = """
a contains x if { y := input.numbers[_]; some x; input.pairs[x]; y > 0 }
b contains [x, y, z] if {
	z := input.list[_]
	some x,
		y
	input.numbers[x] == input.numbers[y]
}
c contains y if { x := input.list[_]; [y, _] := f1(x) }
d contains x if { y := input.numbers[_]; x := [w | v := input.numbers[_]; some w; input.pairs[w]; v == y] }
e if { y := input.numbers[_]; every x in [1] { z := input.list[_]; some w; input.numbers[w] == x; z } ; y == 1 }
f1(x) := [x, 1]
"""
PARAMETERS = """
a := [f1({"a": 1}), f1({"a": {"b": 2}})]
b := [1 | f1(input.object)]
f1({"a": x}) := x
c := [f2({"a": 2}, 1), f2({"a": 0}, 5)]
d := [1 | f2(input.object, 5)]
f2({"a": x}, y) := x + y if { x > 1 } else := y
e if f3([{"a": 1}, 1])
f if not f3([input.object, 1])
g if not f3([{"a": 1}, 2])
f3([{"a": x}, z]) if x == z
h := [f4({"a": {"b": 1}, "c": [2, {"d": 3}]}), 1]
i := [1 | f4({"a": input.object, "c": [2, {"d": 3}]})]
f4({"a": {"b": x}, "c": [y, {"d": z}]}) := [x, y, z]
j := [[f5({"a": 1}), 1] | input.one]
f5({"a": x}) := x.y
l := [f6({"a": false}), f6({"a": 1}), f6({"a": 7})]
f6({"a": x}) := 1 if { not x } else := 2 if { x == 1 } else := x
m := [f7(x) | some x in [{"a": 1}, {"a": 2}, input.object, {}]]
f7({"a": 1}) := 3
f7({"a": 2}) := 4
f7({}) := 5
n := [f8({"a": x, "b": 2}) | some x in [1, 2, 3]]
f8({
	"a": x,
	"b": y,
}) := {"x": x} if { x == y } { x == 1 }
"""
KEYS_THAT_COME_AGAIN = """
a := {"a": input.missing, "a": 2}
b := {"a": {"b": input.missing, "b": 1}, `a`: {"b": input.missing, "b": 3}, "c": 4}
c contains x if { x := {"a": y, "b": 1, "a": input.one} }
d := {"a": 1, input.text: 2}
e := {1: f([input.missing]), true: 5, "1": 6, 1: [
	input.one,
]}
f(x) := x
"""
OBJECTS_AS_INDEXES = """
members := {{"a": 1}, {"a": 2, "b": 1}, {"a": {"c": 3}}, [1, {"a": 7}], {"a": 1, "b": 5}}
a contains x if members[{"a": x}]
b contains x if { members[{"a": {"c": x}}] }
c contains x if { y := [1]; members[[1, {"a": x}]]; y }
d if { x := 2; members[{"a": x}] }
e if { x := 2; not members[{"a": x}] }
f contains [x, y] if { y := members[{"a": x}] with input as {} }
g := count([1 | members[{"a": _}]])
h contains y if { every x in [1] { members[{"a": x}] }; [{"b": y}] = [{"b": members[{"a": y}].a}]; y }
i contains k if { x := input.one; {{"a": 1}: 2, {"a": 1, "b": 2}: 3}[{"a": x}] = k }
"""
NEGATED_BODIES = """
import future.keywords.not
a if not {input.one}
b if not {input.missing}
c if not { input.one == 2 }
d if not ({input.one})
"""


@needs_opa
@pytest.mark.parametrize(
    "rules",
    [
        OPERATORS,
        DOCUMENTS,
        PATTERNS,
        WITHS,
        VALUES_OF_WITH,
        STATEMENTS,
        BODIES,
        DECLARATIONS,
        PARAMETERS,
        KEYS_THAT_COME_AGAIN,
        OBJECTS_AS_INDEXES,
        NEGATED_BODIES,
    ],
)
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


def test_a_rule_of_another_module_as_a_key() -> None:
    interpreter = ForeignInterpreter()
    interpreter.add("q.rego", "package p\nkeys contains 1 if input.missing")
    interpreter.add("p.rego", "package p\na.b[keys] contains 2 if { keys[3] }\noa := a")
    interpreter.set_input_text("{}")
    assert json.loads(interpreter.value("data.p.oa")) == {"b": {}}


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
