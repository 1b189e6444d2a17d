"""Numbers in all forms that OPA keeps: what reads, computes and shows them gives what OPA gives, or refuses."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpguard.engines.child.interpreter import ForeignInterpreter
from erpguard.errors import EngineError
from tests.test_rego import OPA, needs_opa

_REFUSED = re.compile(
    r"^m\.rego:\d+:\d+: [\w.]+: .* is not supported here; use OPA itself \(own packs: --engine opa\)$", re.DOTALL
)
_FORMS = """
    0 -0 1 1.0 1.00 10 1e1 1E1 0.1 0.10 -0.5 2.5 1e3 1000 1e6 1000000 1234567.5 0.00001 2e-7 3 7 100 9007199254740993
    -0.0 0.3 1e21 12345678901 9223372036854775807 0.9 0.7 8.1 0.99 3.0 1024 1048576 1073741824 999999 2147483648 99.5
"""
_TEXTS = st.sampled_from(_FORMS.split())
_READ = st.one_of(
    _TEXTS,
    _TEXTS.map("to_number(`{}`)".format),
    _TEXTS.map("json.unmarshal(`{}`)".format),
    _TEXTS.map("yaml.unmarshal(`{}`)".format),
    _TEXTS.map("units.parse(`{}`)".format),
    st.sampled_from(["input.a", "input.b", "input.c", "input.d", "input.e", "count([1])"]),
)


def _computed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.tuples(inner, st.sampled_from("+-*/%"), inner).map(lambda three: f"({' '.join(three)})")
    calls = st.tuples(st.sampled_from(["abs", "ceil", "floor", "round"]), inner).map(lambda two: f"{two[0]}({two[1]})")
    return operators | calls | st.tuples(inner, inner).map(lambda two: f"sum([{', '.join(two)}])")


_NUMBERS = st.recursive(_READ, _computed, max_leaves=4)
_SHOWN = st.one_of(
    _NUMBERS.map("json.marshal([{}])".format),
    _NUMBERS.map("json.marshal({{{}: 5}})".format),
    _NUMBERS.map('sprintf("%v %d", [{0}, {0}])'.format),
    _NUMBERS.map('sprintf("%v", [[{}]])'.format),
    _NUMBERS.map('sprintf("%.2f|%5v|%e", [{0}, {0}, {0}])'.format),
    st.tuples(_NUMBERS, _NUMBERS).map(lambda two: f"json.marshal([{two[0]}, {two[1]}])"),
    st.tuples(_NUMBERS, _NUMBERS).map(lambda two: f"[{two[0]} < {two[1]}, {two[0]} == {two[1]}]"),
    st.tuples(_NUMBERS, _NUMBERS).map(lambda two: f"[{two[0]} <= {two[1]}, {two[0]} in {{{two[1]}}}]"),
    st.tuples(_NUMBERS, _NUMBERS).map(lambda two: f'sprintf("%v of %d", [{two[0]}, {two[1]}])'),
    st.tuples(_NUMBERS, _NUMBERS).map(lambda two: f'sprintf("%v", [[{two[0]}, {{{two[1]}}}, input]])'),
    st.tuples(_NUMBERS, _NUMBERS).map(lambda two: f"json.marshal([{two[0]}, max([{two[1]}, input.d])])"),
    _NUMBERS.map('substring("abcdefgh", {}, 2)'.format),
    _NUMBERS.map("format_int({}, 10)".format),
)
_DOCUMENT = '{"a": 0.1, "b": 1000000.0, "c": 1.0, "d": 1073741824.0, "e": 1048576}'
"""As the documents of conftest are given to the interpreter."""
_SHOWN_BY_GO = '{"a": 0.1, "b": 1e+06, "c": 1, "d": 1.073741824e+09, "e": 1048576}'
"""As conftest has them."""


@needs_opa
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions=st.lists(_SHOWN, min_size=20, max_size=20))
def test_they_are_as_in_opa(expressions: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    wanted = _by_opa(expressions, tmp_path_factory.mktemp("opa"))
    found = [_by_us(expression) for expression in expressions]
    different = [
        three
        for three in zip(expressions, wanted, found, strict=True)
        if three[1] != three[2] and not _REFUSED.match(str(three[2]))
    ]
    assert different == []


def _module(name: str, expression: str) -> str:
    return f"package {name}\n\nvalue := [x | x := {expression}]\n"


def _by_opa(expressions: list[str], folder: Path) -> list[Any]:
    assert OPA is not None, "opa is missing, and CI must not leave it out"
    for number, expression in enumerate(expressions):
        (folder / f"{number}.rego").write_text(_module(f"m.n{number}", expression), encoding="utf-8")
    (folder / "input.json").write_text(_SHOWN_BY_GO, encoding="utf-8")
    command = [OPA, "eval", "-d", str(folder), "-i", str(folder / "input.json"), "data.m"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    values = json.loads(told.stdout)["result"][0]["expressions"][0]["value"]
    return [values[f"n{number}"]["value"] for number in range(len(expressions))]


def _by_us(expression: str) -> Any:
    interpreter = ForeignInterpreter()
    try:
        interpreter.add("m.rego", _module("m", expression))
        interpreter.has_go_numbers = True
        interpreter.set_input_text(_DOCUMENT)
        return json.loads(interpreter.value("data.m.value"))
    except EngineError as error:
        return error
