"""What a blob service keeps of deleted and overwritten blobs.

https://learn.microsoft.com/azure/storage/blobs/data-protection-overview. Versioning is not offered for accounts with a
hierarchical namespace (https://learn.microsoft.com/azure/storage/blobs/versioning-overview).
"""

from __future__ import annotations

from typing import NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.backup_stores import account_of
from erpguard.analysis.azure.bodies import at
from erpguard.analysis.values.selectors import all_of
from erpguard.model import Path, Resource

BLOB_SERVICES = "Microsoft.Storage/storageAccounts/blobServices"

_VERSIONING: Path = ("properties", "isVersioningEnabled")
_POLICIES: dict[str, Path] = {
    "blobs": ("properties", "deleteRetentionPolicy"),
    "containers": ("properties", "containerDeleteRetentionPolicy"),
}


class _Kept(NamedTuple):
    """How many days deleted things are kept, 0 for not at all (None: not known), and what says so."""

    path: Path
    days: int | None


def blob_recovery(analyses: Analyses) -> View:
    """Three rows per blob service, one for each of its settings.

    Fields: account; in two rows of and kept_days (how long deleted `blobs` or `containers` can be restored, 0 for not
    at all), in the third one not_versioned.
    """
    view = View()
    for service in analyses.estate.of_type(BLOB_SERVICES):
        account = account_of(analyses, service)
        if account is not None and account.body.get("kind") == "FileStorage":
            continue  # it holds no blobs
        sure = account is None or not account.is_hidden(("kind",))
        name = account.name if account is not None else service.parent.rpartition("/")[2]
        for what, path in _POLICIES.items():
            kept = _kept(service, path)
            fields = {"account": name, "of": what, "kept_days": kept.days}
            view.add(service, kept.path, fields, [] if sure and kept.days is not None else ["kept_days"], part=what)
        missing = _not_versioned(service, account)
        fields = {"account": name, "not_versioned": missing}
        view.add(service, _VERSIONING, fields, [] if sure and missing is not None else ["not_versioned"])
    return view


def _kept(service: Resource, path: Path) -> _Kept:
    switch, number = (*path, "enabled"), (*path, "days")
    days = at(service.body, number)
    if service.is_hidden(switch):
        return _Kept(switch, None)
    # Days without a switch: the provider's block is there, so it is on.
    on = at(service.body, switch) is True or (switch in service.assumed and days is not None)
    if not on:
        # Hidden days may stand for a switch that is not spelled out.
        return _Kept(switch, None if switch in service.assumed and service.is_hidden(number) else 0)
    return _Kept(number, days if isinstance(days, int) and not service.is_hidden(number) else None)


def _not_versioned(service: Resource, account: Resource | None) -> bool | None:
    off = None if service.is_hidden(_VERSIONING) else at(service.body, _VERSIONING) is not True
    offered = None
    if account is not None and not account.is_hidden(("properties", "isHnsEnabled")):
        offered = at(account.body, ("properties", "isHnsEnabled")) is not True
    return all_of((off, offered))
