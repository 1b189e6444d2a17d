"""What the value of a rule says."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.conftest.answers import AnswerError, Message, excepted, messages


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", "b"], [Message("a"), Message("b")]),
        ([{"msg": "a", "n": 1}], [Message("a", {"n": 1})]),
        ([{"msg": "a"}], [Message("a", {})]),
        ([""], []),
        ([{"msg": "", "n": 1}], []),
        ([1, None, True, ["a"]], []),
        ([], []),
        (None, []),
        (True, []),
        ("a", []),
        ({"a": True}, []),
    ],
)
def test_messages(value: Any, expected: list[Message]) -> None:
    assert messages(value) == expected


@pytest.mark.parametrize("value", [[{"message": "a"}], [{}], [{"msg": 1}], ["a", {"msg": None}]])
def test_an_object_without_a_message_is_an_error(value: Any) -> None:
    with pytest.raises(AnswerError, match=r"^gives an object whose `msg` is missing or no text$"):
        messages(value)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ([["a", "b"], ["c"]], {"a", "b", "c"}),
        ([[""]], {""}),
        ([{"x": "a"}], {"a"}),
        ({"k": ["a"]}, {"a"}),
        (["a"], set()),
        ([[1, None]], set()),
        (None, set()),
        (True, set()),
    ],
)
def test_exceptions(value: Any, names: set[str]) -> None:
    assert excepted(value) == names
