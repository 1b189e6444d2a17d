"""Shapes: what stays has the type that the shape says, and everything else is told."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.model import Path
from erpguard.normalize.shapes import fit, has_placeholder

LEAVES = ("string", "text", "bool", "int", "number", "quantity", "int-or-string", "any")
KEYS = ("a", "b", "c")
QUANTITY_LETTERS = "0123456789.+-eEinumkKMGTPl _٣"

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.floats(-2, 2),
    st.sampled_from(("", "x", "5", "1Gi", "-.5e-3", "${X}", "1{{ x }}", "true")),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)),
    max_leaves=8,
)


def objects_of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Shapes of objects: of named keys, some of them required, or of free ones."""
    named = st.dictionaries(st.sampled_from(KEYS), st.tuples(st.sampled_from(("", "!", "+")), inner), max_size=3).map(
        lambda fields: {key + mark: shape for key, (mark, shape) in fields.items()}
    )
    return st.one_of(named, inner.map(lambda shape: {"*": shape}))


SHAPES = objects_of(
    st.recursive(
        st.sampled_from(LEAVES), lambda inner: st.one_of(inner.map(lambda s: [s]), objects_of(inner)), max_leaves=5
    )
)


def is_quantity(text: str) -> bool:
    """The grammar of apimachinery/pkg/api/resource/quantity.go, read letter by letter.

    signedNumber suffix, where a number has digits before or after its point, and a suffix is one of the SI prefixes,
    one of the binary ones, or `e` and a signed whole number.
    """
    rest = text[1:] if text[:1] in ("+", "-") else text
    whole = fraction = 0
    while rest and rest[0] in "0123456789":
        rest, whole = rest[1:], whole + 1
    if rest[:1] == ".":
        rest = rest[1:]
        while rest and rest[0] in "0123456789":
            rest, fraction = rest[1:], fraction + 1
    if not whole + fraction:
        return False
    if rest in ("", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"):
        return True
    exponent = rest[2:] if rest[1:2] in ("+", "-") else rest[1:]
    return rest[0] in "eE" and exponent != "" and set(exponent) <= set("0123456789")


def accepts(value: Any, kind: str) -> bool:
    """Whether a value is of a leaf kind."""
    held = type(value)
    return {
        "string": held is str,
        "text": held is str,
        "bool": held is bool,
        "int": held is int,
        "number": held in (int, float),
        "quantity": held in (int, float) or (held is str and is_quantity(value)),
        "int-or-string": held in (int, str),
        "any": True,
    }[kind]


def is_placeholder(value: Any, shape: Any) -> bool:
    """Whether a value is not known where such a leaf belongs."""
    return isinstance(value, str) and shape != "text" and ("${" in value or "{{" in value)


def shapes_of(shape: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """Key -> shape, for the keys of a value and the required ones."""
    if "*" in shape:
        return dict.fromkeys(value, shape["*"])
    return {key.rstrip("!+"): inner for key, inner in shape.items()}


def wrong(value: Any, shape: Any) -> bool:
    """Whether a value itself is of another type than its shape says."""
    if isinstance(shape, dict | list):
        return type(value) is not type(shape)
    return not is_placeholder(value, shape) and not accepts(value, shape)


def expected_misfits(value: Any, shape: Any, path: Path = ()) -> tuple[list[Path], set[Path]]:
    """(paths that do not fit, paths of placeholders), by a walk that changes nothing."""
    if wrong(value, shape):
        return [path], set()
    misfits: list[Path] = []
    unknown = {path} if not isinstance(shape, dict | list) and is_placeholder(value, shape) else set()
    inner: list[tuple[Any, Any, Path]] = []
    if isinstance(shape, dict):
        for key, below in shapes_of(shape, value).items():
            item = value.get(key)
            inner += [] if item is None else [(item, below, (*path, key))]
            required = f"{key}!" in shape or f"{key}+" in shape
            misfits += [(*path, key)] if (required and item is None) or (f"{key}+" in shape and item == []) else []
    elif isinstance(shape, list):
        inner += [(item, shape[0], (*path, index)) for index, item in enumerate(value) if item is not None]
        misfits += [(*path, index) for index, item in enumerate(value) if item is None]
    for item, below, where in inner:
        more, hidden = expected_misfits(item, below, where)
        misfits += more
        unknown |= hidden
    return misfits, unknown


def assert_fitting(value: Any, shape: Any) -> None:
    """Nothing of a wrong type is left where the shape speaks; list items may be what stands for a wrong one."""
    assert not wrong(value, shape), (value, shape)
    if isinstance(shape, dict):
        for key, below in shapes_of(shape, value).items():
            if key in value:
                assert_fitting(value[key], below)
    if isinstance(shape, list):
        for item in value:
            if item is not None:
                assert_fitting(item, shape[0])
            else:
                assert not isinstance(shape[0], dict)


def at(value: Any, path: Path) -> Any:
    """The node at a path."""
    for step in path:
        value = value[step]
    return value


def kept(value: Any, misfits: set[Path], shape: Any, path: Path = ()) -> Any:
    """The value as it should be afterwards."""
    if isinstance(shape, dict) and isinstance(value, dict):
        below = shapes_of(shape, value)
        return {
            key: kept(item, misfits, below.get(key), (*path, key))
            for key, item in value.items()
            if key not in below or (item is not None and ((*path, key) not in misfits or item == []))
        }
    if isinstance(shape, list) and isinstance(value, list):
        stands_for_wrong: Any = {} if isinstance(shape[0], dict) else None
        return [
            stands_for_wrong if (*path, index) in misfits else kept(item, misfits, shape[0], (*path, index))
            for index, item in enumerate(value)
        ]
    return value


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3), SHAPES)
def test_what_stays_fits_and_what_does_not_is_told(value: dict[str, Any], shape: dict[str, Any]) -> None:
    before = deepcopy(value)
    found = fit(value, shape)
    misfits, unknown = expected_misfits(before, shape)
    assert sorted(map(repr, (misfit.path for misfit in found.misfits))) == sorted(map(repr, misfits))
    assert found.unknown == unknown
    assert_fitting(value, shape)
    assert all(at(value, path) == at(before, path) for path in unknown)
    wrong_type = {path for path in misfits if path}
    assert value == without_wrong_empty(before, wrong_type, shape)


