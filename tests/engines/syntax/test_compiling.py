"""What OPA's compiler refuses is refused when modules are compiled, and nothing else is."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence

import pytest
import regorus
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from erpguard.engines.builtins import ADDED
from erpguard.engines.child.interpreter import ForeignInterpreter
from erpguard.engines.syntax import facts, objections
from erpguard.engines.syntax.arities import ARITIES
from erpguard.engines.syntax.compiling import refusals
from erpguard.engines.syntax.known import DEPRECATED, NATIVE
from erpguard.errors import PackError
from tests.engines.opa import Server, needs_opa, program, running
from tests.waiting import HANGS

OTHER = "package q\n\nf(x) := x\n\none := 1\n\nmany contains 1\n"
BEFORE = "f(x) := x\n\ng(x, y) := [x, y]\n\none := 1\n\n"
_SINGLE = "and a single value where it is defined before"
REFUSED = {
    # calls
    "r := count()": "11:6: count takes 1 argument, and is given 0",
    "r := count([1], 2)": "11:6: count takes 1 argument, and is given 2",
    "r if { not count([1], 2, 3) }": "11:12: count takes 1 argument, and is given 3",
    "r if { x := concat(1); x }": "11:13: concat takes 2 arguments, and is given 1",
    'r := [x | x := time.add_date(1, 2, "é")]': "11:16: time.add_date takes 4 arguments, and is given 3",
    "r := f()": "11:6: f takes 1 argument, and is given 0",
    "r := f(1, 2)": "11:6: f takes 1 argument, and is given 2",
    "r if { f(f(1, x)) == 1 }": "11:10: f takes 1 argument, and is given 2",
    "r if { every x in [g(1)] { x } }": "11:20: g takes 2 arguments, and is given 1",
    "r := q.f(1, 2)": "11:6: q.f takes 1 argument, and is given 2",
    'r := data.q["f"](1, 2)': "11:6: data.q.f takes 1 argument, and is given 2",
    "default h(_) := 0\n\nr := h(1, 2)": "13:6: h takes 1 argument, and is given 2",
    "h() := 1\n\nr := h()": "11:1: data.p.h has no parameters: leave out the brackets",
    'r if { f({"b": 1, "c": 2}, [{"b": x}]); x == 1 }': (
        "11:8: f is not supported here with an object in the place of its value: write `{...} = f(...)`"
    ),
    # functions that are not called
    "r := f": "11:6: f is a function, which has no value without a call",
    "r if not f": "11:10: f is a function, which has no value without a call",
    "r := f.x": "11:6: f.x is a function, which has no value without a call",
    "r := [1, {q.f}]": "11:11: q.f is a function, which has no value without a call",
    "r if { one with input as f }": "11:26: f is a function, which has no value without a call",
    # `with`
    "r if { f(1) with f as g }": "11:18: f takes 1 argument, and g, which replaces it, 2 arguments",
    "r if { f(1) with q.f as g }": "11:18: q.f takes 1 argument, and g, which replaces it, 2 arguments",
    "r if { f(1) with count as g }": "11:18: count takes 1 argument, and g, which replaces it, 2 arguments",
    "r if { one with walk as f }": "11:17: walk cannot be replaced by `with`",
    "r if { one with print as f }": "11:17: print cannot be replaced by `with`",
    # conflicts
    "default r := 1\n\ndefault r := 2": "13:1: data.p.r has more than one default",
    "r := 1\n\nr contains 2": f"13:1: data.p.r is a set here, {_SINGLE}",
    "default r := 1\n\nr contains 2": f"13:1: data.p.r is a set here, {_SINGLE}",
    "r := 1\n\nr[x] := 2 if x := 1": f"13:1: data.p.r[_] is an object here, {_SINGLE}",
    "r contains 1\n\nr[x] contains 2 if x := 1": (
        "13:1: data.p.r[_] is an object of sets here, and a set where it is defined before"
    ),
    "f(x, y) := 2 if x": (
        "11:1: data.p.f is a function of 2 arguments here, and a function of 1 argument where it is defined before"
    ),
    "one(x) := 2": "11:1: data.p.one is a function of 1 argument here, and a single value where it is defined before",
    "r.a := 1\n\nr.a.b := 2": "11:1: data.p.r.a cannot be beside data.p.r.a.b, which would be a part of it",
    "r contains 1\n\nr.a := 2": "11:1: data.p.r cannot be beside data.p.r.a, which would be a part of it",
    # recursion
    "r := r": "11:1: data.p.r is recursive: data.p.r -> data.p.r",
    "h(x) := h(x)": "11:1: data.p.h is recursive: data.p.h -> data.p.h",
    "r := data.p": "11:1: data.p.r is recursive: data.p.r -> data.p.r",
    "r := data[x].r if x := one": "11:1: data.p.r is recursive: data.p.r -> data.p.r",
    "r contains x if some x in s\n\ns := {1 | not r}": "11:1: data.p.r is recursive: data.p.r -> data.p.s -> data.p.r",
    "r.a := r[x] if x := one": "11:1: data.p.r.a is recursive: data.p.r.a -> data.p.r.a",
    # variables without a value
    "r := x": "11:6: x is unsafe: nothing gives it a value",
    "r contains x if { y := 1 }": "11:12: x is unsafe: nothing gives it a value",
    "r if { some x; x > 1 }": "11:16: x is unsafe: nothing gives it a value",
    "r if { some one; one > 1 }": "11:18: one is unsafe: nothing gives it a value",
    "r if { not input[x] }": "11:18: x is unsafe: nothing gives it a value",
    "r if { count(_) == 1 }": "11:14: _ is unsafe: nothing gives it a value",
    "r := [x | y := 1]": "11:7: x is unsafe: nothing gives it a value",
    "r if { every x in [1] { x == y } }": "11:30: y is unsafe: nothing gives it a value",
    "r := 1 if { x := 1; x == 2 } else := x": "11:38: x is unsafe: nothing gives it a value",
    "h(x) := y if { x }": "11:9: y is unsafe: nothing gives it a value",
    'r := {"a": x, "b": 1}': "11:12: x is unsafe: nothing gives it a value",
    "r if { one with input as {x} }": "11:27: x is unsafe: nothing gives it a value",
}
ACCEPTED = [
    "r := f(1)",
    "r if { f(1, x); x == 1 }",
    'r if { walk(input, [_, {"a": x}]); f({"a": x}) }',
    "r if { not f(1, 2) }",
    "r if { count([1], x); x == 1 }",
    "r if { time.now_ns(x); x > 1 }",
    "r if print(1, 2, 3)",
    "r if print()",
    "count(x, y) := x + y\n\nr := count(1, 2)",
    "r if { f := 1; f == 1 }",
    "h(f) := f",
    "r := [f | some f in [1]]",
    "r if { f(1) with f as q.f }",
    "r if { f(1) with f as 2 }",
    "r if { f(1) with f as one }",
    "r if { count([1]) with count as f with concat as g }",
    "r if { one with http.send as f with io.jwt.decode_verify as g }",
    "default r := 1\n\nr := 2 if one == 2",
    "r := 1\n\nr := 2 if one == 2",
    "r[x] := 1 if x := 1\n\nr.a.b := 2",
    "r[x].b := 1 if x := 1\n\nr.a := 2",
    "r.a := 1\n\nr.b := r.a",
    "r[0] := 1\n\nr[1] := r[0]",
    "r.a.c := [v | v := r[_].b]\n\nr.a.b := 1",
    "r := data[x].s if x := input.x",
    "r := {x: y | some x, y in input}",
    "r contains [x, y] if { [x, {1: y}] = input }",
    "r contains x if input.xs[x].y[_] > 1",
    "r contains x if { input[[1, x]] }",
    "r := x if { one with input as input.xs[x] }",
    "r if { walk(input, [path, value]); path == value }",
    'r := {"a": x, "a": 1}',
    "r if { x := 1; y := [z | z := x; z == x]; y }",
    "r if { every k, v in input { some w in v; w == k } }",
    "h(x, [y, z]) := [x, y, z] if { x } else := y if { z } else := x",
    "r if { some x; input[x] }",
]


def _module(text: str) -> str:
    return f"package p\n\nimport data.q\n\n{BEFORE}{text}\n"


def _found(texts: Sequence[str]) -> list[list[str]]:
    engine = regorus.Engine()
    try:
        for number, text in enumerate(texts):
            engine.add_policy(f"{number}.rego", text)
        trees = _trees(engine)
    finally:
        del engine  # the traceback of an error would keep it, until perhaps another thread drops it
    return [[":".join(map(str, one[:2])) + f": {one.text}" for one in found] for found in refusals(trees)]


def _trees(engine: regorus.Engine) -> list[object]:
    found: list[object] = json.loads(engine.get_ast_as_json())
    return found


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    _, found = _found([OTHER, _module(text)])
    assert found[0] == REFUSED[text]


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted(text: str) -> None:
    assert _found([OTHER, _module(text)]) == [[], []]


class _Compiler:
    """OPA's, by way of a server: it refuses what does not compile."""

    def __init__(self, server: Server) -> None:
        self._url = f"{server.url}/v1/policies/p.rego"
        self._session = requests.Session()

    def refuses(self, text: str) -> str:
        """Why a module is refused; empty where it is not."""
        answer = self._session.put(self._url, data=text.encode(), timeout=HANGS)
        self._session.delete(self._url, timeout=HANGS)
        return "" if answer.status_code == 200 else str(answer.json()["errors"])


