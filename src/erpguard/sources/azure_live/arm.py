"""ARM: one pipeline, for requests made here and for the clients of azure-mgmt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from azure.core.exceptions import AzureError
from azure.core.pipeline import Pipeline
from azure.core.rest import HttpRequest

from erpguard.sources.azure_live.connection import Cloud
from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.azure_live.pipeline import TAKE, Guard, Judged, Patience, Redirects
from erpguard.sources.azure_live.table import GRAPH
from erpguard.sources.azure_live.tokens import Bearer
from erpguard.sources.azure_live.transport import Transport
from erpguard.sources.live import Run

HEADERS = {"Accept": "application/json"}
_KEPT = "/:;,()'!*~-._"


class Line:
    """A pipeline to one host, to which alone the tokens for it go."""

    def __init__(self, endpoint: str, scope: str, credential: Any, run: Run, limits: Limits, ca_file: str = "") -> None:
        self.bearer = Bearer(credential, scope)
        self.transport = Transport(run, limits, ca_file or True)
        policies: list[Any] = [Judged(), Redirects(), Patience(limits, run.sleep), Guard(endpoint), self.bearer]
        self.pipeline: Pipeline[Any, Any] = Pipeline(self.transport, policies)

    def body(self, request: HttpRequest) -> Any:
        """The body of the answer; a Fault where there is none."""
        return self.pipeline.run(request).http_response.body


class Arm:
    """Reads from one ARM endpoint: GET, and POST to Resource Graph. Every failure is a Fault."""

    def __init__(self, cloud: Cloud, credential: Any, run: Run, limits: Limits, ca_file: str = "") -> None:
        self.endpoint = cloud.endpoint
        self._credential = credential
        self._line = Line(cloud.endpoint, cloud.scope, credential, run, limits, ca_file)
        self._clients: dict[tuple[str, str, str], Any] = {}

    def log_in(self) -> None:
        """Get the first token; a Fault if there is none to be had."""
        self._line.bearer.log_in()

    def close(self) -> None:
        """Give the connections back."""
        self._line.transport.close()

    def address(self, path: str, version: str, query: Mapping[str, str] | None = None) -> str:
        """The address of a path."""
        asked = urlencode({"api-version": version, **(query or {})}, quote_via=quote)
        return f"{self.endpoint}{quote(path, safe=_KEPT, errors='replace')}?{asked}"

    def get(self, address: str) -> Any:
        """The body that a GET gives."""
        return self._line.body(HttpRequest("GET", address, headers=HEADERS))

    def ask_graph(self, question: dict[str, Any]) -> Any:
        """The body of an answer of Resource Graph (https://learn.microsoft.com/rest/api/azureresourcegraph)."""
        address = self.address(GRAPH.path, GRAPH.version)
        return self._line.body(HttpRequest("POST", address, headers=HEADERS, json=question))

    def list_by_client(
        self, client: str, subscription: str, operation: str, arguments: Mapping[str, str], take: Callable[[Any], Any]
    ) -> Iterator[None]:
        """Let a client of azure-mgmt list something, one step for each page.

        `take` gets each page as it came, and gives what the client is to see of it. The clients know how to ask and
        how to go on; their models are left out, which cost many times what parsing costs, and of which those of
        azure-mgmt-authorization drop the properties that they do not know.
        """
        group, _, name = operation.partition(".")
        operations = getattr(self._client(client, subscription, group), group)
        pager = getattr(operations, name)(**arguments, **{TAKE: take})
        try:
            for _ in pager.by_page():
                yield
        except AzureError as error:
            raise Fault("malformed", 0, str(error)) from None

    def _client(self, name: str, subscription: str, group: str) -> Any:
        """The client of a subscription. That for authorization keeps one api-version for all its operations, which
        every use of others changes: so each group of operations has a client of its own."""
        key = name, subscription, group if name == "authorization" else ""
        made = self._clients.get(key)
        if made is None:
            own = subscription.rpartition("/")[2]
            made = _CLIENTS[name](
                self._credential, own, base_url=self.endpoint, pipeline=self._line.pipeline, policies=[]
            )
            made = self._clients.setdefault(key, made)
        return made


def _network(*args: Any, **kwargs: Any) -> Any:
    from azure.mgmt.network import NetworkManagementClient

    return NetworkManagementClient(*args, **kwargs)


def _authorization(*args: Any, **kwargs: Any) -> Any:
    from azure.mgmt.authorization import AuthorizationManagementClient

    return AuthorizationManagementClient(*args, **kwargs)


_CLIENTS = {"network": _network, "authorization": _authorization}
