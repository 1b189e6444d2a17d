"""URNs and type tokens."""

from __future__ import annotations

import pytest

from erpguard.sources.pulumi.urns import api_version_of, is_engines_own, major_version, parse, provider_of, type_of


@pytest.mark.parametrize(
    ("urn", "parts"),
    [
        ("urn:pulumi:dev::erp::azure-native:cache:Redis::c", ("dev", "erp", "azure-native:cache:Redis", "c")),
        (
            "urn:pulumi:dev::erp::my:x:Erp$kubernetes:core/v1:Pod::a::b",
            ("dev", "erp", "kubernetes:core/v1:Pod", "a::b"),
        ),
        ("urn:pulumi:dev::erp::t::", ("dev", "erp", "t", "")),
    ],
)
def test_urns(urn: str, parts: tuple[str, str, str, str]) -> None:
    assert parse(urn) == parts


@pytest.mark.parametrize("urn", ["", "urn:pulumi:dev::erp::t", "urn:other:dev::erp::t::n", "arn:aws:sns:1:2:3"])
def test_what_is_no_urn(urn: str) -> None:
    assert parse(urn) is None


@pytest.mark.parametrize(
    ("token", "provider", "type_", "version"),
    [
        ("azure-native:network:Subnet", "azure-native", "azure-native:network:Subnet", ""),
        ("azure-native:network/v20230501:Subnet", "azure-native", "azure-native:network:Subnet", "2023-05-01"),
        (
            "azure-native:network/v20230501preview:Subnet",
            "azure-native",
            "azure-native:network:Subnet",
            "2023-05-01-preview",
        ),
        ("azure-native_network_v20230501:network:Subnet", "azure-native", "azure-native:network:Subnet", "2023-05-01"),
        (
            "azure-native_app_v20221101preview:app:Job",
            "azure-native",
            "azure-native:app:Job",
            "2022-11-01-preview",
        ),
        ("azure-nextgen:network/latest:Subnet", "azure-native", "azure-native:network:Subnet", ""),
        ("azure-nextgen:network/v20200601:Subnet", "azure-native", "azure-native:network:Subnet", "2020-06-01"),
        ("azure:network/subnet:Subnet", "azure", "azure:network/subnet:Subnet", ""),
        ("kubernetes:networking.k8s.io/v1:Ingress", "kubernetes", "kubernetes:networking.k8s.io/v1:Ingress", ""),
        ("kubernetes:example.org/v20230501:Odd", "kubernetes", "kubernetes:example.org/v20230501:Odd", ""),
        ("odd", "odd", "odd", ""),
    ],
)
def test_tokens(token: str, provider: str, type_: str, version: str) -> None:
    assert (provider_of(token), type_of(token), api_version_of(token)) == (provider, type_, version)


def test_what_is_pulumis_own() -> None:
    assert is_engines_own("pulumi:pulumi:StackReference")
    assert is_engines_own("pulumi:providers:azure-native")
    assert not is_engines_own("pulumi-nodejs:dynamic:Resource")


@pytest.mark.parametrize(
    ("name", "version", "major"),
    [
        ("default_2_44_1", "", 2),
        ("default_10_0_0_alpha", "", 10),
        ("west", "3.1.0", 3),
        ("west", "v6.0.1", 6),
        ("west", "", 0),
    ],
)
def test_versions_of_providers(name: str, version: str, major: int) -> None:
    urn = f"urn:pulumi:dev::erp::pulumi:providers:azure-native::{name}"
    assert major_version(urn + "::0b6c-1", {urn: version}) == major
    assert major_version("", {}) == major_version("x::y", {"x": "1"}) == 0
