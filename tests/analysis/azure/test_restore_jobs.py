"""Restores of Backup vaults: which of them are known to have succeeded, of which database."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis.azure.restore_jobs import JOB, Restores, restores
from tests.analysis.azure.arm_estates import analyses, body

SERVER = "Microsoft.DBforPostgreSQL/flexibleServers"
DB = body(SERVER, "psql-erp")
DONE = {"operationCategory": "Restore", "status": "Completed", "endTime": "2026-01-20T03:10:21.9Z"}
UNKNOWN = "${X}"


def found(*jobs: dict[str, Any]) -> Restores:
    """What is known of the restores of the server."""
    bodies = [body(JOB, f"bvault/{number}", job) for number, job in enumerate(jobs)]
    given = analyses(dict(DB), *bodies)
    (server,) = given.estate.of_type(SERVER)
    return restores(given, server)


@pytest.mark.parametrize(
    ("changed", "ends", "known"),
    [
        ({}, 1, True),
        ({"status": "completed", "operationCategory": "restore"}, 1, True),
        ({"dataSourceId": DB["id"].upper()}, 1, True),
        ({"status": "Failed"}, 0, True),
        ({"status": "CompletedWithWarnings"}, 0, True),
        ({"operationCategory": "Backup"}, 0, True),
        ({"dataSourceId": DB["id"] + "-2"}, 0, True),
        ({"status": UNKNOWN}, 0, False),
        ({"operationCategory": UNKNOWN}, 0, False),
        ({"endTime": UNKNOWN}, 0, False),
        ({"dataSourceId": UNKNOWN}, 0, False),
        ({"dataSourceId": UNKNOWN, "status": "Failed"}, 0, True),
    ],
)
def test_one_job(changed: dict[str, Any], ends: int, known: bool) -> None:
    assert found({**DONE, "dataSourceId": DB["id"], **changed}) == Restores((DONE["endTime"],) * ends, known)


def test_no_jobs() -> None:
    assert found() == Restores((), True)


def test_one_that_is_known_beside_one_that_is_not() -> None:
    jobs = [{**DONE, "dataSourceId": DB["id"], "status": status} for status in ("Completed", UNKNOWN)]
    assert found(*jobs) == Restores((DONE["endTime"],), False)