@pytest.fixture(scope="module")
def compiler() -> Iterator[_Compiler]:
    with running() as server:
        server.put("q.rego", OTHER)
        yield _Compiler(server)


@needs_opa
def test_opa_says_the_same(compiler: _Compiler) -> None:
    ours = [text for text, refusal in REFUSED.items() if "not supported" in refusal]
    assert [text for text in REFUSED if not compiler.refuses(_module(text))] == ours
    assert [text for text in ACCEPTED if compiler.refuses(_module(text))] == []


_NAMES = st.sampled_from(
    ["f", "g", "h", "one", "r", "s.a", "s.b", "q.f", "q.one", "data.p", "data.p.s", "count", "x", "y"]
)
_TERMS = st.recursive(
    _NAMES | st.sampled_from(["1", "input.a", "_"]),
    lambda inner: st.one_of(
        st.tuples(_NAMES, st.lists(inner, min_size=1, max_size=3)).map(lambda one: f"{one[0]}({', '.join(one[1])})"),
        st.tuples(_NAMES, inner).map(lambda both: "{}[{}]".format(*both)),
        st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(inner, inner).map(lambda both: "[{} | {}]".format(*both)),
        st.tuples(inner, inner).map(lambda both: "({} == {})".format(*both)),
    ),
    max_leaves=4,
)
_STATEMENTS = st.one_of(
    _TERMS,
    _TERMS.map("not {}".format),
    st.tuples(st.sampled_from("xy"), _TERMS).map(lambda both: "{} := {}".format(*both)),
    st.tuples(_TERMS, _TERMS).map(lambda both: "{} = {}".format(*both)),
    st.tuples(st.sampled_from("xy"), _TERMS).map(lambda both: "some {} in {}".format(*both)),
    st.tuples(_TERMS, _NAMES, _NAMES).map(lambda three: "{} with {} as {}".format(*three)),
    st.tuples(_TERMS, _TERMS).map(lambda both: "every x in {} {{ {} }}".format(*both)),
)
_BODIES = st.lists(_STATEMENTS, min_size=1, max_size=3).map("; ".join)
_HEADS = st.sampled_from(
    ["r := 1", "r contains {}", "r := {}", "s.a := {}", "s[x] := {}", "s[x] contains 1", "h(x) := {}"]
)
_RULES = st.tuples(_HEADS, _TERMS, _BODIES).map(lambda three: f"{three[0].format(three[1])} if {{ {three[2]} }}")
_MODULES = st.lists(_RULES, min_size=1, max_size=2).map("\n\n".join)
_LEFT_OUT = (
    *("declared", "assigned", "referenced above", "unused"),
    *("invalid argument", "match error", "undefined ref", "with keyword target"),
)
"""Errors of OPA that we leave to it: variables that are declared twice or never used, types, and what is an error as
soon as it is evaluated."""


