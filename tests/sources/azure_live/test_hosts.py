"""Which addresses get a token."""

from __future__ import annotations

import pytest

from erpguard.sources.azure_live.hosts import host_of, refused

ENDPOINT = "https://management.azure.com"


@pytest.mark.parametrize(
    "address",
    [
        "https://management.azure.com/subscriptions/x?api-version=1",
        "https://management.azure.com:443/subscriptions/x",
        "https://MANAGEMENT.azure.com/x?$skiptoken=a%40b",
        "https://management.azure.com?x=1",
    ],
)
def test_addresses_of_the_endpoint(address: str) -> None:
    assert refused(address, ENDPOINT) == ""


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://evil.example/subscriptions/x", "it is on evil.example:443"),
        ("https://management.azure.com.evil.example/x", "it is on management.azure.com.evil.example:443"),
        ("https://management.azure.com:8443/x", "it is on management.azure.com:8443"),
        ("http://management.azure.com/x", "it is without TLS"),
        ("HTTP://management.azure.com/x", "it is without TLS"),
        ("https://management.azure.com@evil.example/x", "it is no address of ARM"),
        ("https://user:secret@management.azure.com/x", "it is no address of ARM"),
        # Where libraries differ in what the host is: before the backslash, or behind the @.
        ("https://evil.example\\@management.azure.com/x", "it is no address of ARM"),
        ("https://management.azure.com\\@evil.example/x", "it is no address of ARM"),
        ("https://management.azure.com/x\\y", "it is no address of ARM"),
        ("https://management.azure.com\t.evil.example/x", "it is no address of ARM"),
        ("https://management.azure.com/x\r\nHost: evil.example", "it is no address of ARM"),
        ("https://management.azure.com#@evil.example/", "it is no address of ARM"),
        ("//management.azure.com/x", "it is no address of ARM"),
        ("ftp://management.azure.com/x", "it is no address of ARM"),
        ("https://management.azure.com:99999999/x", "it is no address of ARM"),
        ("https://m\u0430nagement.azure.com/x", "it is no address of ARM"),  # a Cyrillic letter
        ("", "it is no address of ARM"),
    ],
)
def test_all_others_are_refused(address: str, why: str) -> None:
    assert refused(address, ENDPOINT) == why


def test_hosts_and_ports() -> None:
    assert host_of("https://127.0.0.1:8443") == ("127.0.0.1", 8443)
    assert host_of("https://[::1]:8443/x") == ("[::1]", 8443)
    assert host_of("https://Host.Example") == ("host.example", 443)
    assert host_of("https://") is None
