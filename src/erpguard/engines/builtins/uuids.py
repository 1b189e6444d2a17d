"""`uuid.parse`: https://pkg.go.dev/github.com/google/uuid#Parse."""

from __future__ import annotations

import re
from typing import Any

_DASHED = re.compile(rb"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_PLAIN = re.compile(rb"[0-9A-Fa-f]{32}")
_PREFIX = b"urn:uuid:"
_DOMAINS = ("Person", "Group", "Org")
_BEGINNING = 0x01B21DD213814000
"""1970 in the count of UUIDs: 100 nanoseconds from 1582 on, https://www.rfc-editor.org/rfc/rfc9562#section-5.1."""


def parse(text: str) -> dict[str, Any]:
    """What is in it. ValueError for what is none."""
    value = _bytes(text.encode())
    version = value[6] >> 4
    found: dict[str, Any] = {"version": version, "variant": _variant(value[8])}
    if version in (1, 2):
        found |= {
            "time": _nanoseconds(value),
            "nodeid": value[10:].hex("-"),
            "macvariables": _mac(value[10]),
            "clocksequence": int.from_bytes(value[8:10], "big") & 0x3FFF,
        }
    if version == 2:
        domain = value[9]
        found["id"] = int.from_bytes(value[:4], "big")
        found["domain"] = _DOMAINS[domain] if domain < len(_DOMAINS) else f"Domain{domain}"
    return found


def _bytes(text: bytes) -> bytes:
    if len(text) == 45 and text[:9].lower() == _PREFIX:
        text = text[9:]
    elif len(text) == 38:  # whatever is around it
        text = text[1:37]
    if not _PLAIN.fullmatch(text) and not _DASHED.fullmatch(text):
        raise ValueError("no UUID")
    return bytes.fromhex(text.decode().replace("-", ""))


def _variant(byte: int) -> str:
    if byte & 0xC0 == 0x80:
        return "RFC4122"
    return {0xC0: "Microsoft", 0xE0: "Future"}.get(byte & 0xE0, "Reserved")


def _mac(byte: int) -> str:
    return f"{'local' if byte & 2 else 'global'}:{'multicast' if byte & 1 else 'unicast'}"


def _nanoseconds(value: bytes) -> int:
    count = int.from_bytes(value[:4], "big") | int.from_bytes(value[4:6], "big") << 32
    count |= (int.from_bytes(value[6:8], "big") & 0xFFF) << 48
    wrapped = ((count - _BEGINNING) * 100) & ((1 << 64) - 1)
    return wrapped - (1 << 64) if wrapped >> 63 else wrapped
