"""Whether restoring was ever tried: for each database, and each filestore, that has a backup.

Known restore tests:
- a Job or CronJob of the same namespace, not suspended, with the label or annotation `erpguard.io/restore-test` on
  itself, its job or its pods. The value names what is restored: a database, an erp workload or a claim, by its name or
  by the beginning of its name up to a hyphen (`acme-odoo` is `acme-odoo-web`, too); `all`, `true` or nothing is
  everything in the namespace. Where a running system shows its status, the date of its last success counts, and a job
  that never succeeded does not;
- the annotation `erpguard.io/last-restore-test` of the database or workload, or the entry `restore_tests` in the
  configuration's `estate` section (`namespace/name` glob -> date): when a restore last succeeded, as `2026-10-01`.
Of databases of Azure: a job of any namespace that names it, the tag that `erpguard.analysis.azure.restore_notes` reads,
the same entry with the resource group in place of the namespace, or a restore that a Backup vault completed
(`erpguard.analysis.azure.restore_jobs`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from erpguard.analysis import ONLY_FOR_TYPES, Analyses, View
from erpguard.analysis.backup.backup_jobs import RESTORE_TEST
from erpguard.analysis.backup.databases import all_databases
from erpguard.analysis.backup.filestores import all_filestores, hidden_workloads
from erpguard.analysis.backup.job_runs import date_of, schedule_of, status_of
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.pods import Pod, all_pods
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

LAST_TEST = "erpguard.io/last-restore-test"

_TYPES = ("batch/Job", "batch/CronJob")
_EVERYTHING = frozenset(("", "all", "true"))
_FIRST = date.min


class _Test(NamedTuple):
    """A job, what its label says (None: not known), whether it runs, and when it last succeeded, if its status says.

    `gap` is the longest time between two runs in days; 0 for a single job, and where it is not known.
    """

    job: Resource
    value: str | None
    runs: bool | None
    last: date | None
    gap: int = 0


_Tests = dict[tuple[str, str], list[_Test]]


class _Shown(NamedTuple):
    """The dates of successes that the status of jobs shows, and whether these are all."""

    dates: tuple[date, ...]
    known: bool


def restore_tests(analyses: Analyses) -> View:
    """One row per database and erp workload with a filestore, at its root.

    Fields: backup (yes: it has one), job (a job tests restoring it, as far as is known), gaps ([days] between two runs
    of that job at most, of the most frequent of several), ages ([days] since the last test that is noted down, or that
    the status of a job shows), noted ([path] of an annotation or tag that notes one), named (the path of its name),
    absent (types on whose absence `job` rests).
    """
    view = View()
    for pod, answer, names, known in _subjects(analyses):
        if pod.resource.key in view.by_resource:
            continue
        tests = _tests_of(analyses, pod, names)
        job = any_of(answer for answer, _ in tests)
        sure = None if job is False and not known else job
        shown = _shown(analyses, pod, names)
        _add(view, analyses, pod.resource, answer, sure, _annotated(pod.resource), shown, gaps=_gaps(tests))
    if not ONLY_FOR_TYPES["restore_tests"].isdisjoint(analyses.estate.types):
        _add_azure(view, analyses)
    return view


def _add_azure(view: View, analyses: Analyses) -> None:
    from erpguard.analysis.azure.database_servers import SERVERS
    from erpguard.analysis.azure.restore_jobs import JOB
    from erpguard.analysis.azure.restore_notes import noted_databases

    for one in noted_databases(analyses):
        note = _Note(one.text or "", one.path, one.text is not None)
        tests, shown = _tests_by_name(analyses, one.resource), _shown_by_name(analyses, one.resource)
        job = any_of(answer for answer, _ in tests)
        restored_by = (JOB,) if one.resource.type in SERVERS else ()
        in_vaults = _shown_by_vaults(analyses, one.resource)
        shown = _Shown((*shown.dates, *in_vaults.dates), shown.known and in_vaults.known)
        certain = True if one.certain else None
        _add(view, analyses, one.resource, certain, job, note, shown, restored_by, _gaps(tests))


class _Note(NamedTuple):
    """What an annotation or tag says of the last test, and where; `path` None where there is none."""

    text: str
    path: Path | None
    known: bool


def _add(
    view: View,
    analyses: Analyses,
    resource: Resource,
    backup: bool | None,
    job: bool | None,
    note: _Note,
    shown: _Shown,
    others: Iterable[str] = (),
    gaps: Sequence[int] = (),
) -> None:
    latest = max((_last_test(analyses, resource, note) or _FIRST, *shown.dates))
    age = None if latest == _FIRST or not analyses.as_of else (date.fromisoformat(analyses.as_of) - latest).days
    fields: dict[str, Any] = {
        "backup": "yes" if backup else "no",
        "job": job,
        "gaps": list(gaps),
        "ages": [age] if age is not None and age >= 0 else [],
        "noted": [note.path] if note.path is not None else [],
        "named": list(resource.name_path),
        "absent": [*others, "batch/CronJob", "batch/Job"],
    }
    unknown = {"backup"} if backup is None else set()
    if job is None:
        unknown.add("job")
    if not (note.known and shown.known):
        unknown.add("ages")
    view.add(resource, (), fields, unknown)


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


def _tests_of(analyses: Analyses, pod: Pod, names: set[str]) -> list[tuple[bool | None, int]]:
    """Whether each job without a known success tests a workload, and how long it may be between two tests."""
    tests: _Tests = analyses.once("restore_tests", _all)
    where = pod.resource.cluster, pod.resource.namespace
    return [
        (all_of((one.runs, _means(one.value, names), analyses.estate.together(one.job, pod.resource))), one.gap)
        for one in tests.get(where, ())
        if one.last is None
    ]


def _gaps(tests: Iterable[tuple[bool | None, int]]) -> list[int]:
    found = [gap for answer, gap in tests if answer is not False]
    return [min(found)] if found else []


def _shown(analyses: Analyses, pod: Pod, names: set[str]) -> _Shown:
    """What the status of the jobs shows that test a workload."""
    tests: _Tests = analyses.once("restore_tests", _all)
    where = pod.resource.cluster, pod.resource.namespace
    return _dates(
        (all_of((_means(one.value, names), analyses.estate.together(one.job, pod.resource))), one.last)
        for one in tests.get(where, ())
    )


def _shown_by_name(analyses: Analyses, database: Resource) -> _Shown:
    tests: _Tests = analyses.once("restore_tests", _all)
    return _dates((_names(one.value, database), one.last) for several in tests.values() for one in several)


def _shown_by_vaults(analyses: Analyses, database: Resource) -> _Shown:
    from erpguard.analysis.azure.restore_jobs import restores

    found = restores(analyses, database)
    dates = [date_of(end) for end in found.ends]
    return _Shown(tuple(one for one in dates if one is not None), found.known and None not in dates)


def _dates(answers: Iterable[tuple[bool | None, date | None]]) -> _Shown:
    found = [(answer, last) for answer, last in answers if last is not None and answer is not False]
    return _Shown(tuple(last for answer, last in found if answer), all(answer for answer, _ in found))


def _tests_by_name(analyses: Analyses, database: Resource) -> list[tuple[bool | None, int]]:
    """The same for the jobs of some namespace that say by name that they restore a database outside of the cluster."""
    tests: _Tests = analyses.once("restore_tests", _all)
    every = [one for several in tests.values() for one in several if one.last is None]
    return [(all_of((one.runs, _names(one.value, database))), one.gap) for one in every]


def _names(value: str | None, database: Resource) -> bool | None:
    if value is not None and value.lower() in _EVERYTHING:
        return False
    # A plan may not know yet what the database will be called.
    return None if database.is_hidden(("name",)) else _means(value, {database.name})


def _all(analyses: Analyses) -> _Tests:
    """(cluster, namespace) -> the jobs that are restore tests."""
    found: _Tests = defaultdict(list)
    for pod in all_pods(analyses):
        if pod.resource.type not in _TYPES:
            continue
        resource = pod.resource
        known = resource.is_known(("spec", "suspend"))
        runs = not (resource.body.get("spec") or {}).get("suspend", False) if known else None
        (last, alive), (comes, gap) = status_of(resource), schedule_of(resource)
        for value in _values(pod):
            test = _Test(resource, value, all_of((runs, alive, comes)), last, gap)
            found[resource.cluster, resource.namespace].append(test)
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


def _annotated(resource: Resource) -> _Note:
    path: Path = ("metadata", "annotations", LAST_TEST)
    text = resource.annotations.get(LAST_TEST)
    known = not hidden_below(resource, path) and not (text is not None and has_placeholder(text))
    return _Note(text or "", path if text is not None else None, known)


def _last_test(analyses: Analyses, resource: Resource, note: _Note) -> date | None:
    """When a restore last succeeded, as an annotation, a tag or the configuration says."""
    dates = [date_of(note.text)]
    for glob, configured in analyses.settings.get("restore_tests", {}).items():
        if fnmatchcase(f"{resource.namespace}/{resource.name}", glob):
            dates.append(date_of(str(configured)))
    return max((found for found in dates if found is not None), default=None)
