"""The counting itself: it tells quadratic work from linear work, and ends what hangs."""

from __future__ import annotations

import pytest

from tests.counted import assert_linear, calls, ends


def each(count: int) -> None:
    for number in range(count):
        abs(number)


def test_calls_are_counted() -> None:
    assert calls(lambda: each(1000)) - calls(lambda: each(0)) == 1000


def test_quadratic_work_is_told_from_linear_work() -> None:
    assert_linear(lambda count: lambda: each(count), 100)
    with pytest.raises(AssertionError, match="calls at 100"):
        assert_linear(lambda count: lambda: each(count * count), 100)


def test_what_hangs_is_ended() -> None:
    with pytest.raises(pytest.fail.Exception, match="no end after 0.05 seconds"), ends(0.05):
        while True:
            pass
