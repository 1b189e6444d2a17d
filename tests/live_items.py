"""Snapshots for tests: what a subscription and a cluster might hold."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from erpguard.sources.live import Gap, Item, Target
from erpguard.sources.snapshot.lines import Header
from erpguard.sources.snapshot.writing import write

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-erp"
TARGETS = (Target("azure", SUBSCRIPTION),)

POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"


def arm_id(type_: str, name: str, group: str = GROUP) -> str:
    """The id of a resource of a group."""
    return f"{group}/providers/{type_}/{name}"


def azure(type_: str, name: str, properties: dict[str, Any] | None = None, **fields: Any) -> Item:
    """A resource of the group `rg-erp`; `group` and `id` among the fields put it elsewhere."""
    id_ = fields.pop("id", "") or arm_id(type_, name, fields.pop("group", GROUP))
    body = {"id": id_, "type": type_, "name": name, "location": "westeurope", "properties": properties or {}, **fields}
    return Item("azure", body)


def kubernetes(
    kind: str, name: str, namespace: str = "shop", cluster: str = "aks-prod", version: str = "v1", **fields: Any
) -> Item:
    """An object of a cluster; `metadata` among the fields adds to its metadata."""
    place = {"namespace": namespace} if namespace else {}
    metadata = {"name": name, **place, **fields.pop("metadata", {})}
    return Item("kubernetes", {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}, cluster)


def snapshot(
    path: Path, *records: Item | Gap, targets: Iterable[Target] = TARGETS, taken: str = "2026-01-31T06:00:00Z"
) -> str:
    """Write a snapshot, and return its path."""
    with path.open("wb") as opened:
        write(opened, Header(taken, "0", tuple(targets)), records)
    return str(path)
