"""Numbers as OPA counts with them: whole ones as they are, any other with 64 bits (https://pkg.go.dev/math/big#Float)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from erpguard.engines.builtins.unsupported import Unsupported

_MOST_DIGITS = 40
_BITS = 64
_BITS_OF_PRODUCTS = 53
_WHOLE = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_OTHER = re.compile(r"[+-]?(?:0[xX][0-9A-Fa-f_.]+[pP][+-]?[0-9_]+|[0-9.]+_[0-9_.]*(?:[eE][+-]?[0-9_]+)?)")


def rounded(value: Fraction, bits: int = _BITS) -> Fraction:
    """The nearest number of so many bits, of two the even one."""
    if not value:
        return value
    exponent = abs(value.numerator).bit_length() - value.denominator.bit_length() - bits
    scaled = abs(value) / Fraction(2) ** exponent
    exponent += scaled >= 1 << bits
    return round(value / Fraction(2) ** exponent) * Fraction(2) ** exponent


def total(numbers: Iterable[int | float]) -> int | float:
    """The sum of numbers that are not all whole."""
    found = Fraction(0)
    for number in numbers:
        found = rounded(found + read(number))
    return number_of(found)


def product(numbers: Iterable[int | float]) -> int | float:
    """The product of numbers that are not all whole."""
    found = Fraction(1)
    for number in numbers:
        found = rounded(found * read(number), _BITS_OF_PRODUCTS)
    return number_of(found)


def read(number: int | float) -> Fraction:
    """A number as OPA reads the shortest text that says it."""
    return rounded(Fraction(number) if isinstance(number, int) else Fraction(repr(number)))


def number_of(value: Fraction) -> int | float:
    """What the engine can hold of it."""
    return value.numerator if value.denominator == 1 else float(value)


def short(digits: str) -> str:
    """Digits that are not too many to be read at all."""
    if len(digits) > _MOST_DIGITS:
        raise Unsupported(f"the number {digits[:_MOST_DIGITS]}...")
    return digits


def to_number(text: str) -> int | float:
    """A number in decimal digits, as https://pkg.go.dev/strconv#ParseFloat reads it."""
    if _WHOLE.fullmatch(text):
        return int(short(text))
    if _OTHER.fullmatch(text):
        raise Unsupported(f"the number {text!r}")
    if not _FLOAT.fullmatch(text):
        raise ValueError("no number")
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("out of range")
    if not value and Decimal(text):
        raise Unsupported(f"the number {text!r}")
    return int(value) if value.is_integer() and Decimal(text) == int(value) else value
