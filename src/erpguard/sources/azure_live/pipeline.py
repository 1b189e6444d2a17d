"""One pipeline of azure-core for all calls, with a list of policies of its own.

From the outside in: the answer is judged, redirects are followed within ARM, failures are tried again, the host is
checked, the token is added. What azure-core and azure-mgmt-core would bring along is left out on purpose: a retry that
waits as long as any `Retry-After` says, and a policy that registers resource providers with POST.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from random import random
from time import time
from typing import Any

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy, SansIOHTTPPolicy

from erpguard.sources.azure_live.faults import Fault, refusal
from erpguard.sources.azure_live.hosts import absolute, refused
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.azure_live.transport import Answer
from erpguard.sources.live_json import parsed

Request = PipelineRequest[Any]
Response = PipelineResponse[Any, Any]
TAKE = "erpguard_take"
"""The option of a request that names who takes the body, and gives what the client of azure-mgmt is to see instead."""

PARSED = "deserialized_data"
"""Where the older clients of azure-mgmt look for the parsed body: `ContentDecodePolicy.CONTEXT_NAME`."""

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 3


class Judged(HTTPPolicy[Any, Any]):
    """Parses the answer; everything but a success with JSON is a Fault."""

    def send(self, request: Request) -> Response:
        """The response with its body at `http_response.body`."""
        take: Callable[[Any], Any] | None = request.context.options.pop(TAKE, None)
        response = self.next.send(request)
        answer: Answer = response.http_response
        if answer.status_code != 200:
            raise refusal(answer.status_code, answer.content)
        try:
            body = parsed(answer.content)
        except ValueError:
            raise Fault("malformed", 200, _what_else(answer)) from None
        answer.content = b""
        answer.body = take(body) if take is not None else body
        response.context[PARSED] = answer.body
        return response


class Redirects(HTTPPolicy[Any, Any]):
    """Follows redirects of a GET; the next policies see to it that they stay within ARM."""

    def send(self, request: Request) -> Response:
        """The response that is no redirect."""
        response = self.next.send(request)
        for _ in range(_MOST_REDIRECTS):
            location = response.http_response.headers.get("Location")
            if response.http_response.status_code not in _REDIRECTS or not location:
                return response
            if request.http_request.method != "GET":
                break
            request.http_request.url = absolute(location, request.http_request.url)
            response = self.next.send(request)
        if response.http_response.status_code in _REDIRECTS:
            raise Fault("refused-link", response.http_response.status_code, "it redirects again and again")
        return response


class Patience(HTTPPolicy[Any, Any]):
    """Tries again what may succeed later, not longer than `Limits` and the run allow.

    sleep   `Run.sleep`: False where there is no time to wait
    jitter  between 0 and 1
    """

    def __init__(self, limits: Limits, sleep: Callable[[float], bool], jitter: Callable[[], float] = random) -> None:
        super().__init__()
        self._limits = limits
        self._sleep = sleep
        self._jitter = jitter

    def send(self, request: Request) -> Response:
        """The first response that is none of overload; the last one, or its Fault, where all attempts failed."""
        made = 0
        while True:
            made += 1
            response: Response | None = None
            fault: Fault | None = None
            try:
                response = self.next.send(request)
                status = response.http_response.status_code
            except Fault as caught:
                fault, status = caught, 0
            if made >= self._attempts(status, fault) or not self._sleep(self._wait(made, response)):
                if response is None:
                    assert fault is not None
                    raise fault
                return response

    def _attempts(self, status: int, fault: Fault | None) -> int:
        if fault is not None:
            passes = fault.reason in ("unreachable", "timeout") or fault.code == "incomplete"
            return self._limits.attempts if passes and fault.code != "tls" else 1
        if status == 429:
            return self._limits.throttled
        return self._limits.attempts if status == 408 or status >= 500 and status != 501 else 1

    def _wait(self, made: int, response: Response | None) -> float:
        growing = self._limits.first_wait * 2.0 ** (made - 1)
        wanted = _retry_after(response.http_response.headers) if response is not None else 0.0
        # Jitter only on top: never before the server said.
        return min(max(wanted, growing) + growing * self._jitter() / 2, self._limits.longest_wait)


class Guard(SansIOHTTPPolicy[Any, Any]):
    """Refuses a request to anything but the ARM endpoint, before a connection is made or a token is added."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def on_request(self, request: Request) -> None:
        """Check the address."""
        why = refused(request.http_request.url, self._endpoint)
        if why:
            raise Fault("refused-link", 0, why)


def _retry_after(headers: Any) -> float:
    """Seconds that the server asks for; 0 where it names none
    (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling)."""
    for name, unit in (("x-ms-retry-after-ms", 1000), ("retry-after-ms", 1000), ("Retry-After", 1)):
        given = headers.get(name)
        if given is None:
            continue
        try:
            return max(0.0, float(given) / unit)
        except ValueError:
            pass
        try:
            return max(0.0, parsedate_to_datetime(given).timestamp() - time())
        except (ValueError, TypeError, OverflowError):
            pass
    return 0.0


def _what_else(answer: Answer) -> str:
    if not answer.content:
        return "an empty answer"
    start = answer.content[:200].lstrip().lower()
    return "a web page instead of JSON" if start.startswith(b"<") else "no JSON, not all of it, or nested too deeply"
