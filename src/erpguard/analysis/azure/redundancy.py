"""Where the copies of storage accounts are.

https://learn.microsoft.com/azure/storage/common/storage-redundancy: LRS keeps them in one data centre, ZRS in one
region; all other kinds have a copy in the paired region.
"""

from __future__ import annotations

from collections import defaultdict

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.backup_stores import ACCOUNT, backup_stores
from erpguard.analysis.azure.bodies import text
from erpguard.analysis.azure.database_servers import SERVERS
from erpguard.analysis.values.selectors import all_of
from erpguard.model import Path, Resource

SOURCES = (
    *SERVERS,
    "Microsoft.Sql/servers",
    "Microsoft.ContainerService/managedClusters",
    "Microsoft.Compute/virtualMachines",
)
"""What backups are made of."""

_SKU: Path = ("sku", "name")


def backup_store_redundancy(analyses: Analyses) -> View:
    """Two rows per storage account, at the name of its SKU.

    Fields: keeps_backups, sku, region; in the one row locally_redundant, in the other one in_region_of_sources (all of
    its copies are in the region where everything is that the estate has backups of).
    """
    view = View()
    stores, regions = backup_stores(analyses), _regions(analyses)
    for account in analyses.estate.of_type(ACCOUNT):
        sku, region, used = text(account, *_SKU), _region(account), stores[account.key].used
        kind = None if not sku else sku.lower().rpartition("_")[2]
        zonal = None if kind is None else kind == "zrs"
        common = {"keeps_backups": used, "sku": sku, "region": region}
        for name, value in (
            ("locally_redundant", None if kind is None else kind == "lrs"),
            ("in_region_of_sources", all_of((zonal, _is_all(region, regions.get(account.environment, set()))))),
        ):
            fields = {**common, name: value}
            unknown = [field for field in ("keeps_backups", name) if fields[field] is None]
            view.add(account, _SKU, fields, unknown, part=name)
    return view


def _region(resource: Resource) -> str | None:
    """None where it is not known or not said."""
    return text(resource, "location") or None


def _is_all(region: str | None, sources: set[str | None]) -> bool | None:
    """Whether all sources are in a region; False where there are none."""
    if not sources:
        return False
    return all_of(None if region is None or source is None else region == source for source in sources)


def _regions(analyses: Analyses) -> dict[str, set[str | None]]:
    """Environment -> the regions of its sources; None among them for one that is not known."""
    found: dict[str, set[str | None]] = defaultdict(set)
    for source in analyses.estate.of_type(*SOURCES):
        found[source.environment].add(_region(source))
    return found
