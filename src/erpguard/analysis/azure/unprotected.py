"""Virtual machines, disks, file shares and databases that nothing backs up.

- A disk is protected by itself (Backup vault) or with the machine that it is attached to, unless that leaves it out.
  Disks of scale sets hold nodes that can be made anew. A disk that Kubernetes made for a claim is protected by a backup
  of its AKS cluster or by a Velero Schedule that takes the namespace of the claim; the tags are those of the Azure Disk
  driver (https://learn.microsoft.com/azure/aks/azure-csi-driver-volume-provisioning).
- A protected share is named by its account and its friendly name.
- Azure SQL keeps backups of a database for 7 days unless a short-term policy says otherwise
  (https://learn.microsoft.com/azure/azure-sql/database/automated-backups-overview). What the catalogue calls protected
  item is its long-term policy today
  (https://learn.microsoft.com/azure/azure-sql/database/long-term-retention-overview); a secondary database follows its
  primary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.aks_backups import takes_claims_of_group
from erpguard.analysis.azure.backup_stores import account_of
from erpguard.analysis.azure.bodies import items, tag, text
from erpguard.analysis.azure.durations import parse_iso
from erpguard.analysis.azure.protected_items import INSTANCE, ITEM, protections, takes_disk
from erpguard.analysis.backup.velero_filters import SCHEDULE, takes_namespace
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource, value_at

MACHINE = "Microsoft.Compute/virtualMachines"
DISK = "Microsoft.Compute/disks"
SHARE = "Microsoft.Storage/storageAccounts/fileServices/shares"
SQL_DATABASES = ("Microsoft.Sql/servers/databases", "Microsoft.Sql/managedInstances/databases")
SHORT_TERM = tuple(f"{type_}/backupShortTermRetentionPolicies" for type_ in SQL_DATABASES)
LONG_TERM = tuple(f"{type_}/backupLongTermRetentionPolicies" for type_ in SQL_DATABASES)

_CLAIM_NAMESPACE = "kubernetes.io-created-for-pvc-namespace"
_DEFAULT_SHORT_TERM = 7
_NOT_NAMED = "no protected item and no backup instance names it"
_SYSTEM_DATABASES = frozenset(("master",))


def unprotected(analyses: Analyses) -> View:
    """One row per virtual machine, disk, share and SQL database, at its root.

    Fields: protected, why (it is not), always_backed_up (by the service itself), retention_days (for how long it keeps
    that), absent (the types on whose absence the answer rests).
    """
    view = View()
    for machine in analyses.estate.of_type(MACHINE):
        _add(view, machine, protections(analyses).of(machine), (ITEM,))
    attached = _Attached(analyses)
    for disk in analyses.estate.of_type(DISK):
        if tag(disk, _CLAIM_NAMESPACE) != "" or not _is_of_scale_set(text(disk, "managedBy")):
            answer = any_of((*attached.to(disk), _disk(analyses, disk)))
            why = "the backup of its machine leaves it out" if disk.key in attached.left_out else _NOT_NAMED
            _add(view, disk, answer, (ITEM, INSTANCE, MACHINE), why)
    for share in analyses.estate.of_type(SHARE):
        account = account_of(analyses, share)
        _add(view, share, protections(analyses).of_share(account, share.name) if account else None, (ITEM,))
    for database, certain in sql_databases(analyses):
        _add_database(view, analyses, database, certain)
    return view


def sql_databases(analyses: Analyses) -> Iterator[tuple[Resource, bool]]:
    """The databases of Azure SQL that are no secondaries and not the system's, each with whether that is known."""
    for database in analyses.estate.of_type(*SQL_DATABASES):
        secondary = text(database, "properties", "secondaryType")
        if not secondary and database.name.lower() not in _SYSTEM_DATABASES:
            yield database, secondary is not None


def _add(
    view: View, resource: Resource, protected: bool | None, absent: tuple[str, ...], why: str = _NOT_NAMED
) -> None:
    fields = {"protected": protected, "why": why, "always_backed_up": False, "absent": list(absent)}
    view.add(resource, (), fields, ["protected"] if protected is None else [])


class _Attached:
    """What virtual machines say of their disks: whether those are protected with them."""

    def __init__(self, analyses: Analyses) -> None:
        self._by_disk: dict[str, list[bool | None]] = defaultdict(list)
        # Of machines whose disks are not known: any disk may be one of theirs, but only one with a system the first.
        self._system: list[bool | None] = []
        self._data: list[bool | None] = []
        self.left_out: set[str] = set()
        """The keys of disks that are not backed up with a machine that is."""
        for machine in analyses.estate.of_type(MACHINE):
            for path in _disk_ids(machine):
                answer = _with_machine(analyses, machine, path)
                id_ = text(machine, *path)
                disk = analyses.estate.arm(id_).resource if id_ else None
                if disk is not None:
                    self._by_disk[disk.key].append(answer)
                    if answer is False and protections(analyses).of(machine):
                        self.left_out.add(disk.key)
                elif id_ is None:
                    (self._system if "osDisk" in path else self._data).append(all_of((answer, None)))

    def to(self, disk: Resource) -> list[bool | None]:
        """Whether the machines are protected that have, or may have (None), a disk."""
        is_system = text(disk, "properties", "osType") != ""
        return [*self._by_disk.get(disk.key, ()), *self._data, *(self._system if is_system else ())]


