"""What servers send: all of JSON, and nothing that a snapshot could not keep."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.sources.live import Item
from erpguard.sources.live_json import parsed
from erpguard.sources.snapshot.lines import Header
from erpguard.sources.snapshot.reading import Reader
from erpguard.sources.snapshot.writing import write

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(_values, st.booleans())
def test_all_of_json_is_read_and_kept_as_it_is(value: Any, is_ascii: bool) -> None:
    text = json.dumps({"value": value}, ensure_ascii=is_ascii)
    found = parsed(text.encode(errors="surrogatepass"))
    file = io.BytesIO()
    write(file, Header("2026-11-22T00:00:00Z", "0", ()), [Item("azure", found)])
    (kept,) = Reader(file.getvalue(), "s").records()
    assert isinstance(kept, Item)
    assert json.dumps(kept.body, sort_keys=True) == json.dumps(found, sort_keys=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("\ufeff12", 12),
        (str(2**64), float(2**64)),
        ("1e400", "1e400"),
        ("1.5", 1.5),
        ('"\\ud800"', "\ufffd"),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ('{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_values(text: str, value: Any) -> None:
    assert parsed(text.encode()) == value


@pytest.mark.parametrize(
    "data", [b"", b"{", b"<html>", b"NaN", b"[Infinity]", b"\xff", b"1 2", b"[" * 100_000, b"[" * 70 + b"]" * 70]
)
def test_what_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(data)
