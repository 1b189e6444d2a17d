"""YAML within a value of another format."""

from __future__ import annotations

import pytest

from erpguard.sources.embedded_yaml import documents


def test_documents() -> None:
    assert documents("a: on\n---\n\n---\nb: {c: 1.10}\n") == [{"a": True}, {"b": {"c": 1.1}}]
    assert documents('{"a": 1}') == [{"a": 1}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\tb: c\n", "line 2: tab used for indentation: YAML wants spaces"),
        ("a: [" * 80, "line 1: nested deeper than"),
        ("a: &a [1]\nb: {c: ", "line"),
    ],
)
def test_what_is_no_yaml(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        documents(text)
