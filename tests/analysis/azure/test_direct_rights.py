"""Rights that are no role assignments: administrators of servers, access policies of key vaults."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis.azure.direct_rights import direct_rights
from erpguard.analysis.azure.principals import SERVICE_PRINCIPAL, Principal
from tests.analysis.azure.arm_estates import Body, analyses, body

ME = Principal("me", ("", ""), SERVICE_PRINCIPAL)
VAULT = "Microsoft.KeyVault/vaults"


def found(*bodies: Body) -> list[tuple[str, str, bool | None]]:
    return [(right.kind, right.name, right.holds) for right in direct_rights(analyses(*bodies), ME)]


def vault(permissions: Any, object_id: str = "ME", **properties: Any) -> Body:
    policy = {"objectId": object_id, "permissions": permissions}
    return body(VAULT, "kv", {"enableRbacAuthorization": False, "accessPolicies": [policy], **properties})


@pytest.mark.parametrize(("product", "key"), [("DBforPostgreSQL", "objectId"), ("DBforMySQL", "sid")])
def test_administrators_of_servers(product: str, key: str) -> None:
    server = body(f"Microsoft.{product}/flexibleServers", "db")
    type_ = f"Microsoft.{product}/flexibleServers/administrators"
    assert found(server, body(type_, "db/me", {key: "ME"})) == [("database", "db", True)]
    assert found(body(type_, "db/me", {key: "me"})) == [("database", "db", True)]
    assert found(server, body(type_, "db/you", {key: "you"})) == []


@pytest.mark.parametrize(
    ("permissions", "found_"),
    [
        ({"secrets": ["Get", "List"]}, [("key vault", "kv", True)]),
        ({"keys": ["unwrapKey"]}, [("key vault", "kv", True)]),
        ({"certificates": ["all"]}, [("key vault", "kv", True)]),
        ({"secrets": ["List"], "keys": ["list"]}, []),
        ({}, []),
    ],
)
def test_access_policies(permissions: Any, found_: list[tuple[str, str, bool | None]]) -> None:
    assert found(vault(permissions)) == found_


def test_a_vault_that_azure_shows_without_the_setting_goes_by_its_policies() -> None:
    assert found(vault({"secrets": ["get"]}, enableRbacAuthorization=None)) == [("key vault", "kv", True)]


def test_access_policies_that_do_not_count() -> None:
    assert found(vault({"secrets": ["get"]}, "you")) == []
    assert found(vault({"secrets": ["get"]}, enableRbacAuthorization=True)) == []
    assert found(vault({"secrets": ["get"]}, enableRbacAuthorization="${RBAC}")) == [("key vault", "kv", None)]
