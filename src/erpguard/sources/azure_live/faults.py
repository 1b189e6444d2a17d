"""What goes wrong with a call: why, in the words of `live.Reason`, and what the server said of it.

ARM answers an error with `{"error": {"code": ..., "message": ...}}`
(https://learn.microsoft.com/rest/api/gettingstarted); some services leave the outer object out.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from erpguard.sources.live import Reason

_CUT = 200
_BLANK = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_TOKEN = re.compile(r"(?i)bearer\s+\S+|eyJ[\w-]{8,}(?:\.[\w-]*)*")
_UNREGISTERED = frozenset(
    (
        "missingsubscriptionregistration",
        "subscriptionnotregistered",
        "noregisteredproviderfound",
        "invalidresourcenamespace",
        "invalidresourcetype",
    )
)
"""Codes of a service that is not switched on, or not to be had in that cloud
(https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider)."""


class Fault(Exception):
    """A call that gave no answer that can be used."""

    def __init__(self, reason: Reason, status: int = 0, detail: str = "", code: str = "") -> None:
        super().__init__(f"{reason} {status} {detail}".rstrip())
        self.reason = reason
        self.status = status
        self.detail = one_line(detail)
        self.code = code


class _Said(NamedTuple):
    code: str = ""
    message: str = ""


def refusal(status: int, body: bytes) -> Fault:
    """The fault of an answer that is no success."""
    said = _said(body)
    detail = ": ".join(part for part in said if part)
    return Fault(_reason(status, said.code.lower()), status, detail, said.code)


def one_line(text: str) -> str:
    """A text of a server as it may be shown: one line, cut, without what looks like a token."""
    text = text[: _CUT * 20].encode(errors="replace").decode()
    text = _TOKEN.sub("(removed)", _BLANK.sub(" ", text)).strip()
    return text if len(text) <= _CUT else text[: _CUT - 3] + "..."


def _reason(status: int, code: str) -> Reason:
    if code in _UNREGISTERED:
        return "not-registered"
    known: dict[int, Reason] = {
        401: "unauthorized",
        403: "forbidden",
        404: "not-found",
        408: "timeout",
        409: "server-error",  # it is being changed, or stopped
        429: "throttled",
    }
    return known.get(status) or ("server-error" if status >= 500 else "malformed")


def _said(body: bytes) -> _Said:
    """The code and the message of an error; empty where the body is no error of ARM's, such as a page of a proxy."""
    try:
        given: Any = json.loads(body)
    except (ValueError, RecursionError):
        return _Said()
    for key in ("error", "odata.error"):
        if isinstance(given, dict) and isinstance(given.get(key), dict):
            given = given[key]
    if not isinstance(given, dict):
        return _Said()
    return _Said(_text(given, "code", "Code"), _text(given, "message", "Message"))


def _text(given: dict[str, Any], *keys: str) -> str:
    for key in keys:
        value = given.get(key)
        if isinstance(value, dict):  # OData: {"lang": ..., "value": ...}
            value = value.get("value")
        if isinstance(value, str):
            return value
    return ""
