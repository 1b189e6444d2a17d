"""The loader's values agree with PyYAML's, wherever JSON can hold them and kubectl sees the same."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.sources.yaml_documents import load
from erpguard.sources.yaml_scalars import resolve_plain

DATA = Path(__file__).parents[3] / "shared" / "data" / "kubernetes"
FILES = sorted(path for path in DATA.rglob("*") if path.suffix in (".yaml", ".yml"))


class Oracle(yaml.CSafeLoader):
    """PyYAML with the stated differences: strings for timestamps and `=`, keys as they were written."""


def _text(loader: yaml.Loader, node: yaml.ScalarNode) -> str:
    return str(node.value)


def _number(loader: yaml.Loader, node: yaml.ScalarNode) -> Any:
    return resolve_plain(node.value)


def _mapping(loader: yaml.Loader, node: yaml.MappingNode) -> Any:
    result: dict[str, Any] = {}
    yield result
    loader.flatten_mapping(node)
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key that is no string", key.start_mark)
        name = "null" if key.tag.endswith(":null") else key.value
        result[name] = loader.construct_object(value, deep=True)


Oracle.add_constructor("tag:yaml.org,2002:timestamp", _text)
Oracle.add_constructor("tag:yaml.org,2002:value", _text)
Oracle.add_constructor("tag:yaml.org,2002:map", _mapping)


def expected(text: str | bytes) -> list[Any]:
    return [value for value in yaml.load_all(text, Oracle) if value is not None]


def same(one: Any, other: Any) -> bool:
    """Equal, types included: True is not 1; a whole number of the other is an integer."""
    if isinstance(other, float) and other.is_integer() and abs(other) < 2**53 and str(other) != "-0.0":
        other = int(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


class Writer(yaml.SafeDumper):
    """PyYAML's, save that it quotes what only kubectl takes for a boolean or a number, such as `y` and `1e3`."""


Writer.add_representer(
    str,
    lambda writer, text: writer.represent_scalar(
        "tag:yaml.org,2002:str", text, style=None if resolve_plain(text) == text else '"'
    ),
)

keys = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=8)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.sampled_from(["y", "no", "1e3", "0o17", "1:30", "2020-01-01", "<<", "=", "~", "null", "a: b", "- x", "#", ""]),
    st.lists(st.sampled_from(["line", "  indented", "", "\ttab", "trailing "]), max_size=5).map("\n".join),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)
documents = st.lists(st.dictionaries(keys, values, min_size=1, max_size=5), min_size=1, max_size=4)


@given(documents, st.sampled_from([None, True, False]), st.booleans(), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=120, deadline=None)
def test_what_pyyaml_writes_is_read_back(written: list[Any], flow: bool | None, unicode: bool, line_break: str) -> None:
    text = yaml.dump_all(
        written,
        Dumper=Writer,
        default_flow_style=flow,
        allow_unicode=unicode,
        line_break=line_break,
        explicit_start=True,
    )
    loaded = load(text.encode("utf-8", "surrogatepass"), "generated.yaml")
    assert [problem.message for problem in loaded.problems] == []
    # PyYAML itself does not read every NEL, LS and PS back that it writes.
    assert same([one.value for one in loaded.documents], expected(text))


LINES = [
    "a: 1", "b: two", "c:", "  d: yes", "  - e", "- f", "- g: h", "  i: [j, {k: l}]", 'm: "n"', "o: 'p'", "q: |-",
    "r: >", "    s t", "# u", "--- ", "---", "...", "v: &w x", "y1: *w", "z: ~", "  <<: {aa: bb}", "cc: 0777",
    "dd: 1.5", "ee: on", "? ff", ": gg", "hh: !!str 1", '"ii": !!int "3"', "jj: {}", "kk: []", "", " x", "!!map {a: b}",
    "%YAML 1.1", "ll: 2001-01-01", "'mm",
]  # fmt: skip
lines = st.sampled_from(LINES)


