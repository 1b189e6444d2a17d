"""Changes of a plan after which less can be recovered: what protects backups is destroyed, or stopped, or less is kept.

The backups that a database server makes by itself are lost with it (https://learn.microsoft.com/azure/postgresql/
backup-restore/concepts-backup-restore); those of a read replica are its primary's.

Seen from the plan's change alone: `Resource.change` and `Resource.before`, and what is deleted (`erpguard/Deletion`).
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.backup_policies import POLICIES, PROTECTION_POLICY, RECOVERY_POLICY, kept
from erpguard.analysis.azure.bodies import text
from erpguard.analysis.azure.database_servers import MYSQL, POSTGRES, is_replica
from erpguard.analysis.azure.durations import parse_iso
from erpguard.analysis.azure.firewall_rules import SINGLE
from erpguard.analysis.azure.locks import LOCK
from erpguard.analysis.azure.protected_items import INSTANCE, ITEM, PROTECTIONS, is_running, state_of
from erpguard.analysis.azure.unprotected import LONG_TERM, SHORT_TERM
from erpguard.analysis.azure.vaults import BACKUP_VAULT, RECOVERY_VAULT
from erpguard.model import Path, Resource, value_at
from erpguard.normalize.azure.arm_defaults import fill_defaults
from erpguard.normalize.azure.families import DELETION

SERVERS = (POSTGRES, MYSQL, *SINGLE, "Microsoft.Sql/managedInstances")
_CALLED = {
    RECOVERY_POLICY: "backup policy",
    PROTECTION_POLICY: "backup policy",
    RECOVERY_VAULT: "Recovery Services vault",
    BACKUP_VAULT: "Backup vault",
    LOCK: "lock",
    ITEM: "protected item",
    INSTANCE: "backup instance",
    **dict.fromkeys(SERVERS, "database server"),
    **dict.fromkeys(SHORT_TERM, "short-term retention policy"),
    **dict.fromkeys(LONG_TERM, "long-term retention policy"),
}
"""Types of which none may be destroyed unnoticed -> what to call one."""


BLOB_SERVICES = "Microsoft.Storage/storageAccounts/blobServices"
FILE_SERVICES = "Microsoft.Storage/storageAccounts/fileServices"
_OF_PARENT = {
    BLOB_SERVICES: "storage account",
    FILE_SERVICES: "storage account",
    **dict.fromkeys((*SHORT_TERM, *LONG_TERM), "database"),
}


class _Switched(NamedTuple):
    """A retention in days that holds while a switch is on; `switch` empty where there is none."""

    days: Path
    switch: Path = ()


_SOFT: Path = ("properties", "securitySettings", "softDeleteSettings")
_DAYS: dict[str, dict[str, _Switched]] = {
    POSTGRES: {"backups": _Switched(("properties", "backup", "backupRetentionDays"))},
    MYSQL: {"backups": _Switched(("properties", "backup", "backupRetentionDays"))},
    RECOVERY_VAULT: {
        "deleted backups": _Switched((*_SOFT, "softDeleteRetentionPeriodInDays"), (*_SOFT, "softDeleteState"))
    },
    BACKUP_VAULT: {"deleted backups": _Switched((*_SOFT, "retentionDurationInDays"), (*_SOFT, "state"))},
    BLOB_SERVICES: {
        "deleted blobs": _Switched(
            ("properties", "deleteRetentionPolicy", "days"), ("properties", "deleteRetentionPolicy", "enabled")
        ),
        "deleted containers": _Switched(
            ("properties", "containerDeleteRetentionPolicy", "days"),
            ("properties", "containerDeleteRetentionPolicy", "enabled"),
        ),
    },
    FILE_SERVICES: {
        "deleted shares": _Switched(
            ("properties", "shareDeleteRetentionPolicy", "days"),
            ("properties", "shareDeleteRetentionPolicy", "enabled"),
        )
    },
    **dict.fromkeys(SHORT_TERM, {"backups": _Switched(("properties", "retentionDays"))}),
}
"""Type -> what is kept for how many days."""

_OFF = frozenset(("disabled", "off", "false"))


class _Retention(NamedTuple):
    """How long something is kept, before or after a change; `days` None where that is not known."""

    path: Path
    what: str
    days: float | None
    text: str


def recovery_changes(analyses: Analyses) -> View:
    """One row per thing that is destroyed, and one per retention that a change touches.

    Fields: weakens, what (is changed), before, after.
    """
    view = View()
    for resource in analyses.estate.of_type(DELETION):
        type_ = str(value_at(resource.body, ("resource", "type")) or "")
        if type_ in _CALLED:
            was = _reading(resource, type_, value_at(resource.body, ("resource",)))
            _destroyed(view, resource, ("resource", "name"), was, "deleted")
    for resource in analyses.estate:
        if resource.change not in ("update", "replace") or resource.type == DELETION:
            continue
        before = None if resource.before is None else _reading(resource, resource.type, resource.before)
        if resource.change == "replace" and resource.type in _CALLED:
            _destroyed(view, resource, resource.name_path, before or resource, "destroyed and made anew")
        elif before is not None:
            _compared(view, resource, before)
    return view


def _reading(resource: Resource, type_: str, body: Any) -> Resource:
    """A resource as it was, with the defaults that held."""
    given = resource.id, resource.name, resource.namespace, deepcopy(body), resource.origin
    hidden = frozenset(path[1:] for path in resource.unknown if resource.type == DELETION and len(path) > 1)
    was = Resource(type_, *given, source=resource.source, parent=resource.parent, unknown=hidden)
    fill_defaults(was)
    return was


def _destroyed(view: View, resource: Resource, path: Path, was: Resource, after: str) -> None:
    replica = is_replica(was) if was.type in SERVERS else False
    if replica:
        return
    called = _CALLED[was.type]
    what = f"{called} of {_titled(was)}" if was.type in _OF_PARENT else _titled(was)
    fields = {"weakens": True, "what": what, "before": _described(was), "after": after}
    view.add(resource, path, fields, ["weakens"] if replica is None else [])


def _described(was: Resource) -> str:
    """What was there, in a few words."""
    if was.type == LOCK:
        return text(was, "properties", "level") or "there"
    said = [f"keeps {one.what} for {one.text}" for one in _retentions(was) if one.text]
    if was.type in (ITEM, INSTANCE):
        source = text(was, "properties", "dataSourceInfo", "resourceID") or text(was, "properties", "sourceResourceId")
        said.append(f"protects {source}" if source else "")
    return ", ".join(filter(None, said)) or "there"


def _compared(view: View, resource: Resource, before: Resource) -> None:
    """Rows for what both sides say of whether backups are made, and of how long something is kept."""
    if resource.type in PROTECTIONS:
        _stopped(view, resource, before)
    then = {one.what: one for one in _retentions(before)}
    for now in _retentions(resource):
        was = then.get(now.what)
        if was is None or was.days is None:
            continue
        # What the provider fills in by itself for an update is what is there already, not the default of a new one.
        filled_in = now.path in resource.assumed and now.days is not None and 0 < now.days < was.days
        weakens = None if now.days is None or filled_in else now.days < was.days
        fields = {
            "weakens": weakens,
            "what": f"{_titled(resource)}: {now.what}",
            "before": f"kept for {was.text}",
            "after": f"kept for {now.text}" if now.days else "not kept",
        }
        view.add(resource, now.path, fields, ["weakens", "after"] if weakens is None else [])


def _stopped(view: View, resource: Resource, before: Resource) -> None:
    """A row for what made backups: whether it still does."""
    path: Path = ("properties", state_of(resource))
    if not is_running(before):
        return  # it made none, or that is not known
    running = is_running(resource)
    fields = {
        "weakens": None if running is None else not running,
        "what": _titled(resource),
        "before": "makes backups",
        "after": f"its protection is in the state {text(resource, *path)}",
    }
    view.add(resource, path, fields, ["weakens", "after"] if running is None else [])


def _titled(resource: Resource) -> str:
    """What to call a resource in a message; a setting that is always called `default` by what it belongs to."""
    if resource.type in _OF_PARENT:
        return f"{_OF_PARENT[resource.type]} {resource.parent.rpartition('/')[2]}"
    return f"{_CALLED.get(resource.type, 'database server')} {resource.name}"


def _retentions(resource: Resource) -> Iterator[_Retention]:
    for what, where in _DAYS.get(resource.type, {}).items():
        yield _switched(resource, what, where)
    if resource.type in POLICIES:
        found = kept(resource)
        if found is not None:
            yield _Retention(found.path, "backups", found.days, found.text)
    if resource.type in LONG_TERM:
        for name in ("weekly", "monthly", "yearly"):
            yield _long_term(resource, name)


def _switched(resource: Resource, what: str, where: _Switched) -> _Retention:
    days = value_at(resource.body, where.days)
    known = isinstance(days, int) and not resource.is_hidden(where.days)
    if where.switch:
        switch = value_at(resource.body, where.switch)
        # Days without a switch: the provider's block is there, so it is on.
        implied = days is not None and (switch is None or where.switch in resource.assumed)
        if resource.is_hidden(where.switch):
            known = False
        elif not implied and (switch is None or str(switch).lower() in _OFF):
            return _Retention(where.switch, what, 0, "no day")
    return _Retention(where.days, what, days if known else None, f"{days} days" if known else "")


def _long_term(resource: Resource, name: str) -> _Retention:
    path: Path = ("properties", f"{name}Retention")
    given = text(resource, *path)
    duration = parse_iso(given or "PT0S") if given is not None else None
    return _Retention(path, f"{name} backups", duration.shortest_days if duration else None, given or "PT0S")
