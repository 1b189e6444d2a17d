"""`bits.*`, `format_int`, and what is an index."""

from __future__ import annotations

from fractions import Fraction

from erpguard.engines.builtins import written
from erpguard.engines.builtins.floats import rounded
from erpguard.engines.builtins.unsupported import Unsupported

_FORMATS = {2: "b", 8: "o", 10: "d", 16: "x"}
_MOST = 64


def shift_left(value: int, by: int) -> int:
    """`bits.lsh`."""
    if value and by > _MOST:
        raise Unsupported(f"a shift by {by}")
    return value << by


def shift_right(value: int, by: int) -> int:
    """`bits.rsh`."""
    return value >> min(by, _MOST)


def format_int(value: int | float | str, base: int) -> str:
    """The digits of a number without its fraction; one beyond 64 bits is given by its decimal digits."""
    return format(_large(value) if isinstance(value, str) else int(value), _FORMATS[base])


def _large(shown: str) -> int:
    """Exact where it is written with its digits alone; any other is a number of 64 bits."""
    forms = written.forms(shown)
    form = shown if shown in forms and all(map(_is_whole, forms)) else written.form(shown)
    return int(form) if _is_whole(form) else int(rounded(Fraction(form)))


def _is_whole(form: str) -> bool:
    return form.removeprefix("-").isdecimal()


def digits(value: int | float) -> bool:
    """True, or Unsupported for a number that may be written with more than its digits."""
    if written.form(str(value)) != str(value):
        raise Unsupported(f"the number {written.form(str(value))}")
    return True


def index(value: int) -> bool:
    """True, or Unsupported for a number that may be written with an exponent."""
    found = [form for form in written.forms(str(value)) if "e" in form.lower()]
    if found:
        raise Unsupported(f"the number {found[0]}")
    return True
