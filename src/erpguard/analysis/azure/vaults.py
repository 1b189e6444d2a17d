"""Recovery Services vaults and Backup vaults: what keeps backups from being deleted, and where copies of them are.

https://learn.microsoft.com/rest/api/recoveryservices/vaults/get and
https://learn.microsoft.com/rest/api/dataprotection/backup-vaults/get. Of a Recovery Services vault two children say the
same, `backupconfig/vaultconfig` and `backupstorageconfig/vaultstorageconfig`: where one is there, it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.bodies import items
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of
from erpguard.model import Path, Resource, value_at

RECOVERY_VAULT = "Microsoft.RecoveryServices/vaults"
BACKUP_VAULT = "Microsoft.DataProtection/backupVaults"
VAULTS = (RECOVERY_VAULT, BACKUP_VAULT)
CONFIG = "Microsoft.RecoveryServices/vaults/backupconfig"
STORAGE_CONFIG = "Microsoft.RecoveryServices/vaults/backupstorageconfig"

_SECURITY: Path = ("properties", "securitySettings")
_REDUNDANCY: Path = ("properties", "redundancySettings")
_STORES: Path = ("properties", "storageSettings")


class Setting(NamedTuple):
    """A setting and where it stands. `value` is None where it is not known."""

    node: Node
    value: Any

    @property
    def text(self) -> str | None:
        """The value as a text in lower case; None where it is not known."""
        return None if self.value is None else str(self.value).lower()


class Settings(NamedTuple):
    """What is set about the backups of a vault."""

    soft_delete: Setting
    soft_delete_days: Setting
    immutability: Setting
    redundancy: Setting
    cross_region_restore: Setting


def settings_of(analyses: Analyses, vault: Resource) -> Settings:
    """The settings of a vault of either kind."""
    return _of_recovery_vault(analyses, vault) if vault.type == RECOVERY_VAULT else _of_backup_vault(vault)


def _setting(resource: Resource, path: Path) -> Setting:
    value = None if resource.is_hidden(path) else value_at(resource.body, path)
    return Setting(Node(resource, path), value)


def _of_recovery_vault(analyses: Analyses, vault: Resource) -> Settings:
    def effective(path: Path, child_type: str, *names: str) -> Setting:
        for child in analyses.estate.children(vault, child_type):
            for name in names:
                inner = ("properties", name)
                if child.is_hidden(inner) or value_at(child.body, inner) is not None:
                    return _setting(child, inner)
        return _setting(vault, path)

    soft: Path = (*_SECURITY, "softDeleteSettings")
    return Settings(
        effective((*soft, "softDeleteState"), CONFIG, "softDeleteFeatureState"),
        effective((*soft, "softDeleteRetentionPeriodInDays"), CONFIG, "softDeleteRetentionPeriodInDays"),
        _setting(vault, (*_SECURITY, "immutabilitySettings", "state")),
        effective((*_REDUNDANCY, "standardTierStorageRedundancy"), STORAGE_CONFIG, "storageModelType", "storageType"),
        effective((*_REDUNDANCY, "crossRegionRestore"), STORAGE_CONFIG, "crossRegionRestoreFlag"),
    )


def _of_backup_vault(vault: Resource) -> Settings:
    soft: Path = (*_SECURITY, "softDeleteSettings")
    return Settings(
        _setting(vault, (*soft, "state")),
        _setting(vault, (*soft, "retentionDurationInDays")),
        _setting(vault, (*_SECURITY, "immutabilitySettings", "state")),
        _setting(vault, _store(vault)),
        _setting(vault, ("properties", "featureSettings", "crossRegionRestoreSettings", "state")),
    )


def _store(vault: Resource) -> Path:
    """Where the redundancy of the vault's store stands: among several, of the one that is called VaultStore."""
    listed = items(vault, *_STORES)
    named = (index for index, one in enumerate(listed) if value_at(one, ("datastoreType",)) == "VaultStore")
    return (*_STORES, next(named, 0), "type")


def backup_vaults(analyses: Analyses) -> View:
    """Five rows per vault, one for each setting.

    Fields, one in each row: soft_delete_off, soft_delete_days (where it is on), mutable, locally_redundant,
    not_restorable_elsewhere (geo-redundant, and cross-region restore is off). In all of them `node`: {resource, path}
    of the setting.
    """
    view = View()
    for vault in analyses.estate.of_type(*VAULTS):
        for name, setting, value in _facts(settings_of(analyses, vault)):
            own = setting.node.resource is vault
            fields = {name: value, "node": setting.node.at()}
            hidden = [name] if value is None else []
            view.add(vault, setting.node.path if own else (), fields, hidden, part=name)
    return view


_OFF = frozenset(("off", "disabled", "false"))


def _facts(settings: Settings) -> Iterator[tuple[str, Setting, Any]]:
    off = _is(settings.soft_delete, *_OFF)
    yield "soft_delete_off", settings.soft_delete, off
    if off is not True:
        yield "soft_delete_days", settings.soft_delete_days, settings.soft_delete_days.value if off is False else None
    yield "mutable", settings.immutability, _is(settings.immutability, *_OFF)
    yield "locally_redundant", settings.redundancy, _is(settings.redundancy, "locallyredundant")
    geo = _is(settings.redundancy, "georedundant", "readaccessgeozoneredundant")
    without = all_of((geo, _is(settings.cross_region_restore, *_OFF)))
    yield "not_restorable_elsewhere", settings.cross_region_restore, without


def _is(setting: Setting, *values: str) -> bool | None:
    return None if setting.text is None else setting.text in values
