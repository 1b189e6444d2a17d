"""Numbers as OPA has them: whole ones as they are, any other with 64 bits (https://pkg.go.dev/math/big#Float)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import count

from erpguard.engines.builtins.unsupported import Unsupported

_MOST_DIGITS = 40
BITS = 64


def rounded(value: Fraction, bits: int = BITS) -> Fraction:
    """The nearest number of so many bits, of two the even one."""
    if not value:
        return value
    unit = _unit(value, bits)
    return round(value / unit) * unit


def _unit(value: Fraction, bits: int) -> Fraction:
    """What the last bit of a number counts for."""
    exponent = abs(value.numerator).bit_length() - value.denominator.bit_length() - bits
    scaled = abs(value) / Fraction(2) ** exponent
    return Fraction(2) ** (exponent + (scaled >= 1 << bits))


def text_of(value: Fraction, bits: int = BITS) -> str:
    """How a number of so many bits is written: in the fewest digits that tell it from its neighbours."""
    if value.denominator == 1:
        return str(value.numerator)
    unit = _unit(value, bits)
    is_even = (value / unit).numerator % 2 == 0
    for digits in count(_digits(float(value))):  # those that tell it from others of fewer bits, at least
        found = _decimal(value, digits)
        apart = abs(Fraction(found) - value) * 2
        if apart < unit or (apart == unit and is_even):
            break
    return _general(found)


def _digits(value: float) -> int:
    return len(Decimal(repr(value)).normalize().as_tuple().digits)


def _decimal(value: Fraction, digits: int) -> Decimal:
    """The nearest decimal of so many digits, or of one more."""
    exponent = len(str(abs(value.numerator))) - len(str(value.denominator)) - digits
    scaled = value / Fraction(10) ** exponent
    if abs(scaled) >= 10**digits:
        exponent, scaled = exponent + 1, scaled / 10
    return Decimal(f"{round(scaled)}e{exponent}")


def shortest(value: float) -> str:
    """As few digits as tell a float: https://pkg.go.dev/strconv#FormatFloat with the format `g`."""
    return _general(Decimal(repr(value)))


def in_json(value: float) -> str:
    """The same as https://pkg.go.dev/encoding/json#Marshal has it."""
    decimal = Decimal(repr(value))
    if not value or 1e-6 <= abs(value) < 1e21:
        return format(decimal.normalize(), "f")
    mantissa, _, exponent = format(decimal.normalize(), "e").partition("e")
    return f"{mantissa}e{int(exponent):+d}"


def _general(value: Decimal) -> str:
    """With an exponent for the same numbers as Go: below 1e-4, and from 1e6 on."""
    mantissa, _, exponent = format(value.normalize(), "e").partition("e")
    if -4 <= int(exponent) < 6:
        return format(value.normalize(), "f")
    return f"{mantissa}e{int(exponent):+03d}"


def short(digits: str) -> str:
    """Digits that are not too many to be read at all."""
    if len(digits) > _MOST_DIGITS:
        raise Unsupported(f"the number {digits[:_MOST_DIGITS]}...")
    return digits
