"""A stand-in for ARM behind azure-core's pipeline: it answers from a table, and notes what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import HttpTransport
from requests.structures import CaseInsensitiveDict

from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.transport import Answer

ENDPOINT = "https://arm.test"
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
HOME = f"/subscriptions/{SUBSCRIPTION}"
FAR_FUTURE = 1 << 40


class Reply(NamedTuple):
    """What is answered: a status, a body (JSON, or bytes as they are), headers; or a fault of the connection."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = {}
    fault: Fault | None = None


class Asked(NamedTuple):
    """One request as it arrived."""

    method: str
    url: str
    token: str | None

    @property
    def path(self) -> str:
        """The path, in lower case."""
        return urlsplit(self.url).path.lower()

    @property
    def version(self) -> str:
        """The api-version."""
        return parse_qs(urlsplit(self.url).query).get("api-version", [""])[0]


def page(*bodies: Any, link: str = "") -> Reply:
    """A page of a list."""
    return Reply(200, {"value": list(bodies), **({"nextLink": link} if link else {})})


def refusal(status: int, code: str = "Refused", message: str = "no", **headers: str) -> Reply:
    """An error as ARM has them."""
    return Reply(status, {"error": {"code": code, "message": message}}, headers)


class StandIn(HttpTransport[Any, Any]):
    """Answers by path (in lower case): each reply once, the last one again and again. Lists that nothing is said of
    are empty."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply] | Callable[[Any], Reply]] = {}
        self.asked: list[Asked] = []
        self.anything: Callable[[Any], Reply] | None = None
        self.closed = False

    def says(self, path: str, *replies: Reply) -> None:
        """Set what a path answers."""
        self.replies[path.lower()] = list(replies)

    def send(self, request: Any, **_: Any) -> Answer:
        """Answer one request."""
        asked = Asked(request.method, request.url, request.headers.get("Authorization"))
        self.asked.append(asked)
        reply = self._reply(asked, request)
        if reply.fault is not None:
            raise reply.fault
        content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        return Answer(request, reply.status, CaseInsensitiveDict(reply.headers), content)

    def _reply(self, asked: Asked, request: Any) -> Reply:
        found = self.replies.get(asked.path)
        if callable(found):
            return found(request)
        if found:
            return found.pop(0) if len(found) > 1 else found[0]
        if self.anything is not None:
            return self.anything(request)
        if asked.path.endswith("resourcegraph/resources"):
            return Reply(200, {"data": []})
        if asked.path.endswith(("/default", "/web", "config")):
            return Reply(200, {"id": asked.path})
        if asked.path.count("/") == 2:
            return Reply(200, {"id": asked.path, "subscriptionId": SUBSCRIPTION, "displayName": "ERP"})
        return page()

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True

    def __exit__(self, *_: object) -> None:
        self.close()


class Credential:
    """Gives tokens `token-1`, `token-2`, ... and notes what they were asked for with."""

    def __init__(self, expires_on: int = FAR_FUTURE, error: Exception | None = None) -> None:
        self.expires_on = expires_on
        self.error = error
        self.asked: list[tuple[tuple[str, ...], dict[str, Any]]] = []

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """The next token."""
        self.asked.append((scopes, options))
        if self.error is not None:
            raise self.error
        return AccessToken(f"token-{len(self.asked)}", self.expires_on)
