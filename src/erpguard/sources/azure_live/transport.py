"""Sends a request and reads its answer whole, within bounds of time and size: for azure-core's pipeline.

azure-core's own transport waits between two pieces of an answer, but not for the whole of it, and takes any size.
"""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any

import requests
from azure.core.pipeline.transport import HttpTransport
from urllib3.exceptions import DecodeError, HTTPError, ReadTimeoutError

from erpguard.sources.azure_live.faults import Fault, one_line
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.azure_live.watch import Watch, Watched
from erpguard.sources.live import Run

_PIECE = 1 << 16
_AT_LEAST = 0.05
_NAMES = {"RemoteDisconnected": "the connection was closed", "BadStatusLine": "the answer is no HTTP"}


class Answer:
    """An answer that was read whole; `body` is set once it is known what it holds."""

    __slots__ = ("body", "content", "headers", "request", "status_code")

    def __init__(self, request: Any, status: int, headers: Any, content: bytes) -> None:
        self.request = request
        self.status_code = status
        self.headers = headers
        self.content = content
        self.body: Any = None

    def json(self) -> Any:
        """What the clients of azure-mgmt get to see."""
        return self.body


class Transport(HttpTransport[Any, Any]):
    """A session of connections to one host, for any number of threads.

    Raises Fault where no whole answer came.
    """

    def __init__(self, run: Run, limits: Limits, verify: str | bool = True) -> None:
        self._run = run
        self._limits = limits
        self._verify = verify
        self._closed = False
        self._session = requests.Session()
        self._watch = Watch(lambda: self._closed or run.is_stopped)
        self._session.mount("https://", self._watch.adapter(run.concurrency))
        self._session.headers["User-Agent"] = "erpguard"
        self._session.auth = _as_it_is  # else a `.netrc` of the user would replace the token
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))

    def open(self) -> None:
        """Nothing to do: connections are made when they are needed."""

    def close(self) -> None:
        """Give the connections back; threads that are still at work come to an end."""
        self._closed = True
        self._session.close()

    def __enter__(self) -> Transport:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.close()

    def send(self, request: Any, **kwargs: Any) -> Answer:
        """The answer to a request, whatever its status; redirects are not followed."""
        over = "interrupted" if self._closed else self._run.over
        if over is not None:
            raise Fault(over)
        left = max(self._run.remaining, _AT_LEAST)
        with self._watch.call(min(self._limits.answer, left)) as watched:
            try:
                answer = self._sent(request, left)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                # An end that the watch made looks like one that the server made.
                raise self._ended(watched) or _fault(error) from None
            ended = self._ended(watched)
        if ended is not None:  # headers that end early look whole
            raise ended
        return answer

    def _sent(self, request: Any, left: float) -> Answer:
        with self._session.request(
            request.method,
            request.url,
            headers=dict(request.headers),
            data=request.content if hasattr(request, "content") else request.body,  # azure-core has two kinds
            verify=self._verify,
            timeout=(min(self._limits.connect, left), min(self._limits.read, left)),
            allow_redirects=False,
            stream=True,
        ) as answer:
            return Answer(request, answer.status_code, answer.headers, self._read(answer))

    def _read(self, answer: requests.Response) -> bytes:
        answer.raw.enforce_content_length = True
        pieces, size = [], 0
        while piece := answer.raw.read1(_PIECE, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > self._limits.size:
                raise Fault("too-large", answer.status_code, f"an answer of more than {self._limits.size} bytes")
        return b"".join(pieces)

    def _ended(self, watched: Watched) -> Fault | None:
        if not watched.ended:
            return None
        if self._closed or self._run.is_stopped:
            return Fault("interrupted")
        return Fault("timeout", 0, "the answer came too slowly")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _fault(error: Exception) -> Fault:
    """The fault of a connection, in a few words: the exceptions' own name objects and addresses in memory."""
    cause = _cause(error)
    if isinstance(error, (requests.Timeout, ReadTimeoutError)) or "timed out" in str(cause):
        return Fault("timeout", 0, "no answer in time")
    if isinstance(error, requests.exceptions.SSLError):
        return Fault("unreachable", 0, f"TLS: {one_line(str(cause))}", "tls")
    if isinstance(error, (DecodeError, requests.exceptions.ContentDecodingError)):
        return Fault("malformed", 0, "the answer cannot be unpacked")
    if "IncompleteRead" in type(cause).__name__ or "IncompleteRead" in str(cause):
        return Fault("malformed", 0, "the answer ends early", "incomplete")
    name = type(cause).__name__
    return Fault("unreachable", 0, getattr(cause, "strerror", None) or _NAMES.get(name, name))


def _cause(error: BaseException) -> BaseException:
    """The innermost exception: the one of the system."""
    for _ in range(10):
        inner = getattr(error, "reason", None) or error.__cause__ or error.__context__
        if not isinstance(inner, BaseException):
            inner = next((one for one in reversed(error.args) if isinstance(one, BaseException)), None)
        if not isinstance(inner, BaseException) or inner is error:
            break
        error = inner
    return error