@needs_opa
@settings(
    max_examples=int(os.environ.get("ERPGUARD_RANDOM_MODULES", "150")),
    derandomize="ERPGUARD_RANDOM_MODULES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(text=_MODULES)
def test_random_modules(compiler: _Compiler, text: str) -> None:
    module = _module(text)
    told, wanted = _told(module), compiler.refuses(module)
    if told is None:  # the engine itself refuses it
        return
    if told or not (any(one in wanted for one in _LEFT_OUT) or _may_be_a_circle(wanted, text)):
        assert bool(told) == bool(wanted), f"{told}\n{wanted}\n{module}"


def _may_be_a_circle(wanted: str, text: str) -> bool:
    """Whether OPA refuses variables that are there more than once: `x = y; y = x` is an error when it is evaluated."""
    return any(len(re.findall(rf"\b{name}\b", text)) > 1 for name in re.findall(r"var (\w+) is unsafe", wanted))


def _told(module: str) -> list[str] | None:
    """What is objected to in a module that the engine compiles."""
    interpreter = ForeignInterpreter()
    try:
        interpreter.add("q.rego", OTHER)
        interpreter.add("p.rego", module)
        interpreter.prepare()
    except PackError:
        return None
    trees = json.loads(interpreter.trees())
    modules = [facts(tree)._replace(refusals=found) for tree, found in zip(trees, refusals(trees), strict=True)]
    return [one.text for module in modules for one in objections(module, modules)]


@needs_opa
def test_arities_are_those_of_opa() -> None:
    told = subprocess.run([program(), "capabilities", "--current"], capture_output=True, text=True, check=True)
    builtins = {one["name"]: one["decl"] for one in json.loads(told.stdout)["builtins"]}
    known = NATIVE | ADDED | DEPRECATED.keys()
    wanted = {
        name: len(one.get("args", ())) for name, one in builtins.items() if name in known and "variadic" not in one
    }
    assert dict(ARITIES) == wanted
