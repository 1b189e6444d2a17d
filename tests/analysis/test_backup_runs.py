"""When backups last succeeded: by the status of jobs, by the backups of operators, by protected items."""

from __future__ import annotations

from typing import Any

import pytest

import erpguard
from erpguard.analysis import Analyses
from erpguard.estate import Estate
from erpguard.sources.kubernetes_manifest import from_memory

JOB: dict[str, Any] = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": "dump", "namespace": "erp"},
    "spec": {
        "schedule": "0 2 * * *",
        "jobTemplate": {
            "spec": {
                "template": {
                    "spec": {
                        "containers": [
                            {
                                "name": "dump",
                                "image": "postgres:16",
                                "command": ["sh", "-c", "pg_dump -h db erp > /b/x"],
                            }
                        ]
                    }
                }
            }
        },
    },
}
SCHEDULE: dict[str, Any] = {
    "apiVersion": "velero.io/v1",
    "kind": "Schedule",
    "metadata": {"name": "daily", "namespace": "velero"},
    "spec": {"schedule": "0 3 * * *"},
}


def backup(name: str, phase: str, ended: str = "", schedule: str = "daily") -> dict[str, Any]:
    return {
        "apiVersion": "velero.io/v1",
        "kind": "Backup",
        "metadata": {"name": name, "namespace": "velero", "labels": {"velero.io/schedule-name": schedule}},
        "spec": {},
        "status": {"phase": phase, **({"completionTimestamp": ended} if ended else {})},
    }


def runs(*objects: dict[str, Any], as_of: str = "2026-01-31") -> list[tuple[str, int]]:
    made = Analyses(Estate(from_memory(list(objects), {}).resources), as_of=as_of)
    return [(row["last"], row["age_hours"]) for row in made.view("backup_runs").rows.values()]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ({}, []),
        ({"lastSuccessfulTime": "2026-01-30T02:03:00Z"}, [("2026-01-30T02:03:00Z", 21)]),
        ({"lastSuccessfulTime": "2026-01-31T02:03:00Z"}, [("2026-01-31T02:03:00Z", -3)]),
        ({"lastScheduleTime": "2026-01-30T02:00:00Z"}, [("", 1_000_000)]),
        ({"lastScheduleTime": "2026-01-30T02:00:00Z", "active": [{"name": "dump-1"}]}, []),
        ({"lastSuccessfulTime": "2026-01-30T02:03:00+02:00"}, [("2026-01-30T02:03:00+02:00", 23)]),
    ],
)
def test_jobs(status: dict[str, Any], found: list[tuple[str, int]]) -> None:
    assert runs({**JOB, "status": status}) == found


def test_a_scan_without_a_date_knows_no_age() -> None:
    assert runs({**JOB, "status": {"lastSuccessfulTime": "2026-01-30T02:03:00Z"}}, as_of="") == []


def test_the_latest_backup_that_is_whole_counts() -> None:
    old, newer = backup("a", "Completed", "2026-01-10T03:05:00Z"), backup("b", "Completed", "2026-01-29T03:05:00Z")
    late = backup("c", "PartiallyFailed", "2026-01-30T03:05:00Z")
    other = backup("d", "Completed", "2026-01-30T03:05:00Z", schedule="weekly")
    assert runs(SCHEDULE, newer, old, late, other) == [("2026-01-29T03:05:00Z", 44)]
    assert runs(SCHEDULE, late) == [("", 1_000_000)]
    assert runs(SCHEDULE, other) == []
    assert runs(SCHEDULE, backup("e", "InProgress")) == []


def test_the_date_of_the_scan_decides() -> None:
    objects = [SCHEDULE, backup("a", "Completed", "2026-01-29T03:05:00Z")]

    def failed(as_of: str) -> int:
        return len(erpguard.scan(resources=objects, select=["BAK006"], as_of=as_of).findings)

    # What succeeded at three in the morning is a day old at three: the scan knows the day only, and waits for the next.
    assert [failed(day) for day in ("2026-01-29", "2026-01-30", "2026-01-31")] == [0, 0, 1]
