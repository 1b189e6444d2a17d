"""One value by one verb of `sprintf`: https://pkg.go.dev/fmt#hdr-Printing."""

from __future__ import annotations

from collections.abc import Callable
from math import copysign
from typing import NamedTuple
from unicodedata import category

from erpguard.engines.builtins.floats import shortest
from erpguard.engines.builtins.unicodes import is_later as is_later_than_go
from erpguard.engines.builtins.unsupported import Unsupported

Value = int | float | str


class Large(int):
    """An integer beyond 64 bits: https://pkg.go.dev/math/big#Int.Format."""


_TYPES = ((Large, "*big.Int"), (int, "int64"), (float, "float64"), (str, "string"))
_OF_LARGE = "vsdboxXO"
_ESCAPES = {
    "\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v", "\\": r"\\"
}  # fmt: skip
_BASES = {"v": "d", "d": "d", "b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}
_PREFIXES = {"b": "0b", "x": "0x", "X": "0X"}
_OF_FLOATS = "eEfFgG"
_LARGEST = 0x10FFFF


class Layout(NamedTuple):
    """Flags, and width and precision where there are any."""

    is_left: bool = False
    has_sign: bool = False
    has_space: bool = False
    has_prefix: bool = False
    is_zero: bool = False
    width: int = 0
    precision: int | None = None

    def padded(self, text: str, *, may_zero: bool = True) -> str:
        """The text in its width."""
        if self.is_left:
            return text.ljust(self.width)
        return text.rjust(self.width, "0" if self.is_zero and may_zero else " ")

    def cut(self, text: str) -> str:
        """As much of the text as the precision takes."""
        return text if self.precision is None else text[: self.precision]


def type_name(value: Value) -> str:
    """The type in Go."""
    return next(name for type_, name in _TYPES if isinstance(value, type_))


def one(value: Value, verb: str, layout: Layout) -> str:
    """The value by the verb, or Go's complaint about them."""
    if verb == "T":
        return layout.padded(layout.cut(type_name(value)))
    if verb in "vw":
        is_go = layout.has_prefix and verb == "v"
        layout = layout._replace(has_sign=False, has_prefix=False)
        if is_go and isinstance(value, str):
            return _quoted(value, layout)
    if isinstance(value, Large):
        return _large(value, verb, layout)
    made = _made(value, verb, layout)
    return f"%!{verb}({type_name(value)}={_made(value, 'v', layout)})" if made is None else made


def _made(value: Value, verb: str, layout: Layout) -> str | None:
    if isinstance(value, str):
        return _TEXTS[verb](value, layout) if verb in _TEXTS else None
    if isinstance(value, float):
        return _float(value, verb, layout)
    if verb in _BASES:
        return _integer(value, verb, layout)
    return _CHARACTERS[verb](value, layout) if verb in _CHARACTERS else None


def _large(value: Large, verb: str, layout: Layout) -> str:
    if verb not in _OF_LARGE or layout.has_prefix:
        raise Unsupported(f"%{verb} of a number beyond 64 bits")
    return _integer(value, "d" if verb in "vs" else verb, layout)


def _integer(value: int, verb: str, layout: Layout) -> str:
    digits = format(abs(value), _BASES[verb])
    sign = "-" if value < 0 else "+" if layout.has_sign else " " if layout.has_space else ""
    if layout.precision is not None:
        if layout.precision == 0 and value == 0:
            return " " * layout.width
        digits = digits.rjust(layout.precision, "0")
    elif layout.is_zero:
        digits = digits.rjust(layout.width - len(sign), "0")
    if layout.has_prefix and verb in "oO":
        digits = digits if digits.startswith("0") else f"0{digits}"
    elif layout.has_prefix:
        digits = _PREFIXES.get(verb, "") + digits
    return layout.padded(f"{sign}{'0o' if verb == 'O' else ''}{digits}", may_zero=False)


def _float(value: float, verb: str, layout: Layout) -> str | None:
    if verb in "bxX" or (layout.has_prefix and verb in _OF_FLOATS + "v"):
        raise Unsupported(f"%{'#' * layout.has_prefix}{verb} of a fraction")
    if verb not in _OF_FLOATS + "v":
        return None
    kind = "g" if verb == "v" else verb
    if layout.precision is None and kind in "gG":
        digits = shortest(abs(value)) if kind == "g" else shortest(abs(value)).upper()
    else:
        digits = format(abs(value), f".{6 if layout.precision is None else layout.precision}{kind}")
    sign = "-" if copysign(1, value) < 0 else "+" if layout.has_sign else " " if layout.has_space else ""
    if layout.is_zero and sign:
        return sign + digits.rjust(layout.width - 1, "0")
    return layout.padded(sign + digits)


def _character(value: int) -> str:
    return chr(value) if 0 <= value <= _LARGEST and not 0xD800 <= value < 0xE000 else "\ufffd"


def _code_point(value: int, layout: Layout) -> str:
    shown = f" '{chr(value)}'" if layout.has_prefix and 0 <= value <= _LARGEST and chr(value).isprintable() else ""
    digits = f"{value & 0xFFFFFFFFFFFFFFFF:X}".rjust(max(4, layout.precision or 0), "0")
    return layout.padded(f"U+{digits}{shown}", may_zero=False)


def _hexadecimal(letters: Callable[[str], str], prefix: str) -> Callable[[str, Layout], str]:
    def written(value: str, layout: Layout) -> str:
        cut = value.encode()[: layout.precision]
        if not cut:
            return layout.padded("")
        start = prefix if layout.has_prefix else ""
        between = f" {start}" if layout.has_space else ""
        return layout.padded(start + between.join(letters(f"{byte:02x}") for byte in cut))

    return written


def _quoted(value: str, layout: Layout) -> str:
    cut = layout.cut(value)
    if layout.has_prefix and "`" not in cut and all(map(_is_plain, cut)):
        return layout.padded(f"`{cut}`")
    escaped = "".join(_escaped(character, '"', layout) for character in cut)
    return layout.padded(f'"{escaped}"')


def quoted(text: str) -> str:
    """A text as Go writes it: https://pkg.go.dev/strconv#Quote."""
    return _quoted(text, Layout())


def _quoted_character(value: int, layout: Layout) -> str:
    escaped = _escaped(_character(value), "'", layout)
    return layout.padded(f"'{escaped}'")


def _is_plain(character: str) -> bool:
    return character == "\t" or (character >= " " and character not in "\x7f\ufeff")


def _escaped(character: str, quote: str, layout: Layout) -> str:
    if character in _ESCAPES or character == quote:
        return _ESCAPES.get(character, f"\\{quote}")
    is_later = is_later_than_go(character)
    if character.isprintable() and not is_later and (character.isascii() or not layout.has_sign):
        return character
    code = ord(character)
    if category(character) == "Cn" and not is_later:  # newer versions of Unicode may have it
        raise Unsupported(f"the character U+{code:04X}")
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_TEXTS: dict[str, Callable[[str, Layout], str]] = {
    "v": lambda value, layout: layout.padded(layout.cut(value)),
    "s": lambda value, layout: layout.padded(layout.cut(value)),
    "q": _quoted,
    "x": _hexadecimal(str.lower, "0x"),
    "X": _hexadecimal(str.upper, "0X"),
}
_CHARACTERS: dict[str, Callable[[int, Layout], str]] = {
    "c": lambda value, layout: layout.padded(_character(value)),
    "q": _quoted_character,
    "U": _code_point,
}
