"""What roles give a right over, by their definition and by their name, and where a scope reaches."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis.azure.role_assignments import assignments
from erpguard.analysis.azure.role_definitions import CONTRIBUTOR, OWNER
from erpguard.analysis.azure.role_rights import TREASURES, has_right
from erpguard.analysis.azure.scopes import covers, scope
from erpguard.normalize.azure.built_in_roles import role_guid
from tests.analysis.azure.arm_estates import Body, analyses, arm_id, body

KEY_VAULT = "Microsoft.KeyVault/vaults"
POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"
ACCOUNT = "Microsoft.Storage/storageAccounts"
VAULT = "Microsoft.RecoveryServices/vaults"
GUID = "cccccccc-0000-4000-8000-000000000001"


def assignment(guid: str, scope: str = "/subscriptions/1111") -> Body:
    role = f"/providers/Microsoft.Authorization/roleDefinitions/{guid}"
    properties = {"roleDefinitionId": role, "principalId": "p", "scope": scope}
    return {**body("Microsoft.Authorization/roleAssignments", "a", properties)}


def definition(guid: str, permission: dict[str, list[str]], type_: str = "CustomRole") -> Body:
    properties: dict[str, Any] = {"roleName": "ERP", "type": type_, "permissions": [permission]}
    id_ = f"/subscriptions/1111/providers/Microsoft.Authorization/roleDefinitions/{guid}"
    return {"id": id_, "name": guid, "type": "Microsoft.Authorization/roleDefinitions", "properties": properties}


def rights(*bodies: Body, **properties: Any) -> dict[str, bool | None]:
    """The rights over each type; `properties` are those of the storage account."""
    made = analyses(*bodies, body(ACCOUNT, "sterpbackup", properties))
    (one,) = assignments(made)
    (account,) = made.estate.of_type(ACCOUNT)
    resources = {ACCOUNT: account}
    types = (KEY_VAULT, POSTGRES, ACCOUNT, VAULT)
    return {type_: has_right(made, one, type_, resources.get(type_)) for type_ in types}


@pytest.mark.parametrize(
    ("role", "over"),
    [
        (OWNER, {KEY_VAULT, POSTGRES, ACCOUNT, VAULT}),
        (CONTRIBUTOR, {KEY_VAULT, POSTGRES, ACCOUNT, VAULT}),
        ("Key Vault Secrets User", {KEY_VAULT}),
        ("Key Vault Reader", set()),
        ("Reader", set()),
        ("Storage Blob Data Reader", {ACCOUNT}),
        ("Reader and Data Access", {ACCOUNT}),
        ("Backup Operator", {VAULT}),
        ("Virtual Machine Contributor", {ACCOUNT, VAULT}),
        ("AcrPull", set()),
    ],
)
def test_built_in_roles_by_name(role: str, over: set[str]) -> None:
    found = rights(assignment(role_guid(role)))
    assert {type_ for type_, answer in found.items() if answer} == over
    assert None not in found.values()


@pytest.mark.parametrize(
    ("role", "with_keys", "without_keys", "elsewhere"),
    [
        ("Storage Account Key Operator Service Role", True, False, None),
        ("Reader and Data Access", True, False, None),
        ("Virtual Machine Contributor", True, False, None),
        ("Storage Account Contributor", True, True, True),
        ("Storage Blob Data Reader", True, True, True),
        ("Reader", False, False, False),
        (CONTRIBUTOR, True, True, True),
    ],
)
def test_keys_open_only_accounts_that_take_them(
    role: str, with_keys: bool, without_keys: bool, elsewhere: bool | None
) -> None:
    given = assignment(role_guid(role))
    assert rights(given, allowSharedKeyAccess=True)[ACCOUNT] is with_keys
    assert rights(given)[ACCOUNT] is with_keys
    assert rights(given, allowSharedKeyAccess=False)[ACCOUNT] is without_keys
    made = analyses(given)
    assert has_right(made, assignments(made)[0], ACCOUNT) is elsewhere


@pytest.mark.parametrize(
    ("operations", "without_keys"),
    [
        (("listKeys/action",), False),
        (("listKeys/action", "write"), True),
        (("write",), True),
        (("listAccountSas/action", "read"), False),
    ],
)
def test_who_may_write_an_account_can_let_it_take_keys(operations: tuple[str, ...], without_keys: bool) -> None:
    actions = [f"{ACCOUNT}/{one}" for one in operations]
    found = rights(assignment(GUID), definition(GUID, {"actions": actions}), allowSharedKeyAccess=False)
    assert found == {KEY_VAULT: False, POSTGRES: False, ACCOUNT: without_keys, VAULT: False}


@pytest.mark.parametrize(
    ("permission", "over"),
    [
        ({"actions": ["*"]}, {KEY_VAULT, POSTGRES, ACCOUNT, VAULT}),
        ({"actions": ["*/read"]}, set()),
        ({"actions": ["Microsoft.Storage/*"], "notActions": ["*/write", "*/delete"]}, {ACCOUNT}),
        ({"actions": ["Microsoft.Storage/*"], "notActions": ["*/write", "*/delete", "*/action"]}, set()),
        ({"actions": [], "dataActions": ["Microsoft.KeyVault/vaults/secrets/*"]}, {KEY_VAULT}),
        ({"actions": [], "dataActions": ["Microsoft.KeyVault/vaults/*/read"]}, set()),
        ({"actions": ["Microsoft.DBforPostgreSQL/flexibleServers/delete"]}, {POSTGRES}),
        ({"actions": ["Microsoft.Authorization/roleAssignments/write"]}, {KEY_VAULT, POSTGRES, ACCOUNT, VAULT}),
    ],
)
def test_custom_roles_by_their_actions(permission: dict[str, list[str]], over: set[str]) -> None:
    found = rights(assignment(GUID), definition(GUID, permission))
    assert {type_ for type_, answer in found.items() if answer} == over
    assert None not in found.values()


def test_the_definition_of_a_built_in_role_counts_before_its_name() -> None:
    guid = role_guid("Key Vault Secrets User")
    permission = {"actions": [], "dataActions": ["Microsoft.KeyVault/vaults/secrets/readMetadata/action"]}
    shown = definition(guid, permission, "BuiltInRole")
    assert rights(assignment(guid), shown)[KEY_VAULT] is False


BLOBS = f"{arm_id(ACCOUNT, 'sterpbackup')}/blobServices/default/containers/dumps"
SHARE = f"{arm_id(ACCOUNT, 'sterpbackup')}/fileServices/default/shares/files"


@pytest.mark.parametrize(
    ("role", "scope", "answer"),
    [
        ("Storage Account Key Operator Service Role", arm_id(ACCOUNT, "sterpbackup"), True),
        ("Storage Account Key Operator Service Role", BLOBS, False),
        ("Reader and Data Access", BLOBS.upper(), False),
        ("Storage Account Contributor", BLOBS, True),
        ("Storage Blob Data Reader", BLOBS, True),
        (CONTRIBUTOR, BLOBS, True),
        (OWNER, BLOBS, True),
        (CONTRIBUTOR, SHARE, False),
        (OWNER, SHARE, False),
    ],
)
def test_a_role_inside_of_an_account_holds_for_what_is_there(role: str, scope: str, answer: bool) -> None:
    assert rights(assignment(role_guid(role), scope))[ACCOUNT] is answer


@pytest.mark.parametrize(
    ("role", "part", "answer"),
    [
        (CONTRIBUTOR, "secrets/admin", False),
        (OWNER, "secrets/admin", True),  # who may assign roles there gets at the secret
        ("Key Vault Secrets User", "secrets/admin", True),
        ("Reader", "secrets/admin", False),
    ],
)
def test_a_role_at_a_secret(role: str, part: str, answer: bool) -> None:
    given = assignment(role_guid(role), f"{arm_id(KEY_VAULT, 'kv-erp')}/{part}")
    assert rights(given)[KEY_VAULT] is answer


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("Microsoft.Storage/storageAccounts/listKeys/action", False),
        ("Microsoft.Storage/storageAccounts/delete", False),
        ("Microsoft.Storage/storageAccounts/blobServices/containers/delete", True),
        ("*", True),
    ],
)
def test_a_custom_role_at_a_container(operation: str, answer: bool) -> None:
    assert rights(assignment(GUID, BLOBS), definition(GUID, {"actions": [operation]}))[ACCOUNT] is answer


def test_a_role_that_nobody_describes() -> None:
    assert set(rights(assignment(GUID)).values()) == {None}


def test_types_are_in_lower_case() -> None:
    assert all(type_ == type_.lower() for type_ in TREASURES)


@pytest.mark.parametrize(
    ("where", "answer"),
    [
        ("/", True),
        ("/providers/Microsoft.Management/managementGroups/mg", True),
        ("/subscriptions/1111", True),
        ("/subscriptions/2222", False),
        ("/subscriptions/1111/resourceGroups/RG-ERP-prod", True),
        ("/subscriptions/1111/resourceGroups/rg-erp", False),
        ("/subscriptions/2222/resourceGroups/rg-erp-prod", False),
        (arm_id(KEY_VAULT, "kv-erp"), True),
        (arm_id(KEY_VAULT, "kv-erp-2"), False),
        (arm_id(KEY_VAULT, "kv-erp") + "/secrets/admin", True),
        ("data.azurerm_subscription.current", None),
        ("local.scope", None),
    ],
)
def test_where_a_scope_reaches(where: str, answer: bool | None) -> None:
    made = analyses(body(KEY_VAULT, "kv-erp"))
    (vault,) = made.estate.of_type(KEY_VAULT)
    assert covers(scope(made, where), vault) is answer
