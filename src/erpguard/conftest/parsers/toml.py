"""TOML as a document: its values as JSON has them."""

from __future__ import annotations

import re
import tomllib
from math import isfinite
from typing import Any

from erpguard.conftest.parsers.parsed import NotParsedError, Parsed

_AT = re.compile(r"\(at line (\d+), column (\d+)\)$")
_ZONE = re.compile(r"[+-]\d\d:\d\d$")


def parse(text: str) -> Parsed:
    """The document."""
    try:
        return Parsed(_plain(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        raise NotParsedError(int(at[1]) if at else 1, str(error)) from error


def _plain(value: Any) -> Any:
    """Dates and times as conftest shows them, numbers that are none as text."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, (bool, int, float, str)):
        return value
    return _moment(value)


def _moment(value: Any) -> str:
    """A date or a time (RFC 3339); what has no date has the first one, what has no zone is in UTC."""
    text: str = value.isoformat()
    if "-" not in text[:5]:
        text = f"0000-01-01T{text}"
    elif "T" not in text:
        text += "T00:00:00"
    zone = _ZONE.search(text, 10)
    moment, _, fraction = (text[: zone.start()] if zone else text).partition(".")
    fraction = fraction.rstrip("0")
    offset = zone[0] if zone and zone[0] != "+00:00" else "Z"
    return f"{moment}{'.' if fraction else ''}{fraction}{offset}"
