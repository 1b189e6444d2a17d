"""Work is counted, not timed: the number of calls is the same on every machine and in every run.

One call may hide much work (a search in a long text, a copy of it), so a deadline stands behind the count. It is far
above what any machine needs, counts the processor time of this process alone, and only keeps a test from hanging.
"""

from __future__ import annotations

import cProfile
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

HANGS = 120
"""Seconds of processor time after which something has no end, or none that anybody would wait for."""
SLACK = 1.25
"""How much more than its share the larger input may cost: sorting is a little more than linear."""


def calls(work: Callable[[], object]) -> int:
    """How many functions, also of C, are called until the work is done."""
    profile = cProfile.Profile()
    with ends():
        profile.enable()
        try:
            work()
        finally:
            profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def assert_linear(work: Callable[[int], Callable[[], object]], size: int, factor: int = 4) -> None:
    """The work on an input `factor` times the size takes no more than its share of calls.

    `work` prepares an input of a size, which is not counted, and gives what is to be done with it.
    """
    work(2)()  # what is read, imported or compiled once
    small, large = calls(work(size)), calls(work(size * factor))
    assert large < small * factor * SLACK, f"{small} calls at {size}, {large} at {size * factor}"


@contextmanager
def ends(seconds: float = HANGS) -> Iterator[None]:
    """Fail where the work inside hangs."""

    def fail(_number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"no end after {seconds} seconds of processor time")

    before = signal.signal(signal.SIGVTALRM, fail)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
