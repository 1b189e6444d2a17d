"""Values of `with`, and what it replaces, in other modules of the same package, and of others, are as in OPA."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from erpguard.engines.child.interpreter import ForeignInterpreter
from tests.engines.opa import needs_opa, program

MODULES = {
    "lib.rego": """package lib

mock := {"a": base}

base := {"z": 1}

fn(x) := x + 1

calling(x) := fn(x)
""",
    "beside.rego": """package p

fixture := {"a": fixed}

fixed := {"z": 1}

beside(x) := x + 1

calling(x) := beside(x)

sub.beside(x) := x + 2

sub.rule := 7

tested if {
	fixture.a.z == 1
	fixed.z == 1
	input.a.z == 1
}
""",
    "p.rego": """package p

import data.lib
import data.lib.fn as imported
import data.lib.mock as mocked

uses if {
	data.inventory.a.z == 1
	data.lib.base.z == 1
	lib.mock.a.z == 1
}

f(x) := x

own(x) := x + 1

using_own(x) := [own(x), data.p.own(x)]

r1 if uses with data.inventory as data.lib.mock

r2 if not uses with data.inventory as data.lib.mock

r3 if uses with data.inventory as lib.mock with input as {}

r4 if uses with data.inventory as mocked

r5 := x if x := [f(1), lib.base] with f as lib.mock

r6 := x if x := [f(1), lib.base] with f as lib.fn

r7 := x if x := [f(1), data.lib.base] with f as imported

r8 := x if x := [data.lib.calling(1), lib.fn(1), imported(1)] with data.lib.fn as f

r9 := x if x := [data.lib.calling(1), data.lib.fn(1)] with lib.fn as {"a": 1}

r10 := x if x := [calling(1), beside(1), data.p.beside(1)] with beside as f

r11 := x if x := [using_own(1), own(1)] with own as f

r12 := x if x := [using_own(1), own(1)] with data.p.own as beside

r13 := x if x := [sub.beside(1), sub.rule] with sub.beside as f with sub.rule as 8

r14 := x if x := [fixed, fixture] with fixed as 8

r15 if tested with input as fixture

r16 if not tested with input as fixture

r17 := x if {
	fixed := {"own": 1}
	x := input with input as fixed
}

r18 := x if x := [f(1), "f", fixed] with f as "own"

r19 := x if x := [f(1), input] with f as {k: v | some k, v in fixed}.z with input as [fixed][0].z

r20 := x if x := [f(1), data.free] with f as [1, 2][1] with data.free as {"own": 1}.own
""",
}


@needs_opa
def test_as_in_opa(tmp_path: Path) -> None:
    interpreter = ForeignInterpreter()
    for name, module in MODULES.items():
        (tmp_path / name).write_text(module, encoding="utf-8")
        interpreter.add(name, module)
    command = [program(), "eval", "--format", "raw", "-d", str(tmp_path), "data.p"]
    wanted = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    names = re.findall(r"^r\d+", MODULES["p.rego"], re.MULTILINE)
    found = {name: json.loads(interpreter.value(f"data.p.{name}")) for name in names}
    assert found == {name: wanted.get(name, "<undefined>") for name in names}
