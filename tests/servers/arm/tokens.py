"""Tokens: which ones the server takes, and the credential that hands them to a client."""

from __future__ import annotations

import threading
import time
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from tests.servers.arm.errors import unauthorized
from tests.servers.https import Request, Response


class Tokens:
    """Takes the token that was issued last; it can be made to expire after a number of requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._issued = 0
        self._valid = ""
        self._expired: set[str] = set()
        self._left = -1

    def issue(self) -> str:
        """A new token; it is valid until the next one, or until it expires."""
        with self._lock:
            self._issued += 1
            self._valid = f"erpguard-test-token-{self._issued:04}"
            return self._valid

    def expire_after(self, requests: int) -> None:
        """Let the valid token expire once it has been taken that many times."""
        with self._lock:
            self._left = requests

    def check(self, request: Request) -> Response | None:
        """The refusal of a request; None if its token is good."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            return unauthorized("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
        with self._lock:
            self._spend(token)
            if token in self._expired:
                return unauthorized("ExpiredAuthenticationToken", "The access token expired.")
            if scheme != "Bearer" or token != self._valid:
                return unauthorized("InvalidAuthenticationToken", "The access token is invalid.")
        return None

    def _spend(self, token: str) -> None:
        if self._left < 0 or token != self._valid:
            return
        if self._left == 0:
            self._expired.add(token)
            self._valid = ""
        self._left -= 1


class Credential:
    """What azure-identity would give: hands out the server's tokens.

    renews  whether it gets another token once the first one has expired; otherwise it fails as a broken sign-in does
    """

    def __init__(self, tokens: Tokens, renews: bool = True) -> None:
        self._tokens = tokens
        self._renews = renews
        self.scopes: list[tuple[str, ...]] = []
        """What tokens were asked for."""

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """A token for an hour, as far as the client knows."""
        if self.scopes and not self._renews:
            raise ClientAuthenticationError("AADSTS700082: The refresh token has expired due to inactivity.")
        self.scopes.append(scopes)
        return AccessToken(self._tokens.issue(), int(time.time()) + 3600)


class FixedCredential:
    """Hands out one text, whatever happens: a token of another tenant, or one that is stale."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        """The same text again."""
        return AccessToken(self._token, int(time.time()) + 3600)
