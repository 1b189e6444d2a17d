"""How long Backup vaults keep the backups of PostgreSQL servers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.azure.arm_estates import Body, analyses, arm_id, body, doubts, rows

POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"
INSTANCE = "Microsoft.DataProtection/backupVaults/backupInstances"
POLICY = "Microsoft.DataProtection/backupVaults/backupPolicies"
ITEM = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems"


def instance(name: str = "i", policy: str = "p", source: str = arm_id(POSTGRES, "psql"), **properties: Any) -> Body:
    info = {"policyInfo": {"policyId": arm_id(POLICY, f"bv/{policy}")}} if policy else {}
    return body(INSTANCE, f"bv/{name}", {"dataSourceInfo": {"resourceID": source}, **info, **properties})


def policy(*durations: str, name: str = "p") -> Body:
    """A policy with one rule for each duration, and the rule that says when it runs."""
    rules: list[Any] = [{"lifecycles": [{"deleteAfter": {"duration": one}}]} for one in durations]
    return body(POLICY, f"bv/{name}", {"policyRules": [*rules, {"trigger": {"schedule": {}}}]})


def judged(*others: Body, **properties: Any) -> Body:
    (row,) = rows(analyses(body(POSTGRES, "psql", properties), *others), "long_term_backups")
    return row


@pytest.mark.parametrize(
    ("properties", "others", "answer"),
    [
        ({}, [], False),
        ({}, [instance()], True),
        ({}, [instance(currentProtectionState="ProtectionStopped")], False),
        ({}, [instance(source="${SERVER}")], None),
        ({}, [body(ITEM, "rsv/Azure/c/i", {"sourceResourceId": "${WHAT}"})], False),  # protects no such server
        ({"createMode": "${MODE}"}, [], None),
        ({"createMode": "Replica", "replicationRole": "None"}, [], False),  # promoted since
    ],
)
def test_whether_a_vault_has_backups(properties: Body, others: list[Body], answer: bool | None) -> None:
    made = analyses(body(POSTGRES, "psql", properties), *others)
    (row,) = rows(made, "long_term_backups")
    assert row.get("vaulted") is answer
    assert doubts(made, "long_term_backups") == [{"vaulted"} if answer is None else set()]


UNKNOWN = "how long backup policy p keeps backups"


@pytest.mark.parametrize(
    ("others", "kept"),
    [
        ([instance(), policy("P30D")], (30, "P30D", "p", "")),
        ([instance(), policy("P30D", "P1Y", "P3M")], (365, "P1Y", "p", "")),
        ([instance(), policy("P1M")], (28, "P1M", "p", "")),
        ([instance(), policy()], (0, "", "", "")),
        ([instance()], (0, "", "", UNKNOWN)),
        ([instance(policy="")], (0, "", "", "how long the policy of backup instance i keeps backups")),
        ([instance(), policy("P30D", "${YEARS}")], (30, "P30D", "p", UNKNOWN)),
        ([instance(), policy("P30D", "soon")], (30, "P30D", "p", UNKNOWN)),
        ([instance(), policy("P10Y", "${YEARS}")], (3652, "P10Y", "p", UNKNOWN)),
        ([instance(), policy("P30D"), instance("j", "q"), policy("P2Y", name="q")], (730, "P2Y", "q", "")),
        (
            [instance(), policy("P30D"), instance("j", "q", currentProtectionState="${S}"), policy("P2Y", name="q")],
            (30, "P30D", "p", "whether backup instance j protects the server"),
        ),
        (
            [instance(), policy("P30D"), instance("j", "q", currentProtectionState="SoftDeleted")],
            (30, "P30D", "p", ""),
        ),
    ],
)
def test_what_is_kept_longest_counts(others: list[Body], kept: tuple[float, str, str, str]) -> None:
    row = judged(*others)
    assert (row["kept_days"], row["retention"], row["policy"], row["doubt"]) == kept


def test_rules_that_are_not_known() -> None:
    hidden = body(POLICY, "bv/p", {"policyRules": "${RULES}"})
    assert (judged(instance(), hidden)["kept_days"], judged(instance(), hidden)["doubt"]) == (0, UNKNOWN)
