"""A few threads that work through tasks, which bring up further ones; what they find comes out in the calling thread.

Only a few pages wait to be taken at any time, so that memory does not grow with what there is to read.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import Any, Generic, TypeVar

from erpguard.sources.live import Run

TaskT = TypeVar("TaskT")
Work = Callable[[TaskT], Iterator[tuple[Sequence[Any], Sequence[TaskT]]]]
"""Does one task: yields what it found, and the tasks that follow from that."""

_LOOK = 0.2
_GRACE = 2.0
"""Seconds that tasks under way are waited for once the run was stopped."""


class Crew(Generic[TaskT]):
    """Works through tasks until there are none left, or the run is over.

    report   told how many tasks are done, and of how many that are known by now
    is_late  tasks that are done after all others
    """

    def __init__(
        self,
        run: Run,
        work: Work[TaskT],
        report: Callable[[int, int], None],
        is_late: Callable[[TaskT], bool] = lambda task: False,
    ) -> None:
        self._run = run
        self._work = work
        self._report = report
        self._is_late = is_late
        self._waiting: deque[TaskT] = deque()
        self._changed = threading.Condition()
        self._under_way: dict[int, TaskT] = {}
        self._done = 0
        self._ended = 0
        self._closed = False
        self._end = float("inf")  # when nobody is waited for any longer
        self._found: Queue[Sequence[Any]] = Queue(maxsize=run.concurrency)
        self._threads: list[threading.Thread] = []
        self._failure: BaseException | None = None

    def records(self, tasks: Sequence[TaskT]) -> Iterator[Any]:
        """What all tasks find. Afterwards `left` names those that were not done."""
        self._add(tasks)
        # Daemons: a server that does not answer must not hold up the end of the program.
        self._threads = [
            threading.Thread(target=self._labour, args=(number,), daemon=True)
            for number in range(self._run.concurrency)
        ]
        for thread in self._threads:
            thread.start()
        try:
            yield from self._taken()
        finally:
            self._close()
            self._wait()
        while not self._found.empty():
            yield from self._found.get()
        self._tell()
        if self._failure is not None:
            raise self._failure

    @property
    def left(self) -> list[TaskT]:
        """The tasks that were not done, or not to their end."""
        with self._changed:
            return [*self._under_way.values(), *self._waiting]

    def _taken(self) -> Iterator[Any]:
        while True:
            with suppress(Empty):
                yield from self._found.get(timeout=_LOOK)
                self._tell()
            if self._run.over is not None:
                self._end = min(self._end, time.monotonic() + _GRACE)
            if self._ended == len(self._threads) or time.monotonic() > self._end:
                break

    def _tell(self) -> None:
        with self._changed:
            done, total = self._done, self._done + len(self._under_way) + len(self._waiting)
        self._report(done, total)

    def _labour(self, number: int) -> None:
        self._do_tasks(number)
        with self._changed:
            self._ended += 1
        with suppress(Full):
            self._found.put_nowait([])  # so that who waits for more looks whether there can be any

    def _do_tasks(self, number: int) -> None:
        while (task := self._next(number)) is not None:
            try:
                for found, following in self._work(task):
                    self._add(following)
                    if not self._put(found):
                        return
            except BaseException as error:  # it would end this thread alone, and nobody would know
                self._failure = error
                self._close()
            with self._changed:
                self._done += 1
                self._under_way.pop(number, None)
                self._changed.notify_all()

    def _next(self, number: int) -> TaskT | None:
        """The next task; None when there will be none."""
        with self._changed:
            while not self._closed and self._run.over is None:
                if self._waiting:
                    self._under_way[number] = self._waiting.popleft()
                    return self._under_way[number]
                if not self._under_way:
                    break
                self._changed.wait(_LOOK)
            self._changed.notify_all()
            return None

    def _add(self, tasks: Sequence[TaskT]) -> None:
        """What follows from a page comes before the next list: so few tasks wait at a time."""
        if tasks:
            with self._changed:
                self._waiting.extendleft(task for task in reversed(tasks) if not self._is_late(task))
                self._waiting.extend(task for task in tasks if self._is_late(task))
                self._changed.notify_all()

    def _put(self, found: Sequence[Any]) -> bool:
        """Hand over what was found; False where nobody takes it any more."""
        while found and not self._closed:
            try:
                self._found.put(found, timeout=_LOOK)
                return True
            except Full:
                continue
        return not self._closed

    def _close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _wait(self) -> None:
        """Wait a little for the threads; one that waits for a server ends by itself, with that call."""
        end = min(self._end, time.monotonic() + _GRACE)
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
