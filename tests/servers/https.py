"""A server that speaks HTTPS on the loopback interface: threads, kept connections, and answers that may go wrong."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.servers.certificates import Certificates
from tests.servers.journal import Call, Journal

LONGEST = 60.0
"""Seconds after which a server that hangs lets go, so that no test run waits for ever."""


class Request(NamedTuple):
    """What a client asks; `path` as it came, without the query and decoded."""

    verb: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    host: str

    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Response(NamedTuple):
    """What is answered, and how it gets to the client."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}
    send: Callable[[Wire, bytes], None] | None = None

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def as_json(value: Any, status: int = 200, **headers: str) -> Response:
    """A value as an answer; `Retry_After` stands for the header `Retry-After`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    body = json.dumps(value, separators=(",", ":")).encode()
    return Response(status, body, {"Content-Type": "application/json; charset=utf-8", **named})


class Wire:
    """The connection of one request, for answers that do not arrive as they should."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self._connection = connection
        self._closing = closing

    def send(self, content: bytes) -> None:
        """Send some bytes."""
        self._connection.sendall(content)

    def wait(self, seconds: float = LONGEST) -> bool:
        """Do nothing; False once the server is being closed."""
        return not self._closing.wait(seconds)

    def reset(self) -> None:
        """Drop the connection with RST instead of FIN."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # An SSL object closes its descriptor only with the last file that was made from it: so by its number.
        socket.socket(fileno=self._connection.detach()).close()


Answer = Callable[[Request], Response]


class HttpsServer:
    """Answers by a function until it is closed; `with` closes it."""

    def __init__(self, answer: Answer, certificates: Certificates | None) -> None:
        self.journal = Journal()
        self._closing = threading.Event()
        self._server = _Server(answer, self.journal, self._closing, certificates)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Let go of everything that hangs, and listen no more."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def __enter__(self) -> HttpsServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, answer: Answer, journal: Journal, closing: threading.Event, certificates: Certificates | None
    ) -> None:
        self.answer = answer
        self.journal = journal
        self.closing = closing
        self._context = certificates.for_server() if certificates else None
        super().__init__(("127.0.0.1", 0), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the thread of the connection, so that a slow handshake holds up nobody else."""
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request.settimeout(LONGEST)
        if self._context is not None:
            request = self._context.wrap_socket(request, server_side=True)
        try:
            super().finish_request(request, client_address)
        finally:
            with contextlib.suppress(OSError):
                request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up, and handshakes that they break off, are what is tested here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        request = self._request()
        parts = urlsplit(self.path)
        call = Call(request.verb, unquote(parts.path), parts.query, "Authorization" in self.headers)
        with self.server.journal.entry(call):
            self._send(self.server.answer(request))

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, unquote(parts.path), query, headers, body, headers.get("host", ""))

    def _send(self, response: Response) -> None:
        """In one piece, unless the answer says how."""
        headers = {"Content-Length": str(len(response.body)), **response.headers}
        lines = [f"HTTP/1.1 {response.status} -", *(f"{name}: {value}" for name, value in headers.items())]
        content = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + response.body
        if response.send is None:
            self.connection.sendall(content)
            return
        self.close_connection = True
        response.send(Wire(self.connection, self.server.closing), content)

    def log_message(self, *_: Any) -> None:
        """Nothing: the journal has it."""
