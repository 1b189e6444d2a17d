"""Connections: over TLS to a server on the loopback interface that misbehaves in every way."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from azure.core.rest import HttpRequest

from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.azure_live.transport import Transport
from erpguard.sources.live import Run
from tests.servers.certificates import Certificates

HANGS = 60
QUICK = Limits(connect=HANGS, read=HANGS, answer=0.3, size=1 << 20)
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Behaviour = Callable[[ssl.SSLSocket], object]


class Server:
    """Takes connections one after the other; the requests that it got, as they came."""

    def __init__(self, certificates: Certificates, behaviour: Behaviour, ended: threading.Event) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self._behaviour = behaviour
        self._context = certificates.for_server()
        self._ended = ended
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"https://127.0.0.1:{self._listening.getsockname()[1]}/x"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """End it."""
        self._ended.set()
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listening.accept()
                with self._context.wrap_socket(plain, server_side=True) as opened:
                    self.connections += 1
                    while data := opened.recv(1 << 16):
                        self.requests.append(data.decode())
                        self._behaviour(opened)
            except OSError:
                if self._ended.is_set():
                    return


Serve = Callable[[Behaviour], AbstractContextManager[Server]]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def ended() -> threading.Event:
    return threading.Event()


@pytest.fixture
def serve(certificates: Certificates, ended: threading.Event) -> Serve:
    @contextmanager
    def serve(behaviour: Behaviour) -> Iterator[Server]:
        server = Server(certificates, behaviour, ended)
        try:
            yield server
        finally:
            server.close()

    return serve


def sends(data: bytes) -> Behaviour:
    return lambda opened: opened.sendall(data)


def drips(data: bytes, ended: threading.Event) -> Behaviour:
    """Sends so slowly that each wait is short and all together take far too long."""

    def behaviour(opened: ssl.SSLSocket) -> None:
        for byte in data * 1000:
            opened.sendall(bytes((byte,)))
            if ended.wait(0.02):
                return

    return behaviour


def get(server: Server, certificates: Certificates, limits: Limits = QUICK, run: Run | None = None) -> bytes:
    with Transport(run or Run(2), limits, certificates.ca_file) as transport:
        return transport.send(HttpRequest("GET", server.address)).content


def fault(server: Server, certificates: Certificates, limits: Limits = QUICK) -> tuple[str, str]:
    with pytest.raises(Fault) as raised:
        get(server, certificates, limits)
    return raised.value.reason, raised.value.detail


def test_an_answer_is_read_whole(serve: Serve, certificates: Certificates) -> None:
    packed = gzip.compress(b'{"a": 1}')
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    with serve(sends(head + packed)) as server:
        assert get(server, certificates) == b'{"a": 1}'
    assert "User-Agent: erpguard\r\n" in server.requests[0]


def test_connections_are_used_again_and_cookies_are_not(serve: Serve, certificates: Certificates) -> None:
    with serve(sends(GOOD.replace(b"OK\r\n", b"OK\r\nSet-Cookie: a=b; Path=/\r\n"))) as server:
        with Transport(Run(2), QUICK, certificates.ca_file) as transport:
            for _ in range(3):
                transport.send(HttpRequest("GET", server.address))
        assert server.connections == 1
        assert len(server.requests) == 3
        assert not any("cookie" in request.lower() for request in server.requests)


def test_a_netrc_of_the_user_does_not_replace_the_token(
    serve: Serve, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serve(sends(GOOD)) as server, Transport(Run(1), QUICK, certificates.ca_file) as transport:
        transport.send(HttpRequest("GET", server.address, headers={"Authorization": "Bearer token"}))
        assert "Authorization: Bearer token\r\n" in server.requests[0]


def test_headers_that_come_byte_by_byte(serve: Serve, certificates: Certificates, ended: threading.Event) -> None:
    with serve(drips(b"HTTP/1.1 200 OK\r\nX: ", ended)) as server:
        assert fault(server, certificates) == ("timeout", "the answer came too slowly")


def test_a_body_that_comes_byte_by_byte(serve: Serve, certificates: Certificates, ended: threading.Event) -> None:
    def behaviour(opened: ssl.SSLSocket) -> None:
        opened.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        drips(b"xxxxx", ended)(opened)

    with serve(behaviour) as server:
        assert fault(server, certificates) == ("timeout", "the answer came too slowly")


def test_an_answer_that_does_not_come(serve: Serve, certificates: Certificates, ended: threading.Event) -> None:
    with serve(lambda _: ended.wait(HANGS)) as server:
        assert fault(server, certificates, QUICK._replace(read=0.1)) == ("timeout", "no answer in time")


def test_a_stop_ends_a_call_that_waits(serve: Serve, certificates: Certificates, ended: threading.Event) -> None:
    run = Run(1)

    def behaviour(_: ssl.SSLSocket) -> None:
        run.stop()
        ended.wait(HANGS)

    with serve(behaviour) as server, pytest.raises(Fault, match="interrupted"):
        get(server, certificates, QUICK._replace(answer=HANGS), run)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", ("malformed", "the answer ends early")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{", ("malformed", "the answer ends early")),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
            ("malformed", "the answer cannot be unpacked"),
        ),
        (b"SSH-2.0-x\r\n\r\n", ("unreachable", "the answer is no HTTP")),
    ],
)
def test_answers_that_cannot_be_read(
    serve: Serve, certificates: Certificates, data: bytes, expected: tuple[str, str]
) -> None:
    def behaviour(opened: ssl.SSLSocket) -> None:
        opened.sendall(data)
        opened.close()

    with serve(behaviour) as server:
        assert fault(server, certificates, QUICK._replace(answer=HANGS)) == expected


@pytest.mark.parametrize("packed", [False, True])
def test_answers_without_end(serve: Serve, certificates: Certificates, packed: bool) -> None:
    body = gzip.compress(bytes(8 << 20)) if packed else bytes(2 << 20)
    kind = b"Content-Encoding: gzip\r\n" if packed else b""
    with serve(sends(b"HTTP/1.1 200 OK\r\n" + kind + b"Content-Length: %d\r\n\r\n" % len(body) + body)) as server:
        assert fault(server, certificates, QUICK._replace(answer=HANGS)) == (
            "too-large",
            "an answer of more than 1048576 bytes",
        )


def test_a_reset(serve: Serve, certificates: Certificates) -> None:
    def behaviour(opened: ssl.SSLSocket) -> None:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        opened.close()

    with serve(behaviour) as server:
        reason, detail = fault(server, certificates, QUICK._replace(answer=HANGS))
    assert reason == "unreachable"
    assert detail in ("Connection reset by peer", "the connection was closed")  # whichever is noticed first


def test_nobody_listens(certificates: Certificates) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"https://127.0.0.1:{free.getsockname()[1]}/x"
    with Transport(Run(1), QUICK, certificates.ca_file) as transport, pytest.raises(Fault) as raised:
        transport.send(HttpRequest("GET", address))
    assert (raised.value.reason, raised.value.detail) == ("unreachable", "Connection refused")


def test_a_certificate_that_is_not_trusted(serve: Serve, certificates: Certificates, tmp_path: Path) -> None:
    other = Certificates(tmp_path)
    with serve(sends(GOOD)) as server:
        with pytest.raises(Fault) as raised:
            get(server, other, QUICK._replace(answer=HANGS))
        assert (raised.value.reason, raised.value.code) == ("unreachable", "tls")
        assert "certificate verify failed" in raised.value.detail
        assert server.requests == []


def test_after_the_end_nothing_is_sent(serve: Serve, certificates: Certificates) -> None:
    with serve(sends(GOOD)) as server:
        transport = Transport(Run(1), QUICK, certificates.ca_file)
        transport.close()
        with pytest.raises(Fault, match="interrupted"):
            transport.send(HttpRequest("GET", server.address))
        assert server.connections == 0
