"""Which tier a workload belongs to (the catalogue's "Tiers, roles and environments")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

TIER_KEY = "erpguard.io/tier"

IMAGES = {
    "odoo": "erp",
    **dict.fromkeys(("postgres", "postgresql", "spilo", "timescaledb"), "data"),
    **dict.fromkeys(("pgbouncer", "pgcat", "pgpool"), "pooler"),
    **dict.fromkeys(("redis", "valkey", "keydb", "dragonfly"), "cache"),
    "traefik": "edge",
    "velero": "backup",
    **dict.fromkeys(("cloudnative-pg", "postgres-operator"), "operator"),
}
PORTS = {8069: "erp", 8072: "erp", 5432: "data", 6432: "pooler", 6379: "cache"}
KINDS = {
    "postgresql.cnpg.io/Cluster": "data",
    "acid.zalan.do/postgresql": "data",
    "postgresql.cnpg.io/Pooler": "pooler",
}
_NUMBERED = r"(.+?)-\d+"  # spilo-15: Zalando puts the major version into the name

# Also where they moved in 2025: https://github.com/bitnami/containers/issues/83267
_BITNAMI = re.compile(r"(?:.*[/}])?bitnami(?:legacy|secure)?/([a-z0-9-]+)(?:[:@].*)?")


def image_name(image: str) -> str | None:
    """The last path component of an image without registry, tag and digest; None where a placeholder hides it."""
    path = image.partition("@")[0]
    last = path.rpartition("/")[2]
    # `${REGISTRY}odoo` may be anything; `${REGISTRY}/odoo:${TAG}` is odoo.
    name = last.partition(":")[0] if not last.startswith("${") else last
    return None if has_placeholder(name) else name.lower()


def bitnami_name(image: str) -> str:
    """What is in an image of Bitnami's (`odoo`, `redis-cluster`); empty for the images of others."""
    found = _BITNAMI.fullmatch(image)
    return found[1] if found else ""


class Tier(NamedTuple):
    """A tier (empty: none), and whether that is certain."""

    name: str
    known: bool


class Tiers:
    """The catalogue's tables, with what the configuration adds.

    `settings` is the `tiers` part of the configuration's `estate` section: `images`, `ports`, `selectors`.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._images: dict[str, str] = {**IMAGES, **settings.get("images", {})}
        self._ports = {**PORTS, **{int(port): tier for port, tier in settings.get("ports", {}).items()}}
        self._selectors = settings.get("selectors", ())

    def of(self, resource: Resource, template: Path, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> Tier:
        """The tier of a workload whose pods have this metadata and spec; `template` is the path to the two."""
        declared = _declared(resource, template, metadata) or self._selected(resource)
        if declared:
            return declared
        if resource.type in KINDS:
            return Tier(KINDS[resource.type], True)
        if resource.type in ("batch/Job", "batch/CronJob"):
            return Tier("job", True)
        return self._from_containers(resource, (*template, "spec", "containers"), spec.get("containers") or ())

    def of_image(self, image: str) -> str | None:
        """The tier that an image tells; empty where it tells none, None where a placeholder hides it."""
        name = image_name(image)
        return None if name is None else self._of_name(name)

    def ports_of(self, tier: str) -> frozenset[int]:
        """The container ports that tell a tier."""
        return frozenset(port for port, told in self._ports.items() if told == tier)

    def _of_name(self, name: str) -> str:
        numbered = re.fullmatch(_NUMBERED, name)
        return self._images.get(name) or (self._images.get(numbered[1], "") if numbered else "")

    def _selected(self, resource: Resource) -> Tier | None:
        for selector in self._selectors:
            if all(resource.labels.get(key) == value for key, value in selector["labels"].items()):
                return Tier(selector["tier"], True)
            if any(resource.is_hidden(("metadata", "labels", key)) for key in selector["labels"]):
                return Tier("", False)
        return None

    def _from_containers(self, resource: Resource, path: Path, containers: Sequence[Mapping[str, Any]]) -> Tier:
        """By image, else by port; not certain where a hidden image or port could say otherwise."""
        hidden = not containers and resource.is_hidden(path)
        for index, container in enumerate(containers):
            name = image_name(container.get("image", ""))
            if name is None or (not name and resource.is_hidden((*path, index, "image"))):
                hidden = True
                continue
            told = self._of_name(name)
            if told:
                return Tier(told, True)
        for index, container in enumerate(containers):
            ports = container.get("ports") or ()
            hidden = hidden or (not ports and resource.is_hidden((*path, index, "ports")))
            for number, port in enumerate(ports):
                tier = self._ports.get(port.get("containerPort"))
                if tier:
                    return Tier(tier, not hidden)
                hidden = hidden or resource.is_hidden((*path, index, "ports", number, "containerPort"))
        return Tier("", not hidden)


def _declared(resource: Resource, template: Path, metadata: Mapping[str, Any]) -> Tier | None:
    """The label or annotation of the workload, then of its pods."""
    owners = ((resource.body.get("metadata") or {}, ("metadata",)), (metadata, (*template, "metadata")))
    for owner, path in owners:
        for where in ("labels", "annotations"):
            if resource.is_hidden((*path, where, TIER_KEY)):
                return Tier((owner.get(where) or {}).get(TIER_KEY, ""), False)
            declared = (owner.get(where) or {}).get(TIER_KEY)
            if declared:
                return Tier(declared, True)
    return None
