"""What a blob service keeps of deleted and overwritten blobs.

https://learn.microsoft.com/azure/storage/blobs/data-protection-overview. Versioning is not offered for accounts with a
hierarchical namespace (https://learn.microsoft.com/azure/storage/blobs/versioning-overview).

Every account has a blob service `default`; ARM shows it as a resource of its own. A plan that declares an account and
nothing of its blob service leaves that at what ARM documents: all is off
(https://learn.microsoft.com/azure/templates/microsoft.storage/storageaccounts/blobservices). Of an account that was
read from Azure without its blob service nothing is known.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.backup_stores import ACCOUNT, account_of
from erpguard.analysis.values.selectors import all_of
from erpguard.model import Path, Resource, value_at

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
    """Three rows per blob service, one for each of its settings; at the account where its service is not declared.

    Fields: account; in two rows of and kept_days (how long deleted `blobs` or `containers` can be restored, 0 for not
    at all), in the third one not_versioned; setting (which one it is, where the path does not tell), absent (types of
    which an object may still say otherwise).
    """
    view = View()
    for service in analyses.estate.of_type(BLOB_SERVICES):
        account = account_of(analyses, service)
        if account is None or _holds_blobs(account):
            _add_service(view, service, account)
    for account in analyses.estate.of_type(ACCOUNT):
        if _holds_blobs(account) and not analyses.estate.children(account, BLOB_SERVICES):
            _add_bare(view, account)
    return view


def _holds_blobs(account: Resource) -> bool:
    return account.body.get("kind") != "FileStorage"


def _add_service(view: View, service: Resource, account: Resource | None) -> None:
    sure = account is None or not account.is_hidden(("kind",))
    name = account.name if account is not None else service.parent.rpartition("/")[2]
    fields: dict[str, Any]
    for what, path in _POLICIES.items():
        kept = _kept(service, path)
        fields = {"account": name, "of": what, "kept_days": kept.days, "setting": "", "absent": []}
        view.add(service, kept.path, fields, [] if sure and kept.days is not None else ["kept_days"], part=what)
    off = None if service.is_hidden(_VERSIONING) else value_at(service.body, _VERSIONING) is not True
    missing = all_of((off, _is_versioning_offered(account)))
    fields = {"account": name, "not_versioned": missing, "setting": "", "absent": []}
    view.add(service, _VERSIONING, fields, [] if sure and missing is not None else ["not_versioned"])


def _add_bare(view: View, account: Resource) -> None:
    """The rows of an account whose blob service nobody declares."""
    is_declared = account.change != ""
    sure = is_declared and not account.is_hidden(("kind",))
    every = {"account": account.name, "absent": [BLOB_SERVICES]}
    for what in _POLICIES:
        fields = {**every, "of": what, "kept_days": 0, "setting": what}
        view.add(account, ("name",), fields, [] if sure else ["kept_days"], part=what)
    missing = _is_versioning_offered(account)
    fields = {**every, "not_versioned": missing, "setting": "versions"}
    is_known = missing is False or (sure and missing is not None)
    view.add(account, ("name",), fields, [] if is_known else ["not_versioned"], part="versions")


def _kept(service: Resource, path: Path) -> _Kept:
    switch, number = (*path, "enabled"), (*path, "days")
    days = value_at(service.body, number)
    if service.is_hidden(switch):
        return _Kept(switch, None)
    # Days without a switch: the provider's block is there, so it is on.
    on = value_at(service.body, switch) is True or (switch in service.assumed and days is not None)
    if not on:
        # Hidden days may stand for a switch that is not spelled out.
        return _Kept(switch, None if switch in service.assumed and service.is_hidden(number) else 0)
    return _Kept(number, days if isinstance(days, int) and not service.is_hidden(number) else None)


def _is_versioning_offered(account: Resource | None) -> bool | None:
    if account is None or account.is_hidden(("properties", "isHnsEnabled")):
        return None
    return value_at(account.body, ("properties", "isHnsEnabled")) is not True
