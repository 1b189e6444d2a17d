"""Where the copies of storage accounts are.

https://learn.microsoft.com/azure/storage/common/storage-redundancy: LRS keeps them in one data centre, ZRS in one
region; all other kinds have a copy in the paired region.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    stores = backup_stores(analyses)
    for account in analyses.estate.of_type(ACCOUNT):
        sku, region, used = text(account, *_SKU), _region(account), stores[account.key].used
        kind = None if not sku else sku.lower().rpartition("_")[2]
        zonal = None if kind is None else kind == "zrs"
        common = {"keeps_backups": used, "sku": sku, "region": region}
        for name, value in (
            ("locally_redundant", None if kind is None else kind == "lrs"),
            ("in_region_of_sources", all_of((zonal, _holds_all(analyses, account, region)))),
        ):
            fields = {**common, name: value}
            unknown = [field for field in ("keeps_backups", name) if fields[field] is None]
            view.add(account, _SKU, fields, unknown, part=name)
    return view


def _region(resource: Resource) -> str | None:
    """`West Europe` and `westeurope` are the same; None where it is not known or not said."""
    found = text(resource, "location")
    return found.replace(" ", "").lower() if found else None


def _holds_all(analyses: Analyses, account: Resource, region: str | None) -> bool | None:
    """Whether all sources of the account's environment are in a region; False where there are none."""
    regions = list(_regions(analyses, account.environment))
    if not regions:
        return False
    return all_of(None if region is None or other is None else region == other for other in regions)


def _regions(analyses: Analyses, environment: str) -> Iterator[str | None]:
    for source in analyses.estate.of_type(*SOURCES):
        if source.environment == environment:
            yield _region(source)
