"""PostgreSQL and MySQL flexible servers: the backups that the service makes by itself.

https://learn.microsoft.com/azure/postgresql/backup-restore/concepts-backup-restore and
https://learn.microsoft.com/azure/mysql/flexible-server/concepts-backup-restore. No backups are taken from read replicas
(https://learn.microsoft.com/azure/postgresql/read-replica/concepts-read-replicas): their primary is judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.bodies import text
from erpguard.model import Path, Resource, value_at

POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"
MYSQL = "Microsoft.DBforMySQL/flexibleServers"
SERVERS = (POSTGRES, MYSQL)

_RETENTION: Path = ("properties", "backup", "backupRetentionDays")
_REDUNDANCY: Path = ("properties", "backup", "geoRedundantBackup")
_ROLES: tuple[tuple[str, ...], ...] = (("properties", "replicationRole"), ("properties", "replica", "role"))


def primaries(analyses: Analyses) -> Iterator[tuple[Resource, bool]]:
    """The servers that are no read replicas, each with whether that is known."""
    for server in analyses.estate.of_type(*SERVERS):
        replica = is_replica(server)
        if not replica:
            yield server, replica is False


def is_replica(server: Resource) -> bool | None:
    """Whether a server only follows another one. The role tells; before there is one, how it is created."""
    roles = [text(server, *path) for path in _ROLES]
    named = [role for role in roles if role]
    if named:
        return any(role.lower().endswith("replica") for role in named)
    mode = text(server, "properties", "createMode")
    return None if mode is None or None in roles else mode.lower().endswith("replica")


def database_servers(analyses: Analyses) -> View:
    """Two rows per server that is no read replica, one at each setting of its backups.

    Fields: retention_days at the one, geo_redundant at the other.
    """
    view = View()
    for server, certain in primaries(analyses):
        days = value_at(server.body, _RETENTION)
        hidden = not certain or server.is_hidden(_RETENTION)
        view.add(server, _RETENTION, {"retention_days": days}, ["retention_days"] if hidden else [])
        redundancy = text(server, *_REDUNDANCY)
        geo = None if redundancy is None else redundancy.lower() == "enabled"
        hidden = not certain or geo is None
        view.add(server, _REDUNDANCY, {"geo_redundant": geo}, ["geo_redundant"] if hidden else [])
    return view
