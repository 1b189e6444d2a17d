"""Calls that begin with the name of a variable, or of a rule, are told; OPA takes none of them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from erpguard.engines.embedded import Interpreter
from erpguard.engines.syntax import facts, objections
from tests.test_rego import OPA, needs_opa

HIDDEN = [
    "x := y if { time := 1; y := time.clock(time) }",
    "x := y if { time = 1; y := time.clock(0) }",
    "f(time) := time.clock(time)",
    "f(time) := 1 if { time == 2 } else := time.clock(0)",
    "x := y if { some time in [0]; y := time.clock(time) }",
    "x := y if { some time; y := [time.clock(0), [0][time]] }",
    "x := [time.clock(time) | some time in [0]]",
    "x := y if { time := 0; y := [z | z := time.clock(0)] }",
    "x if { every time in [0] { time.clock(time) == [0, 0, 0] } }",
    "x if { every time, _ in [0] { time.clock(time) == [0, 0, 0] } }",
    "x := y if { count := 1; y := count([count]) }",
    "time := 1\n\nx := time.clock(0)",
    "time.zone := 1\n\nx := time.clock(0)",
    "time.date(y) := [y]\n\nx := time.clock(0)",
    "count := 1\n\nx := count([1])",
    "import data.time\n\nx := time.clock(0)",
    "import input.time\n\nx := time.clock(0)",
]
PLAIN = [
    "x := y if { time := 1; y := [time] }\n\nz := time.clock(0)",
    "x := [[time | some time in [0]], time.clock(0)]",
    "x := y if { every time in [0] { time == 0 }; y := time.clock(0) }",
    "x := 1 if { time := 1; time == 2 } else := time.clock(0)",
    "x := y if { time := 1; y := time with time.clock as [1] }",
    "x[time] := 1 if { some time in [0] }\n\ny := time.clock(0)",
    "x := input.time\n\ny := time.clock(0)",
    "time.clock(y) := [y]\n\nx := time.clock(0)",
    "count(_) := 7\n\nx := count([1])",
]


def _told(module: str) -> list[str]:
    interpreter = Interpreter()
    interpreter.add("p.rego", f"package p\n\n{module}\n")
    (tree,) = json.loads(interpreter.trees())
    return [one.text for one in objections(facts(tree))]


@pytest.mark.parametrize("module", HIDDEN)
def test_hidden(module: str) -> None:
    assert len(_told(module)) == 1


@pytest.mark.parametrize("module", PLAIN)
def test_not_hidden(module: str) -> None:
    assert _told(module) == []


def test_the_text_says_what_to_do() -> None:
    assert _told(HIDDEN[0]) == ["time.clock is hidden by the variable time: rename the variable"]


@needs_opa
@pytest.mark.parametrize(("modules", "is_fine"), [(HIDDEN, False), (PLAIN, True)])
def test_so_does_opa(modules: list[str], is_fine: bool, tmp_path: Path) -> None:
    assert OPA is not None, "opa is missing, and CI must not leave it out"
    found = []
    for number, module in enumerate(modules):
        file = tmp_path / f"{number}.rego"
        file.write_text(f"package p\n\n{module}\n", encoding="utf-8")
        found.append(subprocess.run([OPA, "check", str(file)], capture_output=True, check=False).returncode == 0)
    assert found == [is_fine] * len(modules)


def test_a_rule_of_another_module_hides_too() -> None:
    interpreter = Interpreter()
    interpreter.add("a.rego", "package p\n\ntime := 1\n")
    interpreter.add("b.rego", "package p\n\nx := time.clock(0)\n")
    known = [facts(tree) for tree in json.loads(interpreter.trees())]
    assert [one.text for one in objections(known[1], known)] == [
        "time.clock is hidden by the rule time of the package: rename the rule"
    ]
