"""The bearer token: fetched when it is needed, renewed before it expires, and once when ARM refuses it."""

from __future__ import annotations

import base64
import binascii
import re
import threading
import time
from typing import Any

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.pipeline.policies import HTTPPolicy

from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.pipeline import Request, Response

_EARLY = 300
"""Seconds before it expires that a token is renewed."""

_CLAIMS = re.compile(r'(?i)\bclaims="([^"]+)"')


class Bearer(HTTPPolicy[Any, Any]):
    """Adds the token. It stands behind the policy that checks the host, so that it goes nowhere else."""

    def __init__(self, credential: TokenCredential, scope: str) -> None:
        super().__init__()
        self._credential = credential
        self._scope = scope
        self._lock = threading.Lock()
        self._token: AccessToken | None = None

    def log_in(self) -> None:
        """Get the first token."""
        self._current()

    def send(self, request: Request) -> Response:
        """The response; after a 401 that to a second request with another token."""
        token = self._current()
        response = self._send(request, token)
        if response.http_response.status_code == 401:
            renewed = self._renewed(token, response.http_response.headers.get("WWW-Authenticate") or "")
            response = self._send(request, renewed)
        return response

    def _send(self, request: Request, token: AccessToken) -> Response:
        request.http_request.headers["Authorization"] = f"Bearer {token.token}"
        try:
            return self.next.send(request)
        finally:
            request.http_request.headers.pop("Authorization", None)

    def _current(self) -> AccessToken:
        with self._lock:
            if self._token is None or self._token.expires_on - time.time() < _EARLY:
                self._token = self._fetched()
            return self._token

    def _renewed(self, refused: AccessToken, challenge: str) -> AccessToken:
        """A token after one was refused; another thread may have it already."""
        with self._lock:
            if self._token is None or self._token.token == refused.token:
                self._token = self._fetched(_claims(challenge))
            return self._token

    def _fetched(self, claims: str = "") -> AccessToken:
        try:
            if claims:
                return self._credential.get_token(self._scope, claims=claims)
            return self._credential.get_token(self._scope)
        except Exception as error:  # azure-identity also lets pass what its parsers and programs raise
            raise Fault("unauthorized", 0, first_line(error)) from None


def first_line(error: Exception) -> str:
    """What a credential says of its failure; the rest of it explains every kind that was tried."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _claims(challenge: str) -> str:
    """What the token must say besides, of a continuous access evaluation
    (https://learn.microsoft.com/entra/identity-platform/claims-challenge); empty if nothing."""
    found = _CLAIMS.search(challenge)
    if found is None or "insufficient_claims" not in challenge:
        return ""
    given = found[1]
    try:
        return base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
