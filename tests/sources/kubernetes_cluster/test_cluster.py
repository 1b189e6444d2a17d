"""The tasks of a cluster: all of what they find comes, once, and what is not done is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import pytest

from erpguard.sources.kubernetes_cluster.calls import Calls
from erpguard.sources.kubernetes_cluster.cluster import Cluster
from erpguard.sources.kubernetes_cluster.tasks import Estimate, Yield
from erpguard.sources.kubernetes_cluster.transport import Failure
from erpguard.sources.live import Gap, Item, Run

NO_CALLS = cast("Calls", SimpleNamespace(made=7))


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


def cluster(run: Run) -> Cluster:
    return Cluster("erp", NO_CALLS, run)


@pytest.mark.parametrize("concurrency", [1, 5])
def test_everything_comes_once(concurrency: int) -> None:
    told: list[tuple[str, int, int]] = []
    found = list(cluster(Run(concurrency, progress=lambda *one: told.append(one))).records(Tree("t", 4, 4)))
    names = [one.body["name"] for one in found if isinstance(one, Item)]
    assert len(names) == len(set(names)) == 1 + 4 + 16 + 64 + 256
    assert told[-1] == ("cluster erp", 7, 7)
    assert max(total for _, _, total in told) > 11


def test_what_hangs_is_left_behind_once_the_run_is_over() -> None:
    run, let_go, started = Run(2), threading.Event(), threading.Event()

    def stop() -> None:
        started.wait(60)
        run.stop()

    threading.Thread(target=stop, daemon=True).start()
    found: list[Any] = list(cluster(run).records(Waiting(let_go, started)))
    let_go.set()
    assert [(one.operation, one.reason) for one in found] == [("waiting False", "interrupted")]
