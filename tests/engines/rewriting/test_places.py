"""Places are those of the author, as OPA counts them, whatever was moved, and however a line is indented."""

from __future__ import annotations

import pytest

from erpguard.engines.child import RegoProcess, Source
from erpguard.engines.child.interpreter import ForeignInterpreter
from erpguard.engines.embedded import Interpreter
from erpguard.engines.syntax import objections
from erpguard.errors import EngineError, PackError

TWO = "two(x) := y if some y in [x, 1]\n"
MODULE = "package p\n\nr contains x if {{\n{}\n}}\n\nf(x, y) := x\n\n" + TWO


@pytest.mark.parametrize(
    ("line", "before"),
    [
        ("\tx := two(0)", "\tx := "),
        ("\t\tx :=\ttwo(0)", "\t\tx :=\t"),
        ('\tt := "é\U0001f600";\tx := two(0)', '\tt := "é\U0001f600";\tx := '),
        ("\tt := `\té`; x := two(0)", "\tt := `\té`; x := "),
        ("\tx := 1; not f(input.a, two(0))", "\tx := 1; not f(input.a, "),
        ("\tx := 1; not f(input.a,\n\t\ttwo(0))", "\tx := 1; not f(input.a,\n\t\t"),
        ("\tx := 1; not f([1 | not f(input.a, two(0))], 2)", "\tx := 1; not f([1 | not f(input.a, "),
        ("\t[x, _] := walk([input.a,\ttwo(0)])", "\t[x, _] := walk([input.a,\t"),
        ("\tsome x in [input.a, two(0)]", "\tsome x in [input.a, "),
        ("\tsome x in [1]; some y in [x]; z :=\ttwo(0)", "\tsome x in [1]; some y in [x]; z :=\t"),
        ("\tx := input.a\n\t(two(0) == x)", "\tx := input.a\n\t("),
        ("\tx := input.a\n\tsome y\n\ty = two(0)", "\tx := input.a\n\tsome y\n\ty = "),
        ("\tx := f(walk(\n\t\tinput.a,\n\t), 1)\n\tz := two(0)", "\tx := f(walk(\n\t\tinput.a,\n\t), 1)\n\tz := "),
    ],
)
def test_of_errors(line: str, before: str) -> None:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", MODULE.format(line))
    interpreter.set_input_text('{"a": 0}')
    with pytest.raises(EngineError) as caught:
        interpreter.value("data.p.r")
    row, column = 4 + before.count("\n"), len(before.rpartition("\n")[2]) + len("two(")
    assert str(caught.value).startswith(f"p.rego:{row}:{column}: function produced multiple outputs")


def test_of_errors_in_heads() -> None:
    interpreter = ForeignInterpreter()
    interpreter.add(
        "p.rego", "package p\n\nr contains f(\n\tx,\n\ttwo(0),\n) if {\n\tx := 1\n}\n\nf(x, y) := x\n\n" + TWO
    )
    with pytest.raises(EngineError, match=r"^p\.rego:5:5: function produced multiple outputs"):
        interpreter.value("data.p.r")


def test_of_errors_of_syntax() -> None:
    for interpreter in (Interpreter(), ForeignInterpreter()):
        with pytest.raises(PackError, match=r"^p\.rego:4:9: expecting"):
            interpreter.add("p.rego", MODULE.format("\tx\t:= 1 1"))


def test_unions_in_brackets_are_unions() -> None:
    unions = "[{({1} | {2} | {3})}, {{1} | {2} | {3}, 4}, {({1} | {2}) | {3}}, {{1} - {2} | {3} | {4}}]"
    with RegoProcess([Source("p.rego", f"package p\nr := {unions}\n")]) as process:
        assert process.evaluate(["data.p.r"], {}) == [[[[1, 2, 3]], [4, [1, 2, 3]], [[1, 2]], [[1, 3, 4]]]]


def test_lines_may_be_long() -> None:
    line = f"\tx := [{', '.join(['input.a'] * 400)}]; y := two(0)"
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", MODULE.format(line))
    interpreter.set_input_text('{"a": 0}')
    with pytest.raises(EngineError, match=rf"^p\.rego:4:{line.index('(0)') + 1}: function produced"):
        interpreter.value("data.p.r")


def test_of_objections() -> None:
    with RegoProcess([Source("p.rego", MODULE.format('\tt := "é";\tx := time.now_ns()'))]) as process:
        (module,) = process.modules
        assert [(one.line, one.column) for one in objections(module, process.modules)] == [(4, 17)]


def test_of_prints() -> None:
    lines = '\tsome x in [1]\n\tnot f(\n\t\tinput.missing == 1,\n\t\t[y | y := walk(\n\t\tx)] == 1)\n\tprint("here")'
    with RegoProcess([Source("p.rego", MODULE.format(f'{lines}\n\tprint("there")'))]) as process:
        assert process.evaluate(["data.p.r"], {"missing": 2}) == [[1]]
        assert process.prints() == ["p.rego:9: here", "p.rego:10: there"]


@pytest.mark.parametrize(
    ("line", "place", "text"),
    [
        ("\tx := 1; not f(input.a[_], 1)", "4:24", "OPA does not take `_` in a negated expression"),
        ("\tx := 1; not input.a[_] == 1", "4:22", "OPA does not take `_` in a negated expression"),
        ("\tx := [walk(input.a) | true]", "4:8", "walk with one argument finds nothing"),
        ("\tx := {{1} | {2} | {3}}", "4:8", "OPA reads a comprehension here: write it as one, or put the union in"),
        ("\tx := [(1) | {2} | {3}]", "4:9", "OPA reads a comprehension here"),
        ('\tx := {"a": input.a | {2} | {3}}', "4:13", "OPA reads a comprehension here"),
        ("\tx := [-input.a | true]", "4:9", "OPA reads a comprehension here"),
        ("\tinput.a | {2}; x := 1", "4:2", "OPA reads a comprehension here"),
        ("\tx := input.a[1e0]", "4:15", "OPA finds no item of a list by a number with an exponent: write it without"),
        ("\tx := input.a[b][10E-1]", "4:18", "OPA finds no item of a list by a number with an exponent"),
    ],
)
def test_what_cannot_be_rewritten_is_refused(line: str, place: str, text: str) -> None:
    with pytest.raises(PackError) as caught, RegoProcess([Source("p.rego", MODULE.format(line))]):
        pass
    assert str(caught.value).startswith(f"p.rego:{place}: {text}")


def test_wildcards_in_what_goes_before_a_negation_stay() -> None:
    module = MODULE.format("\tx := 1; not f(f(input.a[_], 1), 1)")
    with RegoProcess([Source("p.rego", module)]) as process:
        assert process.evaluate(["data.p.r"], {"a": [1, 2]}) == [[]]
        assert process.evaluate(["data.p.r"], {"a": [1, False]}) == [[1]]


def test_negations_nested_deeply_are_rewritten() -> None:
    module = MODULE.format(f"\tx := {'[y | y := ' * 20}1; not f(input.a, 1){']' * 20}")
    with RegoProcess([Source("p.rego", module)]) as process:
        assert process.modules[0].package == "p"
