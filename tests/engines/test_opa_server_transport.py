"""One deadline for the whole of a request, and a bound on answers: whatever way a server has of not ending."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.engines.opa_server import OpaConnection
from erpguard.engines.opa_server.server import Clock, Excessive, Failed, Rejected, Server
from erpguard.errors import EngineError, EngineUnavailable
from tests.servers.certificates import Certificates
from tests.servers.https import HttpsServer, Request, Response, as_json

ANSWER = {"result": {"NET001": []}, "provenance": {"version": "1.22.2"}}
SHORT, LONG = 0.3, 50.0
HEAD = b"HTTP/1.1 200 -\r\n"
ENDLESS = b"Content-Type: application/json\r\n\r\n["


class Answering:
    """Every request gets the same answer."""

    def __init__(self) -> None:
        self.response = as_json(ANSWER)

    def __call__(self, request: Request) -> Response:
        return self.response


def connect(url: str, timeout: float = LONG, **options: Any) -> Server:
    """A server as the engine sees it; nothing is asked twice without being seen."""

    def sleep(seconds: float) -> None:
        raise AssertionError("it must not be asked again")

    return Server(OpaConnection(url, timeout=timeout, **options), Clock(lambda: 0.0, sleep))


@contextmanager
def patience(server: Server, seconds: float) -> Iterator[None]:
    """For a while, a request may take so long: only where no answer is expected, for whatever runs beside the tests."""
    server._timeout = seconds
    server._client.timeout = (seconds, seconds)
    yield
    server._timeout = LONG
    server._client.timeout = (LONG, LONG)


def ask(server: Server) -> Any:
    """What it says."""
    return server.ask("erpguard/lib/scan", "violations", {"policies": {}}).value


def dripping(first: bytes, rest: bytes) -> Callable[[Any, bytes], None]:
    """Send something, and then one piece after the other for ever, each long before the time of a request is over."""

    def send(wire: Any, _: bytes) -> None:
        wire.send(first)
        while wire.wait(SHORT / 10):
            wire.send(rest)

    return send


def pouring(first: bytes, rest: bytes) -> Callable[[Any, bytes], None]:
    """The same without a pause."""

    def send(wire: Any, _: bytes) -> None:
        wire.send(first)
        while wire.wait(0):
            wire.send(rest)

    return send


DRIPS = {
    "status": dripping(b"HTTP/1.", b"1"),
    "headers": dripping(HEAD, b"a"),
    "more headers": dripping(HEAD + b"A: ", b"a\r\n b"),
    "body": dripping(HEAD + b"Content-Length: 1000000\r\n\r\n", b"1"),
    "body without a length": dripping(HEAD + ENDLESS, b"1"),
    "chunks": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n1\r\n"),
    "the length of a chunk": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "after an error": dripping(b"HTTP/1.1 500 -\r\nContent-Length: 1000000\r\n\r\n", b"1"),
}


@pytest.fixture
def answering() -> Answering:
    """What is answered; to be changed."""
    return Answering()


@pytest.fixture(params=["http", "https"])
def url(request: pytest.FixtureRequest, answering: Answering, tmp_path: Path) -> Iterator[str]:
    """A server that answers so."""
    with HttpsServer(answering, Certificates(tmp_path) if request.param == "https" else None) as served:
        yield f"{request.param}://127.0.0.1:{served.port}"


@pytest.fixture
def options(url: str, tmp_path: Path) -> dict[str, str]:
    """How to trust it."""
    return {"ca_file": str(tmp_path / "authority.pem")} if url.startswith("https") else {}


@pytest.mark.parametrize("name", DRIPS)
def test_a_server_that_drips(answering: Answering, url: str, options: dict[str, Any], name: str) -> None:
    server = connect(url, **options)
    assert ask(server) == {"NET001": []}
    answering.response = Response(200, send=DRIPS[name])
    with patience(server, SHORT), pytest.raises(Excessive, match=r" did not answer within 0.3 seconds$"):
        ask(server)
    answering.response = as_json(ANSWER)
    assert ask(server) == {"NET001": []}, "the next request has its own time, and another connection"


@pytest.mark.parametrize("name", ["headers", "body"])
def test_a_health_check_that_drips(answering: Answering, url: str, options: dict[str, Any], name: str) -> None:
    answering.response = Response(200, send=DRIPS[name])
    with pytest.raises(EngineUnavailable, match=r" is not ready after 0 seconds: it did not answer$"):
        connect(url, SHORT, wait=0, **options).await_ready(bundles=False)


def test_a_server_that_does_not_take_what_is_sent() -> None:
    """Larger than what the systems of both sides hold for it."""
    with socket.create_server(("127.0.0.1", 0), backlog=1) as listening:
        connection = OpaConnection(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=SHORT)
        server = Server(connection, Clock(), limit=10**9)
        with pytest.raises(Excessive, match=r" did not answer within 0.3 seconds$"):
            server.ask("a", "b", {"x": "x" * 20_000_000})


POURS = {
    "body": pouring(HEAD + ENDLESS, b" " * 65_536),
    "chunks": pouring(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65_536 + b"\r\n"),
    "after an error": pouring(b"HTTP/1.1 400 -\r\n" + ENDLESS, b" " * 65_536),
}


@pytest.mark.parametrize("name", POURS)
def test_an_answer_without_end(
    answering: Answering, url: str, options: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused while it comes: there is no end to wait for."""
    monkeypatch.setattr("erpguard.engines.opa_server.transport.LONGEST_ANSWER", 1_000_000)
    answering.response = Response(200, send=POURS[name])
    with pytest.raises(Excessive, match=r" sends an answer of more than 1,000,000 bytes$"):
        ask(connect(url, **options))


