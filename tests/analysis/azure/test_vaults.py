"""Settings of vaults, in their own bodies and in those of their children."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.azure.arm_estates import Body, analyses, body, rows

RECOVERY = "Microsoft.RecoveryServices/vaults"
BACKUP = "Microsoft.DataProtection/backupVaults"
FACTS = ("soft_delete_off", "soft_delete_days", "mutable", "locally_redundant", "not_restorable_elsewhere")


def facts(*bodies: Body) -> dict[str, Any]:
    """All fields of the rows of one vault."""
    return {name: row[name] for row in rows(analyses(*bodies), "backup_vaults") for name in FACTS if name in row}


def test_defaults_of_a_recovery_services_vault() -> None:
    assert facts(body(RECOVERY, "rsv")) == {
        "soft_delete_off": False,
        "soft_delete_days": 14,
        "mutable": True,
        "locally_redundant": False,
        "not_restorable_elsewhere": True,
    }


def test_children_count_more_than_the_vault() -> None:
    vault = body(RECOVERY, "rsv", {"redundancySettings": {"crossRegionRestore": "Enabled"}})
    config = body(f"{RECOVERY}/backupconfig", "rsv/vaultconfig", {"softDeleteFeatureState": "Disabled"})
    storage = body(
        f"{RECOVERY}/backupstorageconfig",
        "rsv/vaultstorageconfig",
        {"storageModelType": "GeoRedundant", "crossRegionRestoreFlag": False},
    )
    found = facts(vault, config, storage)
    assert found["soft_delete_off"] and "soft_delete_days" not in found
    assert found["not_restorable_elsewhere"]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            {"storageSettings": [{"type": "ZoneRedundant"}]},
            {"locally_redundant": False, "not_restorable_elsewhere": False},
        ),
        (
            {
                "storageSettings": [
                    {"datastoreType": "OperationalStore", "type": "LocallyRedundant"},
                    {"datastoreType": "VaultStore", "type": "GeoRedundant"},
                ],
                "featureSettings": {"crossRegionRestoreSettings": {"state": "Enabled"}},
            },
            {"locally_redundant": False, "not_restorable_elsewhere": False},
        ),
        ({"storageSettings": [{"type": "${REDUNDANCY}"}]}, {}),
    ],
)
def test_stores_of_a_backup_vault(properties: Body, expected: dict[str, bool]) -> None:
    found = facts(body(BACKUP, "bv", properties))
    assert {name: found[name] for name in FACTS[3:] if name in found} == expected


@pytest.mark.parametrize(("state", "off"), [("On", False), ("AlwaysOn", False), ("Off", True), ("${STATE}", None)])
def test_soft_delete_of_a_backup_vault(state: str, off: bool | None) -> None:
    settings = {"softDeleteSettings": {"state": state, "retentionDurationInDays": 20}}
    found = facts(body(BACKUP, "bv", {"securitySettings": settings}))
    assert found.get("soft_delete_off") is off
    assert found.get("soft_delete_days") == (20 if off is False else None)
