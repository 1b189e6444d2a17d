"""Threads that do tasks: all of what they find comes, once, and what breaks is told where it was asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

import pytest

from erpguard.sources.kubernetes_cluster.calls import Calls
from erpguard.sources.kubernetes_cluster.crew import Crew
from erpguard.sources.kubernetes_cluster.tasks import Estimate, Yield
from erpguard.sources.kubernetes_cluster.transport import Failure
from erpguard.sources.live import Gap, Item, Run

NO_CALLS = cast("Calls", None)


def gap(name: str, failure: Failure) -> Gap:
    return Gap("kubernetes", name, "erp", ("core/Pod",), failure.reason)


class Tree(NamedTuple):
    """Finds an item, and as many further trees."""

    name: str
    width: int
    depth: int

    def run(self, calls: Calls) -> Iterator[Yield]:
        yield Item("kubernetes", {"name": self.name})
        yield Estimate(3)
        for number in range(self.width if self.depth else 0):
            yield Tree(f"{self.name}.{number}", self.width, self.depth - 1)

    def gaps(self, failure: Failure) -> Iterator[Gap]:
        yield gap(self.name, failure)


class Broken(NamedTuple):
    """Has a fault of its own."""

    def run(self, calls: Calls) -> Iterator[Yield]:
        yield Item("kubernetes", {})
        raise ZeroDivisionError

    def gaps(self, failure: Failure) -> Iterator[Gap]:
        yield gap("broken", failure)


class Waiting(NamedTuple):
    """Does not end by itself, and starts another one."""

    let_go: threading.Event
    started: threading.Event
    first: bool = True

    def run(self, calls: Calls) -> Iterator[Yield]:
        if self.first:
            yield Waiting(self.let_go, self.started, False)
            return
        self.started.set()
        self.let_go.wait(60)

    def gaps(self, failure: Failure) -> Iterator[Gap]:
        yield gap(f"waiting {self.first}", failure)


def crew(run: Run, reported: list[int] | None = None) -> Crew:
    return Crew(NO_CALLS, run, (reported if reported is not None else []).append)


@pytest.mark.parametrize("concurrency", [1, 5])
def test_everything_comes_once(concurrency: int) -> None:
    reported: list[int] = []
    found = list(crew(Run(concurrency), reported).do(Tree("t", 4, 4)))
    names = [one.body["name"] for one in found if isinstance(one, Item)]
    assert len(names) == len(set(names)) == 1 + 4 + 16 + 64 + 256
    assert (reported[-1], max(reported) > 4) == (0, True)


def test_a_fault_of_its_own_is_raised() -> None:
    records = crew(Run(2)).do(Broken())
    with pytest.raises(ZeroDivisionError):
        list(records)


def test_what_hangs_is_left_behind_once_the_run_is_over() -> None:
    run, let_go, started = Run(2), threading.Event(), threading.Event()

    def stop() -> None:
        started.wait(60)
        run.stop()

    threading.Thread(target=stop, daemon=True).start()
    found: list[Any] = list(crew(run).do(Waiting(let_go, started)))
    let_go.set()
    assert [(one.operation, one.reason) for one in found] == [("waiting False", "interrupted")]


def test_who_stops_listening_stops_the_work() -> None:
    before = threading.active_count()
    records = crew(Run(3)).do(Tree("t", 3, 12))
    next(records)
    records.close()  # type: ignore[attr-defined]
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon and "_work" in thread.name:
            thread.join(60)
    assert threading.active_count() <= before
