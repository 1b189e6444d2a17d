"""Versions of TLS in the spellings of services: `TLS1_2`, `TLSv1_2`, `TLSv1.2`, `1.2`; `TLSv1` is 1.0."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_VERSION = re.compile(r"(?:tls)?[ v]*1(?:[._]([0-3]))?", re.ASCII)


def version(given: Any) -> str | None:
    """`1.0` to `1.3`; None for what is no version of TLS."""
    match = _VERSION.fullmatch(given.strip().lower()) if isinstance(given, str) else None
    return f"1.{match[1] or 0}" if match else None


def lowest(versions: Iterable[str | None]) -> str | None:
    """The lowest of some versions; None where there is none, or one of them is not known."""
    given = list(versions)
    known = [one for one in given if one is not None]
    return min(known) if known and len(known) == len(given) else None
