"""Everything that can go wrong between a client and ARM, as functions of a request and of the answer it should get."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.arm.errors import error, forbidden, not_registered
from tests.servers.arm.routes import next_link
from tests.servers.https import Request, Response, Wire, as_json

Fault = Callable[[Request, Response], Response]
"""What the client gets instead of an answer."""

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Our services aren't available</body></html>"


class Faults:
    """Which faults hit which requests; the first that fits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[_Planned] = []

    def add(self, pattern: str, fault: Fault, times: int = -1, after: int = 0) -> None:
        """Hit the requests whose path fits (a regular expression, in any case), so many times, after so many others."""
        with self._lock:
            self._all.append(_Planned(re.compile(pattern, re.IGNORECASE), fault, times, after))

    def hit(self, request: Request, answer: Response) -> Response:
        """The answer, or what is left of it."""
        with self._lock:
            fault = next((planned.fault for planned in self._all if planned.takes(request.path)), None)
        return answer if fault is None else fault(request, answer)


class _Planned:
    def __init__(self, pattern: re.Pattern[str], fault: Fault, times: int, after: int) -> None:
        self._pattern = pattern
        self.fault = fault
        self._left = times
        self._after = after

    def takes(self, path: str) -> bool:
        """Whether it hits this request, which is counted."""
        if not self._pattern.search(path) or self._left == 0:
            return False
        if self._after > 0:
            self._after -= 1
            return False
        self._left -= 1
        return True


def status(code: int, name: str = "ServerError", text: str = "It failed.", **headers: str) -> Fault:
    """An error of ARM with some status."""
    return lambda request, answer: error(code, name, text, **headers)


def throttled(retry_after: str = "") -> Fault:
    """429, with or without the time to wait."""
    headers = {"Retry_After": retry_after} if retry_after else {}
    return status(429, "TooManyRequests", "The request is being throttled as the limit has been reached.", **headers)


def denied(action: str) -> Fault:
    """403 with ARM's text, for an action."""
    return lambda request, answer: forbidden(action, request.path.lower().partition("/providers/")[0])


def unregistered(namespace: str) -> Fault:
    """409 for a provider that is not switched on."""
    return lambda request, answer: not_registered(request.path.split("/")[2], namespace)


def page(code: int, body: bytes = HTML, type_: str = "text/html") -> Fault:
    """A page instead of JSON."""
    return lambda request, answer: Response(code, body, {"Content-Type": type_})


def shaped(value: Any, code: int = 200) -> Fault:
    """JSON of a shape that no API documents."""
    return lambda request, answer: as_json(value, code)


def changed(change: Callable[[Any], Any]) -> Fault:
    """The answer with something changed in it."""
    return lambda request, answer: as_json(change(answer.json()), answer.status)


