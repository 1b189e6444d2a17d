"""The resources that a server has, found by id and by collection, as ARM lists them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from erpguard.model import arm_ids

Body = Mapping[str, Any]

# Children that come inside their parent and in a list of their own (the reference pages of Microsoft.Network).
_NESTED = {
    "microsoft.network/virtualnetworks": ("subnets", "virtualNetworkPeerings"),
    "microsoft.network/networksecuritygroups": ("securityRules", "defaultSecurityRules"),
    "microsoft.network/routetables": ("routes",),
}
# Lists whose path is not that of the items without their name: by the end of the path, what it lists below the rest.
_ELSEWHERE = {
    "backupprotecteditems": "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems",
    "backupprotectioncontainers": "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers",
}
# Lists at a scope that show what lies at, below and above it.
_INHERITED = {
    "microsoft.authorization/roleassignments",
    "microsoft.authorization/roleassignmentscheduleinstances",
    "microsoft.authorization/roleeligibilityscheduleinstances",
    "microsoft.authorization/roleassignmentschedules",
    "microsoft.authorization/roleeligibilityschedules",
    "microsoft.authorization/denyassignments",
}
_BELOW = {"microsoft.authorization/locks"}
_MANAGEMENT = "/providers/microsoft.management/managementgroups/"


class Documents:
    """All resources of some subscriptions and management groups."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        self._by_id: dict[str, Body] = {}
        self._lists: dict[str, list[Body]] = {}
        self._above: dict[str, tuple[str, ...]] = {}
        for body in bodies:
            self._add(body)

    @classmethod
    def of_folder(cls, folder: Path) -> Documents:
        """The `resources` of all JSON files of a folder."""
        return cls(
            body
            for file in sorted(folder.glob("*.json"))
            for body in json.loads(file.read_text(encoding="utf-8"))["resources"]
        )

    @property
    def bodies(self) -> list[Body]:
        """All resources, nested ones only inside their parents."""
        return [body for body in self._by_id.values() if "~nested" not in body]

    def find(self, id_: str) -> Body | None:
        """The resource of an id, in any case."""
        return self._by_id.get(_key(id_))

    def has_parent(self, path: str) -> bool:
        """Whether what a collection belongs to exists."""
        key = _key(path)
        if "/providers/" not in key:
            return True
        scope, _, rest = key.rpartition("/providers/")
        owner = key.rpartition("/")[0] if rest.count("/") > 1 else scope
        return not owner or owner in self._by_id

    def listed(self, path: str) -> list[Body]:
        """The items of a collection, sorted by id."""
        scope, _, type_ = _key(path).rpartition("/providers/")
        if type_ in _INHERITED or type_ in _BELOW:
            return self._extensions(type_, scope, type_ in _INHERITED)
        end = type_.rpartition("/")[2]
        if end in _ELSEWHERE:
            vault = _key(path).rpartition("/")[0]
            found = (body for key, body in self._by_id.items() if key.startswith(vault + "/"))
            return _sorted(body for body in found if _type(body) == _ELSEWHERE[end])
        return _sorted(self._lists.get(_key(path), []))

    def subscriptions_under(self, group: str) -> list[Body]:
        """The subscriptions and groups below a management group, at any depth."""
        key = _MANAGEMENT + group.lower()
        below = [body for id_, body in self._by_id.items() if key in self._above.get(id_, ())]
        return _sorted(below)

    def scopes_above(self, scope: str) -> tuple[str, ...]:
        """Everything that a scope inherits from, the root among it."""
        key = _key(scope)
        subscription = "/".join(key.split("/")[:3])
        parts = key.split("/")
        inner = tuple("/".join(parts[:length]) for length in range(3, len(parts)))
        return (*inner, *self._above.get(subscription, ()), "")

    def _add(self, body: Body) -> None:
        key = _key(body["id"])
        self._by_id[key] = body
        for group in body.get("~under", ()):
            self._above[key] = (*self._above.get(key, ()), _MANAGEMENT + group.lower())
        for place in _collections(key):
            self._lists.setdefault(place, []).append(body)
        for name in _NESTED.get(_type(body), ()):
            for child in body.get("properties", {}).get(name, ()):
                self._add({**child, "~nested": True})

    def _extensions(self, type_: str, scope: str, inherited: bool) -> list[Body]:
        above = self.scopes_above(scope)
        found = []
        for key, body in self._by_id.items():
            at, _, rest = key.rpartition("/providers/")
            if rest.rpartition("/")[0] == type_ and (
                at == scope or at.startswith(scope + "/") or (inherited and at in above)
            ):
                found.append(body)
        return _sorted(found)


def shown(body: Body) -> dict[str, Any]:
    """A resource as it is answered: without the marks of the test data."""
    return {name: value for name, value in body.items() if not name.startswith("~")}


def _key(path: str) -> str:
    return path.lower().rstrip("/")


def _type(body: Body) -> str:
    return str(body.get("type") or arm_ids.parse(body["id"]).type).lower()


def _sorted(bodies: Iterable[Body]) -> list[Body]:
    return sorted(bodies, key=lambda body: str(body["id"]).lower())


def _collections(key: str) -> list[str]:
    """The lists that show a resource: its parent's, and for those of a group the subscription's too."""
    parent = key.rpartition("/")[0]
    scope, _, rest = key.rpartition("/providers/")
    if rest.count("/") == 2 and scope.count("/") == 4 and "/resourcegroups/" in scope:
        subscription = "/".join(key.split("/")[:3])
        return [parent, f"{subscription}/providers/{rest.rpartition('/')[0]}"]
    return [parent]