def without_wrong_empty(value: Any, misfits: set[Path], shape: Any) -> Any:
    """`kept`, for empty lists: one that should not be empty stays, one that stands where no list belongs goes."""
    result = kept(value, misfits, shape)

    def drop(node: Any, shape: Any) -> None:
        if isinstance(shape, dict) and isinstance(node, dict):
            for key, below in shapes_of(shape, node).items():
                if key in node and wrong(node[key], below):
                    del node[key]
                elif key in node:
                    drop(node[key], below)
        if isinstance(shape, list) and isinstance(node, list):
            for item in node:
                drop(item, shape[0])

    drop(result, shape)
    return result


@given(
    st.one_of(
        st.text(QUANTITY_LETTERS, max_size=7),
        st.from_regex(r"[+-]?[0-9]{0,2}\.?[0-9]{0,2}([numkKMGTPE]i?|[eE][+-]?[0-9]{0,2}|)\n?", fullmatch=True),
    )
)
def test_quantities_are_those_of_the_api_server(text: str) -> None:
    assert (fit({"a": text}, {"a": "quantity"}).misfits == []) is is_quantity(text)


# quantity_test.go of apimachinery: what is parsed, and what is refused.
VALID = """
0 0n 0u 0m 0Ki 0k 1 100 1Ki 8Ki 7Mi 6Gi 5Ti 4Pi 3Ei 10Ti 5n 4u 3m 9 8k
7M 6G 5T 4P 3E 1e3 1E6 1e-3 1.1E-3 +1 -1 .5 5. -.5m 1.G 0.0001e20 +.0e-0
"""
INVALID = """
1.1.M 1+1.0M 0.1mi 0.1am aoeu .5i 1i -3.01i -3.01e- 1K 1mi 1b --1 1e1.5
. + Ki e3 1_000 0x1 ٣ 1e٣ inf
"""


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        *((text, True) for text in VALID.split()),
        *((text, False) for text in ("", " 1", "1 ", "1\n", *INVALID.split())),
    ],
)
def test_quantities_by_example(text: str, valid: bool) -> None:
    assert is_quantity(text) is valid
    value = {"a": text}
    found = fit(value, {"a": "quantity"})
    assert (found.misfits == [], "a" in value) == (valid, valid)


@pytest.mark.parametrize(
    ("value", "shape", "path", "message"),
    [
        ({"a": "x"}, {"a": "int"}, ("a",), 'must be an integer, not the string "x"'),
        ({"a": True}, {"a": "int"}, ("a",), "must be an integer, not true"),
        ({"a": 1}, {"a": "string"}, ("a",), "must be a string, not the number 1: put it in quotes"),
        ({"a": 1.5}, {"a": "int-or-string"}, ("a",), "must be an integer or a string, not the number 1.5"),
        ({"a": "true"}, {"a": "bool"}, ("a",), 'must be true or false, not the string "true"'),
        ({"a": {}}, {"a": ["int"]}, ("a",), "must be a list, not an object"),
        ({"a": []}, {"a": {"b": "int"}}, ("a",), "must be an object, not a list"),
        ({"a": ["x", None]}, {"a": ["string"]}, ("a", 1), "is null: remove it"),
        ({"a": None}, {"a!": "string"}, ("a",), "is required and missing"),
        ({}, {"a+": ["string"]}, ("a",), "is required and missing"),
        ({"a": []}, {"a+": ["string"]}, ("a",), "must not be empty"),
        ({"a": "y" * 99}, {"a": "bool"}, ("a",), f'must be true or false, not the string "{"y" * 40}"'),
    ],
)
def test_messages(value: dict[str, Any], shape: Any, path: Path, message: str) -> None:
    assert [tuple(misfit) for misfit in fit(value, shape).misfits] == [(path, message)]


def test_null_is_absent() -> None:
    value = {"a": None, "b": {"x": None, "y": "z"}, "other": None}
    found = fit(value, {"a": "int", "b": {"*": "string"}, "c": "int"})
    assert (found.misfits, value) == ([], {"b": {"y": "z"}, "other": None})


def test_indexes_stay() -> None:
    value = {"a": [1, {"b": 1}, "x", {"b": "c"}], "s": [1, "x"]}
    found = fit(value, {"a": [{"b": "string"}], "s": ["string"]})
    assert value == {"a": [{}, {}, {}, {"b": "c"}], "s": [None, "x"]}
    assert [misfit.path for misfit in found.misfits] == [("a", 0), ("a", 1, "b"), ("a", 2), ("s", 0)]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("${A}", True), ("a{{ b }}", True), ("{", False), ("$A", False), ("{a}", False), ("$ {A}", False), ("${", True)],
)
def test_placeholders(text: str, is_one: bool) -> None:
    assert has_placeholder(text) is is_one
    for kind in LEAVES:
        found = fit({"a": text}, {"a": kind})
        assert found.unknown == ({("a",)} if is_one and kind != "text" else set())
