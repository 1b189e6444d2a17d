"""All resources of one scan, by type, by id and by namespace, and what belongs together.

An estate may hold several objects with one id: overlays, environments kept side by side, samples. All are kept; a join
takes the candidate whose file shares the longest common directory with the object that asks (`together`, `find`). Where
two candidates are equally near, the join is not known, and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from erpguard.model import Path, Resource
from erpguard.model.arm_ids import tail

ALL_TYPES = "*"


class Lookup(NamedTuple):
    """The answer to a reference: the resource if there is exactly one nearest, and whether that is certain.

    `found` None with `known` True means: it does not exist in this estate.
    """

    found: Resource | None
    known: bool


class Node(NamedTuple):
    """The answer to an ARM reference: a resource, and the path of the part of it that was meant (`()`: all of it).

    `resource` None: what is referred to is not in the estate; nothing is known of it.
    """

    resource: Resource | None
    path: Path = ()


class Duplicate(NamedTuple):
    """Several objects of one id."""

    id: str
    resources: tuple[Resource, ...]


class Estate:
    """The resources of a scan. Read only once it is built.

    `open_types` are the types of which the estate may not hold every object (`*` for all): what is missing there is
    not known to be missing.
    """

    def __init__(self, resources: Iterable[Resource], open_types: Iterable[str] = ()) -> None:
        self.resources: list[Resource] = list(resources)
        self.open_types = frozenset(open_types)
        self.by_key: dict[str, Resource] = {}
        self._by_id: dict[str, list[Resource]] = defaultdict(list)
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        self._by_namespace: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
        self._arm: dict[str, Node] = {}
        self._children: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        declared: dict[tuple[str, str], int] = defaultdict(int)
        for resource in self.resources:
            same = self._by_id[resource.id]
            same.append(resource)
            # Namesakes differ in nothing but their file: the rank keeps their findings apart.
            rank = len(same)
            while resource.id + _suffix(rank) in self.by_key:
                rank += 1  # `a~2` is the name of another object
            resource.key = resource.id + _suffix(rank)
            # What two plans declare, each by its own name, has one identity: its findings are two all the same.
            declared[resource.type, resource.identity] += 1
            resource.identity += _suffix(max(rank, declared[resource.type, resource.identity]))
            self.by_key[resource.key] = resource
            self._by_type[resource.type].append(resource)
            self._by_namespace[resource.type, resource.cluster, resource.namespace].append(resource)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    def __len__(self) -> int:
        return len(self.resources)

    @property
    def types(self) -> frozenset[str]:
        """The types that occur."""
        return frozenset(self._by_type)

    def of_type(self, *types: str) -> list[Resource]:
        """All resources of these types, in the order of the types, then of the input."""
        return [resource for name in types for resource in self._by_type.get(name, ())]

    def in_namespace(self, resource: Resource, *types: str) -> list[Resource]:
        """The resources of these types in the cluster and namespace of `resource` (itself included)."""
        return self.within(resource.cluster, resource.namespace, *types)

    def within(self, cluster: str, namespace: str, *types: str) -> list[Resource]:
        """The resources of these types in a namespace of a cluster."""
        return [found for name in types for found in self._by_namespace.get((name, cluster, namespace), ())]

    def is_open(self, *types: str) -> bool:
        """Whether objects of any of these types may exist without being in the estate."""
        return ALL_TYPES in self.open_types or not self.open_types.isdisjoint(types)

    def duplicates(self) -> list[Duplicate]:
        """The ids that more than one object has, in the order of the input."""
        return [Duplicate(id_, tuple(same)) for id_, same in self._by_id.items() if len(same) > 1]

    def together(self, one: Resource, other: Resource) -> bool | None:
        """Whether two objects that match each other belong to the same deployment of things.

        True unless one of them has namesakes; then only if it is nearer than all of them. None if a namesake is
        equally near, so that it cannot be told.
        """
        answers = (self._is_nearest(one, other), self._is_nearest(other, one))
        if False in answers:
            return False
        return None if None in answers else True

    def find(self, asking: Resource, type_: str, namespace: str, name: str) -> Lookup:
        """The object that `asking` refers to by type, namespace (empty for cluster-scoped kinds) and name."""
        namesakes = self._by_id.get(f"{asking.cluster}/{type_}/{namespace}/{name}", ())
        if not namesakes:
            return Lookup(None, known=not self.is_open(type_))
        candidates = [found for found in namesakes if self._is_nearest(asking, found) is not False]
        return Lookup(candidates[0], known=True) if len(candidates) == 1 else Lookup(None, known=False)

    def arm(self, id_: str) -> Node:
        """The Azure resource, or the part of one (a subnet, a rule, a pool), that an id in a body refers to.

        An id is an ARM id in any case, or what a plan calls a resource that has none yet. An ARM id also finds a
        resource whose subscription is not known, by group, type and name.
        """
        index = self._arm_index()
        return index.get(id_) or index.get(id_.lower()) or index.get(tail(id_)) or self._part(id_) or Node(None)

    def children(self, parent: Resource, type_: str) -> list[Resource]:
        """The ARM resources of a type that are children, locks or settings of a resource."""
        if not self._children:
            for resource in self.resources:
                if resource.parent:
                    owner = self.arm(resource.parent).resource
                    key = owner.key if owner is not None else resource.parent.lower()
                    self._children[key, resource.type].append(resource)
            self._children["", ""] = []
        return self._children.get((parent.key, type_), [])

    def _part(self, id_: str) -> Node | None:
        """A part by its parent's id and its own name, where the part itself was given no id."""
        owner_id, _, rest = id_.rpartition("/")
        owner_id, _, kind = owner_id.rpartition("/")
        if not kind or "/" not in owner_id:
            return None
        index = self._arm_index()
        node = index.get(owner_id.lower()) or index.get(tail(owner_id))
        if node is None or node.resource is None or node.path:
            return None
        return _part_by_name(node.resource, kind, rest)

    def _arm_index(self) -> dict[str, Node]:
        if not self._arm:
            for resource in self.resources:
                if not resource.type.lower().startswith("microsoft."):
                    continue
                for id_, path in resource.parts.items():
                    self._arm.setdefault(id_, Node(resource, path))
                self._arm.setdefault(resource.id, Node(resource))
                if resource.identity.startswith("/subscriptions/"):
                    self._arm.setdefault(resource.identity, Node(resource))
                    if resource.identity.startswith("/subscriptions//"):
                        self._arm.setdefault(tail(resource.identity), Node(resource))
            self._arm[""] = Node(None)
        return self._arm

    def _is_nearest(self, asking: Resource, candidate: Resource) -> bool | None:
        namesakes = self._by_id[candidate.id]
        if len(namesakes) == 1 or asking is candidate:
            return True
        distance = _shared(asking, candidate)
        others = [_shared(asking, other) for other in namesakes if other is not candidate]
        if distance > max(others):
            return True
        return None if distance == max(others) else False


_PARTS = {
    "subnets": ("properties", "subnets"),
    "securityrules": ("properties", "securityRules"),
    "routes": ("properties", "routes"),
    "agentpools": ("properties", "agentPoolProfiles"),
}
"""Last segment of a child type, in lower case -> where ARM shows such children within their parent."""


def _part_by_name(owner: Resource, kind: str, name: str) -> Node | None:
    at = _PARTS.get(kind.lower())
    items: Any = owner.body
    for step in at or ():
        items = items.get(step) if isinstance(items, dict) else None
    for index, item in enumerate(items if at and isinstance(items, list) else ()):
        if isinstance(item, dict) and str(item.get("name", "")).lower() == name.lower():
            return Node(owner, (*(at or ()), index))
    return None


def _suffix(rank: int) -> str:
    return f"~{rank}" if rank > 1 else ""


def _shared(one: Resource, other: Resource) -> int:
    """How many leading parts two files have in common; the same file is nearer than any folder."""
    left, right = one.origin.file, other.origin.file
    if left == right:
        return len(left) + 1
    shared = 0
    for a, b in zip(left.split("/")[:-1], right.split("/")[:-1], strict=False):
        if a != b:
            break
        shared += 1
    return shared
