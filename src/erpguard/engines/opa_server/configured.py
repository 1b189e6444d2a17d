"""The server that a configuration names (`opa:`), and tokens that are in files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from erpguard.engines.opa_server.connection import OpaConnection
from erpguard.errors import UsageError

_LARGEST_TOKEN = 2**16
_FILES = ("token_file", "ca_file", "certificate", "key")


def configured(given: Mapping[str, Any], folder: str) -> OpaConnection:
    """The connection of a configuration's section `opa`, its files relative to a folder; UsageError without a token."""
    fields: dict[str, Any] = {
        name: os.path.join(folder, value) if name in _FILES else value for name, value in given.items()
    }
    file = fields.pop("token_file", "")
    try:
        return OpaConnection(**fields, token=read_token(file) if file else "")
    except UsageError as error:
        raise UsageError(f"opa: token_file: {error}") from error


def read_token(file: str) -> str:
    """What is in a file; UsageError where that is no token."""
    try:
        with open(file, encoding="ascii") as opened:
            token = opened.read(_LARGEST_TOKEN).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in ASCII"
        raise UsageError(f"{file}: cannot be read: {reason}") from error
    if not token:
        raise UsageError(f"{file}: it is empty")
    return token
