"""What policies of Azure Backup keep, and when they run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.azure.arm_estates import Body, analyses, body, doubts, rows
from tests.analysis.azure.planned import plan, planned

RECOVERY = "Microsoft.RecoveryServices/vaults/backupPolicies"
PROTECTION = "Microsoft.DataProtection/backupVaults/backupPolicies"
DAILY = {"scheduleRunFrequency": "Daily", "scheduleRunTimes": ["2025-01-01T02:00:00Z"]}


def of_days(count: Any, unit: str = "Days") -> Body:
    return {"retentionDuration": {"count": count, "durationType": unit}}


def rule(*durations: str, is_default: bool = True) -> Body:
    cycles = [{"deleteAfter": {"duration": duration}} for duration in durations]
    return {"objectType": "AzureRetentionRule", "isDefault": is_default, "lifecycles": cycles}


@pytest.mark.parametrize(
    ("properties", "days"),
    [
        ({"retentionPolicy": {"dailySchedule": of_days(7), "yearlySchedule": of_days(9, "Years")}}, 7),
        ({"retentionPolicy": {"weeklySchedule": of_days(12, "Weeks")}}, 84),
        ({"retentionPolicy": {"retentionDuration": {"count": 30, "durationType": "Days"}}}, 30),
        ({"retentionPolicy": {"dailySchedule": of_days("${DAYS}")}}, None),
        ({"retentionPolicy": {"dailySchedule": of_days(7, "Moons")}}, None),
        (
            {
                "vaultRetentionPolicy": {
                    "snapshotRetentionInDays": 5,
                    "vaultRetention": {"dailySchedule": of_days(40)},
                },
                "retentionPolicy": {"dailySchedule": of_days(5)},
            },
            40,
        ),
        (
            {
                "subProtectionPolicy": [
                    {
                        "policyType": "Log",
                        "retentionPolicy": {"retentionDuration": {"count": 1, "durationType": "Days"}},
                    },
                    {"policyType": "Full", "retentionPolicy": {"dailySchedule": of_days(20)}},
                ]
            },
            20,
        ),
        ({"subProtectionPolicy": [{"policyType": "${TYPE}"}]}, None),
    ],
)
def test_what_a_recovery_services_vault_keeps(properties: Body, days: float | None) -> None:
    made = analyses(body(RECOVERY, "rsv/p", properties))
    (row,), (hidden,) = rows(made, "backup_policy_retentions"), doubts(made, "backup_policy_retentions")
    assert row.get("days") == days
    assert ("days" in hidden) == (days is None)


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ([rule("P7D", "P84D"), rule("P9Y", is_default=False)], 84),
        ([rule("P7D"), rule("P1M")], 28),
        ([rule("${RETENTION}"), rule("P1M")], None),
        ([rule("for ever")], None),
    ],
)
def test_what_a_backup_vault_keeps(rules: list[Body], days: float | None) -> None:
    made = analyses(body(PROTECTION, "bv/p", {"policyRules": rules}))
    (row,) = rows(made, "backup_policy_retentions")
    assert row.get("days") == days


def test_policies_that_say_nothing_have_no_row() -> None:
    silent = [body(RECOVERY, "rsv/p", {"schedulePolicy": DAILY}), body(PROTECTION, "bv/p", {"policyRules": []})]
    assert rows(analyses(*silent), "backup_policy_retentions") == []


BLOBS = "Microsoft.Storage/storageAccounts/blobServices"


def stored(store: str) -> Body:
    """A default rule that keeps in one store."""
    return {**rule("P30D"), "lifecycles": [{"sourceDataStore": {"dataStoreType": store}}]}


def timed(*intervals: str) -> Body:
    return {"objectType": "AzureBackupRule", "trigger": {"schedule": {"repeatingTimeIntervals": list(intervals)}}}


@pytest.mark.parametrize(
    ("sources", "rules", "gap", "archives", "never"),
    [
        (["Microsoft.Compute/disks"], [timed("R/2025-01-01T02:00:00Z/P1D")], 24, False, False),
        (["Microsoft.DBforPostgreSQL/flexibleServers"], [timed("R/2025-01-01T02:00:00Z/P1W")], 168, True, False),
        ([BLOBS], [rule("P30D")], None, True, False),
        ([BLOBS], [stored("OperationalStore"), timed("R/2025-01-01T02:00:00Z/P1W")], 168, True, False),
        ([BLOBS], [stored("VaultStore"), timed("R/2025-01-01T02:00:00Z/P1W")], 168, False, False),
        (["Microsoft.Compute/disks"], [rule("P30D")], None, False, True),
    ],
)
def test_when_a_backup_vault_backs_up(
    sources: list[str], rules: list[Body], gap: float | None, archives: bool, never: bool
) -> None:
    made = analyses(body(PROTECTION, "bv/p", {"datasourceTypes": sources, "policyRules": rules}))
    (row,) = rows(made, "backup_schedules")
    assert (row.get("gap_hours"), row["archives_wal"], row["never"]) == (gap, archives, never)
    assert doubts(made, "backup_schedules") == [set()]


def test_the_log_of_a_workload_has_a_row_of_its_own() -> None:
    parts = [
        {"policyType": "Full", "schedulePolicy": {"scheduleRunFrequency": "Weekly", "scheduleRunDays": ["Sunday"]}},
        {"policyType": "Log", "schedulePolicy": {"scheduleFrequencyInMins": 90}},
    ]
    full, log = rows(analyses(body(RECOVERY, "rsv/p", {"subProtectionPolicy": parts})), "backup_schedules")
    assert (full["gap_hours"], full["archives_wal"]) == (168, True)
    assert (log["gap_hours"], log["archives_wal"]) == (1.5, False)


@pytest.mark.parametrize(
    "properties",
    [
        {"schedulePolicy": {"scheduleRunFrequency": "${HOW_OFTEN}"}},
        {"schedulePolicy": {**DAILY, "scheduleRunTimes": ["${TIME}"]}},
        {"subProtectionPolicy": [{"policyType": "${TYPE}", "schedulePolicy": DAILY}]},
    ],
)
def test_schedules_that_are_not_known(properties: Body) -> None:
    (hidden,) = doubts(analyses(body(RECOVERY, "rsv/p", properties)), "backup_schedules")
    assert {"gap_hours", "never"} <= hidden


def test_a_schedule_that_a_plan_does_not_show_yet() -> None:
    hidden = ("properties", "schedulePolicy", "scheduleRunFrequency")
    made = plan(planned(RECOVERY, "azurerm_backup_policy_vm.p", unknown=(hidden,)))
    assert [{"gap_hours", "never"} <= one for one in doubts(made, "backup_schedules")] == [True]
