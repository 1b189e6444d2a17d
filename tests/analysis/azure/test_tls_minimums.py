"""The lowest TLS version of new services, of those that are there, and of application gateways by API version."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.values.tls_versions import lowest, version
from tests.analysis.azure.arm_estates import analyses, body, rows
from tests.analysis.azure.planned import plan, planned

GATEWAY = "Microsoft.Network/applicationGateways"
HTTPS = [{"name": "https", "properties": {"protocol": "Https"}}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2", "1.2"),
        ("TLS1_0", "1.0"),
        ("TLSv1_3", "1.3"),
        ("TLSv1.1", "1.1"),
        ("TLSv1", "1.0"),
        ("TLS 1.2", "1.2"),
        (" TLSV1.2", "1.2"),
        ("SSLv3", None),
        ("1.4", None),
        ("", None),
        (1.2, None),
    ],
)
def test_spellings_of_versions(text: Any, expected: str | None) -> None:
    assert version(text) == expected


def test_the_lowest_of_nothing_is_not_known() -> None:
    assert lowest([]) is None
    assert lowest(["1.2", None]) is None
    assert lowest(["1.3", "1.2"]) == "1.2"


@pytest.mark.parametrize(
    ("type_", "change", "expected"),
    [
        ("Microsoft.Cache/redis", "create", "1.2"),
        ("Microsoft.Cache/redis", "update", None),
        ("Microsoft.Cache/redis", "no-op", None),
        ("Microsoft.Web/sites", "replace", "1.2"),
        ("Microsoft.Web/sites", "update", None),
        ("Microsoft.Sql/servers", "create", None),
    ],
)
def test_what_a_new_service_gets(type_: str, change: str, expected: str | None) -> None:
    (row,) = rows(plan(planned(type_, "x.erp", {"state": "Ready"}, change=change)), "tls_minimums")
    assert row.get("min_version") == expected


@pytest.mark.parametrize(
    ("day", "minimum", "expected"),
    [
        ("", "TLS1_0", "1.0"),
        ("2026-02-02", "TLS1_0", "1.0"),
        ("2026-02-03", "TLS1_0", "1.2"),
        ("2026-02-03", "TLS1_1", "1.2"),
        ("2026-11-22", None, "1.2"),
        ("2026-11-22", "TLS1_3", "1.3"),
        ("2026-11-22", "${TLS}", None),
    ],
)
def test_storage_takes_no_old_versions_any_more(day: str, minimum: str | None, expected: str | None) -> None:
    account = body("Microsoft.Storage/storageAccounts", "sterp", {"minimumTlsVersion": minimum} if minimum else {})
    (row,) = rows(Analyses(analyses(account).estate, as_of=day), "tls_minimums")
    assert row.get("min_version") == expected


@pytest.mark.parametrize(
    ("api_version", "change", "expected"),
    [
        ("2023-02-01", "create", "1.2"),
        ("2023-11-01", "replace", "1.2"),
        ("2022-07-01", "create", "1.0"),
        ("2023-11-01", "update", None),
        ("", "create", None),
        ("${API_VERSION}", "create", None),
    ],
)
def test_a_gateway_without_policy(api_version: str, change: str, expected: str | None) -> None:
    rest: dict[str, Any] = {"apiVersion": api_version} if api_version else {}
    gateway = planned(GATEWAY, "x.agw", {"httpListeners": HTTPS}, change=change, **rest)
    (row,) = rows(plan(gateway), "tls_minimums")
    assert row.get("min_version") == expected


def test_listeners_of_tls_proxy() -> None:
    tls = [{"name": "tls", "properties": {"protocol": "Tls"}}]
    policy = {"policyType": "Predefined", "policyName": "appgwsslpolicy20170401"}
    (row,) = rows(analyses(body(GATEWAY, "agw", {"listeners": tls, "sslPolicy": policy})), "tls_minimums")
    assert row["min_version"] == "1.1"


def test_a_profile_that_is_not_there_may_have_a_policy_or_not() -> None:
    listeners = [{"name": "https", "properties": {"protocol": "Https", "sslProfile": {"id": "x/sslProfiles/gone"}}}]
    policy = {"policyType": "Predefined", "policyName": "AppGwSslPolicy20150501"}
    (row,) = rows(analyses(body(GATEWAY, "agw", {"httpListeners": listeners, "sslPolicy": policy})), "tls_minimums")
    assert "min_version" not in row
