"""The threads: everything is done once, late tasks last, and it ends whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from erpguard.sources.crew import Crew
from erpguard.sources.live import Run

HANGS = 60


def untold(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def threads_of_a_crew() -> int:
    """How many threads are still at work."""
    return sum("_labour" in thread.name for thread in threading.enumerate())


@pytest.mark.parametrize("concurrency", [1, 2, 8])
def test_every_task_is_done_once_and_what_follows_too(concurrency: int) -> None:
    def work(task: int) -> Iterator[tuple[list[int], list[int]]]:
        yield [task], [2 * task, 2 * task + 1] if task < 500 else []
        yield [-task], []

    crew = Crew(Run(concurrency), work, untold)
    found = list(crew.records([1]))

    assert sorted(found) == sorted([*range(1, 1000), *range(-999, 0)])
    assert crew.left == []
    assert threads_of_a_crew() == 0


def test_no_tasks_at_all() -> None:
    def work(_task: int) -> Iterator[tuple[list[int], list[int]]]:
        raise AssertionError

    assert list(Crew(Run(4), work, untold).records([])) == []


def test_what_follows_comes_before_the_next_and_late_tasks_last() -> None:
    def work(task: int) -> Iterator[tuple[list[int], list[int]]]:
        yield [task], [task * 10, task * 10 + 9] if task < 10 else []

    crew = Crew(Run(1), work, untold, lambda task: task % 10 == 9)

    assert list(crew.records([1, 2])) == [1, 10, 2, 20, 19, 29]


def test_no_more_tasks_at_a_time_than_allowed() -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    three = threading.Barrier(3, timeout=HANGS)

    def work(task: int) -> Iterator[tuple[list[int], list[int]]]:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        three.wait()
        with lock:
            at_once -= 1
        yield [task], []

    assert sorted(Crew(Run(3), work, untold).records(list(range(9)))) == list(range(9))
    assert most == 3


def test_who_takes_slowly_makes_the_threads_wait() -> None:
    made = []

    def work(task: int) -> Iterator[tuple[list[int], list[int]]]:
        for number in range(1000):
            made.append(number)
            yield [number], []

    records = Crew(Run(2), work, untold).records([1])
    next(records)

    assert len(made) < 10
    records.close()  # type: ignore[attr-defined]
    assert threads_of_a_crew() == 0
    assert len(made) < 10


def test_a_mistake_in_a_thread_is_raised_where_the_records_are_taken() -> None:
    def work(task: int) -> Iterator[tuple[list[int], list[int]]]:
        yield [task], []
        raise LookupError("mistake")

    with pytest.raises(LookupError, match="mistake"):
        list(Crew(Run(2), work, untold).records([1]))
    assert threads_of_a_crew() == 0


def test_a_stop_leaves_what_was_not_begun() -> None:
    run = Run(1)

    def work(task: int) -> Iterator[tuple[list[int], list[int]]]:
        if task == 2:
            run.stop()
        yield [task], []

    crew = Crew(run, work, untold)

    assert list(crew.records([1, 2, 3, 4])) == [1, 2]
    assert crew.left == [3, 4]


def test_a_task_that_does_not_end_is_given_up_after_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erpguard.sources.crew._GRACE", 0.1)
    run, hold = Run(1), threading.Event()

    def work(task: int) -> Iterator[tuple[list[int], list[int]]]:
        run.stop()
        hold.wait(HANGS)
        yield [task], []

    crew = Crew(run, work, untold)
    assert list(crew.records([1, 2])) == []
    assert crew.left == [1, 2]
    hold.set()


def test_progress_is_told_with_what_is_known_by_then() -> None:
    told = []

    def work(task: int) -> Iterator[tuple[list[int], list[int]]]:
        yield [task], [task + 1] if task < 3 else []

    assert list(Crew(Run(1), work, lambda done, total: told.append((done, total))).records([1])) == [1, 2, 3]
    assert told[-1] == (3, 3)
    assert all(done <= total <= 3 for done, total in told)
