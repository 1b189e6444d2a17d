"""Several threads that do tasks, and the one that hands over what they find."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

from erpguard.sources.kubernetes_cluster.calls import Calls
from erpguard.sources.kubernetes_cluster.tasks import Estimate, Task, Yield
from erpguard.sources.kubernetes_cluster.transport import Failure
from erpguard.sources.live import Gap, Item, Run

_LOOK = 0.1
"""Seconds between two looks at whether the run is over, while nothing comes in."""

_BATCH = 200
_WAITING_BATCHES = 16

_Batch = tuple[Task, list[Yield], bool | BaseException]


class Crew:
    """Does tasks of one cluster with a bounded number of threads, and holds a bounded number of results."""

    def __init__(self, calls: Calls, run: Run, report: Callable[[int], None]) -> None:
        self._calls = calls
        self._run = run
        self._report = report
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._found: queue.Queue[_Batch] = queue.Queue(_WAITING_BATCHES)
        self._gone = threading.Event()
        self._pending: dict[Task, int] = {}

    def do(self, first: Task) -> Iterator[Item | Gap]:
        """What the first task finds, and all that follow from it, from the calling thread.

        Once the run is over, what is still being done is left behind, and is told as gaps.
        """
        for _ in range(self._run.concurrency):
            # Daemons: a server that does not answer must not hold up the end of the program.
            threading.Thread(target=self._work, daemon=True).start()
        try:
            self._add(first)
            while self._pending:
                try:
                    batch = self._found.get(timeout=_LOOK)
                except queue.Empty:
                    if self._run.over:
                        yield from self._left_behind()
                        return
                    continue
                yield from self._handed_over(batch)
        finally:
            self._gone.set()
            for _ in range(self._run.concurrency):
                self._tasks.put(None)

    def _add(self, task: Task) -> None:
        self._pending[task] = 1
        self._tasks.put(task)

    def _handed_over(self, batch: _Batch) -> Iterator[Item | Gap]:
        task, found, ended = batch
        if isinstance(ended, BaseException):
            raise ended
        for one in found:
            if isinstance(one, (Item, Gap)):
                yield one
            elif isinstance(one, Estimate):
                self._pending[task] = max(1, one.calls)
            else:
                self._add(one)
        if ended:
            del self._pending[task]
        self._report(sum(self._pending.values()))

    def _left_behind(self) -> Iterator[Gap]:
        for task in self._pending:
            yield from task.gaps(Failure(self._run.over or "interrupted"))

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None and not self._gone.is_set():
            found: list[Yield] = []
            try:
                for one in task.run(self._calls):
                    found.append(one)
                    if len(found) >= _BATCH:
                        self._put((task, found, False))
                        found = []
                self._put((task, found, True))
            except BaseException as error:  # told in the thread that asked
                self._put((task, found, error))

    def _put(self, batch: _Batch) -> None:
        while not self._gone.is_set():
            try:
                self._found.put(batch, timeout=_LOOK)
                return
            except queue.Full:
                continue
