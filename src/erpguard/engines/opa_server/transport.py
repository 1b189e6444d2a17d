"""HTTP to one server: one deadline for the whole of a request, and bounds on what is sent and on what comes back.

The timeouts of requests are for each piece that arrives, so that a server that drips bytes would be waited for without
end. The customization is the one that urllib3 offers: classes of connections and of pools, and the `response_class` of
`http.client`.
"""

from __future__ import annotations

import http.client
import io
from collections.abc import Iterator
from functools import partial
from time import monotonic
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from erpguard.errors import DocumentTooLarge

LONGEST_ANSWER = 64_000_000
"""Bytes of an answer, unpacked."""

_PIECE = 65_536


class AnswerTooLarge(Exception):
    """More than `LONGEST_ANSWER`."""


class Adapter(HTTPAdapter):
    """Sends without trying again, and nothing above the limit. The second timeout is for all of a request.

    limit  bytes of input; DocumentTooLarge above
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._deadline = _Deadline()
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """See requests."""
        super().init_poolmanager(*args, **options)
        deadline = self._deadline

        class Plain(_Timed, HTTPConnection):
            until = deadline

        class Secure(_Timed, HTTPSConnection):
            until = deadline

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """See requests."""
        size = size_of(request)
        if size > self._limit and request.method == "POST":
            raise DocumentTooLarge(f"the input has {size:,} bytes, and {self._limit:,} are allowed")
        self._deadline.begin(options["timeout"][1])
        return super().send(request, *args, **options)

    def lower(self, size: int) -> None:
        """From now on less than this, which the server did not take."""
        self._limit = min(self._limit, size - 1)

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """See requests."""
        return super().build_response(req, _Bounded(resp))


def size_of(request: requests.PreparedRequest) -> int:
    """The bytes of what is sent."""
    return int(request.headers.get("Content-Length", 0))


class _Deadline:
    """When the request under way has to be over."""

    __slots__ = ("_end",)

    def __init__(self) -> None:
        self._end = 0.0

    def begin(self, seconds: float) -> None:
        """A request begins that may take so long."""
        self._end = monotonic() + seconds

    def limit(self, socket: Any) -> None:
        """Let a socket wait no longer than to the deadline."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the deadline of the request has passed")
        socket.settimeout(left)


class _Timed(HTTPConnection):
    """A connection that sends, and reads its answers, until the deadline."""

    until: _Deadline

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.response_class = partial(_Answer, self.until)  # type: ignore[assignment]

    def send(self, data: Any) -> None:
        """See `http.client`; in pieces, because over TLS each has a timeout of its own."""
        for start in range(0, len(data), _PIECE):
            if self.sock is not None:
                self.until.limit(self.sock)
            super().send(data[start : start + _PIECE])


class _Answer(http.client.HTTPResponse):
    def __init__(self, deadline: _Deadline, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Incoming(self.fp.detach(), sock, deadline))


class _Incoming(io.RawIOBase):
    """The bytes of a socket, one deadline for all of them."""

    def __init__(self, raw: io.RawIOBase, sock: Any, deadline: _Deadline) -> None:
        self._raw = raw
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """See `io.RawIOBase`."""
        self._deadline.limit(self._sock)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class _Bounded:
    """An answer of urllib3 that ends the reading where it becomes too long."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answer, name)

    def stream(self, *args: Any, **options: Any) -> Iterator[bytes]:
        """See urllib3."""
        size = 0
        for piece in self._answer.stream(*args, **options):
            size += len(piece)
            if size > LONGEST_ANSWER:
                self._answer.close()
                raise AnswerTooLarge(LONGEST_ANSWER)
            yield piece
