"""Certificates for servers on the loopback interface, by an authority that only the tests' clients are told of."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme

LOOPBACK = ("127.0.0.1", "localhost")


class Certificates:
    """An authority of its own, and a certificate of it for the names given."""

    def __init__(self, folder: Path, *names: str) -> None:
        self._authority = trustme.CA()
        self._certificate = self._authority.issue_cert(*(names or LOOPBACK))
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self._file))

    @property
    def ca_file(self) -> str:
        """The authority's certificate, for clients."""
        return str(self._file)

    def for_server(self) -> ssl.SSLContext:
        """What a server shows to its clients."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._certificate.configure_cert(context)
        return context

    def for_client(self) -> ssl.SSLContext:
        """A client that trusts this authority only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._authority.configure_trust(context)
        return context
