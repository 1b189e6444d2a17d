"""What blob services keep of deleted and overwritten blobs."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.estate import Estate
from tests.analysis.azure.arm_estates import Body, analyses, body, doubts, rows

ACCOUNT = "Microsoft.Storage/storageAccounts"
SERVICES = f"{ACCOUNT}/blobServices"


def recovery(properties: Body, account: Body | None = None) -> tuple[dict[str, Any], bool | None]:
    """Days by what is kept, and whether versioning is missing."""
    made = analyses(*([account] if account else []), body(SERVICES, "sterp/default", properties))
    found = rows(made, "blob_recovery")
    return {row["of"]: row.get("kept_days") for row in found if "of" in row}, found[-1].get("not_versioned")


PLAIN = body(ACCOUNT, "sterp", kind="StorageV2")


@pytest.mark.parametrize(
    ("policy", "days"),
    [
        (None, 0),
        ({"enabled": False}, 0),
        ({"enabled": False, "days": 30}, 0),
        ({"enabled": True, "days": 30}, 30),
        ({"days": 30}, 30),  # a provider's block needs no switch
        ({"days": "${DAYS}"}, None),
        ({"enabled": "${ON}", "days": 30}, None),
        ({"enabled": True, "days": "${DAYS}"}, None),
        ({"enabled": True}, None),
    ],
)
def test_soft_delete(policy: Body | None, days: int | None) -> None:
    for name, what in (("deleteRetentionPolicy", "blobs"), ("containerDeleteRetentionPolicy", "containers")):
        kept, _ = recovery({name: policy} if policy is not None else {}, PLAIN)
        assert kept[what] == days


@pytest.mark.parametrize(
    ("properties", "account", "missing"),
    [
        ({}, PLAIN, True),
        ({"isVersioningEnabled": True}, PLAIN, False),
        ({"isVersioningEnabled": "${ON}"}, PLAIN, None),
        ({}, body(ACCOUNT, "sterp", {"isHnsEnabled": True}), False),
        ({}, body(ACCOUNT, "sterp", {"isHnsEnabled": "${HNS}"}), None),
        ({}, None, None),
        ({"isVersioningEnabled": True}, None, False),
    ],
)
def test_versioning(properties: Body, account: Body | None, missing: bool | None) -> None:
    assert recovery(properties, account)[1] is missing


def test_each_row_has_doubts_of_its_own() -> None:
    policies = {"deleteRetentionPolicy": {"enabled": True, "days": "${DAYS}"}}
    made = analyses(PLAIN, body(SERVICES, "sterp/default", policies))
    assert doubts(made, "blob_recovery") == [{"kept_days"}, set(), set()]


def test_an_account_of_files_holds_no_blobs() -> None:
    made = analyses(body(ACCOUNT, "sterp", kind="FileStorage"), body(SERVICES, "sterp/default"))
    assert rows(made, "blob_recovery") == []
    made = analyses(body(ACCOUNT, "sterp", kind="${KIND}"), body(SERVICES, "sterp/default"))
    assert doubts(made, "blob_recovery") == [{"kept_days"}, {"kept_days"}, {"not_versioned"}]


def planned(change: str = "create", open_types: set[str] | None = None, **rest: Any) -> Analyses:
    """The analyses of an account whose blob service nobody declares."""
    made = analyses({**PLAIN, **rest}).estate.resources[0]
    made.change = change
    return Analyses(Estate([made], open_types or ()))


@pytest.mark.parametrize("change", ["create", "update", "replace", "no-op"])
def test_a_declared_account_has_the_defaults_of_its_blob_service(change: str) -> None:
    made = planned(change)
    assert [(row.get("of"), row.get("kept_days"), row.get("not_versioned")) for row in rows(made, "blob_recovery")] == [
        ("blobs", 0, None),
        ("containers", 0, None),
        (None, None, True),
    ]
    assert {tuple(row["path"]) for row in rows(made, "blob_recovery")} == {("name",)}
    assert [row["absent"] for row in rows(made, "blob_recovery")] == [[SERVICES]] * 3
    assert doubts(made, "blob_recovery") == [set(), set(), set()]


def test_of_an_account_as_azure_shows_it_nothing_is_known_without_its_blob_service() -> None:
    assert doubts(planned(""), "blob_recovery") == [{"kept_days"}, {"kept_days"}, {"not_versioned"}]


def test_a_declared_account_without_blobs_or_versions() -> None:
    assert rows(planned(kind="FileStorage"), "blob_recovery") == []
    assert doubts(planned(kind="${KIND}"), "blob_recovery") == [{"kept_days"}, {"kept_days"}, {"not_versioned"}]
    lake = planned(properties={"isHnsEnabled": True})
    assert (rows(lake, "blob_recovery")[2]["not_versioned"], doubts(lake, "blob_recovery")[2]) == (False, set())


def test_a_declared_blob_service_speaks_for_its_account() -> None:
    made = analyses(PLAIN, body(SERVICES, "sterp/default")).estate.resources
    for one in made:
        one.change = "create"
    assert {row["resource"] for row in rows(Analyses(Estate(made)), "blob_recovery")} == {made[1].id}
