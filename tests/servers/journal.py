"""What a server was asked in its whole life, by every verb and path, and how much of it at the same time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Call(NamedTuple):
    """One request as it arrived; `token` says whether it carried a credential, which is not kept."""

    verb: str
    path: str
    query: str
    token: bool


class Journal:
    """Everything that arrived, in order of arrival; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._now = 0
        self._peak = 0

    @contextmanager
    def entry(self, call: Call) -> Iterator[None]:
        """Note a request, which is under way until the block ends."""
        with self._lock:
            self._calls.append(call)
            self._now += 1
            self._peak = max(self._peak, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1

    @property
    def calls(self) -> list[Call]:
        """All requests so far."""
        with self._lock:
            return list(self._calls)

    @property
    def under_way(self) -> int:
        """How many requests are being answered now."""
        return self._now

    @property
    def peak(self) -> int:
        """How many requests were under way at the same time, at most."""
        return self._peak

    def counted(self) -> Counter[tuple[str, str]]:
        """How often each verb came to each path, in lower case."""
        return Counter((call.verb, call.path.lower()) for call in self.calls)

    def asked(self, part: str) -> int:
        """How many requests had this text in their path, in any case."""
        return sum(part.lower() in call.path.lower() for call in self.calls)

    def other_than(self, may: Callable[[Call], bool]) -> list[Call]:
        """The requests that a rule does not allow."""
        return [call for call in self.calls if not may(call)]
