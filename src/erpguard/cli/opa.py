"""The connection to an OPA server, as the command line gives it."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import Any

from erpguard.config import Settings
from erpguard.engines.opa_server import OpaConnection
from erpguard.engines.opa_server.configured import configured, read_token
from erpguard.errors import UsageError

_FIELDS = ("url", "ca_file", "certificate", "key", "timeout", "wait", "read_only", "remove")


def connection(options: Namespace, settings: Settings) -> OpaConnection | None:
    """The server that judges; None where none does.

    It is that of `opa:` in a trusted configuration, or of --engine opa. What is given wins, option by option. Its token
    is in the file of --opa-token-file, else in that of the configuration, else in `ERPGUARD_OPA_TOKEN`.
    """
    given = _given(options)
    is_configured = bool(settings.opa) and options.engine != "embedded"
    if not is_configured and options.engine != "opa":
        if given or options.opa_token_file:
            raise UsageError("--opa-url and the like are for the engine on a server: add --engine opa")
        return None
    if not is_configured and not options.opa_url:
        raise UsageError("--engine opa needs the address of the server: --opa-url https://opa.example.com:8181")
    known = configured(settings.opa, os.path.dirname(settings.file)) if is_configured else OpaConnection("")
    made = known._replace(**given)
    return made._replace(token=_token(options) or made.token or os.environ.get("ERPGUARD_OPA_TOKEN", ""))


def _given(options: Namespace) -> dict[str, Any]:
    """The options that are there, by field."""
    fields = {name: getattr(options, f"opa_{name}") for name in _FIELDS}
    return {name: value for name, value in fields.items() if value not in (None, "") and value is not False}


def _token(options: Namespace) -> str:
    if not options.opa_token_file:
        return ""
    try:
        return read_token(options.opa_token_file)
    except UsageError as error:
        raise UsageError(f"--opa-token-file {error}") from error
