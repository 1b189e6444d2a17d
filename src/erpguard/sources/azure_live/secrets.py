"""Secrets leave a body before the body leaves the collector.

A GET of ARM shows few: most are asked for with POST, which the collector never does. Some services show settings that
users put secrets into.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from erpguard.model import Path
from erpguard.normalize.scrubbing import drop, is_label, is_secret_name

_OPAQUE = frozenset(("customData", "userData", "protectedSettings", "commandToExecute", "publishingPassword"))
"""What may hold anything: start-up scripts and settings of extensions
(https://learn.microsoft.com/azure/virtual-machines/custom-data)."""

_SEPARATORS = str.maketrans("-. ", "___")
"""`rdb-storage-connection-string` of a Redis cache, and names of tags."""

_IN_TEXT = re.compile(r"(?i)\b(?:accountkey|sharedaccesskey|sharedaccesssignature|password|pwd|sig)=[^;&\s\"']{8,}")
"""A connection string, or an address that is signed (https://learn.microsoft.com/azure/storage/common/storage-sas-overview)."""


def take_secrets(body: dict[str, Any]) -> tuple[Path, ...]:
    """Remove secrets from a body, in place; returns where they were."""
    return tuple(_taken(body, False))


def _taken(value: Any, below: bool) -> list[Path]:
    """Remove the secrets of a value; `below` says that a key above is the name of a secret.

    Every value of every body comes through here: so paths are only put together for what is found.
    """
    found: list[Path] = []
    named = isinstance(value, dict)
    for step, inner in value.items() if named else enumerate(value):
        kind = type(inner)
        if kind is str:
            if ("=" in inner and _IN_TEXT.search(inner)) or (
                (below or (named and _is_secret(step))) and _is_value(step, inner)
            ):
                found.append((step,))
        elif kind is dict or kind is list:
            hidden = not (named and is_label(step)) if below else named and _is_secret(step)
            found += [(step, *path) for path in _taken(inner, hidden)]
    for path in found:
        if len(path) == 1:
            drop(value, path[0])
    return found


@lru_cache(maxsize=8192)
def _is_secret(name: str) -> bool:
    return name in _OPAQUE or is_secret_name(name.translate(_SEPARATORS))


def _is_value(step: str | int, text: str) -> bool:
    """Whether a text by or below the name of a secret is one: a label or a reference to another resource is none."""
    label = isinstance(step, str) and is_label(step)
    return bool(text) and not label and not text.lower().startswith("/subscriptions/")
