"""Restores that Azure Backup made: the jobs of Backup vaults that restored a database.

https://learn.microsoft.com/rest/api/dataprotection/jobs/list. Of jobs only restores are collected.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.bodies import text
from erpguard.model import Resource

JOB = "Microsoft.DataProtection/backupVaults/backupJobs"

_ANY = ""


class Restores(NamedTuple):
    """The ends of the restores of a database that were completed, and whether these are all."""

    ends: tuple[str, ...]
    known: bool


class _Jobs:
    """The ends of completed restores, None where one may be; by the key of what was restored, `_ANY` if not known."""

    def __init__(self, analyses: Analyses) -> None:
        self.ends: dict[str, list[str | None]] = defaultdict(list)
        for job in analyses.estate.of_type(JOB):
            category, status = text(job, "properties", "operationCategory"), text(job, "properties", "status")
            if _is_other(category, "restore") or _is_other(status, "completed"):
                continue
            end = text(job, "properties", "endTime") if category and status else None
            self.ends[_restored(analyses, job)].append(end or None)


def restores(analyses: Analyses, database: Resource) -> Restores:
    """What is known of the restores of a database."""
    jobs: _Jobs = analyses.once("azure.restore_jobs", _Jobs)
    ends = [*jobs.ends.get(database.key, ()), *(None for _ in jobs.ends.get(_ANY, ()))]
    return Restores(tuple(end for end in ends if end is not None), None not in ends)


def _is_other(value: str | None, wanted: str) -> bool:
    return value is not None and value.lower() != wanted


def _restored(analyses: Analyses, job: Resource) -> str:
    """The key of what a job restored; of what is not there the id."""
    id_ = text(job, "properties", "dataSourceId")
    found = analyses.estate.arm(id_).resource if id_ else None
    return found.key if found is not None else id_ or _ANY
