"""One OPA server: what it is asked, again where that may help, and what goes wrong in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from erpguard.engines.opa_server.answers import MALFORMED, Answer, Complaint, Loaded, Refusal, Spot
from erpguard.engines.opa_server.connection import OpaConnection
from erpguard.engines.words import duration
from erpguard.errors import EngineError, EngineUnavailable

LIMIT = 8_000_000
"""Bytes of input per request."""

PAUSES = (0.2, 0.5, 1.0)
"""Seconds before each repetition: three, and then the server is given up."""

LONGEST_PAUSE = 10.0
"""Seconds that a server may ask for with `Retry-After`."""

CONNECTING = 5.0
"""Seconds to open a connection."""

LAST = 10.0
"""Seconds per request when all is judged."""

_POLL = 0.2
_BUSY = (429, 502, 503, 504)
_TOKEN = "check the token (--opa-token-file, token_file) and its rights"
_BELOW = ": is its /v1 right below this address?"
_WANTS_TLS = "HTTP request to an HTTPS server"
"""What the servers of Go answer who speaks no TLS (go.dev/src/net/http/server.go)."""

_T = TypeVar("_T")


class Unanswered(EngineUnavailable):
    """No answer, or no whole one: in a sentence, and the reason alone."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text)
        self.reason = reason


class Away(Unanswered):
    """Nobody answers there, for now."""


class Excessive(Unanswered):
    """The answer takes more time, or more bytes, than one may."""


class Failed(EngineError):
    """A policy failed while it was evaluated: why, and the places of what was under way, the innermost first."""

    def __init__(self, reason: str, spots: Sequence[Spot] = ()) -> None:
        super().__init__(reason)
        self.spots = spots


class Rejected(EngineError):
    """A module that does not compile: what OPA says, with its lines."""

    def __init__(self, message: str, complaints: Sequence[Complaint]) -> None:
        super().__init__(message)
        self.message = message
        self.complaints = complaints


