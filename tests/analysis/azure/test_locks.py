"""What locks cover."""

from __future__ import annotations

import pytest

from tests.analysis.azure.arm_estates import GROUP, Body, analyses, arm_id, body, rows

SERVER = "Microsoft.DBforPostgreSQL/flexibleServers"
LOCK = "Microsoft.Authorization/locks"
RESOURCE_GROUP = GROUP.removesuffix("/providers")


def lock(scope: str, level: str = "CanNotDelete") -> Body:
    return {"id": f"{scope}/providers/{LOCK}/keep", "type": LOCK, "name": "keep", "properties": {"level": level}}


@pytest.mark.parametrize(
    ("scope", "level", "locked"),
    [
        (arm_id(SERVER, "psql"), "CanNotDelete", True),
        (arm_id(SERVER, "PSQL").replace("rg-erp-prod", "RG-ERP-PROD"), "readonly", True),
        (RESOURCE_GROUP.replace("resourceGroups/rg-erp-prod", "resourcegroups/RG-ERP-prod"), "ReadOnly", True),
        ("/subscriptions/1111", "CanNotDelete", True),
        ("/subscriptions/2222", "CanNotDelete", False),
        ("/subscriptions/2222/resourceGroups/rg-erp-prod", "CanNotDelete", False),
        (f"{RESOURCE_GROUP}-2", "CanNotDelete", False),
        (arm_id(SERVER, "psql-2"), "CanNotDelete", False),
        (arm_id(SERVER, "psql"), "NotSpecified", False),
        (arm_id(SERVER, "psql"), "${LEVEL}", None),
    ],
)
def test_scopes_and_levels(scope: str, level: str, locked: bool | None) -> None:
    (row,) = rows(analyses(body(SERVER, "psql"), lock(scope, level)), "deletion_locks")
    assert row.get("locked") is locked


def planned(type_: str, name: str, address: str, **rest: str) -> Body:
    return {"type": type_, "name": name, "address": address, "properties": {}, **rest}


@pytest.mark.parametrize(
    ("parent", "locked"),
    [
        ("azurerm_postgresql_flexible_server.erp", True),
        ("azurerm_resource_group.erp", True),
        ("azurerm_resource_group.shop", False),
        ("/subscriptions/1111/resourceGroups/rg-erp", True),
        ("/subscriptions//resourceGroups/rg-erp", True),
        ("/subscriptions//resourceGroups/rg-shop", False),
        ("/subscriptions/1111", None),
        ("", None),
    ],
)
def test_what_a_plan_does_not_know_yet(parent: str, locked: bool | None) -> None:
    made = analyses(
        planned(SERVER, "psql", "azurerm_postgresql_flexible_server.erp", resourceGroup="rg-erp"),
        planned("Microsoft.Resources/resourceGroups", "rg-erp", "azurerm_resource_group.erp"),
        planned("Microsoft.Resources/resourceGroups", "rg-shop", "azurerm_resource_group.shop"),
        {**planned(LOCK, "keep", "azurerm_management_lock.keep", parent=parent), "properties": {"level": "ReadOnly"}},
    )
    (row,) = rows(made, "deletion_locks")
    assert row.get("locked") is locked
