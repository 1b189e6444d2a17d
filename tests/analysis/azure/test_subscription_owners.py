"""Owners of subscriptions: who counts, and where it is not known how many there are."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.azure.role_definitions import CONTRIBUTOR, OWNER
from erpguard.estate import Estate
from erpguard.normalize.azure.built_in_roles import role_guid
from tests.analysis.azure.arm_estates import Body, analyses, rows

SUBSCRIPTION = "/subscriptions/1111"
OTHER = "/subscriptions/2222"
GROUPS = "/providers/Microsoft.Management/managementGroups/"
ROLES = "/providers/Microsoft.Authorization/roleDefinitions/"
TENANT = "99999999-0000-4000-8000-000000000001"


def subscription(id_: str = SUBSCRIPTION, *groups: str) -> Body:
    chain = {"properties": {"managementGroupAncestorsChain": [{"name": name} for name in groups]}} if groups else {}
    return {
        "id": id_,
        "type": "Microsoft.Resources/subscriptions",
        "displayName": "erp",
        "tenantId": TENANT,
        **chain,
    }


def assignment(
    number: int, scope: str = SUBSCRIPTION, role: str = OWNER, kind: str = "roleAssignments", **more: Any
) -> Body:
    type_ = f"Microsoft.Authorization/{kind}"
    properties = {
        "roleDefinitionId": ROLES + role_guid(role),
        "principalId": f"user-{number}",
        "principalType": "User",
        "scope": scope,
        **more,
    }
    id_ = f"{scope.rstrip('/')}/providers/{type_}/{kind}-{number}"
    return {"id": id_, "type": type_, "name": f"{kind}-{number}", "properties": properties}


def counted(made: Analyses) -> list[tuple[int, int]]:
    return [(row["at_least"], row["at_most"]) for row in rows(made, "subscription_owners") if "at_most" in row]


def only(made: Analyses) -> dict[str, Any]:
    (row,) = (row for row in rows(made, "subscription_owners") if "at_least" in row)
    return row


def test_principals_are_counted_once() -> None:
    eligible = assignment(1, kind="roleEligibilityScheduleInstances")
    activated = assignment(1, kind="roleAssignmentScheduleInstances", assignmentType="Activated")
    found = only(analyses(subscription(), assignment(1), eligible, activated, assignment(2)))
    assert (found["at_least"], found["at_most"], found["groups"]) == (2, 2, False)
    assert found["owners"] == "user user-1, user user-2"
    assert [one["message"] for one in found["related"]] == [
        "user user-1 is Owner on subscription 1111",
        "user user-2 is Owner on subscription 1111",
    ]


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        (SUBSCRIPTION.upper(), (1, 1)),
        ("/", (1, 1)),
        (GROUPS + "mg-erp", (1, 1)),
        (OTHER, (0, 0)),
        (SUBSCRIPTION + "/resourceGroups/rg-erp", (0, 0)),
    ],
)
def test_where_an_owner_counts(scope: str, count: tuple[int, int]) -> None:
    assert counted(analyses(subscription(), assignment(1, scope))) == [count]


@pytest.mark.parametrize(
    ("group", "first", "second"),
    [("MG-ERP", (1, 1), (0, 0)), ("mg-lab", (0, 0), (0, 1)), (TENANT, (1, 1), (1, 1)), ("mg-root", (1, 1), (0, 1))],
)
def test_management_groups_of_several_subscriptions(
    group: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    """The first one says what it is below of, the second one only if it is asked about what the first one denies."""
    below = subscription(SUBSCRIPTION, "mg-erp", "mg-root")
    other = subscription(OTHER) if group != "MG-ERP" else subscription(OTHER, "mg-lab")
    assert counted(analyses(below, other, assignment(1, GROUPS + group))) == [first, second]


def test_other_roles_and_principals_that_are_not_known() -> None:
    nameless = assignment(2, principalId="")
    odd = assignment(3, roleDefinitionId=ROLES + "dddddddd-0000-4000-8000-000000000001")
    assert counted(analyses(subscription(), assignment(1, role=CONTRIBUTOR))) == [(0, 0)]
    assert counted(analyses(subscription(), assignment(1), nameless)) == [(1, 2)]
    assert counted(analyses(subscription(), nameless)) == [(1, 1)]
    assert counted(analyses(subscription(), assignment(1), odd)) == [(1, 2)]


@pytest.mark.parametrize(("type_", "groups"), [("User", False), ("Group", True), ("ServicePrincipal", False)])
def test_whether_one_is_a_group(type_: str, groups: bool) -> None:
    assert only(analyses(subscription(), assignment(1, principalType=type_)))["groups"] is groups


def test_there_may_be_more_where_not_all_was_read() -> None:
    made = analyses(subscription(), assignment(1))
    for missing in ("roleAssignments", "roleEligibilityScheduleInstances", "roleAssignmentScheduleInstances"):
        opened = Analyses(Estate(made.estate.resources, {f"Microsoft.Authorization/{missing}"}))
        assert counted(opened) == []
        assert [row["surely"] for row in rows(opened, "subscription_owners") if "surely" in row] == [1]
