"""Arithmetic on numbers that are not all whole and short, as OPA does it: exactly on whole ones, else with 64 bits.

The engine has floats, which have fewer bits: `0.1 + 0.2` is `0.3` in OPA. Numbers are given as the engine shows them.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import product as combined
from math import prod, trunc

from erpguard.engines.builtins import written
from erpguard.engines.builtins.floats import BITS, rounded, short, text_of
from erpguard.engines.builtins.unsupported import Unsupported

Number = int | float
Exact = int | Fraction

_BITS_OF_PRODUCTS = 53
_HALF = Fraction(1, 2)
_MANY = 64
_SHORT = re.compile(r"0|-?[1-9][0-9]{0,14}")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_OTHER = re.compile(r"[+-]?(?:0[xX][0-9A-Fa-f_.]+[pP][+-]?[0-9_]+|[0-9.]+_[0-9_.]*(?:[eE][+-]?[0-9_]+)?)")


def _computed(shown: Iterable[str], compute: Callable[[tuple[str, ...]], str]) -> Number:
    """What is computed from numbers, which has to be the same for all forms that these may have."""
    choices = [_distinct(written.forms(number)) for number in shown]
    if prod(map(len, choices)) > _MANY:
        raise Unsupported("so many numbers that may have been rounded")
    texts = set(map(compute, combined(*choices)))
    if len(texts) > 1:
        raise Unsupported(f"a value that is {' or '.join(sorted(texts))}")
    (text,) = texts
    return written.made(text)


def _distinct(forms: Collection[str]) -> Collection[str]:
    """One form of each of the numbers."""
    if len(forms) == 1:
        return forms
    return {(Fraction(text), text.startswith("-")): text for text in forms}.values()


def _binary(compute: Callable[[Exact, Exact], Exact], *, is_exact: bool = True) -> Callable[[str, str], Number]:
    @lru_cache(maxsize=4096)
    def apply(texts: tuple[str, ...]) -> str:
        left, right = map(Fraction, texts)
        if is_exact and left.denominator == right.denominator == 1:
            return str(compute(left.numerator, right.numerator))
        value = rounded(Fraction(compute(rounded(left), rounded(right))))
        is_negative = compute is not operator.add and texts[0].startswith("-") != texts[1].startswith("-")
        return text_of(value) if value or not is_negative else written.NEGATIVE

    def of(left: str, right: str) -> Number:
        if is_exact and _SHORT.fullmatch(left) and _SHORT.fullmatch(right):  # equal to all forms that they may have
            return written.made(str(compute(int(left), int(right))))
        return _computed((left, right), apply)

    return of


def _divided(left: Exact, right: Exact) -> Exact:
    if not right:
        raise ValueError("a division by zero")
    return Fraction(left) / Fraction(right)


def _remainder(left: Exact, right: Exact) -> Exact:
    if not right or not isinstance(left, int) or not isinstance(right, int):
        raise ValueError("no whole numbers")
    return left - right * trunc(Fraction(left, right))


plus = _binary(operator.add)
minus = _binary(operator.sub)
times = _binary(operator.mul)
over = _binary(_divided, is_exact=False)
remainder = _binary(_remainder)


def _unary(compute: Callable[[Fraction], Exact]) -> Callable[[str], Number]:
    return lambda number: _computed((number,), lambda texts: text_of(Fraction(compute(rounded(Fraction(texts[0]))))))


def _ceil(value: Fraction) -> int:
    whole = trunc(value)
    return whole if whole < 0 or whole == value else whole + 1


def _floor(value: Fraction) -> int:
    """What is between 0 and -1 is 0: https://github.com/open-policy-agent/opa (v1/topdown/arithmetic.go)."""
    whole = trunc(value)
    return whole if whole >= 0 or whole == value else whole - 1


def _nearest(value: Fraction) -> int:
    return trunc(rounded(value - _HALF if value < 0 else value + _HALF))


absolute = _unary(abs)
ceil = _unary(_ceil)
floor = _unary(_floor)
nearest = _unary(_nearest)


def _folded(
    start: int, compute: Callable[[Fraction, Fraction], Fraction], whole: Callable[[list[int]], int], bits: int
) -> Callable[[Iterable[str]], Number]:
    def apply(texts: tuple[str, ...]) -> str:
        values = list(map(Fraction, texts))
        if all(value.denominator == 1 for value in values):
            return str(whole([value.numerator for value in values]))
        found = Fraction(start)
        for value in values:
            found = rounded(compute(found, rounded(value)), bits)
        return text_of(found, bits)

    return lambda numbers: _computed(numbers, apply)


total = _folded(0, operator.add, sum, BITS)
product = _folded(1, operator.mul, prod, _BITS_OF_PRODUCTS)


def to_number(text: str) -> Number:
    """A number in decimal digits, as https://pkg.go.dev/strconv#ParseFloat reads it."""
    if _WHOLE.fullmatch(text):
        return written.made(short(text))
    if _OTHER.fullmatch(text):
        raise Unsupported(f"the number {text!r}")
    if not _FLOAT.fullmatch(text):
        raise ValueError("no number")
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("out of range")
    if not value and Decimal(text):
        raise Unsupported(f"the number {text!r}")
    return written.made(text)
