"""Long whole numbers of documents are floats, as in conftest."""

from __future__ import annotations

import pytest

from erpguard.conftest.go_numbers import as_go


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ({"a": [999999, 1000000, -1000000]}, b"a: [999999, 1000000, -1000000]", {"a": [999999, 1e6, -1e6]}),
        ([1000000], b"- 1_000_000", [1e6]),
        ([1000000], b"- 1e6", [1e6]),
        ([1048576], b"- 0x100000", [1048576.0]),
        ({"a": True, "b": None, "c": "1000000"}, b"a: true\nb:\nc: '1000000'", {"a": True, "b": None, "c": "1000000"}),
    ],
)
def test_long_ones(value: object, text: bytes, found: object) -> None:
    made = as_go(value, text)
    assert made == found
    assert repr(made) == repr(found)


def test_what_is_in_a_text_without_any_stays_as_it_is() -> None:
    value = {"replicas": 3}
    assert as_go(value, b"replicas: 3") is value
