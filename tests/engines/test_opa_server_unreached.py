"""What keeps a client from a server is told with what helps, and at once where waiting does not."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
import trustme

from erpguard.engines.opa_server import OpaConnection
from erpguard.engines.opa_server.server import Clock, Server
from erpguard.engines.opa_server.unreached import is_for_good, reason
from erpguard.errors import EngineUnavailable
from tests.servers.https import HttpsServer, Request, Response, as_json

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
CERTIFICATE = "its certificate is not trusted: "
NAME_IT = ": --opa-ca-file (ca_file) names the authority that signed it"
MINE = ": --opa-certificate and --opa-key (certificate, key)"


class Keys:
    """An authority, a certificate of the server that is made anew, and what the server wants of its clients."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = trustme.CA()
        self.server = self.authority.issue_cert("127.0.0.1")
        self.wanted: trustme.CA | None = None

    def for_server(self) -> ssl.SSLContext:
        """What the server shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.configure_cert(context)
        if self.wanted is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            self.wanted.configure_trust(context)
        return context

    def file(self, name: str, blob: trustme.Blob) -> str:
        """Something in a file."""
        blob.write_to_path(str(self.folder / name))
        return str(self.folder / name)


def reply(request: Request) -> Response:
    """Whoever gets through is answered."""
    return as_json({})


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """Made for one test."""
    return Keys(tmp_path)


@pytest.fixture
def ca_file(keys: Keys) -> str:
    """The right one."""
    return keys.file("ca.pem", keys.authority.cert_pem)


def refusal(keys: Keys, *, is_at_once: bool = True, **options: str) -> str:
    """Why the server is given up, which is before anybody waits, unless it may have closed before it was understood."""
    slept = list[float]()
    with HttpsServer(reply, keys) as served:  # type: ignore[arg-type]
        server = Server(OpaConnection(f"https://127.0.0.1:{served.port}", **options), Clock(sleep=slept.append))  # type: ignore[arg-type]
        with pytest.raises(EngineUnavailable) as caught:
            server.await_ready(bundles=False)
        server.close()
    assert slept == [] or not is_at_once
    return str(caught.value).partition(" cannot be reached: ")[2]


def test_nobody_vouches_for_it(keys: Keys) -> None:
    assert refusal(keys) == f"{CERTIFICATE}unable to get local issuer certificate{NAME_IT}"


def test_another_authority(keys: Keys) -> None:
    other = keys.file("other.pem", trustme.CA().cert_pem)
    assert refusal(keys, ca_file=other).startswith(CERTIFICATE)
    assert refusal(keys, ca_file=other).endswith(NAME_IT)


def test_its_time_is_over(keys: Keys, ca_file: str) -> None:
    keys.server = keys.authority.issue_cert("127.0.0.1", not_before=LONG_AGO, not_after=LONG_AGO)
    assert refusal(keys, ca_file=ca_file) == f"{CERTIFICATE}certificate has expired"


def test_another_host(keys: Keys, ca_file: str) -> None:
    keys.server = keys.authority.issue_cert("opa.example.com")
    said = refusal(keys, ca_file=ca_file)
    assert said == f"{CERTIFICATE}IP address mismatch, certificate is not valid for '127.0.0.1'"


@pytest.mark.parametrize("is_there", [False, True])
def test_the_client_is_not_trusted(keys: Keys, ca_file: str, is_there: bool) -> None:
    keys.wanted = trustme.CA()
    stranger = trustme.CA().issue_cert("client@example.com")
    mine = keys.file("mine.pem", stranger.private_key_and_cert_chain_pem) if is_there else ""
    said = refusal(keys, is_at_once=False, ca_file=ca_file, certificate=mine)
    assert said.startswith("it wants a certificate of this client that it trusts (tlsv1")
    assert said.endswith(f"{'unknown ca' if is_there else 'certificate required'}){MINE}")


@pytest.fixture(params=["TLSV1_ALERT_INTERNAL_ERROR", "UNEXPECTED_EOF_WHILE_READING"])
def passing(request: pytest.FixtureRequest) -> Iterator[requests.exceptions.SSLError]:
    """An error of TLS that may be over in a moment."""
    inner = ssl.SSLError(1, f"[SSL: {request.param}] some words (_ssl.c:1006)")
    inner.reason = request.param
    yield requests.exceptions.SSLError(inner)


def test_what_may_be_over_in_a_moment(passing: requests.exceptions.SSLError) -> None:
    assert not is_for_good(passing)
    assert reason(passing) == "some words"