def test_an_answer_that_is_long_only_when_unpacked(
    answering: Answering, url: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erpguard.engines.opa_server.transport.LONGEST_ANSWER", 1_000_000)
    packed = gzip.compress(json.dumps({**ANSWER, "more": " " * 1_000_000}).encode())
    assert len(packed) < 10_000
    answering.response = Response(200, packed, {"Content-Encoding": "gzip"})
    with pytest.raises(Excessive, match=r" sends an answer of more than 1,000,000 bytes$"):
        ask(connect(url, **options))


def test_an_answer_that_is_packed(answering: Answering, url: str, options: dict[str, Any]) -> None:
    answering.response = Response(200, gzip.compress(json.dumps(ANSWER).encode()), {"Content-Encoding": "gzip"})
    assert ask(connect(url, **options)) == {"NET001": []}


MALFORMED = [
    b"",
    b"null",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"1" * 5_000,
    b'{"result": ' + b"1" * 5_000 + b"}",
    b'{"result": 1e999}',
    b'{"result": NaN}',
    b'{"result": "\\ud800"}',
    b'{"result": {"\\udfff": 1}}',
    b'{"provenance": {"version": "1.0.0", "bundles": {"a": 1}}}',
    b'{"provenance": {"version": "1.0.0", "bundles": []}}',
    b'{"provenance": "1.0.0"}',
    b"\xff\xfe\x00",
]


@pytest.fixture(scope="module")
def plain() -> Iterator[tuple[Answering, str]]:
    """A server for all answers that come at once."""
    made = Answering()
    with HttpsServer(made, None) as served:
        yield made, f"http://127.0.0.1:{served.port}"


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: body[:24].decode("latin-1"))
def test_what_no_opa_answers(plain: tuple[Answering, str], body: bytes) -> None:
    answering, url = plain
    answering.response = Response(200, body)
    with pytest.raises(EngineUnavailable, match=r" does not answer as an OPA does") as caught:
        ask(connect(url))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "a\nb", "errors": [{"message": "c\nd", "location": {"row": 3, "col": 4, "file": "f"}}]}, "c d"),
        ({"errors": [{"message": None, "location": "here", "stack_trace": [1, {"location": 2}]}]}, "None"),
        ({"errors": [1]}, ""),
        ({"errors": [{"stack_trace": {"a": 1}}]}, ""),
    ],
)
def test_errors_of_any_shape(plain: tuple[Answering, str], body: dict[str, Any], said: str) -> None:
    answering, url = plain
    answering.response = as_json(body, 500)
    with pytest.raises(Failed) as failed:
        ask(connect(url))
    assert str(failed.value) == said
    answering.response = as_json(body, 400)
    with pytest.raises(Rejected) as rejected:
        connect(url).publish("a.rego", "package a")
    assert [one.message for one in rejected.value.complaints] == [said]


@pytest.mark.parametrize("asked_for", ["²", "9" * 5_000, "-1", "1.5", "soon"])
def test_a_pause_that_is_no_number_of_seconds(plain: tuple[Answering, str], asked_for: str) -> None:
    answering, url = plain
    answering.response = as_json({}, 503, Retry_After=asked_for)
    slept: list[float] = []
    server = Server(OpaConnection(url), Clock(lambda: 0.0, slept.append))
    with pytest.raises(EngineUnavailable, match=r" answers 503$"):
        ask(server)
    assert slept == ([10.0] * 3 if asked_for.isascii() and asked_for.isdigit() else [0.2, 0.5, 1.0])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PARTS = [
    "result",
    "provenance",
    "message",
    "errors",
    "location",
    "stack_trace",
    "version",
    "bundles",
    "id",
    "ast",
    "raw",
]
ANSWERS = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(PARTS), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.sampled_from([200, 204, 301, 400, 401, 404, 413, 500]), ANSWERS)
def test_any_answer_is_an_answer_or_an_error_of_ours(plain: tuple[Answering, str], status: int, answer: Any) -> None:
    answering, url = plain
    answering.response = as_json(answer, status)
    server = Server(OpaConnection(url, wait=0), Clock(lambda: 0.0, lambda seconds: None))
    for asked in (
        lambda: ask(server),
        server.modules,
        lambda: server.publish("a", "package a"),
        lambda: server.remove("a"),
        lambda: server.await_ready(bundles=True),
    ):
        try:
            asked()
        except EngineError as error:
            assert "\n" not in str(error)
