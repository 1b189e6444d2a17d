"""What changes of a plan take away."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.estate import Estate
from erpguard.model import Resource
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.families import Draft, settle
from tests.analysis.azure.arm_estates import Body, arm_id, body
from tests.analysis.estates import FakeOrigin

POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"
RECOVERY = "Microsoft.RecoveryServices/vaults/backupPolicies"
PROTECTION = "Microsoft.DataProtection/backupVaults/backupPolicies"
VAULT, BACKUP_VAULT = "Microsoft.RecoveryServices/vaults", "Microsoft.DataProtection/backupVaults"
ITEM = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems"
INSTANCE = "Microsoft.DataProtection/backupVaults/backupInstances"
BLOBS, FILES = "Microsoft.Storage/storageAccounts/blobServices", "Microsoft.Storage/storageAccounts/fileServices"
SHORT = "Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies"
LONG = "Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies"
LOCK = "Microsoft.Authorization/locks"


def found(change: str, given: Body, before: Body | None = None) -> list[dict[str, Any]]:
    """The rows about one planned change; `before` holds the properties that were."""
    known = arm.Known(change=change)
    made = arm.resource(deepcopy(given), FakeOrigin(), known=known)[0]
    if before is not None:
        made.before = {**given, "properties": before}
    estate = Estate(settle([Draft(made)]).resources)
    return list(Analyses(estate).view("recovery_changes").rows.values())


def lock(level: str) -> Body:
    scope = arm_id(POSTGRES, "psql")
    return {"id": f"{scope}/providers/{LOCK}/keep", "type": LOCK, "name": "keep", "properties": {"level": level}}


DAILY = {"retentionPolicy": {"dailySchedule": {"retentionDuration": {"count": 30, "durationType": "Days"}}}}
DESTROYED = [
    (body(RECOVERY, "rsv/daily", DAILY), "backup policy daily", "keeps backups for 30 days"),
    (body(PROTECTION, "bv/daily", {"policyRules": []}), "backup policy daily", "there"),
    (body(VAULT, "rsv"), "Recovery Services vault rsv", "keeps deleted backups for 14 days"),
    (body(BACKUP_VAULT, "bv"), "Backup vault bv", "keeps deleted backups for 14 days"),
    (
        body(ITEM, "rsv/Azure/c/i", {"sourceResourceId": "/subscriptions/1"}),
        "protected item i",
        "protects /subscriptions/1",
    ),
    (body(INSTANCE, "bv/i", {"dataSourceInfo": {"resourceID": "/x"}}), "backup instance i", "protects /x"),
    (lock("ReadOnly"), "lock keep", "ReadOnly"),
    (
        body(POSTGRES, "psql", {"backup": {"backupRetentionDays": 30}}),
        "database server psql",
        "keeps backups for 30 days",
    ),
    (body("Microsoft.DBforPostgreSQL/servers", "psql"), "database server psql", "there"),
    (body("Microsoft.Sql/servers", "sql"), "database server sql", "there"),
    (body("Microsoft.Sql/managedInstances", "mi"), "database server mi", "there"),
    (
        body(SHORT, "sql/erp/default", {"retentionDays": 30}),
        "short-term retention policy of database erp",
        "keeps backups for 30 days",
    ),
]


@pytest.mark.parametrize(("given", "what", "before"), DESTROYED, ids=lambda value: str(value)[:40])
def test_what_is_deleted(given: Body, what: str, before: str) -> None:
    (row,) = found("delete", given)
    assert (row["weakens"], row["what"], row["before"], row["after"]) == (True, what, before, "deleted")
    assert row["path"] == ["resource", "name"]


@pytest.mark.parametrize(("given", "what", "before"), DESTROYED, ids=lambda value: str(value)[:40])
def test_what_is_destroyed_and_made_anew(given: Body, what: str, before: str) -> None:
    after = {**given, "properties": {}}
    (row,) = found("replace", after, given["properties"])
    assert (row["weakens"], row["what"], row["before"]) == (True, what, before)
    assert (row["after"], row["path"]) == ("destroyed and made anew", ["name"])


@pytest.mark.parametrize("change", ["", "create", "no-op"])
def test_other_changes_are_not_judged(change: str) -> None:
    assert all(found(change, given) == [] for given, _, _ in DESTROYED)


def test_other_resources_may_be_deleted() -> None:
    assert found("delete", body("Microsoft.Network/publicIPAddresses", "pip")) == []


def backup(days: Any) -> Body:
    return {"backup": {"backupRetentionDays": days}}


def soft(state: str, days: int) -> Body:
    return {
        "securitySettings": {"softDeleteSettings": {"softDeleteState": state, "softDeleteRetentionPeriodInDays": days}}
    }


def kept(**policies: Body) -> Body:
    return {f"{name}RetentionPolicy": policy for name, policy in policies.items()}


def default(duration: str) -> Body:
    return {"policyRules": [{"isDefault": True, "lifecycles": [{"deleteAfter": {"duration": duration}}]}]}


@pytest.mark.parametrize(
    ("type_", "name", "before", "after", "weakens"),
    [
        (POSTGRES, "psql", backup(35), backup(30), [True]),
        (POSTGRES, "psql", backup(30), backup(30), [False]),
        (POSTGRES, "psql", backup(7), backup(35), [False]),
        (POSTGRES, "psql", {}, backup(35), [False]),  # it was the default
        (POSTGRES, "psql", backup(35), backup("${DAYS}"), [None]),
        (POSTGRES, "psql", backup(35), {}, [None]),  # what is not said in an update stays as it is
        (VAULT, "rsv", soft("Enabled", 30), soft("Enabled", 14), [True]),
        (VAULT, "rsv", soft("AlwaysON", 14), soft("Disabled", 14), [True]),
        (VAULT, "rsv", soft("Disabled", 14), soft("Enabled", 14), [False]),
        (PROTECTION, "bv/p", default("P2M"), default("P58D"), [True]),
        (PROTECTION, "bv/p", default("P1M"), default("P4W"), [False]),
        (
            BLOBS,
            "sterp/default",
            kept(delete={"enabled": True, "days": 30}, containerDelete={"enabled": True, "days": 30}),
            kept(delete={"enabled": True, "days": 14}),
            [True, True],
        ),
        (FILES, "sterp/default", kept(shareDelete={"days": 30}), kept(shareDelete={"days": 7}), [True]),
        (SHORT, "sql/erp/default", {"retentionDays": 30}, {"retentionDays": 7}, [True]),
        (LONG, "sql/erp/default", {"weeklyRetention": "P8W"}, {"weeklyRetention": "P1M"}, [True, False, False]),
    ],
)
def test_retentions(type_: str, name: str, before: Body, after: Body, weakens: list[bool | None]) -> None:
    rows = found("update", body(type_, name, after), before)
    assert [row.get("weakens") for row in rows] == weakens


def test_an_update_says_what_was_and_what_will_be() -> None:
    (row,) = found("update", body(POSTGRES, "psql", backup(30)), backup(35))
    assert (row["what"], row["before"], row["after"]) == (
        "database server psql: backups",
        "kept for 35 days",
        "kept for 30 days",
    )
    assert row["path"] == ["properties", "backup", "backupRetentionDays"]


def test_a_server_made_anew_is_judged_by_what_it_keeps() -> None:
    (row,) = found("replace", body(POSTGRES, "psql", backup(7)), backup(30))
    assert row["weakens"] is True


def test_nothing_is_said_where_it_is_not_known_what_was() -> None:
    assert found("update", body(POSTGRES, "psql", backup(7))) == []
    assert found("update", body(RECOVERY, "rsv/p", DAILY), {}) == []


def test_the_body_that_was_stays_as_it_is() -> None:
    made = arm.resource(body(VAULT, "rsv"), FakeOrigin(), known=arm.Known(change="update"))[0]
    made.before = body(VAULT, "rsv")
    resources: list[Resource] = settle([Draft(made)]).resources
    Analyses(Estate(resources)).view("recovery_changes")
    assert made.before == body(VAULT, "rsv")


def test_the_backups_of_a_read_replica_are_its_primarys() -> None:
    replica = body(POSTGRES, "psql", {"replicationRole": "AsyncReplica"})
    assert found("delete", replica) == found("replace", replica, replica["properties"]) == []
    (row,) = found("delete", body(POSTGRES, "psql", {"createMode": "${MODE}"}))
    assert "weakens" not in row


@pytest.mark.parametrize("type_", [ITEM, INSTANCE])
@pytest.mark.parametrize(
    ("before", "after", "weakens"),
    [
        ("Protected", "ProtectionStopped", True),
        (None, "ProtectionStopped", True),
        ("ProtectionError", "BackupsSuspended", True),
        ("Protected", "ProtectionError", False),
        ("Protected", None, False),
        ("Protected", "${STATE}", None),
        ("ProtectionStopped", "Protected", "no row"),
        ("ProtectionStopped", "SoftDeleted", "no row"),
    ],
)
def test_a_protection_that_is_stopped(type_: str, before: str | None, after: str | None, weakens: Any) -> None:
    state = "currentProtectionState" if type_ == INSTANCE else "protectionState"
    name = "bv/i" if type_ == INSTANCE else "rsv/Azure/c/i"
    made = found("update", body(type_, name, {state: after} if after else {}), {state: before} if before else {})
    if weakens == "no row":
        assert made == []
        return
    (row,) = made
    assert (row.get("weakens"), row["path"]) == (weakens, ["properties", state])
    if weakens:
        assert (row["before"], row["after"]) == ("makes backups", f"its protection is in the state {after}")
