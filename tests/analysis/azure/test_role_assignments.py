"""Who has which role where: by ids, by links of a plan, by what schedules say."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.azure.role_definitions import CONTRIBUTOR, OTHER, OWNER
from erpguard.analysis.azure.scopes import scope
from erpguard.normalize.azure.built_in_roles import role_guid, role_name
from erpguard.normalize.azure.families import Draft
from tests.analysis.azure.arm_estates import analyses, rows
from tests.analysis.azure.planned import Links, plan, planned

ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
SUBSCRIPTION = "/subscriptions/1111"
ROLES = "/providers/Microsoft.Authorization/roleDefinitions/"
GROUPS = "Microsoft.Resources/resourceGroups"


def assignment(address: str = "azurerm_role_assignment.erp", links: Links | None = None, **properties: Any) -> Draft:
    given = {"roleDefinitionId": ROLES + role_guid(OWNER), "scope": SUBSCRIPTION, **properties}
    for path in links or {}:
        given.pop(str(path[-1]), None)
    return planned(ASSIGNMENT, address, {key: value for key, value in given.items() if value}, links=links)


def only(made: Analyses) -> dict[str, Any]:
    (row,) = rows(made, "role_assignments")
    return row


def test_names_and_guids_of_built_in_roles() -> None:
    assert role_name("8E3AF657-a8ff-443c-a75c-2fe8c4bcb635") == OWNER
    assert role_guid("key vault secrets user") == "4633458b-17de-408a-b874-0445c86b69e6"
    assert role_guid("ERP operator") == role_name("0") == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/", "root"),
        ("/subscriptions/1111", "subscription"),
        ("/SUBSCRIPTIONS/1111/", "subscription"),
        ("/subscriptions/1111/resourceGroups/rg-erp", "resource group"),
        ("/subscriptions/1111/resourceGroups/rg-erp/providers/Microsoft.KeyVault/vaults/kv", "resource"),
        ("/providers/Microsoft.Management/managementGroups/mg-erp", "management group"),
        ("/providers/Microsoft.Subscription/aliases/erp", "subscription"),
        ("data.azurerm_subscription.current", "subscription"),
        ("azurerm_management_group.erp", "management group"),
        ('module.erp.azurerm_resource_group.this["prod"]', "resource group"),
        ("azurerm_key_vault.erp", "resource"),
        ("urn:pulumi:prod::erp::azure-native:resources:ResourceGroup::rg-erp", "resource group"),
        ("urn:pulumi:prod::erp::azure:core/resourceGroup:ResourceGroup::rg-erp", "resource group"),
        ("local.scope", None),
    ],
)
def test_kinds_of_scopes(text: str, kind: str | None) -> None:
    assert scope(analyses(), text).kind == kind


def test_scope_by_address_of_a_group_that_is_planned() -> None:
    group = planned(GROUPS, "azurerm_resource_group.erp", resourceGroup="rg-erp-prod")
    row = only(plan(group, assignment(scope="azurerm_resource_group.erp")))
    assert row["scope_kind"] == "resource group"


@pytest.mark.parametrize(
    ("target", "attribute", "type_"),
    [
        ("azurerm_user_assigned_identity.odoo", "principal_id", "ServicePrincipal"),
        ("azurerm_linux_web_app.portal", "identity.0.principal_id", "ServicePrincipal"),
        ("azuread_group.admins", "object_id", "Group"),
        ("module.people.azuread_user.jane", "object_id", "User"),
        ("azuread_service_principal.pipeline", "object_id", "ServicePrincipal"),
        ("urn:pulumi:prod::erp::azuread:index/group:Group::admins", "objectId", "Group"),
        ("urn:pulumi:prod::erp::azuread:index/servicePrincipal:ServicePrincipal::ci", "", "ServicePrincipal"),
        ("random_uuid.who", "result", None),
    ],
)
def test_type_of_a_principal_by_its_link(target: str, attribute: str, type_: str | None) -> None:
    identity = planned("Microsoft.ManagedIdentity/userAssignedIdentities", "azurerm_user_assigned_identity.odoo")
    app = planned("Microsoft.Web/sites", "azurerm_linux_web_app.portal", {"httpsOnly": True})
    given = assignment(links={("properties", "principalId"): (target, attribute)})
    assert only(plan(identity, app, given)).get("principal_type") == type_


def test_type_of_a_principal_is_never_assumed() -> None:
    assert "principal_type" not in only(plan(assignment(principalId="5f1c0001-aaaa-4bbb-8ccc-ddddeeeeffff")))


def custom(actions: list[str], not_actions: list[str] | None = None) -> Draft:
    permissions = [{"actions": actions, "notActions": not_actions or []}]
    properties = {"roleName": "ERP operator", "type": "CustomRole", "permissions": permissions}
    return planned("Microsoft.Authorization/roleDefinitions", "azurerm_role_definition.operator", properties)


@pytest.mark.parametrize(
    ("actions", "not_actions", "effect"),
    [
        (["*"], [], OWNER),
        (["*"], ["Microsoft.Authorization/*/write"], CONTRIBUTOR),
        (["*/write"], ["Microsoft.Authorization/*"], CONTRIBUTOR),
        (["Microsoft.*"], [], OWNER),
        (["*"], ["Microsoft.Authorization/roleAssignments/delete"], OWNER),
        (["Microsoft.Authorization/*"], [], "User Access Administrator"),
        (["Microsoft.Authorization/roleAssignments/*", "*/read"], [], "User Access Administrator"),
        (["Microsoft.Authorization/locks/*"], [], OTHER),
        (["*/read", "Microsoft.Compute/*"], [], OTHER),
        (["*"], ["*/write"], OTHER),
    ],
)
def test_what_a_custom_role_amounts_to(actions: list[str], not_actions: list[str], effect: str) -> None:
    role = ("azurerm_role_definition.operator", "role_definition_resource_id")
    by_link = assignment(links={("properties", "roleDefinitionId"): role})
    by_address = assignment("azurerm_role_assignment.other", roleDefinitionId="azurerm_role_definition.operator")
    found = rows(plan(custom(actions, not_actions), by_link, by_address), "role_assignments")
    assert [row["effect"] for row in found] == [effect, effect]


ELIGIBILITY = "Microsoft.Authorization/roleEligibilityScheduleRequests"
REQUEST = "Microsoft.Authorization/roleAssignmentScheduleRequests"
WHO: Links = {("properties", "principalId"): ("azuread_group.admins", "object_id")}


def request(type_: str, address: str, expiration: str = "", links: Links = WHO, **properties: Any) -> Draft:
    given: dict[str, Any] = {"requestType": "AdminAssign", "roleDefinitionId": ROLES + role_guid(OWNER)}
    given["scope"] = SUBSCRIPTION
    if expiration:
        given["scheduleInfo"] = {"expiration": {"type": expiration}}
    return planned(type_, address, {**given, **properties}, links=links)


def standing(*drafts: Draft) -> list[bool | None]:
    return [row.get("standing") for row in rows(plan(*drafts), "role_assignments")]


def test_principals_by_one_link_are_the_same() -> None:
    eligible = request(ELIGIBILITY, "azurerm_pim_eligible_role_assignment.admins")
    assert standing(assignment(links=WHO), eligible) == [False]


@pytest.mark.parametrize(("other", "expected"), [("azuread_group.others", True), ("data.azuread_group.admins", None)])
def test_principals_by_other_links(other: str, expected: bool | None) -> None:
    links: Links = {("properties", "principalId"): (other, "object_id")}
    eligible = request(ELIGIBILITY, "azurerm_pim_eligible_role_assignment.others", links=links)
    assert standing(assignment(links=WHO), eligible) == [expected]


def test_another_scope_is_another_assignment() -> None:
    eligible = request(ELIGIBILITY, "azurerm_pim_eligible_role_assignment.admins", scope="/subscriptions/2222")
    assert standing(assignment(links=WHO), eligible) == [True]


def test_a_request_to_remove_an_eligibility_makes_nobody_eligible() -> None:
    removed = request(ELIGIBILITY, "azurerm_pim_eligible_role_assignment.admins", requestType="AdminRemove")
    assert standing(assignment(links=WHO), removed) == [True]


@pytest.mark.parametrize(
    ("expiration", "expected"),
    [("AfterDuration", False), ("AfterDateTime", False), ("NoExpiration", True), ("", None)],
)
def test_active_assignments_of_privileged_identity_management(expiration: str, expected: bool | None) -> None:
    assert standing(request(REQUEST, "azurerm_pim_active_role_assignment.admins", expiration)) == [expected]


def test_owners_are_counted_by_scope_and_name() -> None:
    names = [f"azurerm_role_assignment.owner_{letter}" for letter in "cab"]
    elsewhere = assignment("azurerm_role_assignment.elsewhere", scope="/subscriptions/2222")
    made = plan(*(assignment(name) for name in names), elsewhere)
    ranks = {row["name"]: row["owner_rank"] for row in rows(made, "owner_counts")}
    assert ranks == {"owner_a": 1, "owner_b": 2, "owner_c": 3, "elsewhere": 1}
