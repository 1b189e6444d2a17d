"""Lifecycle rules of storage accounts, and whether they delete backups.

https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure: a rule takes the blobs whose
path, container first, begins with one of its prefixes, and all blobs of the account where it has none. `baseBlob` is
the current version of a blob.
"""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.backup_stores import account_of, backup_stores, matches, names_of_stores
from erpguard.analysis.azure.bodies import items
from erpguard.analysis.values.selectors import all_of, any_of
from erpguard.model import Path, Resource, value_at

MANAGEMENT_POLICY = "Microsoft.Storage/storageAccounts/managementPolicies"

_RULES: Path = ("properties", "policy", "rules")
_DELETE: Path = ("definition", "actions", "baseBlob", "delete")
_AGES = ("daysAfterModificationGreaterThan", "daysAfterCreationGreaterThan", "daysAfterLastAccessTimeGreaterThan")


def blob_deletions(analyses: Analyses) -> View:
    """One row per rule that deletes blobs, at the number of days; one where the rules of a policy are not known.

    Fields: account, rule, days (how old a blob is at least when it is deleted), takes_backups (it is switched on, and
    backups are among what it takes).
    """
    view = View()
    for policy in analyses.estate.of_type(MANAGEMENT_POLICY):
        account = account_of(analyses, policy)
        name = account.name if account is not None else _parent_name(policy)
        for path in _rules(policy):
            age = _age(policy, path)
            if age is None:
                continue
            taken = _takes_backups(analyses, policy, account, path)
            days = value_at(policy.body, age)
            fields = {
                "account": name,
                "rule": str(value_at(policy.body, (*path, "name")) or ""),
                "days": days,
                "takes_backups": taken,
            }
            unknown = ["takes_backups"] if taken is None else []
            if not isinstance(days, int) or not policy.is_known((*path, *_DELETE)):
                unknown.append("days")
            view.add(policy, age, fields, unknown)
    return view


def _rules(policy: Resource) -> Iterator[Path]:
    if policy.is_hidden(_RULES):
        yield _RULES
    for index in range(len(items(policy, *_RULES))):
        yield (*_RULES, index)


def _age(policy: Resource, rule: Path) -> Path | None:
    """Where a rule says how old a blob has to be to be deleted: of several ages the lowest; None if it deletes none."""
    delete: Path = (*rule, *_DELETE)
    ages = [(value_at(policy.body, (*delete, name)), name) for name in _AGES]
    known = [(age, name) for age, name in ages if isinstance(age, int)]
    if known:
        return (*delete, min(known)[1])
    return None if policy.is_known(delete) else delete


def _takes_backups(analyses: Analyses, policy: Resource, account: Resource | None, rule: Path) -> bool | None:
    filters: Path = (*rule, "definition", "filters")
    enabled = None if policy.is_hidden((*rule, "enabled")) else value_at(policy.body, (*rule, "enabled")) is not False
    types = [str(one).lower() for one in items(policy, *filters, "blobTypes")]
    of_type = None if not policy.is_known((*filters, "blobTypes")) else not types or "blockblob" in types
    # Whether a blob carries such index tags is not said anywhere.
    tagged = bool(items(policy, *filters, "blobIndexMatch")) or not policy.is_known((*filters, "blobIndexMatch"))
    prefixes = items(policy, *filters, "prefixMatch")
    if not policy.is_known((*filters, "prefixMatch")):
        prefixes = [*prefixes, None]
    taken = any_of(_takes(analyses, policy, account, prefix) for prefix in prefixes or [""])
    return all_of((enabled, of_type, None if tagged else True, taken))


def _takes(analyses: Analyses, policy: Resource, account: Resource | None, prefix: object) -> bool | None:
    if not isinstance(prefix, str):
        return None
    if account is not None:
        return backup_stores(analyses)[account.key].takes(prefix)
    # The account is not in the estate: more than the names is not known of it.
    globs = names_of_stores(analyses)
    container = prefix.lower().partition("/")[0]
    return True if matches(_parent_name(policy).lower(), globs) or matches(container, globs) else None


def _parent_name(policy: Resource) -> str:
    return policy.parent.rpartition("/")[2]
