"""Whether Azure's Redis keeps its data: Azure Cache for Redis (Premium), Redis Enterprise and Azure Managed Redis.

https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-premium-persistence: Basic and Standard cannot.
https://learn.microsoft.com/azure/redis/how-to-persistence: set for each database. That it is not wanted is said by the
tag `erpguard.io-persistence: none` of the cache or the cluster (a tag's name must not have a slash).
"""

from __future__ import annotations

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.bodies import tag, text
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Path, Resource, value_at

REDIS = "Microsoft.Cache/redis"
DATABASE = "Microsoft.Cache/redisEnterprise/databases"
PERSISTENCE_TAG = "erpguard.io-persistence"

_SETTINGS: dict[str, tuple[Path, Path]] = {
    REDIS: (
        ("properties", "redisConfiguration", "rdb-backup-enabled"),
        ("properties", "redisConfiguration", "aof-backup-enabled"),
    ),
    DATABASE: (("properties", "persistence", "rdbEnabled"), ("properties", "persistence", "aofEnabled")),
}


def add_caches(view: View, analyses: Analyses) -> None:
    """Add the caches that could keep their data to the view `redis_persistence`."""
    for cache in analyses.estate.of_type(REDIS):
        sku = text(cache, "properties", "sku", "name")
        if sku is None or sku.lower() == "premium":
            _add(view, cache, cache, sku is not None)
    for database in analyses.estate.of_type(DATABASE):
        _add(view, database, analyses.estate.arm(database.parent).resource, True)


def _add(view: View, cache: Resource, tagged: Resource | None, applies: bool) -> None:
    answers = [None if cache.is_hidden(path) else _is_on(value_at(cache.body, path)) for path in _SETTINGS[cache.type]]
    persistent, decided = any_of(answers), _decided(tagged)
    fields = {
        "tier": "cache",
        "persistent": persistent,
        "decided": decided,
        "what": "its data is not written down",
        "node": Node(cache, _SETTINGS[cache.type][0]).at(),
    }
    unknown = [name for name in ("persistent", "decided") if fields[name] is None]
    view.add(cache, (), fields, unknown if applies else [*unknown, "tier"])


def _is_on(value: object) -> bool:
    return str(value).lower() == "true"


def _decided(tagged: Resource | None) -> bool | None:
    """Whether a tag says that persistence is not wanted; not known of a cluster that is not in the estate."""
    value = None if tagged is None else tag(tagged, PERSISTENCE_TAG)
    return None if value is None else value.lower() == "none"
