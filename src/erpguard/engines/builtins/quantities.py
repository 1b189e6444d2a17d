"""`units.parse` and `units.parse_bytes`.

https://www.openpolicyagent.org/docs/policy-reference/builtins/units: the first counts in fractions, of which ten places
remain, the second in floats of 64 bits, of which only the whole part remains.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from erpguard.engines.builtins import written
from erpguard.engines.builtins.floats import rounded
from erpguard.engines.builtins.texts import lower
from erpguard.engines.builtins.unsupported import Unsupported

_AMOUNT = re.compile(r"(?:[0-9.+-]|[eE](?=[0-9+-])[+-]?[0-9]*)*")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")
_EXPONENT = re.compile(r"[eE][+-]?([0-9]+)")
_DIGITS = 6
_LARGEST = 400
_POWERS = "kmgtpe"
_PLACES = 10


def _sizes() -> dict[str, Fraction]:
    sizes = {letter: Fraction(1000**power) for power, letter in enumerate(_POWERS, 1)}
    return sizes | {f"{letter}i": Fraction(1024**power) for power, letter in enumerate(_POWERS, 1)} | {"": Fraction(1)}


_SIZES = _sizes()


def parse(text: str) -> int | float:
    """A number with its unit, which is in any case but for `m`, the thousandth."""
    amount, unit = _split(text.replace('"', ""))
    unit = unit[:1] + lower(unit[1:])
    size = Fraction(0.001) if unit == "m" else _SIZES[_known(unit[:1].lower() + unit[1:])]
    value = _fraction(amount) * size
    if value.denominator == 1:
        return written.made(str(value.numerator))
    scaled = abs(value) * 10**_PLACES + Fraction(1, 2)
    digits = str(scaled.numerator // scaled.denominator).rjust(_PLACES + 1, "0")
    text = f"{'-' * (value < 0)}{digits[:-_PLACES]}.{digits[-_PLACES:]}"
    return written.made(text)


@lru_cache(maxsize=4096)
def parse_bytes(text: str) -> int:
    """How many bytes, in any case; the unit may end in `b`."""
    amount, unit = _split(lower(text).replace('"', ""))
    size = _SIZES[_known(unit.removesuffix("b") if unit != "b" else unit)]
    value = rounded(rounded(_fraction(amount)) * size)
    return -(-value.numerator // value.denominator) if value < 0 else value.numerator // value.denominator


def _known(unit: str) -> str:
    if unit not in _SIZES or not unit.isascii():
        raise ValueError("no such unit")
    return unit


def _split(text: str) -> tuple[str, str]:
    found = _AMOUNT.match(text)
    amount = found[0] if found else ""
    if " " in text or not amount or any(len(one) > _DIGITS for one in _EXPONENT.findall(amount)):
        raise ValueError("no amount")
    return amount, text[len(amount) :]


def _fraction(text: str) -> Fraction:
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueError("no number")
    if len(text) > _LARGEST or (found[1] and abs(int(found[1])) > _LARGEST):
        raise Unsupported(f"the number {text[:20]}...")
    return Fraction(text)
