"""What a plan deletes: it lives still, and will not stand beside what is declared."""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.model import Resource
from erpguard.model.arm_ids import is_arm_id, tail
from erpguard.normalize.azure.families import DELETION
from erpguard.sides.twins import KUBERNETES, Aliases, arm_name, name_of, platform
from erpguard.sources import Collected


class Deletions:
    """The names of what the plans of a side delete, or replace by something of another name."""

    def __init__(self, collected: Collected, others: Aliases) -> None:
        self._others = others
        self._objects = {_under(id_, others) for id_ in collected.deleted}
        self._whole: set[str] = set()
        self._short: set[str] = set()
        for resource in collected.resources:
            name = arm_name(resource.identity if resource.type == DELETION else replaced(resource))
            self._whole.add(name.whole)
            if not name.whole:
                self._short.add(name.short)
        self._whole.discard("")
        self._short.discard("")

    def hit(self, resource: Resource) -> bool:
        """Whether a resource is deleted, or something that holds it."""
        if platform(resource) == KUBERNETES:
            cluster = self._others.get(resource.cluster, resource.cluster)
            names = (name_of(resource, self._others).whole, f"{cluster}/core/Namespace//{resource.namespace}")
            return not self._objects.isdisjoint(names)
        if not self._whole and not self._short:
            return False
        return any(id_ in self._whole or tail(id_) in self._short for id_ in _upwards(resource.identity))


def replaced(resource: Resource) -> str:
    """The id of what a plan puts an Azure resource of another name in the place of; empty where it does not."""
    before = str((resource.before or {}).get("id", "")).lower() if resource.change == "replace" else ""
    return before if is_arm_id(before) and before != resource.id else ""


def _under(id_: str, others: Aliases) -> str:
    cluster, _, rest = id_.partition("/")
    return f"{others.get(cluster, cluster)}/{rest}"


def _upwards(identity: str) -> Iterator[str]:
    """An ARM id, and those of everything that holds it: parents, the group."""
    while identity.count("/") > 3:
        yield identity
        identity = identity.rpartition("/")[0]
