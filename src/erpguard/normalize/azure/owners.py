"""What a setting or a child belongs to: in its own plan, else in another one of the same scan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from erpguard.model import Resource
from erpguard.model.arm_ids import is_arm_id, parse, tail


class Owners:
    """Finds resources by id. A plan's own names are told apart by the plan; ids of ARM mean the same everywhere."""

    def __init__(self, groups: Sequence[Iterable[Resource]]) -> None:
        self._groups = [_Group(group) for group in groups]
        self._by_id: dict[str, list[Resource]] = {}
        self._by_tail: dict[str, list[Resource]] = {}
        if len(groups) > 1:
            for resource in (one for group in self._groups for one in group.by_id.values()):
                if is_arm_id(resource.identity):
                    self._by_id.setdefault(resource.identity, []).append(resource)
                    self._by_tail.setdefault(tail(resource.identity), []).append(resource)

    def find(self, id_: str, group: int) -> Resource | None:
        """The resource of an id that is asked for in a group; None where there is none, or several elsewhere."""
        if not id_:
            return None
        return self._groups[group].find(id_) or self._elsewhere(id_)

    def add(self, resource: Resource, group: int) -> None:
        """Take in another resource of a group."""
        self._groups[group].by_id[resource.id] = resource

    def _elsewhere(self, id_: str) -> Resource | None:
        if not is_arm_id(id_):
            return None
        found = self._by_id.get(id_.lower().rstrip("/"))
        if not found:
            subscription = parse(id_).subscription.lower()
            found = [
                one
                for one in self._by_tail.get(tail(id_), ())
                if "" in (subscription, own := parse(one.identity).subscription) or own == subscription
            ]
        return found[0] if len(found) == 1 else None


class _Group:
    def __init__(self, resources: Iterable[Resource]) -> None:
        self.by_id = {one.id: one for one in resources}
        self._by_tail = {
            tail(one.identity): one for one in self.by_id.values() if not is_arm_id(one.id) and is_arm_id(one.identity)
        }

    def find(self, id_: str) -> Resource | None:
        return self.by_id.get(id_) or self.by_id.get(id_.lower()) or self._by_tail.get(tail(id_))