@given(st.lists(lines, max_size=12).map("\n".join))
@settings(max_examples=500, deadline=None)
def test_lines_in_any_order_mean_what_they_mean_to_pyyaml(text: str) -> None:
    loaded = load(text.encode(), "generated.yaml")
    try:
        values = expected(text)
    except (yaml.YAMLError, ValueError):
        return
    if loaded.problems:
        # A directive needs a `...` before it (YAML 1.2, 9.2); PyYAML does without.
        assert "\n%YAML" in text or {problem.code for problem in loaded.problems} <= {
            "duplicate-key",
            "yaml-key",
            "yaml-tag",
        }
    else:
        assert same([one.value for one in loaded.documents], values)


@pytest.mark.skipif(not FILES, reason="the sample manifests are not beside the repository (../shared/data/kubernetes)")
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DATA)))
def test_sample_files(path: Path) -> None:
    data = path.read_bytes()
    try:
        values = expected(data)
    except yaml.YAMLError:
        assert load(data, path.name).problems
        return
    loaded = load(data, path.name)
    assert [problem.code for problem in loaded.problems if problem.code != "duplicate-key"] == []
    assert same([one.value for one in loaded.documents], values)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True), ("Off", False), ("y", True), ("N", False), ("~", None), ("", None), ("Null", None),
        ("0777", 511), ("0o17", 15), ("0x1F", 31), ("0b101", 5), ("-0", 0), ("+12", 12), ("1_000", 1000),
        ("1.10", 1.1), ("1e3", 1000.0), (".5", 0.5), ("1.", 1.0), ("08", 8.0), ("-1.5e-3", -0.0015),
        ("1:30", "1:30"), ("2020-01-01", "2020-01-01"), ("2001-12-14t21:59:43Z", "2001-12-14t21:59:43Z"),
        (".inf", ".inf"), ("-.INF", "-.INF"), (".nan", ".nan"), ("1e999", "1e999"), ("=", "="), ("<<", "<<"),
        ("1.2.3", "1.2.3"), ("10.0.0.0/8", "10.0.0.0/8"), ("-", "-"), ("+", "+"), (".", "."), ("0x", "0x"),
        ("0o9", "0o9"),
        (str(2**64 - 1), 2**64 - 1), (str(2**64), float(2**64)), (str(-(2**63)), -(2**63)), ("9" * 5000, "9" * 5000),
        ("0x" + "f" * 5000, "0x" + "f" * 5000), ("１２", "１２"), ("TRUE", True), ("tRUE", "tRUE"),
    ],
)  # fmt: skip
def test_plain_scalars(text: str, value: Any) -> None:
    assert same(resolve_plain(text), value)


@given(st.dates() | st.datetimes() | st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_plain_scalars_are_json_values(value: Any) -> None:
    got = resolve_plain(str(value))
    if isinstance(value, (datetime.date, datetime.datetime)):
        assert got == str(value)
    elif isinstance(got, float):
        assert math.isfinite(got)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on: yes", {"on": True}),
        ("1: a\ntrue: b\n1.0: c\nnull: d", {"1": "a", "true": "b", "1.0": "c", "null": "d"}),
        ("~: a", {"null": "a"}),
        ('"": a\n"~": b', {"": "a", "~": "b"}),
        ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
        ("a: {<<: [{b: 1}, {b: 2, c: 3}], d: 4}", {"a": {"b": 1, "c": 3, "d": 4}}),
        ('"<<": a', {"<<": "a"}),
        ("a: &x b\n*x : c", {"a": "b", "b": "c"}),
        ("&x a: *x", {"a": "a"}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("a: !!str 1\nb: !!int '0x10'\nc: !!bool 'no'\nd: !!float 1\ne: !!null ''\nf: ! 1",
         {"a": "1", "b": 16, "c": False, "d": 1.0, "e": None, "f": "1"}),
        ("a: !!timestamp 2001-01-01", {"a": "2001-01-01"}),
        ("- a\n-\n- []", ["a", None, []]),
    ],
)  # fmt: skip
def test_keys_merges_tags(text: str, value: Any) -> None:
    loaded = load(text.encode(), "a.yaml")
    assert loaded.problems == []
    assert same([one.value for one in loaded.documents], [value])


def test_aliases_are_copies() -> None:
    (document,) = load(b"a: &x {b: [1]}\nc: *x\nd: *x", "a.yaml").documents
    document.value["c"]["b"].append(2)
    assert document.value["a"] == document.value["d"] == {"b": [1]}
