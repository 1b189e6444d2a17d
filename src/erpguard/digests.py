"""SHA-256 as `random` takes it: `hashlib` loads OpenSSL, which takes longer than to judge a manifest."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


def sha256(data: bytes) -> str:
    """The digest of some bytes, in hexadecimal."""
    digest: str = _function()(data).hexdigest()
    return digest


@cache
def _function() -> Any:
    for module in ("_sha2", "_sha256"):  # since Python 3.12, and before
        try:
            return import_module(module).sha256
        except ImportError:
            continue
    return import_module("hashlib").sha256
