"""Which tier a workload belongs to (the catalogue's "Tiers, roles and environments")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from erpguard.model import Resource
from erpguard.normalize.shapes import has_placeholder

TIER_KEY = "erpguard.io/tier"

IMAGES = {
    "odoo": "erp",
    **dict.fromkeys(("postgres", "postgresql", "spilo", "timescaledb"), "data"),
    **dict.fromkeys(("pgbouncer", "pgcat", "pgpool"), "pooler"),
    **dict.fromkeys(("redis", "valkey", "keydb", "dragonfly"), "cache"),
    "traefik": "edge",
    "velero": "backup",
}
PORTS = {8069: "erp", 8072: "erp", 5432: "data", 6432: "pooler", 6379: "cache"}
KINDS = {
    "postgresql.cnpg.io/Cluster": "data",
    "acid.zalan.do/postgresql": "data",
    "postgresql.cnpg.io/Pooler": "pooler",
}
_NUMBERED = re.compile(r"(.+?)-\d+")  # spilo-15: Zalando puts the major version into the name


def image_name(image: str) -> str | None:
    """The last path component of an image without registry, tag and digest; None where a placeholder hides it."""
    path = image.partition("@")[0]
    last = path.rpartition("/")[2]
    # `${REGISTRY}odoo` may be anything; `${REGISTRY}/odoo:${TAG}` is odoo.
    name = last.partition(":")[0] if not last.startswith("${") else last
    return None if has_placeholder(name) else name.lower()


def tier_of(
    resource: Resource, template: Mapping[str, Any], spec: Mapping[str, Any], settings: Mapping[str, Any]
) -> tuple[str, bool]:
    """The tier of a workload (empty: none) and whether that is known.

    `template` is the metadata of its pods, `spec` their specification (empty for operator workloads), `settings` the
    `tiers` part of the configuration's `estate` section: `images` and `ports` add to the tables.
    """
    for where in (resource.labels, resource.annotations, template.get("labels"), template.get("annotations")):
        declared = (where or {}).get(TIER_KEY)
        if declared:
            return declared, not has_placeholder(declared)
    for selector in settings.get("selectors", ()):
        if all(resource.labels.get(key) == value for key, value in selector["labels"].items()):
            return selector["tier"], True
    if resource.type in KINDS:
        return KINDS[resource.type], True
    if resource.type in ("batch/Job", "batch/CronJob"):
        return "job", True
    return _from_containers(spec.get("containers") or (), settings)


def _from_containers(containers: Any, settings: Mapping[str, Any]) -> tuple[str, bool]:
    images = {**IMAGES, **settings.get("images", {})}
    ports = {**PORTS, **{int(port): tier for port, tier in settings.get("ports", {}).items()}}
    hidden = False
    for container in containers:
        name = image_name(container.get("image", ""))
        if name is None:
            hidden = True
            continue
        numbered = _NUMBERED.fullmatch(name)
        tier = images.get(name) or (images.get(numbered[1]) if numbered else None)
        if tier:
            return tier, True
    for container in containers:
        for port in container.get("ports") or ():
            tier = ports.get(port.get("containerPort"))
            if tier:
                return tier, not hidden
    return "", not hidden
