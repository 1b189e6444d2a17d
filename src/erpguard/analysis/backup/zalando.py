"""The backups of Zalando's postgresql: the logical backups of the operator, and the WAL archive of Spilo.

postgres-operator.readthedocs.io/en/latest/administrator/ (logical backups; WAL archiving and physical basebackups)
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.backup.cloudnative_pg import Protection
from erpguard.analysis.values.selectors import any_of, hidden_below
from erpguard.model import Resource

POSTGRESQL = "acid.zalan.do/postgresql"
OPERATOR = "acid.zalan.do/OperatorConfiguration"
_OPERATOR_CONFIG_MAP = "postgres-operator"

# What makes Spilo archive the log and take base backups, by a schedule of its own (`0 1 * * *`).
_ARCHIVES = frozenset(
    ("WAL_S3_BUCKET", "WAL_GS_BUCKET", "WALE_S3_PREFIX", "WALE_GS_PREFIX", "WALG_S3_PREFIX", "WALG_GS_PREFIX")
    + ("WALG_AZ_PREFIX", "WALG_SSH_PREFIX", "WALG_SWIFT_PREFIX")
)
_BUCKETS = ("wal_s3_bucket", "wal_gs_bucket", "wal_az_storage_account")
_ENVIRONMENTS = ("pod_environment_configmap", "pod_environment_secret")


def zalando_protection(analyses: Analyses, database: Resource) -> Protection:
    """Whether a database has logical backups, or an archive of its own or of its operator."""
    answer = any_of((makes_logical_backups(database), archives_log(analyses, database)))
    return Protection(answer, "neither logical backups nor a WAL archive", (OPERATOR,))


def archives_log(analyses: Analyses, database: Resource) -> bool | None:
    """Whether a database archives its write-ahead log, by itself or because its operator makes it."""
    spec = database.body.get("spec") or {}
    archives = [_archives(database, index, entry) for index, entry in enumerate(spec.get("env") or ())]
    if () in hidden_below(database, ("spec", "env")):
        archives.append(None)
    operators: dict[str, list[bool | None]] = analyses.once("zalando.operators", _operators)
    return any_of((*archives, *operators.get(database.cluster, ())))


def makes_logical_backups(database: Resource) -> bool | None:
    """Whether the operator dumps a database; None where that is not known."""
    known = database.is_known(("spec", "enableLogicalBackup"))
    return (database.body.get("spec") or {}).get("enableLogicalBackup", False) if known else None


def _archives(database: Resource, index: int, entry: dict[str, Any]) -> bool | None:
    where = ("spec", "env", index)
    if not database.is_known((*where, "name")):
        return None
    if entry.get("name") not in _ARCHIVES:
        return False
    # A value that is not known is some value.
    return bool(entry.get("value") or entry.get("valueFrom")) or bool(hidden_below(database, where))


def _operators(analyses: Analyses) -> dict[str, list[bool | None]]:
    """Cluster -> for each operator whether it makes its databases archive."""
    found: dict[str, list[bool | None]] = defaultdict(list)
    for resource in analyses.estate.of_type(OPERATOR):
        configuration = resource.body.get("configuration")
        sections = configuration.values() if isinstance(configuration, dict) else ()
        flat = {key: value for section in sections if isinstance(section, dict) for key, value in section.items()}
        found[resource.cluster].append(_operator(flat))
    for resource in analyses.estate.of_type("core/ConfigMap"):
        if resource.name == _OPERATOR_CONFIG_MAP:
            found[resource.cluster].append(_operator(resource.body.get("data") or {}))
    return found


def _operator(settings: dict[str, Any]) -> bool | None:
    if any(settings.get(key) for key in _BUCKETS):
        return True
    return None if any(settings.get(key) for key in _ENVIRONMENTS) else False
