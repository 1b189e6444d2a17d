"""Property values: unknown, secret, and special ones."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.normalize.scrubbing import Secrets
from erpguard.sources.pulumi.values import Properties, note_kubernetes_secret
from tests.sources.pulumi.programs import SECRET, SIGNATURE, UNKNOWN


def properties(given: dict[str, Any], **more: Any) -> Properties:
    """The properties, read."""
    return Properties(given, Secrets(), **more)


@pytest.mark.parametrize(
    "unknown",
    [
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        f"postgres://{UNKNOWN}:5432/odoo",
    ],
)
def test_what_is_not_known(unknown: str) -> None:
    found = properties({"a": unknown, "b": [1, unknown, {"c": unknown}], "d": None})
    assert found.values == {"b": [1, None, {}]}
    assert found.unknown == {("a",), ("b", 1), ("b", 2, "c")}
    assert found.sensitive == set()


def test_other_ids_are_known() -> None:
    given = {"tenantId": "04da6b54-80e4-46f7-96ec-b56ff0331ba8"}
    assert properties(given).values == given


@pytest.mark.parametrize(
    "secret",
    [
        "[secret]",
        {SIGNATURE: SECRET, "ciphertext": "v1:abc"},
        {SIGNATURE: SECRET, "ciphertext": "[secret]"},
        {SIGNATURE: SECRET, "plaintext": '"correct horse"'},
        {SIGNATURE: SECRET, "plaintext": '{"user": "erp", "password": "correct horse"}'},
        {SIGNATURE: SECRET, "value": "correct horse"},
    ],
)
def test_secrets_leave(secret: Any) -> None:
    found = properties({"a": {"b": secret}, "c": [secret]})
    assert found.values == {"a": {}, "c": [None]}
    assert found.sensitive == {("a", "b"), ("c", 0)}


def test_secrets_leave_by_value() -> None:
    secrets = Secrets()
    plain = {SIGNATURE: SECRET, "plaintext": '{"password": "correct horse", "n": 1}'}
    Properties({"a": plain, "b": {SIGNATURE: SECRET, "value": ["battery staple"]}}, secrets)
    scrubber = secrets.scrubber()
    assert scrubber is not None
    values = {"url": "postgres://erp:correct%20horse@db", "other": "battery staple", "third": "plain text"}
    assert scrubber.values(values) == {("other",)}
    assert values == {"url": "postgres://erp:(removed)@db", "third": "plain text"}


@pytest.mark.parametrize("empty", ["", [], {}])
def test_an_empty_secret_is_none(empty: Any) -> None:
    found = properties({"a": {SIGNATURE: SECRET, "value": empty}})
    assert (found.values, found.sensitive) == ({"a": empty}, set())


def test_a_secret_that_is_not_known() -> None:
    found = properties({"a": {SIGNATURE: SECRET, "plaintext": f'"{UNKNOWN}"'}})
    assert (found.values, found.unknown, found.sensitive) == ({}, {("a",)}, set())


def test_what_is_called_a_secret() -> None:
    given = {
        "administratorLoginPassword": "correct horse",
        "sku": {"accessKey": "k", "size": 1},
        "passwordAuth": "Enabled",
    }
    found = properties(given)
    assert found.values == {"sku": {"size": 1}, "passwordAuth": "Enabled"}
    assert found.sensitive == {("administratorLoginPassword",), ("sku", "accessKey")}
    assert properties(given, by_name=False).values == given


def test_outputs_that_were_marked() -> None:
    found = properties({"primaryConnection": "x", "b": {"primaryConnection": "y"}}, hidden=["primaryConnection", 3])
    assert found.values == {"b": {"primaryConnection": "y"}}
    assert found.sensitive == {("primaryConnection",)}


def test_special_values() -> None:
    urn = "urn:pulumi:dev::erp::azure-native:network:Subnet::db"
    reference = {SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": urn, "packageVersion": ""}
    output = {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "dependencies": [urn]}
    found = properties(
        {
            "asset": {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": "a", "hash": "b"},
            "archive": {SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "path": "./x"},
            "made": {**reference, "id": "/subscriptions/1"},
            "unmade": {**reference, "id": UNKNOWN},
            "known": {**output, "value": {"a": 1}},
            "unknown": output,
            "hidden": {**output, "value": "s", "secret": True},
            "newer": {SIGNATURE: "803fd3297a5875dc03ca845dda5d2a98", "value": "YQ=="},
            "odd": {SIGNATURE: 3},
        }
    )
    assert found.values == {"made": "/subscriptions/1", "known": {"a": 1}}
    assert found.unknown == {(name,) for name in ("asset", "archive", "unmade", "unknown", "newer", "odd")}
    assert found.sensitive == {("hidden",)}
    assert found.dependencies == {(name,): (urn,) for name in ("unmade", "known", "unknown", "hidden")}


def test_what_providers_keep_for_themselves() -> None:
    given = {"__defaults": ["a"], "__meta": "{}", "a": {"__defaults": [], "__init__.py": "x"}, "__init__.py": "y"}
    assert properties(given).values == {"a": {"__init__.py": "x"}, "__init__.py": "y"}


def test_the_values_of_a_kubernetes_secret_leave_everything_else() -> None:
    secrets = Secrets()
    note_kubernetes_secret(
        {"data": {"a": "Y29ycmVjdCBob3JzZQ==", "b": 3}, "stringData": {"c": "battery staple"}}, secrets
    )
    note_kubernetes_secret({"data": "text", "stringData": None}, secrets)
    scrubber = secrets.scrubber()
    assert scrubber is not None
    values = {"a": "password=correct horse", "b": "battery staple!"}
    scrubber.values(values)
    assert values == {"a": "password=(removed)", "b": "(removed)!"}
