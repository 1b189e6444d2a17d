"""Go durations against an oracle that adds decimal numbers."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.values.durations import parse_duration

_SECONDS = {"ns": "1e-9", "us": "1e-6", "µs": "1e-6", "μs": "1e-6", "ms": "1e-3", "s": "1", "m": "60", "h": "3600"}

_whole = st.integers(0, 10**6).map(str)
_numbers = st.one_of(
    _whole,
    _whole.map(lambda whole: whole + "."),
    st.tuples(_whole, st.integers(0, 999).map(str)).map(".".join),
    _whole.map(lambda part: "." + part),
)
_parts = st.lists(st.tuples(_numbers, st.sampled_from(list(_SECONDS))), min_size=1, max_size=4)


@given(st.sampled_from(["", "+", "-"]), _parts)
def test_every_legal_form(sign: str, parts: list[tuple[str, str]]) -> None:
    text = sign + "".join(number + unit for number, unit in parts)
    with localcontext() as context:
        context.prec = 100
        nanoseconds = sum(int(Decimal(number) * Decimal(_SECONDS[unit]) * 10**9) for number, unit in parts)
    signed = -nanoseconds if sign == "-" else nanoseconds
    fits = -(2**63) <= signed < 2**63  # Go's time.Duration; what is longer is refused
    assert parse_duration(text) == (Fraction(signed, 10**9) if fits else None)


@given(st.text("0123456789.+-hmsnuµd ", max_size=8))
def test_no_text_raises(text: str) -> None:
    parse_duration(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2160h", 2160 * 3600),
        ("1h30m", 5400),
        ("300ms", Fraction(3, 10)),
        ("0", 0),
        ("-0", 0),
        ("-1.5h", -5400),
        ("+5s", 5),
        ("1h1h", 7200),
        ("336h0m0s", 336 * 3600),
        ("1.0000000009s", 1),
    ],
)
def test_values(text: str, seconds: int | Fraction) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "-",
        "1",
        "1d",
        "14d",
        "h",
        ".h",
        "1h30",
        " 1h",
        "1h ",
        "1H",
        "1e3s",
        "${X}",
        "3000000h",
        "9" * 5000 + "h",
    ],
)
def test_what_is_no_duration(text: str) -> None:
    assert parse_duration(text) is None
