"""The walk through a JSON text agrees with the standard library, and says where a text is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.sources.json_members import JsonError, JsonText
from erpguard.sources.text_positions import Positions

_SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
_TEXTS = st.text(max_size=8)
_VALUES = st.recursive(
    _SCALARS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)
_INDENTS = st.sampled_from([None, 0, 2])


@given(st.dictionaries(_TEXTS, _VALUES, max_size=5), _INDENTS, st.booleans(), st.data())
def test_members_are_those_of_the_standard_library(
    value: dict[str, Any], indent: int | None, ascii_: bool, data: st.DataObject
) -> None:
    text = " \n" + json.dumps(value, indent=indent, ensure_ascii=ascii_) + "\n"
    seen = []
    for member in JsonText(text).members():
        seen.append(member.key)
        way = data.draw(st.sampled_from(["value", "elements", "some", "items", "members", "nothing"]))
        expected = value[member.key]
        if way == "value":
            assert member.value() == expected
            assert json.loads(text[member.start : member.end]) == expected
        elif way == "elements":
            found = list(member.elements())
            assert [one.value for one in found] == (expected if isinstance(expected, list) else [])
            assert [json.loads(text[one.start : one.end]) for one in found] == [one.value for one in found]
        elif way == "some":
            next(iter(member.elements()), None)
        elif way == "items":
            walked = [{one.key: one.value() for one in item.members()} for item in member.items()]
            items = expected if isinstance(expected, list) else []
            assert walked == [item if isinstance(item, dict) else {} for item in items]
        elif way == "members":
            inner = {one.key: one.value() for one in member.members()}
            assert inner == (expected if isinstance(expected, dict) else {})
    assert seen == list(value)


@given(st.lists(_VALUES, max_size=4))
def test_values_after_each_other(values: list[Any]) -> None:
    text = "\n".join(json.dumps(value) for value in values)
    assert [one.value for one in JsonText(text).values()] == values


@given(st.dictionaries(_TEXTS, _VALUES, max_size=3), st.data())
def test_a_text_that_ends_too_early_is_an_error(value: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(value)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    with pytest.raises(JsonError) as caught:
        _walk(JsonText(cut))
    assert 0 <= caught.value.offset <= len(cut)


@given(st.text(st.sampled_from('{}[]",:ab1 \n'), max_size=12))
def test_what_is_no_json_is_refused(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        expected = None
    try:
        found = _walk(JsonText(text))
    except JsonError:
        found = None
    assert found == (expected if isinstance(expected, dict) else None)


def _walk(text: JsonText) -> dict[str, Any]:
    return {member.key: member.value() for member in text.members()}


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('{"a": 1,\n "b": [1, 2,, 3]}', (2, 13), "not valid JSON: expecting value: make it again"),
        ('{"a": 1\n "b": 2}', (2, 2), "not valid JSON: expecting ',' delimiter: make it again"),
        ('{"a": 1', (1, 8), "not valid JSON: it ends too early: make it again"),
        ('{"a":\n"b', (2, 3), "not valid JSON: it ends too early: make it again"),
        ('{"a": tru', (1, 10), "not valid JSON: it ends too early: make it again"),
        ('{"a": "\\u00', (1, 12), "not valid JSON: it ends too early: make it again"),
        ('{"a"', (1, 5), "not valid JSON: it ends too early: make it again"),
        ('{"a": 1,\n ', (2, 2), "not valid JSON: it ends too early: make it again"),
        ('{"é𝄞": 1 2}', (1, 11), "not valid JSON: expecting ',' delimiter: make it again"),
        ('{"a": 1} {}', (1, 10), "not valid JSON: extra data: make it again"),
        ("[1]", (1, 1), "not a JSON object: make it again"),
        ('{"a": NaN}', (1, 7), "NaN is no JSON value: make it again"),
        ('{"a": "x\ny"}', (1, 9), "not valid JSON: invalid control character at: make it again"),
        ("{a: 1}", (1, 2), "not valid JSON: expecting property name enclosed in double quotes: make it again"),
    ],
)
def test_errors_say_where(text: str, place: tuple[int, int], message: str) -> None:
    walked = JsonText(text, "plan.json")
    with pytest.raises(JsonError) as caught:
        _walk(walked)
    problem = walked.problem_of(caught.value)
    assert (problem.message, problem.place[1:3]) == (message, place)


def test_errors_of_standard_input_name_the_line() -> None:
    walked = JsonText('{"a":\n x}')
    with pytest.raises(JsonError) as caught:
        _walk(walked)
    assert (
        walked.problem_of(caught.value).message
        == "standard input, line 2: not valid JSON: expecting value: make it again"
    )


@pytest.mark.parametrize("depth", [66, 900, 200_000])
@pytest.mark.parametrize("way", ["value", "skip", "elements"])
def test_deep_nesting_is_one_error(depth: int, way: str) -> None:
    walked = JsonText('{"a": [' + "[" * depth + "]" * depth + "]}")

    def walk() -> None:
        for member in walked.members():
            if way == "value":
                member.value()
            elif way == "elements":
                list(member.elements())

    if way == "skip" and depth < 1000:
        walk()  # what is passed over is never walked
        return
    with pytest.raises(JsonError) as caught:
        walk()
    assert caught.value.code == "too-deep"


def test_a_key_that_stands_twice_is_a_problem() -> None:
    walked = JsonText('{"a": 1,\n "a": 2,\n "b": [{"c": 1,\n "c": 1}, {}]}', "plan.json")
    assert [member.value() for member in walked.members()] == [1, 2, [{"c": 1}, {}]]
    assert [(one.code, one.place.line) for one in walked.problems] == [("duplicate-key", 2), ("duplicate-key", 4)]


def test_numbers_and_texts_that_nothing_else_could_hold() -> None:
    walked = JsonText('{"a": ' + "9" * 5000 + ', "b": 1e999, "c": "\\ud800", "d": 18446744073709551616}')
    found = _walk(walked)
    assert found["a"] == "9" * 5000
    assert found["b"] == "1e999"
    assert found["c"] == "\ufffd"
    assert found["d"] == float(2**64)


@given(st.lists(st.sampled_from(["a", "é", "𝄞", "\n", "\r\n", "\r", "b" * 9000]), max_size=12))
def test_positions_are_those_of_the_lines(parts: list[str]) -> None:
    text = "".join(parts)
    positions = Positions(text)
    for offset in {0, len(text), *range(0, len(text), 1777)}:
        if text[max(offset - 1, 0) : offset + 1] == "\r\n":
            continue
        lines = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert positions.of(offset) == (len(lines), len(lines[-1].encode("utf-16-le")) // 2 + 1)
