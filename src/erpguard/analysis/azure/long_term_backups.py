"""How long Backup vaults keep the backups of PostgreSQL flexible servers.

A server keeps its own backups for 35 days at most
(https://learn.microsoft.com/azure/postgresql/backup-restore/concepts-backup-restore). A backup instance keeps what it
makes for as long as the retention rules of its policy say, the default one and those for the first backup of a week, a
month or a year alike (https://learn.microsoft.com/azure/backup/backup-azure-database-postgresql-flex-overview).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.backup_policies import PROTECTION_POLICY, longest_kept
from erpguard.analysis.azure.database_servers import POSTGRES, primaries
from erpguard.analysis.azure.properties import refer
from erpguard.analysis.azure.protected_items import INSTANCE, Protection, protections
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Resource

_POLICY = ("properties", "policyInfo", "policyId")


class _Retention(NamedTuple):
    """How long an instance keeps its backups at least; `doubt` says why it may be longer."""

    days: float
    text: str = ""
    policy: str = ""
    doubt: str = ""


def long_term_backups(analyses: Analyses) -> View:
    """One row per PostgreSQL flexible server that is no read replica, at its root.

    Fields: vaulted (whether a backup instance makes backups of it), kept_days (for how long those are kept that are
    kept longest), retention (the same as it is written), policy (the name of what says so), doubt (why it may be
    longer, else empty).
    """
    view = View()
    for server, certain in primaries(analyses):
        if server.type != POSTGRES:
            continue
        found = [one for one in protections(analyses).all_of(server) if one.item.type == INSTANCE]
        vaulted = any_of(one.protects for one in found)
        best, doubt = _longest(analyses, found)
        fields: dict[str, Any] = {"vaulted": vaulted, "kept_days": best.days, "retention": best.text}
        fields |= {"policy": best.policy, "doubt": doubt}
        view.add(server, (), fields, [] if certain and vaulted is not None else ["vaulted"])
    return view


def _longest(analyses: Analyses, found: Iterable[Protection]) -> tuple[_Retention, str]:
    """What is surely kept longest, and the first reason for which it may be longer."""
    best, doubts = _Retention(0), []
    for one in found:
        if one.protects is False:
            continue
        kept = _kept(analyses, one.item)
        if one.protects is None:
            doubts.append(f"whether backup instance {one.item.name} protects the server")
        else:
            best = max(best, kept, key=lambda retention: retention.days)
            doubts.append(kept.doubt)
    return best, next(filter(None, doubts), "")


def _kept(analyses: Analyses, instance: Resource) -> _Retention:
    reference = refer(analyses, instance, *_POLICY)
    policy = reference.resource
    if policy is None or policy.type != PROTECTION_POLICY:
        name = reference.id.rpartition("/")[2]
        called = f"backup policy {name}" if name else f"the policy of backup instance {instance.name}"
        return _Retention(0, doubt=f"how long {called} keeps backups")
    longest, whole = longest_kept(policy)
    doubt = "" if whole else f"how long backup policy {policy.name} keeps backups"
    return _Retention(longest.days or 0, longest.text, policy.name, doubt)
