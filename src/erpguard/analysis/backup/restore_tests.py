"""Whether restoring was ever tried: for each database, and each filestore, that has a backup.

Known restore tests:
- a Job or CronJob of the same namespace, not suspended, with the label or annotation `erpguard.io/restore-test` on
  itself, its job or its pods. The value names what is restored: a database, an erp workload or a claim, by its name or
  by the beginning of its name up to a hyphen (`acme-odoo` is `acme-odoo-web`, too); `all`, `true` or nothing is
  everything in the namespace;
- the annotation `erpguard.io/last-restore-test` of the database or workload, or the entry `restore_tests` in the
  configuration's `estate` section (`namespace/name` glob -> date): when a restore last succeeded, as `2026-10-01`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.backup.backup_jobs import RESTORE_TEST
from erpguard.analysis.backup.databases import all_databases
from erpguard.analysis.backup.filestores import all_filestores, hidden_workloads
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

LAST_TEST = "erpguard.io/last-restore-test"

_TYPES = ("batch/Job", "batch/CronJob")
_EVERYTHING = frozenset(("", "all", "true"))
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.ASCII)
_Tests = dict[tuple[str, str], list[tuple[Resource, str | None, bool | None]]]


def restore_tests(analyses: Analyses) -> View:
    """One row per database and erp workload with a filestore, at its root.

    Fields: backup (yes: it has one), job (a job tests restoring it), ages ([days] since the last test that
    is noted down), noted ([path] of an annotation that notes one), absent (types on whose absence `job`
    rests).
    """
    view = View()
    for pod, answer, names, known in _subjects(analyses):
        if pod.resource.key in view.by_resource:
            continue
        date_, noted, date_known = _last_test(analyses, pod.resource)
        age = None if date_ is None or not analyses.as_of else (date.fromisoformat(analyses.as_of) - date_).days
        job = _tested(analyses, pod, names)
        if job is False and not known:
            job = None
        fields: dict[str, Any] = {
            "backup": "yes" if answer else "no",
            "job": job,
            "ages": [age] if age is not None and age >= 0 else [],
            "noted": noted,
            "absent": ["batch/CronJob", "batch/Job"],
        }
        unknown = {"backup"} if answer is None else set()
        if job is None:
            unknown.add("job")
        if not date_known:
            unknown.add("ages")
        view.add(pod.resource, (), fields, unknown)
    return view


def _subjects(analyses: Analyses) -> Iterator[tuple[Pod, bool | None, set[str], bool]]:
    """(workload, whether it has a backup, the names that a test may use for it, whether these are all)."""
    for database in all_databases(analyses).values():
        in_tier = database.pod.tier == "data" if database.pod.tier_known else None
        yield database.pod, all_of((in_tier, database.protection.answer)), {database.pod.resource.name}, True
    for filestore in all_filestores(analyses).values():
        claims = {volume.claim for volume in filestore.volumes if volume.claim}
        # Attachments that live elsewhere are no filestore.
        own = None if filestore.elsewhere is None else not filestore.elsewhere
        answer = all_of((own, filestore.coverage.answer))
        if not filestore.pod.tier_known:
            answer = all_of((answer, None))
        yield filestore.pod, answer, {filestore.pod.resource.name, *claims}, filestore.known
    for pod in hidden_workloads(analyses):
        yield pod, None, {pod.resource.name}, False


def _tested(analyses: Analyses, pod: Pod, names: set[str]) -> bool | None:
    tests: _Tests = analyses.once("restore_tests", _all)
    where = pod.resource.cluster, pod.resource.namespace
    return any_of(
        all_of((runs, _means(value, names), analyses.estate.together(job, pod.resource)))
        for job, value, runs in tests.get(where, ())
    )


def _all(analyses: Analyses) -> _Tests:
    """(cluster, namespace) -> (job, what its label says or None, whether it runs)."""
    found: _Tests = defaultdict(list)
    for pod in all_pods(analyses):
        if pod.resource.type not in _TYPES:
            continue
        resource = pod.resource
        known = resource.is_known(("spec", "suspend"))
        runs = not (resource.body.get("spec") or {}).get("suspend", False) if known else None
        for value in _values(pod):
            found[resource.cluster, resource.namespace].append((resource, value, runs))
    return found


def _values(pod: Pod) -> Iterator[str | None]:
    """What the labels and annotations of a job say that it restores; None for each that is not known."""
    holders: list[Path] = [("metadata",), (*pod.path[:-1], "metadata"), ("spec", "jobTemplate", "metadata")]
    for holder in dict.fromkeys(holders):
        node: Any = pod.resource.body
        for step in holder:
            node = node.get(step) if isinstance(node, dict) else None
        for key in ("labels", "annotations"):
            given = (node or {}).get(key) if isinstance(node, dict) else None
            value = given.get(RESTORE_TEST) if isinstance(given, dict) else None
            if hidden_below(pod.resource, (*holder, key)) & {(), (RESTORE_TEST,)} or has_placeholder(value or ""):
                yield None
            elif value is not None:
                yield value


def _means(value: str | None, names: set[str]) -> bool | None:
    if value is None:
        return None
    return value.lower() in _EVERYTHING or any(f"{name}-".startswith(f"{value}-") for name in names)


def _last_test(analyses: Analyses, resource: Resource) -> tuple[date | None, list[Path], bool]:
    """(when a restore last succeeded, the path of an annotation that says so, whether that is known)."""
    path: Path = ("metadata", "annotations", LAST_TEST)
    known = not hidden_below(resource, path)
    text = resource.annotations.get(LAST_TEST)
    dates = [_date(text)] if text is not None else []
    if text is not None and has_placeholder(text):
        known = False
    for glob, configured in analyses.settings.get("restore_tests", {}).items():
        if fnmatchcase(f"{resource.namespace}/{resource.name}", glob):
            dates.append(_date(str(configured)))
    latest = max((found for found in dates if found is not None), default=None)
    return latest, [path] if text is not None else [], known


def _date(text: str) -> date | None:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        return None
