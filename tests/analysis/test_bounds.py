"""Numbers of which only the bounds are known, against the numbers that they may be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.values.bounds import ANY, UNBOUNDED, Bounds, exactly, parsed, total

_SMALL = st.integers(0, 6)
_BOUNDS = st.tuples(_SMALL, _SMALL).map(lambda pair: Bounds(min(pair), max(pair)))


def _numbers(bounds: Bounds) -> range:
    return range(bounds.least, bounds.most + 1)


@given(_BOUNDS, _BOUNDS)
def test_the_bounds_of_what_is_made_of_two(one: Bounds, other: Bounds) -> None:
    pairs = [(a, b) for a in _numbers(one) for b in _numbers(other)]
    for made, numbers in (
        (one.plus(other), [a + b for a, b in pairs]),
        (one.times(other), [a * b for a, b in pairs]),
        (one.less(other), [max(0, a - b) for a, b in pairs]),
        (one.smaller(other), [min(a, b) for a, b in pairs]),
        (one.around(other), [number for pair in pairs for number in pair]),
    ):
        assert made == (min(numbers), max(numbers))


def test_without_bound() -> None:
    assert ANY.plus(exactly(3)) == (3, UNBOUNDED)
    assert ANY.times(exactly(3)) == (0, UNBOUNDED)
    assert ANY.times(exactly(0)) == (0, 0)
    assert ANY.less(exactly(3)) == (0, UNBOUNDED)
    assert exactly(3).less(ANY) == (0, 3)
    assert total([exactly(1), ANY, exactly(2)]) == (3, UNBOUNDED)
    assert total([]) == (0, 0)
    assert (ANY.shown(), exactly(3).shown()) == ("?", "3")


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("300", exactly(300)),
        (" 300 ", exactly(300)),
        (300, exactly(300)),
        (-3, exactly(0)),
        ("", ANY),
        ("many", ANY),
        ("${MOST}", ANY),
        ("-3", ANY),
        (None, ANY),
        (True, ANY),
    ],
)
def test_texts(given: Any, number: Bounds) -> None:
    assert parsed(given) == number