class Clock(NamedTuple):
    """What tells the time, and what lets it pass."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Server:
    """A server. EngineUnavailable when it cannot be used, with what its user can do about it."""

    def __init__(self, connection: OpaConnection, clock: Clock, limit: int = LIMIT) -> None:
        from erpguard.engines.opa_server.client import Client

        self.place = connection.place
        self._wait = connection.wait
        self._timeout = connection.timeout
        self._clock = clock
        self._client = Client(connection, (min(CONNECTING, connection.timeout), connection.timeout), limit)

    def await_ready(self, bundles: bool) -> None:
        """Wait until the server is healthy, and has its bundles if they are wanted."""
        end = self._clock.now() + self._wait
        patience = min(self._timeout, max(self._wait, CONNECTING))
        while True:
            try:
                self._once(lambda: self._client.health(bundles, (min(CONNECTING, patience), patience)))
                return
            except Refusal as refusal:
                if refusal.status < 500 and refusal.status not in _BUSY:
                    return  # it may not be asked for, or a proxy has no such path; the first question will tell
                reason = f"its health check says {refusal}"
            except Unanswered as error:
                reason = error.reason
            if self._clock.now() >= end:
                raise EngineUnavailable(f"{self.place} is not ready after {duration(self._wait)}: {reason}")
            self._clock.sleep(_POLL)

    def modules(self) -> list[Loaded]:
        """Every module that is there."""
        return self._call(self._client.modules)

    def publish(self, name: str, text: str) -> None:
        """Load a module; Rejected if it does not compile."""
        self._call(lambda: self._client.put(name, text))

    def remove(self, name: str, is_under_way: bool = False) -> None:
        """Unload a module; it may be gone already, or still be under way. Rejected while other modules need it."""

        def delete() -> bool:
            try:
                self._client.delete(name)
            except Refusal as refusal:
                if refusal.status != 404:
                    raise
                return False
            return True

        for pause in PAUSES if is_under_way else ():
            if self._call(delete):
                return
            self._clock.sleep(pause)
        self._call(delete)

    def ask(self, package: str, rule: str, document: dict[str, Any]) -> Answer:
        """What a rule says about an input. Failed, Excessive or DocumentTooLarge if it cannot."""
        return self._call(lambda: self._client.ask(package, rule, document))

    def hurry(self) -> None:
        """From now on wait less: the scan is over, or was interrupted."""
        self._timeout = min(LAST, self._timeout)
        self._client.timeout = (min(CONNECTING, self._timeout), self._timeout)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close_connection()

    def _call(self, action: Callable[[], _T]) -> _T:
        """Do something, again while the server is busy or away. Everything asked for here may be asked for twice."""
        for pause in (*PAUSES, None):
            try:
                return self._once(action)
            except Refusal as refusal:
                fault = self._fault(refusal)
                again = refusal.status in _BUSY or (refusal.status == 500 and not refusal.complaints)
                pause = _pause(refusal.retry_after, pause)
            except Away as error:
                fault, again = error, True
            if pause is None or not again:
                raise fault
            self._clock.sleep(pause)
        raise AssertionError("not reached")

    def _once(self, action: Callable[[], _T]) -> _T:
        """Do something, and put what hinders it into words; an answer that is no success stays a Refusal."""
        import requests

        from erpguard.engines.opa_server import unreached
        from erpguard.engines.opa_server.transport import LONGEST_ANSWER, AnswerTooLarge

        try:
            return action()
        except requests.exceptions.JSONDecodeError as error:
            raise EngineUnavailable(f"{self.place} does not answer as an OPA does: it is no JSON") from error
        except requests.exceptions.InvalidJSONError as error:
            raise Failed(f"the input cannot be written as JSON: {error}") from error
        except requests.RequestException as error:
            raise self._unreached(error) from error
        except AnswerTooLarge as error:
            reason = f"an answer of more than {LONGEST_ANSWER:,} bytes"
            raise Excessive(f"{self.place} sends {reason}", reason) from error
        except OSError as error:  # files of certificates that are none
            raise EngineUnavailable(f"{self.place} cannot be asked: {unreached.reason(error)}") from error
        except MALFORMED as error:
            raise EngineUnavailable(f"{self.place} does not answer as an OPA does{_BELOW}") from error

    def _unreached(self, error: BaseException) -> EngineUnavailable:
        """No answer, or half of one."""
        from erpguard.engines.opa_server import unreached

        if unreached.is_late(error):
            return Excessive(f"{self.place} did not answer within {duration(self._timeout)}", "it did not answer")
        reason = unreached.reason(error)
        text = f"{self.place} cannot be reached: {reason}"
        return EngineUnavailable(text) if unreached.is_for_good(error) else Away(text, reason)

    def _fault(self, refusal: Refusal) -> EngineError:
        """What an answer that is no success means."""
        if refusal.status in (401, 403):
            return EngineUnavailable(f"{self.place} refuses this client ({refusal}): {_TOKEN}")
        if refusal.status == 500 and refusal.complaints:
            first = refusal.complaints[0]
            return Failed(first.message, first.spots)
        if refusal.status == 400 and refusal.complaints:
            return Rejected(refusal.message, refusal.complaints)
        if "owned by bundle" in refusal.message:
            text = f"{self.place} has its policies from a bundle ({refusal.message}): use it read only"
            return EngineUnavailable(text)
        if refusal.status < 400:
            return EngineUnavailable(f"{self.place} sends its clients elsewhere ({refusal}), which is not followed")
        if refusal.status == 400 and _WANTS_TLS in refusal.message:
            return EngineUnavailable(f"{self.place} speaks TLS there: is the address one with https://?")
        below = _BELOW if refusal.status == 404 else ""
        return EngineUnavailable(f"{self.place} answers {refusal}{below}")


def _pause(asked: str, pause: float | None) -> float | None:
    if pause is None or not (asked.isascii() and asked.isdigit()):
        return pause
    return min(max(float(asked), pause), LONGEST_PAUSE)