def _with_machine(analyses: Analyses, machine: Resource, path: Path) -> bool | None:
    """Whether the disk at a path of a machine is backed up with it."""
    if "osDisk" in path:
        return protections(analyses).of(machine)
    where = (*path[:-2], "lun")
    lun = value_at(machine.body, where) if not machine.is_hidden(where) else None
    return _taken(analyses, machine, lun if isinstance(lun, int) else None)


def _taken(analyses: Analyses, machine: Resource, lun: int | None) -> bool | None:
    found = protections(analyses).all_of(machine)
    return any_of(all_of((one.protects, one.item.type != ITEM or takes_disk(one.item, lun))) for one in found)


def _disk_ids(machine: Resource) -> Iterator[Path]:
    profile: Path = ("properties", "storageProfile")
    yield (*profile, "osDisk", "managedDisk", "id")
    # Of a list that is not known one item stands for all.
    count = 1 if machine.is_hidden((*profile, "dataDisks")) else len(items(machine, *profile, "dataDisks"))
    for index in range(count):
        yield (*profile, "dataDisks", index, "managedDisk", "id")


def _disk(analyses: Analyses, disk: Resource) -> bool | None:
    """Whether a disk is protected, as far as it says itself."""
    answers = [protections(analyses).of(disk)]
    holders = [text(disk, "managedBy"), *(text(disk, "managedByExtended", i) for i in range(_extended(disk)))]
    for id_ in holders:
        if _is_of_scale_set(id_):
            continue
        holder = analyses.estate.arm(id_).resource if id_ else None
        if id_ is None or (id_ and holder is None):
            answers.append(None)  # a machine of which nothing is known
        elif holder is not None and not _shows(analyses, holder, disk):
            answers.append(_taken(analyses, holder, None))
    return any_of((*answers, _claimed(analyses, disk)))


def _shows(analyses: Analyses, machine: Resource, disk: Resource) -> bool:
    """Whether a machine says itself that it has a disk, and where."""
    ids = (text(machine, *path) for path in _disk_ids(machine))
    return any(id_ and analyses.estate.arm(id_).resource is disk for id_ in ids)


def _is_of_scale_set(id_: str | None) -> bool:
    return id_ is not None and "/virtualmachinescalesets/" in id_.lower()


def _extended(disk: Resource) -> int:
    return len(items(disk, "managedByExtended"))


def _claimed(analyses: Analyses, disk: Resource) -> bool | None:
    """Whether the disk is the volume of a claim that is backed up."""
    namespace = tag(disk, _CLAIM_NAMESPACE)
    if not namespace:
        return None if namespace is None else False
    by_instance = takes_claims_of_group(analyses, disk.namespace, namespace)
    return any_of((by_instance, *(_takes(schedule, namespace) for schedule in analyses.estate.of_type(SCHEDULE))))


def _takes(schedule: Resource, namespace: str) -> bool | None:
    paused = None if schedule.is_hidden(("spec", "paused")) else bool(value_at(schedule.body, ("spec", "paused")))
    return all_of((None if paused is None else not paused, takes_namespace(schedule, namespace)))


def _add_database(view: View, analyses: Analyses, database: Resource, certain: bool) -> None:
    days = _short_term(analyses, database)
    protected = any_of((protections(analyses).of(database), _long_term(analyses, database)))
    fields: dict[str, Any] = {
        "protected": protected,
        "always_backed_up": True,
        "retention_days": days,
        "absent": [type_ for type_ in (*SHORT_TERM, *LONG_TERM) if type_.startswith(f"{database.type}/")],
    }
    unknown = {name for name in ("protected", "retention_days") if fields[name] is None}
    view.add(database, (), fields, unknown if certain else {*unknown, "protected"})


def _children(analyses: Analyses, database: Resource, types: tuple[str, ...]) -> list[Resource]:
    return [child for type_ in types for child in analyses.estate.children(database, type_)]


def _short_term(analyses: Analyses, database: Resource) -> int | None:
    path: Path = ("properties", "retentionDays")
    for policy in _children(analyses, database, SHORT_TERM):
        days = value_at(policy.body, path)
        return days if isinstance(days, int) and not policy.is_hidden(path) else None
    return _DEFAULT_SHORT_TERM


def _long_term(analyses: Analyses, database: Resource) -> bool | None:
    """Whether a long-term policy keeps weekly, monthly or yearly backups; `PT0S` keeps none."""
    answers: list[bool | None] = []
    for policy in _children(analyses, database, LONG_TERM):
        for name in ("weeklyRetention", "monthlyRetention", "yearlyRetention"):
            given = text(policy, "properties", name)
            duration = parse_iso(given or "PT0S")
            answers.append(None if given is None or duration is None else duration.shortest_days > 0)
    return any_of(answers)
