"""Backup policies of Recovery Services vaults and of Backup vaults: when they run, and how long they keep.

Recovery Services vaults: https://learn.microsoft.com/rest/api/backup/protection-policies/get. What is kept is what the
daily schedule of a policy says, or the weekly one where it runs weekly. Of a workload's policy (SQL Server, SAP HANA)
the full backup counts; between two of them its log backups are the recovery points.

Backup vaults: https://learn.microsoft.com/rest/api/dataprotection/backup-policies/get. What is kept is what the
default retention rule says, or a rule for the first backup of every day, in the store that keeps longest. Blobs are
backed up continuously in the operational store, which needs no schedule; their copies in a vault, and all of a data
lake, have one
(https://learn.microsoft.com/azure/backup/blob-backup-overview,
https://learn.microsoft.com/azure/backup/azure-data-lake-storage-backup-overview). Flexible servers archive their log
all the time, beside what a vault takes
(https://learn.microsoft.com/azure/backup/backup-azure-database-postgresql-flex-overview).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.bodies import items, text
from erpguard.analysis.azure.durations import Duration, counted, parse_iso
from erpguard.analysis.azure.run_times import longest_gap_hours, repeated_gap_hours, weekly_runs
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource, value_at

RECOVERY_POLICY = "Microsoft.RecoveryServices/vaults/backupPolicies"
PROTECTION_POLICY = "Microsoft.DataProtection/backupVaults/backupPolicies"
POLICIES = (RECOVERY_POLICY, PROTECTION_POLICY)

_PROPERTIES: Path = ("properties",)
_SUB_POLICIES: Path = ("properties", "subProtectionPolicy")
_RULES: Path = ("properties", "policyRules")
_BASES = frozenset(("full", "differential", "incremental", "snapshotfull"))
_ARCHIVING = frozenset(
    (
        "microsoft.dbforpostgresql/flexibleservers",
        "microsoft.dbformysql/flexibleservers",
        "microsoft.dbforpostgresql/servers/databases",
    )
)
_BLOBS = "microsoft.storage/storageaccounts/blobservices"
_OF_EVERY_DAY = frozenset(("firstofday", "allbackup"))


class Timing(NamedTuple):
    """When a policy runs. `gap_hours` None and known: nothing but continuous backups, or never (`never`)."""

    path: Path
    place: Path
    schedule: str
    gap_hours: float | None
    known: bool
    archives: bool | None = False
    never: bool = False


class Kept(NamedTuple):
    """How long a policy keeps: where it says so, in its own words, and the days at least (None: not known)."""

    path: Path
    text: str
    days: float | None


def timings(policy: Resource) -> Iterator[Timing]:
    """The schedules of a policy; none for one that only says how long to keep."""
    if policy.type == PROTECTION_POLICY:
        yield _of_rules(policy)
    elif items(policy, *_SUB_POLICIES) or policy.is_hidden(_SUB_POLICIES):
        yield from _of_workload(policy)
    elif not policy.is_known(("properties", "schedulePolicy")) or value_at(
        policy.body, ("properties", "schedulePolicy")
    ):
        yield _weekly(policy, [_PROPERTIES])


def _of_workload(policy: Resource) -> Iterator[Timing]:
    where = [(*_SUB_POLICIES, index) for index in range(len(items(policy, *_SUB_POLICIES)))]
    kinds = [text(policy, *path, "policyType") for path in where]
    if None in kinds or policy.is_hidden(_SUB_POLICIES):
        yield Timing(_SUB_POLICIES, (), "", None, known=False)
        return
    logs = [path for path, kind in zip(where, kinds, strict=True) if kind and kind.lower() == "log"]
    bases = [path for path, kind in zip(where, kinds, strict=True) if kind and kind.lower() in _BASES]
    if bases:
        yield _weekly(policy, bases)._replace(archives=bool(logs))
    for path in logs:
        inner = (*path, "schedulePolicy", "scheduleFrequencyInMins")
        minutes = value_at(policy.body, inner)
        gap = minutes / 60 if isinstance(minutes, int) and minutes > 0 else None
        known = gap is not None and not policy.is_hidden(inner)
        yield Timing(inner, (), f"every {minutes} minutes", gap, known)


def _weekly(policy: Resource, parts: list[Path]) -> Timing:
    """The schedules of some parts of a policy, laid over each other."""
    path: Path = (*parts[0], "schedulePolicy")
    runs: set[int] = set()
    every, texts = 1, []
    known = True
    for part in parts:
        schedule = value_at(policy.body, (*part, "schedulePolicy"))
        found = weekly_runs(schedule) if isinstance(schedule, dict) else None
        known = known and found is not None and policy.is_known((*part, "schedulePolicy"))
        runs |= found or set()
        weeks = value_at(schedule, ("scheduleWeeklyFrequency",))
        every = max(every, weeks if isinstance(weeks, int) else 1)
        texts.append(str(value_at(schedule, ("scheduleRunFrequency",)) or ""))
    gap = longest_gap_hours(runs, every) if runs and known else None
    return Timing(path, ("scheduleRunFrequency",), ", ".join(texts), gap, known and gap is not None)


def _of_rules(policy: Resource) -> Timing:
    found: list[tuple[Path, list[Any]]] = []
    hidden = policy.is_hidden(_RULES)
    for index, rule in enumerate(items(policy, *_RULES)):
        path = (*_RULES, index, "trigger", "schedule", "repeatingTimeIntervals")
        hidden = hidden or rule is None or policy.is_hidden((*_RULES, index)) or not policy.is_known(path)
        if items(policy, *path):
            found.append((path, items(policy, *path)))
    intervals = [interval for _, listed in found for interval in listed if isinstance(interval, str)]
    path = found[0][0] if found else _RULES
    sources = [str(one).lower() for one in items(policy, "properties", "datasourceTypes")]
    known_sources = policy.is_known(("properties", "datasourceTypes"))
    continuous = all_of((_BLOBS in sources, _keeps_in_place(policy) if found else True))
    archives = any_of((continuous, not _ARCHIVING.isdisjoint(sources))) if known_sources else None
    if not found:
        sure = not hidden and (known_sources or continuous is True)
        return Timing(path, (), "of this policy", None, sure, archives, never=not continuous)
    gap = repeated_gap_hours(intervals)
    return Timing(path, (), ", ".join(intervals), gap, not hidden and gap is not None, archives)


def _keeps_in_place(policy: Resource) -> bool | None:
    """Whether some backups stay in the operational store."""
    answers: list[bool | None] = [None] if policy.is_hidden(_RULES) else []
    for index in range(len(items(policy, *_RULES))):
        where: Path = (*_RULES, index, "lifecycles")
        answers += [None] if policy.is_hidden(where) else []
        for number in range(len(items(policy, *where))):
            store = text(policy, *where, number, "sourceDataStore", "dataStoreType")
            answers.append(None if store is None else store.lower() == "operationalstore")
    return any_of(answers)


def kept(policy: Resource) -> Kept | None:
    """How long a policy keeps what its routine backups make; None where it does not say."""
    if policy.type == PROTECTION_POLICY:
        return _kept_by_rules(policy)
    for base in _retentions(policy):
        if base is None:
            return Kept(_PROPERTIES, "", None)
        found = _tier(policy, base)
        if found is not None:
            return found
    return None


def _retentions(policy: Resource) -> Iterator[Path | None]:
    """Where a policy may say how long it keeps; None where that is not known."""
    yield ("properties", "vaultRetentionPolicy", "vaultRetention")
    yield ("properties", "retentionPolicy")
    if policy.is_hidden(_SUB_POLICIES):
        yield None
    for index in range(len(items(policy, *_SUB_POLICIES))):
        kind = text(policy, *_SUB_POLICIES, index, "policyType")
        if kind is None:
            yield None
        elif kind.lower() == "full":
            yield (*_SUB_POLICIES, index, "retentionPolicy")


_TIERS = ("dailySchedule", "weeklySchedule", "monthlySchedule", "yearlySchedule")


def _tier(policy: Resource, base: Path) -> Kept | None:
    """The retention of the most frequent schedule of a policy, or of all of its backups."""
    for path in (*((*base, tier, "retentionDuration") for tier in _TIERS), (*base, "retentionDuration")):
        count, unit = value_at(policy.body, (*path, "count")), text(policy, *path, "durationType")
        where = (*path, "count")
        if policy.is_hidden(where) or unit is None:
            return Kept(where, "", None)
        if isinstance(count, int):
            return Kept(where, f"{count} {unit.lower()}", _shortest(counted(count, unit)))
    return None


def _kept_by_rules(policy: Resource) -> Kept | None:
    if policy.is_hidden(_RULES):
        return Kept(_RULES, "", None)
    best: Kept | None = None
    daily = _daily_rules(policy)
    for index, rule in enumerate(items(policy, *_RULES)):
        where = (*_RULES, index)
        if rule is None or policy.is_hidden((*where, "isDefault")) or policy.is_hidden((*where, "lifecycles")):
            return Kept(where, "", None)
        if value_at(rule, ("isDefault",)) is not True:
            named = text(policy, *where, "name")
            if (daily is None or (daily and named is None)) and items(policy, *where, "lifecycles"):
                return Kept(where, "", None)
            if not daily or named not in daily:
                continue
        for number in range(len(items(policy, *where, "lifecycles"))):
            path = (*where, "lifecycles", number, "deleteAfter", "duration")
            duration = text(policy, *path)
            days = _shortest(parse_iso(duration or ""))
            if duration is None or days is None:
                return Kept(path, duration or "", None)
            if best is None or days > (best.days or 0):
                best = Kept(path, duration, days)
    return best


def _daily_rules(policy: Resource) -> set[str] | None:
    """The names of the retention rules that take a backup of every day; None where they are not known."""
    found: set[str] = set()
    for index in range(len(items(policy, *_RULES))):
        where: Path = (*_RULES, index, "trigger", "taggingCriteria")
        if not policy.is_known(where):
            return None
        found |= {str(value_at(tag, ("tagInfo", "tagName"))) for tag in items(policy, *where) if _is_of_every_day(tag)}
    return found


def _is_of_every_day(tag: Any) -> bool:
    names = (name for one in value_at(tag, ("criteria",)) or () for name in value_at(one, ("absoluteCriteria",)) or ())
    return any(str(name).lower() in _OF_EVERY_DAY for name in names)


def longest_kept(policy: Resource) -> tuple[Kept, bool]:
    """What a policy of a Backup vault surely keeps longest, by any of its rules, and whether nothing else is kept
    that is not known; 0 days where it keeps nothing."""
    best, whole = Kept(_RULES, "", 0), not policy.is_hidden(_RULES)
    for index, rule in enumerate(items(policy, *_RULES)):
        where: Path = (*_RULES, index)
        whole = whole and rule is not None and not policy.is_hidden((*where, "lifecycles"))
        for number in range(len(items(policy, *where, "lifecycles"))):
            path = (*where, "lifecycles", number, "deleteAfter", "duration")
            duration = text(policy, *path)
            days = _shortest(parse_iso(duration or ""))
            if days is None:
                whole = False
            elif days > (best.days or 0):
                best = Kept(path, duration or "", days)
    return best, whole


def _shortest(duration: Duration | None) -> float | None:
    return duration.shortest_days if duration else None


def backup_policy_retentions(analyses: Analyses) -> View:
    """One row per backup policy that says how long it keeps, at the number or the duration.

    Fields: days (at least), retention (as it is written).
    """
    view = View()
    for policy in analyses.estate.of_type(*POLICIES):
        found = kept(policy)
        if found is not None:
            hidden = ("days", "retention") if found.days is None else ()
            view.add(policy, found.path, {"days": found.days, "retention": found.text}, hidden)
    return view


def add_schedules(view: View, analyses: Analyses) -> None:
    """Add the rows of backup policies to the view `backup_schedules`."""
    for policy in analyses.estate.of_type(*POLICIES):
        for timing in timings(policy):
            hidden = set() if timing.known else {"gap_hours", "never", "schedule"}
            if timing.archives is None:
                hidden.add("archives_wal")
            fields = {
                "schedule": timing.schedule,
                "gap_hours": timing.gap_hours,
                "never": timing.never,
                "place": list(timing.place),
                "switch": "",
                "stopped": False,
                "archives_wal": timing.archives,
                "absent": [],
            }
            view.add(policy, timing.path, fields, hidden)
