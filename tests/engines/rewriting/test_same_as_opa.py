"""Modules of others are judged as OPA judges them: negations, walks and iterations, by tables and in combinations."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from erpguard.conftest import ConftestOptions
from erpguard.conftest.packages import Packages
from erpguard.engines.child.interpreter import ForeignInterpreter
from tests.engines.opa import needs_opa, program

DOCUMENT = {
    "tree": {"x": [1, {"y": 2}], "z": None},
    "list": [3, None, {"k": "v"}, False],
    "yes": True,
    "no": False,
    "null": None,
    "text": "abc",
    "one": 1,
}
SHARED = """\
f(x) := x

g(x, y) := [x, y]

absent if { input.missing; input.other }

present if input.yes

holds(x) if { input.yes; x }
"""
NEGATIONS = [
    "not f(input.missing)",
    "not f(input.no)",
    "not f(input.yes)",
    "not 1 in input.missing",
    "not 1 in input.list",
    "not 3 in input.list",
    "not 1, 3 in input.missing",
    "not input.missing",
    "not (input.missing)",
    "not input.missing.deeper",
    "not input.missing == 1",
    "not input.missing = 1",
    "not input.missing != 1",
    "not input.missing > 1",
    "not input.one > 1",
    "not count(input.missing) == 0",
    "not count(input.list) == 0",
    "not input.missing + 1 == 2",
    "not (input.one + input.one) * 2 == 5",
    "not input.tree[input.missing]",
    "not input.tree[f(input.missing)]",
    "not input.tree[input.text]",
    "not input.tree[input.missing] == 1",
    "not [input.missing]",
    'not {"a": input.missing}',
    "not {input.missing} == {1}",
    "not [1, [input.missing]] == [1, [1]]",
    'not {"a": f(input.missing)} == {"a": 1}',
    "not absent",
    "not f(absent)",
    "not f(present)",
    "not absent == true",
    "not f([1 | absent])",
    "not {x | x := input.missing} == {1}",
    "not f(f(input.missing))",
    "not f(f(input.no))",
    "not f(input.tree).q",
    "not f(input.missing).q",
    'not startswith(input.missing, "a")',
    'not startswith(input.text, "b")',
    'not to_number("x")',
    'not f(to_number("x"))',
    'not f({"a": [input.missing]})',
    "not f([1 | not f(input.missing)])",
    "not f([1 | not f([2 | not f(input.no)])])",
    'not f(input.missing) with input as {"missing": false}',
    'not holds(input.missing) with input as {"missing": true}',
    'not 1 in input.missing with input.missing as [2] with input.one as "1"',
    "not walk(input.missing)",
    "not walk(input.tree)",
    'not "a" == input.text',
    'not f(g(input.one, "a")[0])',
    "x := input.text; not input.tree[x]",
    'x := "x"; not input.tree[x]; not f(x) == "x"',
    "not f(set() | input.missing)",
    'not {"a": 1, "b": 2}[input.missing]',
]
VALUES = {
    "x := walk(input.tree)": "x",
    "[path, value] := walk(input.tree)": "[path, value]",
    '[path, "v"] = walk(input.list)': "path",
    "[path, 2] = walk(input.tree)": "path",
    "x := walk(walk(input.list))": "x",
    "some [x, _] in [walk(input.list)]": "x",
    "x := [path | [path, _] := walk(input.list)]": "x",
    'x := [path | path := ["é", walk(input.list)]]': "x",
    'x := walk(input.v) with input as {"v": [1]}': "x",
    "x := walk(input.missing)": "x",
    "x := walk(input.text)": "x",
    "walk(input.tree); x := 1": "x",
    "[_, v] := walk(input); [p, w] := walk(v); w == 2; x := p": "x",
    "x := f(walk(\n\t\tinput.list,\n\t)[0])": "x",
    "every x in [v | [_, v] := walk(input.one)] { x == 1 }": "1",
    "some y in input.list": "count(walk(y))",
    "some y in [4]": "walk(y)",
    "some x in input.missing": "x",
    "some x in input.null": "x",
    "some x in input.text": "x",
    "some x in input.list": "x",
    "some k, x in input.list": "[k, x]",
    "some k, x in input.tree": "[k, x]",
    'some {"k": x} in input.list': "x",
    "some x in ((input.list))": "x",
    'some x in {"a": 1, "b": 2}': "x",
    "some x in set()": "x",
    'some "a", x in {"a": 1, "b": {"c": 1}}': "x",
    'x := walk({"a": 1, "b": set()})': "x",
    "some x in [y | some y in input.null]": "x",
    "some x in [y | some y in input.list; some _ in input.list]": "x",
    'some x in input.missing with input as {"missing": [7]}': "x",
    "every x in input.missing { x }": "1",
    "every x in input.null { x }": "1",
    "every x in [] { x }": "1",
    "every x in input.list { some y in x; y }": "1",
    "every x in [[1], [2]] { some y in x; not f(y == 3) }": "1",
    "some x in input.list; not f(x)": "x",
    "some x in input.list; not f(x.k)": "x",
    "some x in input.list; not x.k == 1": "x",
    "x := {k | some k, v in input.tree; not f(v)}": "x",
}


def _different(bodies: Sequence[str], heads: Sequence[str], folder: Path) -> list[Any]:
    """The rules that have another value in OPA than in the embedded engine: name, body, both values."""
    rules = [
        f"r{number} contains {head} if {{\n\t{body}\n}}\n" if number % 2 or "\n" in body else
        f"r{number} contains {head} if {{ {body} }}\n"
        for number, (body, head) in enumerate(zip(bodies, heads, strict=True))
    ]  # fmt: skip
    module = "\n".join(["package p\n", *rules, SHARED])
    (folder / "p.rego").write_text(module, encoding="utf-8")
    (folder / "input.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    told = subprocess.run(
        [program(), "eval", "-i", str(folder / "input.json"), "-d", str(folder / "p.rego"), "data.p"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    answer = json.loads(told.stdout)
    assert "result" in answer, f"{answer}\n{module}"
    wanted = answer["result"][0]["expressions"][0]["value"]
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", module)
    interpreter.set_input_text(json.dumps(DOCUMENT))
    found = [json.loads(interpreter.value(f"data.p.r{number}")) for number in range(len(bodies))]
    return [
        (body, _sorted(wanted[f"r{number}"]), _sorted(found[number]))
        for number, body in enumerate(bodies)
        if _sorted(wanted[f"r{number}"]) != _sorted(found[number])
    ]


def _sorted(values: list[Any]) -> list[str]:
    return sorted(json.dumps(value, sort_keys=True) for value in values)


@needs_opa
def test_every_case_is_as_in_opa(tmp_path: Path) -> None:
    bodies, heads = [*NEGATIONS, *VALUES], [*["1"] * len(NEGATIONS), *VALUES.values()]
    assert _different(bodies, heads, tmp_path) == []


_INPUTS = st.sampled_from([f"input.{name}" for name in ("missing", "no", "yes", "one", "list", "tree.x")])
_PLACES = _INPUTS | st.sampled_from(["absent", "present", "v", "3"])
_TERMS = st.recursive(
    _PLACES,
    lambda inner: st.one_of(
        inner.map("f({})".format),
        st.tuples(inner, inner).map(lambda two: "g({}, {})".format(*two)),
        inner.map("[{}]".format),
        inner.map('{{"a": {}}}'.format),
        inner.map("input.tree[{}]".format),
        inner.map("[1 | not f({})]".format),
        inner.map(lambda one: f"[w{len(one)} | some w{len(one)} in [{one}]]"),
        inner.map(lambda one: f"[w{len(one)} | [_, w{len(one)}] := walk({one})]"),
    ),
    max_leaves=4,
)
_NEGATED = st.one_of(
    _TERMS.map("f({})".format),
    _TERMS.map("holds({})".format),
    _TERMS.map("({})".format),
    st.tuples(_TERMS, _INPUTS).map(lambda two: "{} in [{}]".format(*two)),
    st.tuples(_TERMS, _INPUTS).map(lambda two: "f({}) == {}".format(*two)),
    st.tuples(_TERMS, _PLACES).map(lambda two: "f({}) > f({})".format(*two)),
)
_WALKED = st.sampled_from(["input.list", "input.null", "input.missing", "[u | [_, u] := walk(input.tree)]"])
_BODIES = st.tuples(_WALKED, _NEGATED)


@needs_opa
@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(bodies=st.lists(_BODIES, min_size=60, max_size=100))
def test_combinations_are_as_in_opa(bodies: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    written = ["some v in {}; not {}".format(*body) for body in bodies]
    assert _different(written, ["v"] * len(written), tmp_path_factory.mktemp("opa")) == []


@needs_opa
@pytest.mark.parametrize("keywords", ["future.keywords", "future.keywords.not", "future.keywords.in", "rego.v1"])
def test_imports_that_change_negations(keywords: str, tmp_path: Path) -> None:
    module = f"package p\n\nimport {keywords}\n\nr if not f(input.missing)\n\nf(x) := x\n"
    (tmp_path / "p.rego").write_text(module, encoding="utf-8")
    command = [program(), "eval", "--format", "raw", "-d", str(tmp_path / "p.rego"), "data.p.r"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert told == ("" if keywords in ("future.keywords.in", "rego.v1") else "true")
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", module)
    interpreter.set_input_text("{}")
    assert interpreter.value("data.p.r") == (told or '"<undefined>"')


def test_packages_of_conftest_are_rewritten_too(tmp_path: Path) -> None:
    rules = "\n".join(
        f"deny_{name} contains {head} if {{\n\t{body}\n}}\n"
        for name, head, body in (
            ("negated", '"no"', "not 1 in input.missing"),
            ("plain", '"no"', "not input.missing"),
            ("walked", "path", '[path, "v"] := walk(input)'),
            ("iterated", "x", "some x in input.null"),
        )
    )
    (tmp_path / "a.rego").write_text(f"package main\n\n{rules}", encoding="utf-8")
    packages = Packages(ConftestOptions((str(tmp_path),)))
    try:
        values = packages.evaluate(packages.rules, {"a": ["v"], "null": None}, "a.yaml", ".")
    finally:
        packages.close()
    assert {name.rpartition("_")[2]: value for name, value in values.items()} == {
        "negated": [],
        "plain": ["no"],
        "walked": [["a", 0]],
        "iterated": [],
    }
