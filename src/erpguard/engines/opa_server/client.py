"""The REST API of OPA through `opa-python-client` (openpolicyagent.org/docs/rest-api).

What is settled here beyond what the library does: an authority of one's own, no proxy, `.netrc` or certificate bundle
taken from the environment, no redirect followed (it would carry the estate elsewhere), one kind of error for every
status, and no request larger than allowed.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import requests
from opa_client.opa import OpaClient  # type: ignore[import-untyped]
from requests.adapters import HTTPAdapter

from erpguard.engines.opa_server.connection import OpaConnection
from erpguard.errors import DocumentTooLarge

_KEPT = 300
"""Characters of an answer that is no JSON."""


class Refusal(Exception):
    """An answer that is no success: the status, and what OPA says in it, each possibly empty."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        self.retry_after = response.headers.get("Retry-After", "")
        try:
            said = response.json()
        except ValueError:
            said = {"message": response.text[:_KEPT]}
        said = said if isinstance(said, dict) else {}
        self.message = " ".join(str(said.get("message", "")).split())
        errors = said.get("errors")
        self.errors: list[dict[str, Any]] = [one for one in errors or () if isinstance(one, dict)]

    def __str__(self) -> str:
        return f"{self.status}{': ' if self.message else ''}{self.message}"


class Client(OpaClient):  # type: ignore[misc]  # the library has no types
    """One server. What fails raises `Refusal`, `DocumentTooLarge`, or an exception of requests.

    `timeouts` are the seconds to connect and to be answered, `limit` the number of bytes that a request may have.
    """

    def __init__(self, connection: OpaConnection, timeouts: tuple[float, float], limit: int) -> None:
        parts = urlsplit(connection.url)
        self._limit = limit
        super().__init__(
            host=parts.hostname or "",
            port=parts.port or (443 if parts.scheme == "https" else 80),
            ssl=(connection.ca_file or True) if parts.scheme == "https" else False,
            cert=(connection.certificate, connection.key) if connection.key else connection.certificate or None,
            token=connection.token or None,
            timeout=timeouts,
        )
        self._top = connection.url.rstrip("/")
        self.root_url = f"{self._top}/{self.version}"

    def _init_session(self) -> requests.Session:
        session: requests.Session = super()._init_session()
        session.trust_env = False
        session.hooks["response"].append(_refuse)
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter(self._limit))
        return session

    def health(self, bundles: bool) -> None:
        """Ask whether the server is ready, and, with `bundles`, has loaded them."""
        self._session.get(f"{self._top}/health", params={"bundles": "true"} if bundles else {}, timeout=self.timeout)

    def modules(self) -> list[dict[str, Any]]:
        """Every policy of the server: id, raw, ast."""
        answer = self._session.get(f"{self.root_url}/policies", timeout=self.timeout).json()
        found: list[dict[str, Any]] = answer["result"]
        return found

    def put(self, name: str, text: str) -> None:
        """Load a module as it is written: `rego_compat` would rewrite it."""
        self.update_policy_from_string(text, quote(name), rego_compat=False)

    def delete(self, name: str) -> None:
        """Unload a module."""
        self.delete_policy(quote(name))

    def ask(self, package: str, rule: str, document: dict[str, Any]) -> dict[str, Any]:
        """The answer of a rule, with what answered."""
        options = {"provenance": "true", "strict-builtin-errors": "true"}
        try:
            answer: dict[str, Any] = self.query_rule(document, package, rule, options)
        except TypeError as error:
            raise requests.exceptions.InvalidJSONError(str(error)) from error
        return answer


class _Adapter(HTTPAdapter):
    """Sends without trying again, and nothing above the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(max_retries=0)
        self._limit = limit

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        size = int(request.headers.get("Content-Length", 0))
        if size > self._limit and request.method == "POST":
            raise DocumentTooLarge(f"the input has {size:,} bytes, and {self._limit:,} are allowed")
        return super().send(request, *args, **options)


def _refuse(response: requests.Response, *_: Any, **__: Any) -> None:
    if not 200 <= response.status_code < 300:
        raise Refusal(response)