def truncated(request: Request, answer: Response) -> Response:
    """Half of the JSON, as if it were whole."""
    return answer._replace(body=answer.body[: max(1, len(answer.body) // 2)])


def cut_off(request: Request, answer: Response) -> Response:
    """Half of what was announced, and then the connection ends."""

    def send(wire: Wire, content: bytes) -> None:
        wire.send(content[: -max(1, len(answer.body) // 2)])

    return answer._replace(send=send)


def reset(request: Request, answer: Response) -> Response:
    """No answer: the connection is reset."""
    return answer._replace(send=lambda wire, content: wire.reset())


def closed(request: Request, answer: Response) -> Response:
    """No answer: the connection ends in good order."""
    return answer._replace(send=lambda wire, content: None)


def hanging(request: Request, answer: Response) -> Response:
    """No answer, and the connection stays."""

    def send(wire: Wire, content: bytes) -> None:
        wire.wait()

    return answer._replace(send=send)


def dripping(pause: float = 0.05, headers: bool = False) -> Fault:
    """One byte at a time: each comes in good time, the whole never does. The headers come at once, unless they drip."""

    def send(wire: Wire, content: bytes) -> None:
        start = 0 if headers else content.index(b"\r\n\r\n") + 4
        wire.send(content[:start])
        for number in range(start, len(content)):
            wire.send(content[number : number + 1])
            if not wire.wait(pause):
                return

    return lambda request, answer: answer._replace(send=send)


def late(seconds: float) -> Fault:
    """The answer, after a while."""

    def send(wire: Wire, content: bytes) -> None:
        wire.wait(seconds)
        wire.send(content)

    return lambda request, answer: answer._replace(send=send)


def gathered(number: int) -> Fault:
    """The first so many answers, once as many are asked for at the same time; all others at once."""
    together = threading.Barrier(number)
    first = iter(range(number))
    lock = threading.Lock()

    def fault(request: Request, answer: Response) -> Response:
        with lock:
            waits = next(first, None) is not None
        if waits:
            with contextlib.suppress(threading.BrokenBarrierError):
                together.wait(timeout=20)
        return answer

    return fault


def zipped(request: Request, answer: Response) -> Response:
    """Compressed, as ARM does for clients that accept it."""
    body = gzip.compress(answer.body)
    return answer._replace(body=body, headers={**answer.headers, "Content-Encoding": "gzip"})


def not_zipped(request: Request, answer: Response) -> Response:
    """Says that it is compressed, and is not."""
    return answer._replace(headers={**answer.headers, "Content-Encoding": "gzip"})


def zip_bomb(megabytes: int) -> Fault:
    """Little to transfer, and a lot to keep."""
    filler = b'{"value":[{"id":"' + b"x" * (megabytes * 1_000_000) + b'"}]}'
    body = gzip.compress(filler, 9)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    return lambda request, answer: Response(200, body, headers)


def body(content: bytes, code: int = 200, type_: str = "application/json") -> Fault:
    """Some bytes as they are."""
    return lambda request, answer: Response(code, content, {"Content-Type": type_})


def nested(depth: int) -> Fault:
    """Brackets in brackets."""
    return body(b'{"value":' + b"[" * depth + b"]" * depth + b"}")


def retyped(type_: str) -> Fault:
    """The answer under another content type."""
    return lambda request, answer: answer._replace(headers={**answer.headers, "Content-Type": type_})


def redirected(target: str, code: int = 302) -> Fault:
    """Sent elsewhere."""
    return lambda request, answer: Response(code, b"", {"Location": target})


def linked(link: str | Callable[[Request], str]) -> Fault:
    """The answer, with another link to the next page."""

    def fault(request: Request, answer: Response) -> Response:
        target = link if isinstance(link, str) else link(request)
        return as_json({**answer.json(), "nextLink": target}, answer.status)

    return fault


def looped(request: Request, answer: Response) -> Response:
    """A first page that names itself as the next."""
    return as_json({**answer.json(), "nextLink": next_link(request, 0)})


def duplicated(request: Request, answer: Response) -> Response:
    """Every item twice on its page."""
    found: Mapping[str, Any] = answer.json()
    return as_json({**found, "value": [*found.get("value", ()), *found.get("value", ())]})


def endless() -> Fault:
    """A next page after every page, each another one, with nothing new in it."""
    count = iter(range(1, 10**9))
    lock = threading.Lock()

    def fault(request: Request, answer: Response) -> Response:
        with lock:
            number = next(count)
        plain = request._replace(query={key: text for key, text in request.query.items() if key != "$skiptoken"})
        return as_json({"value": [], "nextLink": next_link(plain, number)})

    return fault


def growing(item: Mapping[str, Any]) -> Fault:
    """A next page after every page, each with a new resource."""
    count = iter(range(1, 10**9))
    lock = threading.Lock()

    def fault(request: Request, answer: Response) -> Response:
        with lock:
            number = next(count)
        made = json.loads(json.dumps(item).replace("{n}", str(number)))
        return as_json({"value": [made], "nextLink": next_link(request, number)})

    return fault
