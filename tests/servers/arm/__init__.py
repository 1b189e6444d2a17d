"""Azure Resource Manager on the loopback interface: reads, and whatever can go wrong with them.

It answers as learn.microsoft.com/rest/api documents, checks tokens and API versions, pages its lists, and keeps a
journal of every verb and path. Closing it fails if anything but a read arrived.
"""

from __future__ import annotations

from typing import Any

from erpguard.sources.live import AzureConnection
from tests.servers.arm.documents import Documents
from tests.servers.arm.faults import Faults
from tests.servers.arm.routes import GRAPH, Routes
from tests.servers.arm.tokens import Credential, Tokens
from tests.servers.certificates import Certificates
from tests.servers.https import Answer, HttpsServer, Request, Response
from tests.servers.journal import Call


class ArmServer:
    """One ARM endpoint that shows some documents, or answers by a function; `with` closes it.

    Closing it fails if it was asked for more than to read.
    """

    def __init__(self, source: Documents | Answer, certificates: Certificates, page_size: int = 100) -> None:
        self.certificates = certificates
        self.tokens = Tokens()
        self.faults = Faults()
        self._source: Answer = Routes(source, page_size).answer if isinstance(source, Documents) else source
        self._server = HttpsServer(self._answer, certificates)
        self.journal = self._server.journal

    @property
    def endpoint(self) -> str:
        """The address for clients."""
        return f"https://127.0.0.1:{self._server.port}"

    def connection(self, credential: Any = None) -> AzureConnection:
        """How a collector reaches it, by default with a credential that it takes."""
        return AzureConnection(
            credential=credential or self.credential(), endpoint=self.endpoint, ca_file=self.certificates.ca_file
        )

    def credential(self, renews: bool = True) -> Credential:
        """A credential that this server takes."""
        return Credential(self.tokens, renews)

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def __enter__(self) -> ArmServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        written = self.journal.other_than(is_read)
        assert not written, f"more than reads arrived: {written}"

    def _answer(self, request: Request) -> Response:
        refused = self.tokens.check(request)
        return self.faults.hit(request, refused or self._source(request))


def is_read(call: Call) -> bool:
    """Whether a request changes nothing: GET, and POST where a query is sent."""
    return call.verb == "GET" or (call.verb == "POST" and call.path.lower().rstrip("/") == GRAPH)
