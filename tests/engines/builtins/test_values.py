"""What builtins give where the engine's own, or what one would think, is something else. OPA 1.22 gives the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from erpguard.engines.child.interpreter import ForeignInterpreter
from erpguard.errors import EngineError
from tests.test_rego import OPA, needs_opa

UNDEFINED: list[Any] = []


def _value(expression: str, document: Any = None) -> list[Any]:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", f"package p\n\na := [x | x := {expression}]")
    interpreter.set_input_text(json.dumps(document))
    return list(json.loads(interpreter.value("data.p.a")))


VALUES: list[tuple[str, list[Any]]] = [
    ('glob.match("a{,b}*", ["."], "a.c")', [False]),
    ('glob.match("{a,}", [], "")', [True]),
    ('glob.match("*:*", [":", "/"], "a:b/c")', [False]),
    ('glob.match("**", [":", "/"], "a:b/c")', [True]),
    ('glob.match("a[!b-d]?", null, "aé.")', [True]),
    ('glob.match("[a", [], "a")', UNDEFINED),
    (r'glob.quote_meta("a\\*b")', [r"a\\\*b"]),
    ('json.filter({"a": "x", "b": {"c": 1, "d": 2}}, ["a/z", "b/c"])', [{"a": "x", "b": {"c": 1}}]),
    ('json.remove({"a": "x", "b": [1, 2, 3]}, ["a/z", "b/1"])', [{"a": "x", "b": [1, 3]}]),
    ('json.remove({"a": 1}, [["a"], []])', [{}]),
    ('json.marshal({"b": "<&>", "a": [1, 0.5, null]})', [r'{"a":[1,0.5,null],"b":"\u003c\u0026\u003e"}']),
    (r'json.unmarshal("\"\\ud800\"")', ["\ufffd"]),
    ('json.is_valid("NaN")', [False]),
    ('[json.unmarshal(" 1e2 null]"), json.is_valid("1 null")]', [[100, False]]),
    ('json.unmarshal("1 nul")', UNDEFINED),
    (r'regex.match(`^\d+$`, "٣")', [False]),
    (r'regex.match(`^\w\b`, "é")', [False]),
    (r'regex.match(`(?i)^\w$`, "ſ")', [True]),
    (r'regex.match(`^[^\s]$`, "\u00a0")', [True]),
    (r'regex.match(`^[\w&&a]+$`, "&b")', [True]),
    (r'regex.match(`a{,2}`, "a{,2}")', [True]),
    (r"regex.is_valid(`a**`)", [False]),
    (r"regex.is_valid(`(a{50}){30}`)", [False]),
    (r"regex.is_valid(`\_`)", [True]),
    (r"regex.is_valid(`(?=a)`)", [False]),
    ('regex.split("x*", "axbc")', [["a", "b", "c"]]),
    ('regex.split("b", "b")', [["", ""]]),
    ('regex.split("", "")', [[]]),
    ('regex.replace("abc", "(?P<n>b)(x)?", "<$n$2$$é>")', ["a<b$é>c"]),
    ('regex.template_match("urn:{[a-z]+}:<", "urn:ab:<", "{", "}")', [True]),
    ('regex.template_match("urn:{", "urn:", "{", "}")', UNDEFINED),
    ('sprintf("%[2]d %[1]s", ["a", 1])', ["1 a"]),
    ('sprintf("%*d|%-*d|", [5, 42, 4, 7])', ["   42|7   |"]),
    ('sprintf("%q %#q %x % X", ["a\\tb", "c", "é", "hi"])', ['"a\\tb" `c` c3a9 68 69']),
    ('sprintf("%v %v %v", [set(), {1, "a"}, {"a": [true]}])', ['set() {1, "a"} {"a": [true]}']),
    ('sprintf("%v %e", [0.00001, 1234567.5])', ["1e-05 1.234568e+06"]),
    ('sprintf("%d %s", ["a"])', ["%!d(string=a) %!s(MISSING)"]),
    ('sprintf("%s", [123456789123456789123])', ["123456789123456789123"]),
    ('time.clock([1585443600000000000, "Europe/Berlin"])', [[3, 0, 0]]),
    ('time.clock([0, "Europe/Nowhere"])', UNDEFINED),
    ('time.parse_ns("2006-01-02", "2021-02-29")', UNDEFINED),
    ('time.parse_ns("2006-01-02 MST", "2021-03-01 EST")', [1614556800000000000]),
    ('time.parse_ns("Jan _2 2006 3:04PM", "Feb  3 2020 1:30PM")', [1580736600000000000]),
    ('time.format([0, "UTC", "RFC1123"])', ["Thu, 01 Jan 1970 00:00:00 UTC"]),
    ('time.format([-1, "", "15:04:05.999"])', ["23:59:59.999"]),
    ('time.diff([0, "Asia/Tokyo"], 5400000000000)', [[0, 0, 0, 1, 30, 0]]),
    ('time.add_date(json.unmarshal(`[1585357200000000000, "Europe/Berlin"]`), 0, 0, 1)', [1585443600000000000]),
    ('time.parse_duration_ns("1w1.5h")', [610200000000000]),
    ('units.parse("100m")', [0.1]),
    ('units.parse("1Q")', UNDEFINED),
    ('units.parse_bytes("1.9999")', [1]),
    ('upper("ßſﬁᾳǆ")', ["ßSﬁᾼǄ"]),
    ('lower("İΣ")', ["iσ"]),
    ('urlquery.decode("a%26b&+ ")', ["a&b&  "]),
    ('urlquery.encode("a*b ~")', ["a%2Ab+~"]),
    ('urlquery.decode_object("a=1&a=2&b")', [{"a": ["1", "2"], "b": [""]}]),
    ('urlquery.decode_object("a;b")', UNDEFINED),
    ('uuid.parse("(00000000-0000-4000-8000-000000000000}").version', [4]),
    ('yaml.is_valid("a: 1\\n---\\n\\tb: 2")', [False]),
    (
        'yaml.unmarshal("a: yes\\nb: 017\\nc: 1_0\\nd: ~\\n1: x")',
        [{"a": "yes", "b": 15, "c": 10, "d": None, "1": "x"}],
    ),
    ("yaml.unmarshal(\"[! 5, ! '5', ! '', ! , {'<<': 1}]\")", [[5, "5", "", None, {"<<": 1}]]),
    ('semver.compare("v1.2.3-10", "1.2.3-9")', [1]),
    ('to_number(".5") + 0', [0.5]),
    ('base64.decode("YR==\\n")', ["a"]),
    ('base64.decode("/w==")', ["\ufffd"]),
    ('replace("é", "", "-")', ["-\ufffd-\ufffd-"]),
    ('net.cidr_expand("10.0.0.0/31") == {"10.0.0.0", "10.0.0.1"}', [True]),
    ('net.cidr_contains("::ffff:10.0.0.0/104", "10.1.2.3")', [True]),
    ('graph.reachable_paths({"a": ["b"], "b": ["a"]}, ["a"]) == {["a", "b"]}', [True]),
    ("sum([0.1, 0.2])", [0.3]),
    ("0.1 + 0.2 == 0.3", [True]),
    ("1 / 3 * 3 == 1", [True]),
    ("3 * 0.1", [0.3]),
    ("format_int(1e21, 16)", ["3635c9adc5dea00000"]),
    ("format_int(1e30, 10)", ["1000000000000000000024696061952"]),
    (
        "[format_int(n, 16) | some n in [18446744073709551617, 18446744073709551616]]",
        [["10000000000000001", "10000000000000000"]],
    ),
    ("1 - 0.9 <= 0.1", [False]),
    ("(1 - 0.9) in {0.1}", [False]),
    ("100 * (1 - 0.9)", [10.000000000000000002]),
    ("100 * (1 - 0.9) > 10", [True]),
    ("floor(100 * (1 - 0.9)) == 10", [True]),
    ("json.marshal(100 * (1 - 0.9))", ["10.000000000000000002"]),
    ('sprintf("%d %d", [to_number("2.0"), 1 + 1])', ["%!d(float64=2) 2"]),
    ('sprintf("%d %d %d %d", [1.0, 2.0 - 1, abs(1.0), 2.0 / 2])', ["%!d(float64=1) 1 1 1"]),
    ('sprintf("%d %d", [numbers.range(1.0, 2)[0], sum([1.0])])', ["1 1"]),
    ("7 % -2", [1]),
    ("-7 % 2", [-1]),
    ("json.marshal([0.1 + 0.2, 1 / 3, 5 / 2, 0.10, 2e-7])", ["[0.3,0.33333333333333333334,2.5,0.10,2e-7]"]),
    ('json.marshal(json.unmarshal("[0.10, 2E-7]"))', ["[0.10,2E-7]"]),
    (
        "json.marshal([1, 1.0, {1}, {{2.0}, {}}, {3: 4.0}, 1e3, 1000])",
        ['[1,1.0,[1],[{},[2.0]],{"3":4.0},1e3,1000]'],
    ),
    ('sprintf("%v", [[1, 1.0, {"a": [2]}, {{2.0}}]])', ['[1, 1.0, {"a": [2]}, {{2.0}}]']),
    ('json.marshal(yaml.unmarshal("[1.0, 1e3, 2e-7]"))', ["[1,1000,2e-7]"]),
    ('json.marshal([units.parse("0.1"), to_number("2.50")])', ["[0.1000000000,2.50]"]),
    ('to_number("1.0") < 1.2', [True]),
    ('sprintf("%.1f %e %f", [0.25, 1e21, 2])', ["0.2 1.000000e+21 %!f(int64=2)"]),
    ('json.marshal({[1, "<"]: {{}, {1}}, {"a"}: set()})', [r'{"[\"a\"]":[],"[1,\"\\u003c\"]":[{},[1]]}']),
    ('sprintf("%v", [[set(), {{}, {1}}]])', ["[set(), {{}, {1}}]"]),
    ("sort([set(), {}, [set()], [{}]]) == [[{}], [set()], {}, set()]", [True]),
    ("max([{}, set()]) == set()", [True]),
    ("min({{}, set()}) == {}", [True]),
    ("[{}] < [set()]", [True]),
    ("{} >= set()", [False]),
    ("ceil(-0.5)", [1]),
    ("object.subset([1], [])", [True]),
]


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_values(expression: str, value: list[Any]) -> None:
    assert _value(expression) == value


@needs_opa
def test_values_of_opa(tmp_path: Path) -> None:
    assert OPA is not None, "opa is missing, and CI must not leave it out"
    rules = [f"a{number} := [x | x := {expression}]" for number, (expression, _) in enumerate(VALUES)]
    (tmp_path / "p.rego").write_text("\n".join(["package p", *rules]), encoding="utf-8")
    told = subprocess.run([OPA, "eval", "-d", str(tmp_path), "data.p"], capture_output=True, text=True, check=True)
    found = json.loads(told.stdout)["result"][0]["expressions"][0]["value"]
    assert [found[f"a{number}"] for number in range(len(VALUES))] == [value for _, value in VALUES]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (
            'sprintf("%d", [json.filter({"a": 2.0}, ["a"]).a])',
            "sprintf: a number that is shown in two ways, '%!d(float64=2)' and '2',",
        ),
        ('sprintf("%v", [{[set()]: 1}])', "sprintf: an empty object or set in a key"),
        (
            "json.marshal({[{}], [set()]})",
            "json.marshal: a set with two items that differ in an empty object and an empty set",
        ),
        (r'regex.match(`\p{Any}`, "a")', r"regex.match: \p{Any} in a regular expression"),
        ('crypto.sha256(base64.decode("/w=="))', "crypto.sha256: the bytes of a text that may have been no UTF-8"),
        ('time.clock([0, "Local"])', "time.clock: the time zone of this machine"),
        ("bits.lsh(1, 64)", "bits.lsh: a number beyond 64 bits"),
        ("round(18446744073709551616)", "round: a number beyond 64 bits"),
        ("2 * 18446744073709551616", "mul: a number beyond 64 bits"),
        ("9007199254740993 + 0.5", "plus: the number 9.0071992547409935e+15"),
        (
            "1 - 0.9 == 0.10000000000000002",
            "minus: the number 0.10000000000000000002, beside one that is nearly the same,",
        ),
        ("json.marshal([1.0, 1.00])", "json.marshal: the number 1.0, which may also be 1.00,"),
        ('substring("abc", 1e0, 1)', "substring: the number 1e0"),
        ('json.filter({"a": {{1}}}, ["a"])', "json.filter: collections within sets"),
        ('yaml.unmarshal("a: !!str 1")', "yaml.unmarshal: the tag tag:yaml.org,2002:str of YAML"),
        (
            'net.cidr_merge(["224.0.0.1"])',
            "net.cidr_merge: 224.0.0.1, which is in no class of networks (write 224.0.0.1/32),",
        ),
    ],
)
def test_refusals(expression: str, reason: str) -> None:
    """Each at the call, also beside others that are fine, and within a function of another module."""
    interpreter = ForeignInterpreter()
    interpreter.add("lib/q.rego", f"package q\n\nf(_) := x if {{\n\tx := {expression}\n}}")
    interpreter.add(
        "p.rego", 'package p\n\nimport data.q\n\na := [q.f(7), sprintf("%v", [7])]\nb := sprintf("%d", [7])'
    )
    interpreter.add_data('{"known": 1}')
    interpreter.set_input_text('{"number": 2}')
    with pytest.raises(EngineError) as told:
        interpreter.value("data.p.a")
    assert (
        str(told.value) == f"lib/q.rego:4:7: {reason} is not supported here; use OPA itself (own packs: --engine opa)"
    )
    assert json.loads(interpreter.value("data.p.b")) == "7"


def test_the_call_that_is_refused_is_the_one_that_is_told() -> None:
    interpreter = ForeignInterpreter()
    interpreter.add(
        "p.rego", 'package p\n\na contains sprintf("%v", [1])\n\nb := [sprintf("%v", [1]), sprintf("%b", [0.5])]'
    )
    interpreter.add("v0.rego", 'package p.old\n\nc[x] { x := sprintf("é %v", [sprintf("%x", [0.5])]) }', is_v0=True)
    for rule, place in (("p.b", "p.rego:5:27"), ("p.old.c", "v0.rego:3:30")):
        with pytest.raises(EngineError, match=f"^{place}: sprintf: %[bx] of a fraction"):
            interpreter.value(f"data.{rule}")
    assert json.loads(interpreter.value("data.p.a")) == ["1"]


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ('{{"a": "<"}: 1}', '{"a":"<"}'),
        ('{["&"]: 1}', '["&"]'),
        ("{1.0: 2}", "1"),
        ("{[1e3]: 2}", "[1000]"),
        ('{"x": [{-0.50: 2}]}', "-0.5"),
    ],
)
def test_keys_that_are_written_otherwise_are_refused(value: str, key: str) -> None:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", f"package p\n\na := {value}\n\nb := [{value}, 1][1] + 1")
    with pytest.raises(EngineError) as told:
        interpreter.value("data.p.a")
    assert (
        str(told.value)
        == f"data.p.a: the key {key} of a value is not supported here; use OPA itself (own packs: --engine opa)"
    )
    assert interpreter.value("data.p.b") == "2"


@pytest.mark.parametrize(
    "value", ['{"<": 1, "[": 2, "{x<": 3, "-": 4, "1x": 5, "8080": 6}', '{[1, "a"]: 1, {"b": 2}: 3, 4: 5}']
)
def test_keys_that_are_written_in_the_same_way(value: str) -> None:
    assert len(_value(value)) == 1


def test_a_builtin_of_the_name_of_a_rule_is_told_too() -> None:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", "package p\n\na := x if {\n\ttime := 1\n\tx := bits.lsh(time, 64)\n}")
    with pytest.raises(EngineError, match=r"^p\.rego:5:7: bits\.lsh: "):
        interpreter.value("data.p.a")


def test_what_is_gone_from_v1_is_there_for_modules_of_before() -> None:
    interpreter = ForeignInterpreter()
    interpreter.add(
        "p.rego", 'package p\n\na = [all([true]), any([false]), re_match(`^\\d$`, "٣"), set_diff({1}, {1})]', is_v0=True
    )
    assert json.loads(interpreter.value("data.p.a")) == [True, False, False, []]


@pytest.mark.parametrize("expression", ['to_number("{}")', 'json.unmarshal("{}")', 'units.parse("{}")'])
def test_more_digits_than_python_reads_are_refused(expression: str) -> None:
    with pytest.raises(
        EngineError, match=r"the number 1{20,}\.\.\. is not supported here; use OPA itself \(own packs: --engine opa\)$"
    ):
        _value(expression.format("1" * 5000))


def test_more_digits_than_python_reads_elsewhere() -> None:
    digits = "1" * 5000
    assert _value(f'yaml.unmarshal("a: {digits}")') == [{"a": digits}]
    assert _value(f'semver.compare("1.2.3-{digits}", "1.2.3-{digits}2")') == [0]
    assert _value(f'sprintf("%{digits}d", [1])') == ["%!(NOVERB)%!(EXTRA int64=1)"]


def test_each_evaluation_begins_anew() -> None:
    interpreter = ForeignInterpreter()
    interpreter.add(
        "p.rego", "package p\n\na := json.marshal([to_number(x) | some x in input])\n\nb := json.marshal([5])"
    )
    interpreter.set_input_text('["5.0", "5.00"]')
    for _ in range(2):
        with pytest.raises(
            EngineError, match=r"^p\.rego:3:6: json\.marshal: the number 5\.0, which may also be 5\.00, "
        ):
            interpreter.value("data.p.a")
        assert interpreter.value("data.p.b") == '"[5]"'
    interpreter.set_input_text('["5.00", "5"]')
    assert interpreter.value("data.p.a") == '"[5.00,5]"'


def test_two_texts_that_would_be_equal_are_refused() -> None:
    interpreter = ForeignInterpreter()
    interpreter.add("p.rego", 'package p\n\na := [base64.decode("/w=="), hex.decode("ff")]\n\nb := hex.decode(input)')
    assert json.loads(interpreter.value("data.p.a")) == ["\ufffd", "\ufffd"]
    interpreter.add_data('{"x": 1}')
    for digits in ("fe", "fd"):
        interpreter.set_input_text(json.dumps(digits))
        assert json.loads(interpreter.value("data.p.b")) == "\ufffd"
    with pytest.raises(EngineError, match="hex.decode: a second text of bytes that are no UTF-8, which would be equal"):
        _value('[base64.decode("/w=="), hex.decode("fe")]')
