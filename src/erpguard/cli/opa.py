"""The connection to an OPA server, as the command line gives it."""

from __future__ import annotations

import os
from argparse import Namespace

from erpguard.engines.opa_server import OpaConnection
from erpguard.errors import UsageError

_LARGEST_TOKEN = 2**16


def connection(options: Namespace) -> OpaConnection:
    """The server of --engine opa and the options beside it; its token is in a file or in `ERPGUARD_OPA_TOKEN`."""
    if options.engine != "opa":
        raise UsageError("--opa-url is for the engine on a server: add --engine opa")
    if not options.opa_url:
        raise UsageError("--engine opa needs the address of the server: --opa-url https://opa.example.com:8181")
    return OpaConnection(
        options.opa_url,
        token=_token(options.opa_token_file),
        ca_file=options.opa_ca_file,
        certificate=options.opa_certificate,
        key=options.opa_key,
        timeout=options.opa_timeout,
        wait=options.opa_wait,
        read_only=options.opa_read_only,
        remove=options.opa_remove,
    )


def _token(file: str) -> str:
    if not file:
        return os.environ.get("ERPGUARD_OPA_TOKEN", "")
    try:
        with open(file, encoding="ascii") as opened:
            token = opened.read(_LARGEST_TOKEN).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in ASCII"
        raise UsageError(f"--opa-token-file {file}: cannot be read: {reason}") from error
    if not token:
        raise UsageError(f"--opa-token-file {file}: it is empty")
    return token
