"""Calls to one cluster: GETs that are tried again where that may help, as often and as long as the run allows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from erpguard.errors import UsageError
from erpguard.sources.kubernetes_cluster.credentials import Credentials, Headers, NoCredentialError
from erpguard.sources.kubernetes_cluster.transport import Failure, Transport
from erpguard.sources.live import Reason, Run

LONGEST_WAIT = 30.0
"""Seconds that a server's `Retry-After` may ask for; a server that asks for more gets the next call then, too."""

_WAITS = (0.5, 1.0, 2.0, 4.0)
_TRIES: dict[Reason, int] = {"throttled": 5, "server-error": 3, "unreachable": 3, "timeout": 2, "malformed": 2}
"""How often a call is made at most, if what goes wrong may pass."""


class Calls:
    """What may be asked of one cluster; used by several threads at a time."""

    def __init__(self, transport: Transport, credentials: Credentials, run: Run) -> None:
        self._transport = transport
        self._credentials = credentials
        self._run = run
        self._count = itertools.count(1)
        self.made = 0

    def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = "application/json") -> Any | Failure:
        """The JSON at a path, or what went wrong in the end."""
        renewed, tries = False, 0
        while True:
            if self._run.over:
                return Failure(self._run.over)
            try:
                sent = self._credentials.headers()
            except (NoCredentialError, UsageError) as error:
                return Failure("unauthorized", 0, str(error))
            self.made = next(self._count)
            answer = self._transport.get(path, query or {}, (("Accept", accept), *sent), self._allowed)
            if not isinstance(answer, Failure):
                return answer
            if answer.reason == "timeout" and self._run.over:
                return Failure(self._run.over)  # it was not waited for any longer
            if answer.reason == "unauthorized" and not renewed and self._renewed(sent):
                renewed = True
                continue
            tries += 1
            if not answer.passing or tries >= _TRIES.get(answer.reason, 1):
                return answer
            wait = _WAITS[min(tries, len(_WAITS)) - 1] if answer.after is None else min(answer.after, LONGEST_WAIT)
            if not self._run.sleep(wait):
                return answer

    def _renewed(self, refused: Headers) -> bool:
        try:
            return self._credentials.renew(refused)
        except (NoCredentialError, UsageError):
            return False

    def _allowed(self) -> float:
        return 0.0 if self._run.is_stopped else self._run.remaining
