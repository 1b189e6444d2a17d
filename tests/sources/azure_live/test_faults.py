"""What is made of an error that a server answers."""

from __future__ import annotations

import json

import pytest

from erpguard.sources.azure_live.faults import one_line, refusal


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (400, "BadRequest", "malformed"),
        (400, "NoRegisteredProviderFound", "not-registered"),
        (401, "ExpiredAuthenticationToken", "unauthorized"),
        (403, "AuthorizationFailed", "forbidden"),
        (404, "ResourceNotFound", "not-found"),
        (404, "InvalidResourceType", "not-registered"),
        (408, "", "timeout"),
        (409, "MissingSubscriptionRegistration", "not-registered"),
        (409, "ServerIsBusy", "server-error"),
        (429, "TooManyRequests", "throttled"),
        (500, "InternalServerError", "server-error"),
        (503, "ServiceUnavailable", "server-error"),
        (302, "", "malformed"),
    ],
)
def test_reasons(status: int, code: str, reason: str) -> None:
    assert refusal(status, json.dumps({"error": {"code": code, "message": "m"}}).encode()).reason == reason


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"error": {"code": "C", "message": "m"}}, "C: m"),
        ({"code": "C", "message": "m"}, "C: m"),
        ({"Code": "C", "Message": "m"}, "C: m"),
        ({"odata.error": {"code": "C", "message": {"lang": "en", "value": "m"}}}, "C: m"),
        ({"error": {"code": "C"}}, "C"),
        ({"error": "text"}, ""),
        ([1], ""),
        ({"error": {"code": 7, "message": None}}, ""),
    ],
)
def test_what_the_server_said(body: object, detail: str) -> None:
    assert refusal(403, json.dumps(body).encode()).detail == detail


def test_a_page_of_a_proxy_says_nothing() -> None:
    fault = refusal(502, b"<html><body>Bad gateway: token eyJhbGciOiJIUzI1NiJ9</body></html>")

    assert (fault.reason, fault.status, fault.detail) == ("server-error", 502, "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\n  b\tc\x1b[31m\u2028d", "a b c [31m d"),
        ("x" * 300, "x" * 197 + "..."),
        ("x" * 200, "x" * 200),
        ("Authorization: Bearer abc.def-ghi end", "Authorization: (removed) end"),
        ("token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end", "token (removed) end"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
    ],
)
def test_one_line_without_secrets(text: str, line: str) -> None:
    assert one_line(text) == line
