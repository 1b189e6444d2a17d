"""A few threads that work through calls, which bring up further calls; what they find comes out in the calling thread.

Only a few pages wait to be taken at any time, so that memory does not grow with what there is to read.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import Any, Generic, TypeVar

from erpguard.sources.live import Run

CallT = TypeVar("CallT")
Work = Callable[[CallT], Iterator[tuple[list[Any], list[CallT]]]]
"""Does one call: yields what it found, and the calls that follow from that."""

_LOOK = 0.2
_GRACE = 2.0
"""Seconds that calls under way are waited for once the run was stopped."""


class Crew(Generic[CallT]):
    """Works through calls until there are none left, or the run is over.

    is_late  calls that are done after all others
    """

    def __init__(self, run: Run, work: Work[CallT], is_late: Callable[[CallT], bool], stage: str) -> None:
        self._run = run
        self._work = work
        self._is_late = is_late
        self._stage = stage
        self._waiting: deque[CallT] = deque()
        self._changed = threading.Condition()
        self._under_way: dict[int, CallT] = {}
        self._done = 0
        self._ended = 0
        self._closed = False
        self._found: Queue[list[Any]] = Queue(maxsize=run.concurrency)
        self._threads: list[threading.Thread] = []
        self._failure: BaseException | None = None

    def records(self, calls: list[CallT]) -> Iterator[Any]:
        """What all calls find. Afterwards `left` names those that were not done."""
        self._add(calls)
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
        self._run.report(self._stage, self._done, self._total())
        if self._failure is not None:
            raise self._failure

    @property
    def left(self) -> list[CallT]:
        """The calls that were not done, or not to their end."""
        with self._changed:
            return [*self._under_way.values(), *self._waiting]

    def _taken(self) -> Iterator[Any]:
        reported, stopped = -1, 0.0
        while True:
            with suppress(Empty):
                yield from self._found.get(timeout=_LOOK)
            if self._ended == len(self._threads):
                break
            if self._done != reported:
                reported = self._done
                self._run.report(self._stage, reported, self._total())
            if self._run.over is not None:
                stopped = stopped or time.monotonic()
                if time.monotonic() - stopped > _GRACE:
                    break

    def _total(self) -> int:
        with self._changed:
            return self._done + len(self._under_way) + len(self._waiting)

    def _labour(self, number: int) -> None:
        self._do_calls(number)
        with self._changed:
            self._ended += 1
        with suppress(Full):
            self._found.put_nowait([])  # so that who waits for more looks whether there can be any

    def _do_calls(self, number: int) -> None:
        while (call := self._next(number)) is not None:
            try:
                for found, following in self._work(call):
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

    def _next(self, number: int) -> CallT | None:
        """The next call; None when there will be none."""
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

    def _add(self, calls: list[CallT]) -> None:
        """What follows from a page comes before the next list: so few calls wait at a time."""
        if calls:
            with self._changed:
                self._waiting.extendleft(call for call in reversed(calls) if not self._is_late(call))
                self._waiting.extend(call for call in calls if self._is_late(call))
                self._changed.notify_all()

    def _put(self, found: list[Any]) -> bool:
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
        end = time.monotonic() + _GRACE
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
