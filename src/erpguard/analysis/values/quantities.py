"""Kubernetes quantities (`500m`, `1.5Gi`, `1e3`), exactly.

Grammar, rounding and the largest value: `k8s.io/apimachinery/pkg/api/resource`, type Quantity
(kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

_FORM = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?(?:(?P<suffix>[KMGTPE]i|[numkMGTPE])|[eE](?P<exponent>[+-]?[0-9]+))?",
    re.ASCII,
)
_FACTORS = {
    **{f"{letter}i": 1024**power for power, letter in enumerate("KMGTPE", start=1)},
    **{letter: 1000**power for power, letter in enumerate("kMGTPE", start=1)},
}
_DIVISORS = {"m": 10**3, "u": 10**6, "n": 10**9}

LARGEST = 2**63 - 1
_NANO = 10**9
_FAR = 100  # an exponent beyond this, and beyond all digits that stand before it, decides the value alone


def parse_quantity(value: str | int | float | None) -> Fraction | None:
    """The number that a quantity stands for; None where it is not one (a placeholder, a boolean, `1 Gi`).

    As the API server does, what is finer than 10^-9 is rounded away from zero, and what is larger than 2^63 - 1 is cut.
    """
    if isinstance(value, bool) or value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    from fractions import Fraction  # its import costs more than all the quantities of a manifest

    form = _FORM.fullmatch(repr(value) if isinstance(value, float) else str(value))
    digits = (form["whole"] + (form["part"] or "")) if form else ""
    if form is None or not digits:
        return None
    # int() refuses thousands of digits; the first zeros say nothing, and the API server takes no such text either.
    significant = digits.lstrip("0") or "0"
    exponent = _exponent(form["exponent"], len(digits)) - len(form["part"] or "")
    if len(significant) > _FAR * 10:
        return None
    suffix = form["suffix"] or ""
    number = Fraction(int(significant) * _FACTORS.get(suffix, 1), _DIVISORS.get(suffix, 1)) * Fraction(10) ** exponent
    rounded = min(Fraction(math.ceil(number * _NANO), _NANO), Fraction(LARGEST))
    return -rounded if form["sign"] == "-" else rounded


def _exponent(text: str | None, digits: int) -> int:
    """The exponent, bounded so that 1e999999999 costs nothing: beyond the bounds the result is the same."""
    if not text:
        return 0
    bound = digits + _FAR
    magnitude = text.lstrip("+-").lstrip("0") or "0"
    size = bound if len(magnitude) > len(str(bound)) else min(int(magnitude), bound)
    return -size if text.startswith("-") else size
