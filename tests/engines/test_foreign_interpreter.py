"""Modules of others in the embedded engine: builtins that fail are undefined, heads lose nothing, nothing gets out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from erpguard.engines.child import RegoProcess, Source
from erpguard.engines.child.interpreter import ForeignInterpreter

HEADS = """\
package p

a contains v.name if some v in input.rows

b contains sprintf("%v", [v.name]) if { some v in input.rows }

c contains {
\t"name": v.name,
\t"all": [row.name | some row in input.rows],
} if {
\tsome v in input.rows # not }
}

d contains f(
\tv,
\tv.name,
) if {
\tsome v in input.rows
\tis_object(v)
}

e := v.name if some v in input.rows
else := v.other if {
\tsome v in input.rows
}

f(x, y) := [x.name, y] if x

g contains v.name if some v in input.rows; k == "rows" if { some k; input[k] }
"""


def _values(module: str, document: Any, rules: str, *, is_v0: bool = False) -> list[Any]:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", module, is_v0=is_v0)
    interpreter.set_input_text(json.dumps(document))
    return [json.loads(interpreter.value(f"data.p.{rule}")) for rule in rules]


def test_an_undefined_head_costs_only_its_own_answer() -> None:
    module = HEADS.partition("\ng contains")[0]
    names = ["x", "y"]
    assert _values(module, {"rows": [{"name": "x"}, {"other": 1}, {"name": "y"}]}, "abcd") == [
        names,
        names,
        [{"name": name, "all": names} for name in names],
        [[name, name] for name in names],
    ]
    assert _values(module, {"rows": [{"name": "x"}, {"other": 1}]}, "ae") == [["x"], "x"]
    assert _values(module, {"rows": [{"other": 1}]}, "e") == [1]


def test_heads_of_before_opa_1() -> None:
    module = 'package p\na[v.name] { v := input[_] }\nb[{"n": v.name}] { v := input[_] }\nc = v.name { v := input[_] }'
    assert _values(module, [{"other": 1}, {"name": "x"}], "abc", is_v0=True) == [["x"], [{"n": "x"}], "x"]


def test_lines_and_columns_are_those_of_the_author() -> None:
    interpreter = ForeignInterpreter()
    interpreter.add(
        "p.rego",
        "package p\n\na contains f(\n  v,\n) if {\n  some v in input\n  f(v) == 1\n}\n\nf(x) := y if some y in [x, 2]",
    )
    interpreter.set_input_text("[1]")
    with pytest.raises(Exception, match=r"^p\.rego:7:4: function produced"):
        interpreter.value("data.p.a")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('to_number("x")', None),
        ('startswith(input.number, "a")', None),
        ('contains(input.nothing, "a")', None),
        ('json.unmarshal("{")', None),
        ('regex.match("(", "a")', None),
        ('net.cidr_contains("10.0.0.0/8", "x")', None),
        ('count("\U0001f600")', 1),
        ('sprintf("%d %s", ["a", 1])', "%!d(string=a) %!s(int64=1)"),
        ('strings.count("aaa", "aa")', 1),
        ('net.cidr_merge(["10.0.0.0/9", "10.128.0.0/9"])', ["10.0.0.0/8"]),
        ('crypto.sha256("a")', "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
    ],
)
def test_builtins(expression: str, value: Any) -> None:
    given = {"number": 1}
    assert _values(f"package p\na := [x | x := {expression}]\nb if not {expression}", given, "a")[0] == (
        [] if value is None else [value]
    )


def test_names_that_the_module_uses_itself_stay_its_own() -> None:
    assert _values(
        "package p\ncount(x) := [x]\na := count(3)\nb if { time = 3; time == 3 }\nc := time.clock(0)", {}, "ab"
    ) == [
        [3],
        True,
    ]


def test_nothing_gets_out(tmp_path: Path) -> None:
    """Neither through the network nor from the environment; every socket would be seen by the audit hook."""
    guard = (
        "import sys, json, os\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, _: seen.append(event) if event.startswith('socket.') else None)\n"
        "os.environ['SECRET'] = 'planted'\n"
        "from erpguard.engines.child.interpreter import ForeignInterpreter\n"
        "engine = ForeignInterpreter()\n"
        'engine.add(\'p.rego\', \'package p\\na := http.send({"method": "get", "url": "http://127.0.0.1:9"})\\n'
        'b := opa.runtime()\\nc := net.lookup_ip_addr("localhost")\')\n'
        "told = []\n"
        "for rule in 'abc':\n"
        "    try:\n"
        "        told.append(engine.value(f'data.p.{rule}'))\n"
        "    except Exception as error:\n"
        "        told.append(str(error))\n"
        "print(json.dumps([seen, told]))\n"
    )
    done = subprocess.run([sys.executable, "-c", guard], capture_output=True, text=True, check=True, cwd=tmp_path)
    seen, (sent, runtime, found) = json.loads(done.stdout)
    assert seen == []
    assert sent == '"<undefined>"'
    assert "planted" not in runtime
    assert "could not find function" in found


def test_the_child_refuses_what_would_get_out() -> None:
    from erpguard.engines.syntax import objections

    with RegoProcess([Source("p.rego", 'package p\na := http.send({"url": "http://127.0.0.1"})')]) as process:
        (module,) = process.modules
    assert [(found.line, found.column, found.why) for found in objections(module)] == [(2, 6, "refused")]
