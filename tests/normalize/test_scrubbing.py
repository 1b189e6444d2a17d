"""Secrets are removed wherever they went, in whatever form, and nothing else is."""

from __future__ import annotations

import base64
import json
from functools import partial
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.normalize.scrubbing import REMOVED, Scrubber, Secrets, is_label, is_secret_name
from tests.counted import assert_linear

SECRET = 'hunter2/SECRET+pä"ß'
SNOWMAN = "\N{SNOWMAN}"
NO_SNOW = st.characters(exclude_characters=SNOWMAN, exclude_categories=["Cs"])


def scrubber(*values: Any) -> Scrubber:
    secrets = Secrets()
    for value in values:
        secrets.add(value)
    found = secrets.scrubber()
    assert found is not None
    return found


_FORMS = {
    "plain": SECRET,
    "url": quote(SECRET),
    "url, nothing left": quote(SECRET, safe=""),
    "form": quote_plus(SECRET),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64, for urls": base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    "json": json.dumps(SECRET)[1:-1],
    "json, as it is": json.dumps(SECRET, ensure_ascii=False)[1:-1],
}


@pytest.mark.parametrize("form", _FORMS.values(), ids=_FORMS)
def test_forms(form: str) -> None:
    cleaner = scrubber(SECRET)
    assert cleaner.text(form) == REMOVED
    assert cleaner.text(f"postgres://odoo:{form}@db:5432/erp?sslmode=require") == (
        f"postgres://odoo:{REMOVED}@db:5432/erp?sslmode=require"
    )


@given(st.text(NO_SNOW, min_size=8, max_size=30), st.text(NO_SNOW, max_size=5), st.text(NO_SNOW, max_size=5))
def test_base64_of_a_text_that_holds_it(secret: str, before: str, after: str) -> None:
    encoded = base64.b64encode((before + secret + after).encode()).decode()
    assert scrubber(secret + SNOWMAN * 8).text(encoded) == encoded
    long = secret + "-and-more"
    assert REMOVED in scrubber(long).text(base64.b64encode((before + long + after).encode()).decode())


@given(st.lists(st.text(st.sampled_from("abc"), min_size=8, max_size=12), min_size=1, max_size=5), st.text("abcd"))
def test_no_occurrence_survives(secrets: list[str], text: str) -> None:
    cleaned = scrubber(*secrets).text(text)
    for secret in secrets:
        if secret in text:
            assert REMOVED in cleaned
    # What is left beside the removals holds none of them.
    for piece in cleaned.split(REMOVED):
        assert not any(secret in piece for secret in secrets)


def test_what_must_stay_readable_stays() -> None:
    values = {
        "name": SECRET,
        "resource_group_name": SECRET,
        "virtualNetworkId": SECRET,
        "subnet_ids": [SECRET],
        "location": SECRET,
        "sku": SECRET,
        "tags": {"environment": SECRET, "note": SECRET},
    }
    assert scrubber(SECRET).values(values) == {("tags", "note")}
    assert values["tags"] == {"environment": SECRET}
    assert values["subnet_ids"] == [SECRET]


def test_values_are_removed_or_cleaned_in_place() -> None:
    values = {
        "password": SECRET,
        "list": ["x", SECRET, f"--password={SECRET}"],
        "yaml_body": f"kind: Secret\nstringData:\n  a: {SECRET}\n",
        "blocks": [{"value": SECRET + "\n", "port": 5432}],
        SECRET: 1,
        "short": "hunter2",
    }
    assert scrubber(SECRET).values(values) == {("password",), ("list", 1), ("blocks", 0, "value")}
    assert values == {
        "list": ["x", None, f"--password={REMOVED}"],
        "yaml_body": f"kind: Secret\nstringData:\n  a: {REMOVED}\n",
        "blocks": [{"port": 5432}],
        REMOVED: 1,
        "short": "hunter2",
    }


def test_what_is_noted() -> None:
    secrets = Secrets()
    secrets.add("short")
    secrets.add(12345678)
    secrets.add({"location": "westeurope", "id": "0123456789", "tags": {"type": "production"}})
    secrets.add("/subscriptions/0a1b/resourceGroups/rg")
    assert secrets.scrubber() is None
    secrets.add({"list": [{"key": "long-enough"}]})
    assert scrubber({"list": [{"key": "long-enough"}]}).text("long-enough") == REMOVED


def test_the_lines_of_a_private_key_are_found_with_another_indentation() -> None:
    line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
    key = f"-----BEGIN PRIVATE KEY-----\n{line}\n-----END PRIVATE KEY-----\n"
    assert scrubber(key).text(f"  -----BEGIN PRIVATE KEY-----\n    {line}\n") == (
        f"  -----BEGIN PRIVATE KEY-----\n    {REMOVED}\n"
    )


@pytest.mark.parametrize("key", ["name", "adminGroupId", "subnet_ids", "location", "storageAccountType", "sku", "tier"])
def test_labels(key: str) -> None:
    assert is_label(key)


@pytest.mark.parametrize("key", ["password", "value", "filename", "description", "connection_string", "ids_and_more"])
def test_no_labels(key: str) -> None:
    assert not is_label(key)


@pytest.mark.parametrize(
    "key", ["password", "administrator_login_password", "primaryAccessKey", "client_secret", "sas_token"]
)
def test_names_of_secrets(key: str) -> None:
    assert is_secret_name(key)


@pytest.mark.parametrize("key", ["password_enabled", "secret_name", "key_vault_secret_id", "token_type", "key"])
def test_names_of_no_secrets(key: str) -> None:
    assert not is_secret_name(key)


def test_many_secrets_and_long_texts() -> None:
    """The first text begins like all of the secrets at each of its characters."""
    cleaner = scrubber(*(f"{index:032x}" for index in range(20_000)))
    assert cleaner.text("0" * 200_000) == REMOVED * 6250
    assert cleaner.text("word " * 50_000) == "word " * 50_000


@pytest.mark.parametrize("text", ["0", "word ", "0" * 31 + "x"])
def test_many_secrets_and_long_texts_take_linear_work(text: str) -> None:
    assert_linear(
        lambda count: partial(scrubber(*(f"{index:032x}" for index in range(count))).text, text * 10_000), 2000
    )
    cleaner = scrubber(*(f"{index:032x}" for index in range(5000)))
    assert_linear(lambda count: partial(cleaner.text, text * count), 20_000)
