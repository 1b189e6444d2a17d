"""What Go takes for a space, a number and a truth value: Python takes others."""

from __future__ import annotations

import re
from math import isinf

SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""pkg.go.dev/unicode#IsSpace"""

_DECIMAL = re.compile(r"[+-]?(?:[0-9_]+(?:\.[0-9_]*)?|\.[0-9_]+)(?:[eE][+-]?[0-9_]+)?")
_HEXADECIMAL = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F_]+(?:\.[0-9a-fA-F_]*)?|\.[0-9a-fA-F_]+)[pP][+-]?[0-9_]+")
_STRAY = re.compile(r"(?<![0-9])_|_(?![0-9])")
_HEXADECIMAL_STRAY = re.compile(r"(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])")
_LARGEST_INTEGER = 1e21
"""From here on, Go writes numbers with an exponent."""

_TRUTHS = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}


def number(text: str) -> int | float | None:
    """A text as a number (pkg.go.dev/strconv#ParseFloat); None where it is none, or not a finite one."""
    found: float
    if _DECIMAL.fullmatch(text) and not _STRAY.search(text):
        found = float(text.replace("_", ""))
    elif _HEXADECIMAL.fullmatch(text) and not _HEXADECIMAL_STRAY.search(text):
        try:
            found = float.fromhex(text.replace("_", ""))
        except OverflowError:
            return None
    else:
        return None
    if isinf(found):
        return None
    return int(found) if found.is_integer() and abs(found) < _LARGEST_INTEGER else found


def truth(text: str) -> bool | None:
    """A text as a truth value (pkg.go.dev/strconv#ParseBool)."""
    return _TRUTHS.get(text)
