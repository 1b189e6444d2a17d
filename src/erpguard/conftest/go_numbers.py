"""Numbers of documents as conftest has them: floats of Go, whatever they look like, which long ones show (`1e+06`)."""

from __future__ import annotations

import re
from typing import Any

_LONG = re.compile(rb"[0-9_]{7}|[0-9.][eE][-+0-9]|0[xXoObB][0-9a-fA-F_]{5}")
"""In a text without it, no whole number is long."""
_SHORT = 1_000_000


def as_go(value: Any, text: bytes) -> Any:
    """A value, from a text in YAML or JSON, whose long whole numbers are floats."""
    return _floats(value) if _LONG.search(text) else value


def _floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return list(map(_floats, value))
    is_long = type(value) is int and not -_SHORT < value < _SHORT
    return float(value) if is_long else value
