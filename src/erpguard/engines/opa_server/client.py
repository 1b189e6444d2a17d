"""The REST API of OPA through `opa-python-client` (openpolicyagent.org/docs/rest-api).

What is settled here beyond what the library does: an authority of one's own, no proxy, `.netrc` or certificate bundle
taken from the environment, no redirect followed (it would carry the estate elsewhere), one kind of error for every
status, and the bounds of `transport`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import requests
from opa_client.opa import OpaClient  # type: ignore[import-untyped]

from erpguard.engines.opa_server.answers import Answer, Loaded, Refusal, answer, loaded
from erpguard.engines.opa_server.connection import OpaConnection
from erpguard.engines.opa_server.transport import Adapter, size_of
from erpguard.errors import DocumentTooLarge

_KEPT = 300
"""Characters of an answer that is no JSON."""


class Client(OpaClient):  # type: ignore[misc]  # the library has no types
    """One server. What fails raises `Refusal`, `AnswerTooLarge`, `DocumentTooLarge`, one of `answers.MALFORMED`, or an
    exception of requests.

    `timeouts` are the seconds to connect and for a whole request, `limit` the number of bytes that a request may have.
    """

    def __init__(self, connection: OpaConnection, timeouts: tuple[float, float], limit: int) -> None:
        parts = urlsplit(connection.url)
        self._adapter = Adapter(limit)
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
        session.hooks["response"].append(self._refuse)
        for scheme in ("http://", "https://"):
            session.mount(scheme, self._adapter)
        return session

    def _refuse(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """See the hooks of requests: what is no success is raised."""
        if 200 <= response.status_code < 300:
            return
        try:
            said = response.json()
        except (ValueError, RecursionError):
            said = {"message": response.text[:_KEPT]}
        refusal = Refusal(response.status_code, response.headers.get("Retry-After", ""), said)
        if refusal.is_of_size and response.request.method == "POST":
            self._adapter.lower(size_of(response.request))
            raise DocumentTooLarge(f"the server takes no input of this size ({refusal})")
        raise refusal

    def health(self, bundles: bool, timeouts: tuple[float, float]) -> None:
        """Ask whether the server is ready, and, with `bundles`, has loaded them."""
        asked = {"bundles": "true"} if bundles else {}
        self._session.get(f"{self._top}/health", params=asked, timeout=timeouts)

    def modules(self) -> list[Loaded]:
        """Every policy of the server."""
        return loaded(self._session.get(f"{self.root_url}/policies", timeout=self.timeout).json())

    def put(self, name: str, text: str) -> None:
        """Load a module as it is written: `rego_compat` would rewrite it."""
        self.update_policy_from_string(text, quote(name), rego_compat=False)

    def delete(self, name: str) -> None:
        """Unload a module."""
        self.delete_policy(quote(name))

    def ask(self, package: str, rule: str, document: dict[str, Any]) -> Answer:
        """The answer of a rule, with what answered."""
        try:
            given = self.query_rule(document, package, rule, {"provenance": "true"})
        except TypeError as error:
            raise requests.exceptions.InvalidJSONError(str(error)) from error
        return answer(given)
