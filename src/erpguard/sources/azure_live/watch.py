"""Ends calls that take too long, whatever they wait for.

A timeout of a socket starts anew with each byte, so that a server which sends its headers byte by byte could hold a
thread for hours. One thread looks at all calls under way and shuts the sockets of those that have had their time, or
that nobody wants any more.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

_LOOK = 0.1


class Watched:
    """A call under way; `ended` says that it was ended from here."""

    __slots__ = ("end", "ended", "socket")

    def __init__(self, end: float) -> None:
        self.end = end
        self.ended = False
        self.socket: socket.socket | None = None


class Watch:
    """Looks at calls under way, as long as there are any.

    is_unwanted  whether all calls are to be ended now
    """

    def __init__(self, is_unwanted: Callable[[], bool]) -> None:
        self._is_unwanted = is_unwanted
        self._own = threading.local()
        self._calls: set[Watched] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def call(self, seconds: float) -> Iterator[Watched]:
        """Watch what this thread does inside."""
        watched = self._own.call = Watched(time.monotonic() + seconds)
        with self._lock:
            self._calls.add(watched)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, daemon=True)
                self._thread.start()
        try:
            yield watched
        finally:
            with self._lock:
                self._calls.discard(watched)
                watched.socket = None

    def adapter(self, size: int) -> HTTPAdapter:
        """What connects for `requests`, with so many connections at a time."""
        return _Adapter(self, size)

    def holds(self, opened: Any) -> None:
        """Note the socket that the call of this thread waits for."""
        with self._lock:
            self._own.call.socket = opened

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK)
            now, unwanted = time.monotonic(), self._is_unwanted()
            with self._lock:
                if not self._calls:
                    self._thread = None
                    return
                for watched in self._calls:
                    if (unwanted or now > watched.end) and watched.socket is not None:
                        watched.ended = True
                        _shut(watched.socket)


class _Adapter(HTTPAdapter):
    """Connections that tell the watch their sockets."""

    def __init__(self, watch: Watch, size: int) -> None:
        class Connection(HTTPSConnection):
            def getresponse(self) -> Any:
                watch.holds(self.sock)
                return super().getresponse()

        class Pool(HTTPSConnectionPool):
            ConnectionCls = Connection

        self._pools: dict[str, type] = {"https": Pool}
        super().__init__(pool_maxsize=size, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        found = super().proxy_manager_for(*args, **kwargs)
        found.pool_classes_by_scheme = self._pools
        return found


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        # Not the method of the TLS socket, which takes the encryption away from the thread that reads.
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
