"""The threads: everything is done once, late calls last, and it ends whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from erpguard.sources.azure_live.crew import Crew
from erpguard.sources.live import Run

HANGS = 60


def never_late(_call: int) -> bool:
    return False


def threads_of_a_crew() -> int:
    """How many threads are still at work."""
    return sum("_labour" in thread.name for thread in threading.enumerate())


@pytest.mark.parametrize("concurrency", [1, 2, 8])
def test_every_call_is_done_once_and_what_follows_too(concurrency: int) -> None:
    def work(call: int) -> Iterator[tuple[list[int], list[int]]]:
        yield [call], [2 * call, 2 * call + 1] if call < 500 else []
        yield [-call], []

    crew = Crew(Run(concurrency), work, never_late, "stage")
    found = list(crew.records([1]))

    assert sorted(found) == sorted([*range(1, 1000), *range(-999, 0)])
    assert crew.left == []
    assert threads_of_a_crew() == 0


def test_no_calls_at_all() -> None:
    def work(_call: int) -> Iterator[tuple[list[int], list[int]]]:
        raise AssertionError

    assert list(Crew(Run(4), work, never_late, "stage").records([])) == []


def test_what_follows_comes_before_the_next_and_late_calls_last() -> None:
    def work(call: int) -> Iterator[tuple[list[int], list[int]]]:
        yield [call], [call * 10, call * 10 + 9] if call < 10 else []

    crew = Crew(Run(1), work, lambda call: call % 10 == 9, "stage")

    assert list(crew.records([1, 2])) == [1, 10, 2, 20, 19, 29]


def test_no_more_calls_at_a_time_than_allowed() -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    three = threading.Barrier(3, timeout=HANGS)

    def work(call: int) -> Iterator[tuple[list[int], list[int]]]:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        three.wait()
        with lock:
            at_once -= 1
        yield [call], []

    assert sorted(Crew(Run(3), work, never_late, "stage").records(list(range(9)))) == list(range(9))
    assert most == 3


def test_who_takes_slowly_makes_the_threads_wait() -> None:
    made = []

    def work(call: int) -> Iterator[tuple[list[int], list[int]]]:
        for number in range(1000):
            made.append(number)
            yield [number], []

    records = Crew(Run(2), work, never_late, "stage").records([1])
    next(records)

    assert len(made) < 10
    records.close()  # type: ignore[attr-defined]
    assert threads_of_a_crew() == 0
    assert len(made) < 10


def test_a_mistake_in_a_thread_is_raised_where_the_records_are_taken() -> None:
    def work(call: int) -> Iterator[tuple[list[int], list[int]]]:
        yield [call], []
        raise LookupError("mistake")

    with pytest.raises(LookupError, match="mistake"):
        list(Crew(Run(2), work, never_late, "stage").records([1]))
    assert threads_of_a_crew() == 0


def test_a_stop_leaves_what_was_not_begun() -> None:
    run = Run(1)

    def work(call: int) -> Iterator[tuple[list[int], list[int]]]:
        if call == 2:
            run.stop()
        yield [call], []

    crew = Crew(run, work, never_late, "stage")

    assert list(crew.records([1, 2, 3, 4])) == [1, 2]
    assert crew.left == [3, 4]


def test_a_call_that_does_not_end_is_given_up_after_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erpguard.sources.azure_live.crew._GRACE", 0.1)
    run, hold = Run(1), threading.Event()

    def work(call: int) -> Iterator[tuple[list[int], list[int]]]:
        run.stop()
        hold.wait(HANGS)
        yield [call], []

    crew = Crew(run, work, never_late, "stage")
    assert list(crew.records([1, 2])) == []
    assert crew.left == [1, 2]
    hold.set()
