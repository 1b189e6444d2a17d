"""Quantities against an oracle that shifts the decimal point in a text of digits."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.values.quantities import LARGEST, parse_quantity

_POWERS = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_TWOS = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}

_digits = st.text("0123456789", min_size=1, max_size=25)
_numbers = st.one_of(
    _digits,
    _digits.map(lambda whole: whole + "."),
    _digits.map(lambda part: "." + part),
    st.tuples(_digits, _digits).map(".".join),
)
_exponents = st.tuples(st.sampled_from("eE"), st.sampled_from(["", "+", "-"]), st.integers(0, 60).map(str)).map("".join)
_suffixes = st.one_of(st.sampled_from([*_POWERS, *_TWOS]), _exponents)
_signs = st.sampled_from(["", "+", "-"])


def _oracle(sign: str, number: str, suffix: str) -> Fraction:
    with localcontext() as context:
        context.prec = 400
        value = Decimal(number)
        if suffix in _TWOS:
            value *= 2 ** _TWOS[suffix]
        elif suffix in _POWERS:
            value = value.scaleb(_POWERS[suffix])
        else:
            value = value.scaleb(int(suffix[1:]))
        value = min(value.quantize(Decimal("1e-9"), rounding=ROUND_UP), Decimal(LARGEST))
        return Fraction(-value if sign == "-" else value)


@given(_signs, _numbers, _suffixes)
def test_every_legal_form(sign: str, number: str, suffix: str) -> None:
    assert parse_quantity(sign + number + suffix) == _oracle(sign, number, suffix)


@given(st.one_of(st.integers(-(10**25), 10**25), st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_are_their_own_text(number: int | float) -> None:
    assert parse_quantity(number) == parse_quantity(str(number))


@given(st.text("0123456789.+-eEinumkKMGT $", max_size=8))
def test_no_text_raises(text: str) -> None:
    value = parse_quantity(text)
    assert value is None or abs(value) <= LARGEST


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e3", Fraction(1000)),
        ("100m", Fraction(1, 10)),
        ("1Gi", Fraction(2**30)),
        ("0.5", Fraction(1, 2)),
        (".5", Fraction(1, 2)),
        ("1.", Fraction(1)),
        ("-1", Fraction(-1)),
        ("+1", Fraction(1)),
        ("1E", Fraction(10**18)),
        ("1E3", Fraction(1000)),
        ("1E-3", Fraction(1, 1000)),
        ("0.1n", Fraction(1, 10**9)),  # rounded up
        ("1e999999999", Fraction(LARGEST)),
        ("1e-999999999", Fraction(1, 10**9)),
        ("0e999999999", Fraction(0)),
        ("16Ei", Fraction(LARGEST)),
        ("0", Fraction(0)),
    ],
)
def test_values(text: str, value: Fraction) -> None:
    assert parse_quantity(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "+",
        "Gi",
        "1 Gi",
        " 1",
        "1\n",
        "1gi",
        "1K",
        "1e",
        "1e1.5",
        "1e3Ki",
        "--1",
        "1,5",
        "${X}",
        "1mi",
        "٣",
        "e3",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert parse_quantity(text) is None


@pytest.mark.parametrize("value", [True, False, None, float("nan"), float("inf"), "9" * 5000])
def test_values_that_are_no_quantity(value: object) -> None:
    assert parse_quantity(value) is None  # type: ignore[arg-type]
