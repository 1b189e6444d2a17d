"""What Azure Backup protects: protected items of Recovery Services vaults, backup instances of Backup vaults.

https://learn.microsoft.com/rest/api/backup/protected-items/get and
https://learn.microsoft.com/rest/api/dataprotection/backup-instances/get. An item whose protection was stopped makes no
new backups: it protects nothing. An item of a database within a virtual machine does not protect the machine. An item
of a machine may leave out data disks, by their logical unit numbers; the system's disk is always taken
(https://learn.microsoft.com/azure/backup/selective-disk-backup-restore).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.bodies import items, text
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource, value_at

ITEM = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems"
INSTANCE = "Microsoft.DataProtection/backupVaults/backupInstances"
PROTECTIONS = (ITEM, INSTANCE)

_SHARE = "azurefileshareprotecteditem"
_DISKS: Path = ("properties", "extendedProperties", "diskExclusionProperties")
_STOPPED = frozenset(
    (
        "backupschedulessuspended",
        "backupssuspended",
        "configuringprotectionfailed",
        "notprotected",
        "protectionpaused",
        "protectionstopped",
        "softdeleted",
        "softdeleting",
    )
)


class Protection(NamedTuple):
    """An item or instance, and whether it protects the resource in question; None where that is not known."""

    item: Resource
    protects: bool | None


class Protections:
    """What is protected, by the key of the resource; shares by the key of their account and their name."""

    def __init__(self, analyses: Analyses) -> None:
        self._by_resource: dict[str, list[Protection]] = defaultdict(list)
        self._shares: dict[tuple[str, str], list[bool | None]] = defaultdict(list)
        self._loose: list[Protection] = []
        self._loose_shares: list[bool | None] = []
        for item in analyses.estate.of_type(*PROTECTIONS):
            self._sort_in(analyses, item)

    def _sort_in(self, analyses: Analyses, item: Resource) -> None:
        alive, kind = is_running(item), text(item, "properties", "protectedItemType")
        if kind is not None and kind.lower().startswith("azurevmworkload"):
            return
        answer = alive if kind is not None else all_of((alive, None))
        for id_ in _sources(item):
            if id_ is None:
                # An item of a share protects no machine, whichever share it is.
                if (kind or "").lower() == _SHARE:
                    self._loose_shares.append(all_of((answer, None)))
                else:
                    self._loose.append(Protection(item, all_of((answer, None))))
                continue
            found = analyses.estate.arm(id_).resource if id_ else None
            if found is None:
                continue
            if kind is None or kind.lower() == _SHARE:
                name = text(item, "properties", "friendlyName") or ""
                self._shares[found.key, name.lower()].append(answer if name else all_of((answer, None)))
            if kind is None or kind.lower() != _SHARE:
                self._by_resource[found.key].append(Protection(item, answer))

    def of(self, resource: Resource) -> bool | None:
        """Whether something protects a resource; None where that is not known."""
        return any_of(one.protects for one in self.all_of(resource))

    def all_of(self, resource: Resource) -> list[Protection]:
        """What protects a resource, or may do so, or no longer does."""
        return [*self._by_resource.get(resource.key, ()), *self._loose]

    def of_share(self, account: Resource, name: str) -> bool | None:
        """Whether something protects a share of a storage account."""
        # An item whose friendly name is not known stands under the empty one.
        named = [*self._shares.get((account.key, name.lower()), ()), *self._shares.get((account.key, ""), ())]
        return any_of((*named, *(one.protects for one in self._loose), *self._loose_shares))


def protections(analyses: Analyses) -> Protections:
    """What Azure Backup protects in the estate."""
    made: Protections = analyses.once("azure.protections", Protections)
    return made


def state_of(item: Resource) -> str:
    """The property that says in which state an item or instance is."""
    return "currentProtectionState" if item.type == INSTANCE else "protectionState"


def is_running(item: Resource) -> bool | None:
    """Whether an item or instance makes new backups."""
    state = text(item, "properties", state_of(item))
    return None if state is None else state.lower() not in _STOPPED


def takes_disk(item: Resource, lun: int | None) -> bool | None:
    """Whether an item of a machine takes its data disk of a number; None where that, or the number, is not known."""
    listed = items(item, *_DISKS, "diskLunList")
    if not item.is_known(_DISKS):
        return None
    if value_at(item.body, _DISKS) is None:
        return True
    inclusion = value_at(item.body, (*_DISKS, "isInclusionList"))
    if lun is None or not isinstance(inclusion, bool):
        return None
    return (lun in listed) == inclusion


def _sources(item: Resource) -> Iterator[str | None]:
    """The ids of what an item protects; None for one that is not known."""
    if item.type == INSTANCE:
        yield text(item, "properties", "dataSourceInfo", "resourceID")
        return
    source = text(item, "properties", "sourceResourceId")
    yield source or (text(item, "properties", "virtualMachineId") if source is not None else None)
