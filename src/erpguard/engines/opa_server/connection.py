"""How to reach an OPA server."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import NamedTuple

from erpguard.errors import UsageError

_DAY = 86_400.0


class OpaConnection(NamedTuple):
    """Where the server is, how it is talked to, and what may be done there.

    url          `https://opa.example.com:8181`; a path before `/v1` may follow
    token        sent as bearer token; over plain HTTP only to this machine
    ca_file      PEM file of the authorities that are trusted instead of the usual ones
    certificate  PEM file of the client's certificate, with `key` in a file of its own or in the same one
    timeout      seconds that one request may take
    wait         seconds that the server may take to become ready
    read_only    publish nothing: the server has loaded the bundle that `erpguard policies bundle` makes
    remove       take away at the end what was published
    """

    url: str
    token: str = ""
    ca_file: str = ""
    certificate: str = ""
    key: str = ""
    timeout: float = 60.0
    wait: float = 10.0
    read_only: bool = False
    remove: bool = False

    def __repr__(self) -> str:
        """Without the token, so that no trace shows it."""
        return f"OpaConnection({self.url!r})"

    @property
    def place(self) -> str:
        """The server in messages."""
        return f"the OPA server {self.url.rstrip('/')}"


def check(connection: OpaConnection) -> None:
    """UsageError for what cannot be used as it is given."""
    _check_address(connection)
    if connection.key and not connection.certificate:
        raise UsageError("the key for the OPA server has no certificate")
    if connection.read_only and connection.remove:
        raise UsageError("an OPA server that is only read has nothing to remove: leave one of the two out")
    if not 0 < connection.timeout <= _DAY or not 0 <= connection.wait <= _DAY:
        raise UsageError("the timeout of the OPA server must be more than 0 seconds, and a day at most")
    if find_spec("opa_client") is None:
        raise UsageError("an OPA server needs opa-python-client: pip install 'erpguard[opa]'")
    for file in (connection.ca_file, connection.certificate, connection.key):
        if file and not os.path.isfile(file):
            raise UsageError(f"{file}: there is no such file")
    if connection.ca_file or connection.certificate:
        _check_certificates(connection)


def _check_certificates(connection: OpaConnection) -> None:
    """Before anybody is asked: no password is asked for, and nothing waited for in vain."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if connection.ca_file:
            context.load_verify_locations(connection.ca_file)
    except OSError as error:
        raise UsageError(f"{connection.ca_file}: it holds no certificate in PEM") from error
    try:
        if connection.certificate:
            context.load_cert_chain(connection.certificate, connection.key or None, password=str)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{connection.certificate}: it must be a certificate in PEM, with the key that fits, without a password, "
            f"in {connection.key or 'the same file (or --opa-key)'}"
        ) from error


def _check_address(connection: OpaConnection) -> None:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(connection.url)
        has_port = parts.port != 0
    except ValueError as error:
        raise UsageError(f"the address of the OPA server is not valid: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not has_port:
        raise UsageError("the address of an OPA server looks like https://opa.example.com:8181")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError("the address of the OPA server must not hold credentials, a query or a fragment")
    if parts.scheme == "http" and connection.token and not _is_this_machine(parts.hostname):
        raise UsageError(f"{connection.url} would get the token in plain text: use https")
    if parts.scheme == "http" and (connection.ca_file or connection.certificate):
        raise UsageError(f"{connection.url} takes no certificates: use https")


def _is_this_machine(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
