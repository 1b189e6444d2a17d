"""`sprintf` as Go formats: https://pkg.go.dev/fmt, for the integers, floats and texts that Rego hands to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

Value = int | float | str

_DIRECTIVE = re.compile(
    r"%(?P<flags>[-+0]*)(?P<width>\d*)(?:\.(?P<precision>\d*))?(?P<verb>[a-zA-Z%])|%(?P<odd>.?)", re.S
)
_LEFT_OUT = {"int64": "Opqw", "float64": "bpwxX", "string": "pw"}
_TYPES = ((int, "int64"), (float, "float64"), (str, "string"))
_ESCAPES = {
    "\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v", "\\": r"\\", '"': r"\""
}  # fmt: skip


class _Layout(NamedTuple):
    """Flags, and width and precision where there are any."""

    is_left: bool
    has_sign: bool
    is_zero: bool
    width: int
    precision: int | None


def sprintf(text: str, values: Sequence[Value]) -> str:
    """The text with its verbs replaced; Go's complaints about verbs and values stand within it."""
    left = list(values)
    done = _DIRECTIVE.sub(lambda found: _directive(found, left), text)
    if not left:
        return done
    return f"{done}%!(EXTRA {', '.join(f'{_type(value)}={_plain(value)}' for value in left)})"


def _directive(found: re.Match[str], left: list[Value]) -> str:
    verb = found["verb"]
    if verb is None:
        if found["odd"]:
            raise NotImplementedError(f"sprintf: {found[0]} is not supported here")
        return "%!(NOVERB)"
    if verb == "%":
        return "%"
    if not left:
        return f"%!{verb}(MISSING)"
    precision = found["precision"]
    layout = _Layout(
        "-" in found["flags"],
        "+" in found["flags"],
        "0" in found["flags"],
        int(found["width"] or 0),
        None if precision is None else int(precision or 0),
    )
    return _verb(verb, left.pop(0), layout)


def _verb(verb: str, value: Value, layout: _Layout) -> str:
    if verb == "T":
        return _text(_type(value), layout)
    verbs = next(verbs for type_, verbs in _VERBS if isinstance(value, type_))
    if verb in _LEFT_OUT[_type(value)]:
        raise NotImplementedError(f"sprintf: %{verb} is not supported here for {_type(value)}")
    if verb not in verbs:
        return f"%!{verb}({_type(value)}={verbs['v'](value, layout)})"
    return verbs[verb](value, layout._replace(has_sign=layout.has_sign and verb != "v"))


def _type(value: Value) -> str:
    return next(name for type_, name in _TYPES if isinstance(value, type_))


def _plain(value: Value) -> str:
    return _verb("v", value, _Layout(False, False, False, 0, None))


def _text(text: str, layout: _Layout) -> str:
    text = text if layout.precision is None else text[: layout.precision]
    return text.ljust(layout.width) if layout.is_left else text.rjust(layout.width, "0" if layout.is_zero else " ")


def _number(digits: str, is_negative: bool, layout: _Layout, *, may_fill: bool = True) -> str:
    sign = "-" if is_negative else "+" if layout.has_sign else ""
    if layout.is_zero and not layout.is_left and may_fill:
        return sign + digits.rjust(layout.width - len(sign), "0")
    return _text(sign + digits, layout._replace(precision=None, is_zero=False))


def _integer(base: str) -> Callable[[int, _Layout], str]:
    def written(value: int, layout: _Layout) -> str:
        digits = format(abs(value), base)
        if layout.precision is not None:
            digits = "" if layout.precision == 0 and value == 0 else digits.rjust(layout.precision, "0")
            if not digits:
                return " " * layout.width
        return _number(digits, value < 0, layout, may_fill=layout.precision is None)

    return written


def _character(value: int, layout: _Layout) -> str:
    return _text(chr(value) if 0 <= value <= 0x10FFFF and not 0xD800 <= value < 0xE000 else "\ufffd", layout)


def _float(verb: str) -> Callable[[float, _Layout], str]:
    def written(value: float, layout: _Layout) -> str:
        if layout.precision is None and verb in "gG":
            digits = _shortest(abs(value), verb)
        else:
            digits = format(abs(value), f".{6 if layout.precision is None else layout.precision}{verb}")
        return _number(digits, value < 0, layout)

    return written


def _shortest(value: float, verb: str) -> str:
    """As few digits as tell the number, with an exponent for the same numbers as Go: below 1e-4, and from 1e6 on."""
    scientific = format(Decimal(repr(value)).normalize(), "e")
    mantissa, _, exponent = scientific.partition("e")
    if -4 <= int(exponent) < 6:
        return format(Decimal(repr(value)).normalize(), "f")
    return f"{mantissa}{'E' if verb == 'G' else 'e'}{int(exponent):+03d}"


def _hexadecimal(letters: Callable[[str], str]) -> Callable[[str, _Layout], str]:
    return lambda value, layout: _text(letters(value.encode().hex()), layout._replace(precision=None))


def _quoted(value: str, layout: _Layout) -> str:
    cut = value if layout.precision is None else value[: layout.precision]
    return _text(f'"{"".join(map(_escaped, cut))}"', layout._replace(precision=None))


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_VERBS: Sequence[tuple[type, dict[str, Callable[..., str]]]] = (
    (
        int,
        {
            "v": _integer("d"), "d": _integer("d"), "b": _integer("b"), "o": _integer("o"), "x": _integer("x"),
            "X": _integer("X"), "c": _character, "U": lambda value, layout: _text(f"U+{value:04X}", layout),
        },
    ),
    (
        float,
        {"v": _float("g"), "g": _float("g"), "G": _float("G"), "e": _float("e"), "E": _float("E"), "f": _float("f"),
         "F": _float("f")},
    ),
    (str, {"v": _text, "s": _text, "q": _quoted, "x": _hexadecimal(str.lower), "X": _hexadecimal(str.upper)}),
)  # fmt: skip
