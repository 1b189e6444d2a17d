"""Databases of Azure, which the service always backs up, and the tag that notes when a restore was last tried.

The tag is `erpguard.io-last-restore-test`, of the database or the server: a tag's name must not have a slash.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.bodies import tag, tag_path
from erpguard.analysis.azure.database_servers import primaries
from erpguard.analysis.azure.unprotected import sql_databases
from erpguard.model import Path, Resource

LAST_TEST_TAG = "erpguard.io-last-restore-test"


class Noted(NamedTuple):
    """A database or server with what is noted of its last restore.

    certain  whether it is known to have backups of its own
    text     what the tag says, empty where there is none, None where it is not known
    path     where the tag stands
    """

    resource: Resource
    certain: bool
    text: str | None
    path: Path | None


def noted_databases(analyses: Analyses) -> Iterator[Noted]:
    """PostgreSQL and MySQL flexible servers that are no replicas, and databases of Azure SQL."""
    for resource, certain in (*primaries(analyses), *sql_databases(analyses)):
        yield Noted(resource, certain, tag(resource, LAST_TEST_TAG), tag_path(resource, LAST_TEST_TAG))
