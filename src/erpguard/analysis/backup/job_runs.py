"""When Jobs and CronJobs run, and when they last succeeded."""

from __future__ import annotations

import math
import re
from datetime import date

from erpguard.analysis.values.schedules import NEVER, longest_gap
from erpguard.analysis.values.selectors import hidden_below
from erpguard.model import Resource

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.ASCII)
_DAY = 86_400


def schedule_of(job: Resource) -> tuple[bool | None, int]:
    """Whether a job is ever run, and the longest time between two runs in days."""
    if job.type != "batch/CronJob":
        return True, 0
    text = (job.body.get("spec") or {}).get("schedule")
    gap = longest_gap(text) if isinstance(text, str) and job.is_known(("spec", "schedule")) else None
    if gap is None:
        return None, 0
    return gap != NEVER, 0 if gap == NEVER else math.ceil(gap / _DAY)


def status_of(job: Resource) -> tuple[date | None, bool | None]:
    """When a job last succeeded, and whether it may still: not where it ended without success.

    kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/#JobStatus and .../cron-job-v1/#CronJobStatus.
    """
    status = job.body.get("status") or {}
    if hidden_below(job, ("status",)):
        return None, None
    last = date_of(str(status.get("lastSuccessfulTime") or status.get("completionTime") or ""))
    conditions = status.get("conditions") or ()
    failed = any(one.get("type") == "Failed" and one.get("status") == "True" for one in conditions if one)
    tried = bool(status.get("lastScheduleTime")) and not status.get("active")
    return last, last is not None or not (failed or tried)


def date_of(text: str) -> date | None:
    """The date at the beginning of a text; None where there is none."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        return None
