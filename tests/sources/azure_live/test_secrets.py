"""Secrets leave bodies, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.sources.azure_live.secrets import take_secrets

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Cdn/profiles/p/secrets/c"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (
            {"properties": {"administratorLoginPassword": "hunter2hunter2"}},
            ("properties", "administratorLoginPassword"),
        ),
        ({"properties": {"accessKeys": {"primaryKey": "abc"}}}, ("properties", "accessKeys", "primaryKey")),
        ({"properties": {"osProfile": {"customData": "IyEvYmlu"}}}, ("properties", "osProfile", "customData")),
        (
            {"properties": {"virtualMachineProfile": {"userData": "eA=="}}},
            ("properties", "virtualMachineProfile", "userData"),
        ),
        ({"a": [{"x": 1}, {"accountKey": "k"}]}, ("a", 1, "accountKey")),
        ({"secret": {"plain": "text"}}, ("secret", "plain")),
        ({"tags": {"db-password": "x"}}, ("tags", "db-password")),
        (
            {"redisConfiguration": {"rdb-storage-connection-string": "x"}},
            ("redisConfiguration", "rdb-storage-connection-string"),
        ),
        (
            {"value": "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=0123456789abcdef=="},
            ("value",),
        ),
        ({"url": "https://a.blob.core.windows.net/c?sv=1&sig=abcdefghijkl%3D"}, ("url",)),
        ({"list": ["ok", "Server=x;Password=correcthorse;"]}, ("list", 1)),
    ],
)
def test_what_is_taken(body: dict[str, Any], path: tuple[Any, ...]) -> None:
    assert take_secrets(body) == (path,)
    value: Any = body
    for step in path[:-1]:
        value = value[step]
    assert path[-1] not in value if isinstance(value, dict) else value[path[-1]] is None


@pytest.mark.parametrize(
    "body",
    [
        {"properties": {"tlsSettings": {"secret": {"id": ID}}}},
        {"properties": {"secret": ID}},
        {"properties": {"osProfile": {"linuxConfiguration": {"disablePasswordAuthentication": True}}}},
        {"properties": {"password": None, "token": 7, "secret": ""}},
        {"properties": {"authConfig": {"passwordAuth": "Disabled"}}},
        {"properties": {"accessKeysAuthentication": "Enabled"}},
        {"name": "password_encryption", "properties": {"value": "scram-sha-256"}},
        {"properties": {"condition": "@Resource[x] StringEquals 'a=b'", "filter": "password=short"}},
    ],
)
def test_what_stays(body: dict[str, Any]) -> None:
    before = repr(body)

    assert take_secrets(body) == ()
    assert repr(body) == before
