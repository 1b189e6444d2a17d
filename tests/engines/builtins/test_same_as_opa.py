"""Every builtin that modules of others may call, beside OPA's own: the same value, none where OPA has none, or an error
that says so.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from erpguard.engines.builtins import ADDED
from erpguard.engines.child.interpreter import ForeignInterpreter
from erpguard.engines.syntax.known import DEPRECATED, DIFFERENT, NATIVE, REFUSED, VARYING
from erpguard.errors import EngineError
from tests.engines.builtins.calls import CALLS, Call
from tests.engines.rego_docs import loud
from tests.test_rego import OPA, needs_opa

_REFUSED = re.compile(
    r"^p\.rego:\d+:\d+: (.+?): .* is not supported here; use OPA itself \(own packs: --engine opa\)$", re.DOTALL
)
_KEY = re.compile(r"^data\.p\.r\d+: the key .* of a value is not supported here; .*$", re.DOTALL)
_SHOWN = {"to_number": "x + 0"}
"""A number that OPA itself cannot write (`5.`) is shown as what it counts for."""
_ALONE = {"print", "trace", "walk"}
"""Tested elsewhere: they say something, or have many values."""

_EACH = st.tuples(*CALLS.values()).map(list)


def test_every_builtin_is_compared() -> None:
    assert (
        CALLS.keys()
        == (NATIVE | ADDED) - VARYING.keys() - REFUSED.keys() - DIFFERENT.keys() - DEPRECATED.keys() - _ALONE
    )


@needs_opa
@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each call that differs is told on its own
    suppress_health_check=list(HealthCheck),
)
@given(calls=_EACH)
def test_they_are_as_in_opa(calls: list[Call], tmp_path_factory: pytest.TempPathFactory) -> None:
    module = _module(calls)
    wanted, found = _by_opa(module, tmp_path_factory.mktemp("opa")), _by_us(module, len(calls))
    different = [
        (call, wanted.get(f"r{number}"), found[number])
        for number, call in enumerate(calls)
        if not _same(wanted.get(f"r{number}"), found[number], call.name)
    ]
    assert different == []


def _module(calls: list[Call]) -> str:
    """A rule for each; the arguments are such that the compiler of OPA does not know their types."""
    lines = ["package p", "h(_, x) := x"]
    for number, (name, arguments) in enumerate(calls):
        given = ", ".join(f"h({number}.{place}1, a{number}[{place}])" for place in range(len(arguments)))
        lines.append(f"a{number} := [{', '.join(arguments)}]")
        lines.append(f"r{number} := [type_name(x), {_SHOWN.get(name, 'x')}] if x := {name}({given})")
    return "\n".join(lines)


def _by_opa(module: str, folder: Path) -> dict[str, Any]:
    assert OPA is not None, "opa is missing, and CI must not leave it out"
    (folder / "p.rego").write_text(module, encoding="utf-8")
    told = subprocess.run(
        [OPA, "eval", "-d", str(folder / "p.rego"), "data.p"], capture_output=True, text=True, check=True
    )
    return dict(json.loads(told.stdout, parse_int=_integer)["result"][0]["expressions"][0]["value"])


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 400 else float("inf")


def _by_us(module: str, count: int) -> list[Any]:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", module)
    return [_value(interpreter, f"data.p.r{number}") for number in range(count)]


def _value(interpreter: ForeignInterpreter, rule: str) -> Any:
    try:
        value = interpreter.value(rule)
    except EngineError as error:
        return error
    return None if value == '"<undefined>"' else json.loads(value)


def _same(wanted: Any, found: Any, name: str) -> bool:
    if not isinstance(found, EngineError):
        return bool(_plain(wanted) == _plain(found))
    if _KEY.match(str(found)):
        return True
    refused = _REFUSED.match(str(found))
    refusing = {name, "plus"} if name in _SHOWN else {name}
    return refused is not None and refused[1] in refusing & set(loud())


def _plain(value: Any) -> Any:
    """Numbers beyond 64 bits are floats in the engine."""
    if isinstance(value, list):
        return list(map(_plain, value))
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    is_large = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= 1 << 53
    return float(value) if is_large else value
