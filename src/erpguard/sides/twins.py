"""The same resource in two sources: what is declared, and what is live.

ARM resources are the same if their ids are; where one does not know its subscription, if group, type and name are.
Kubernetes objects are the same if cluster, kind, namespace and name are; objects of which nobody said the cluster
belong to the only one that is live.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from erpguard.model import Path, Resource, value_at
from erpguard.model.arm_ids import tail
from erpguard.normalize.azure.families import DELETION
from erpguard.normalize.kubernetes import DEFAULT_CLUSTER

AZURE, KUBERNETES = "azure", "kubernetes"

_SUBSCRIPTIONS = "/subscriptions/"
_UNKNOWN_SUBSCRIPTION = "/subscriptions//"

Aliases = Mapping[str, str]
"""Names of clusters that stand for others."""

NO_ALIASES: Aliases = MappingProxyType({})


class Twin(NamedTuple):
    """What another side calls a resource; `resource` None: it has none, or (`known` False) it cannot be told which.

    `path` leads to the part that is meant, where the other side has it within its parent; `()` is the whole.
    """

    resource: Resource | None
    known: bool = True
    path: Path = ()


NO_TWIN = Twin(None)


def platform(resource: Resource) -> str:
    """Where a resource belongs: to Azure, or to a cluster."""
    is_azure = resource.type == DELETION or resource.type.startswith("Microsoft.") or "/" not in resource.type
    return AZURE if is_azure else KUBERNETES


def aliases(declared: Iterable[Resource], live: Iterable[Resource]) -> Aliases:
    """`default`, where nobody said the cluster of what is declared, stands for the only cluster that is live."""
    clusters = {one.cluster for one in live if platform(one) == KUBERNETES}
    is_assumed = any(one.cluster == DEFAULT_CLUSTER and platform(one) == KUBERNETES for one in declared)
    if len(clusters) != 1 or not is_assumed or DEFAULT_CLUSTER in clusters:
        return NO_ALIASES
    return {DEFAULT_CLUSTER: clusters.pop()}


class Name(NamedTuple):
    """What a resource is recognised by. `whole` is empty where a part of it is not known, `short` where there is none.

    `short` is the name without the subscription.
    """

    whole: str
    short: str = ""


def name_of(resource: Resource, others: Aliases = NO_ALIASES) -> Name:
    """The name of a resource over sources; empty for one that has no name yet."""
    if platform(resource) == KUBERNETES:
        if not resource.name or resource.name.endswith("*") or resource.name.startswith("${"):
            return Name("")
        cluster = others.get(resource.cluster, resource.cluster)
        return Name(f"{cluster}/{resource.type}/{resource.namespace}/{resource.name}")
    return arm_name(resource.identity)


def arm_name(identity: str) -> Name:
    """The same for an ARM identity."""
    if not identity.startswith((_SUBSCRIPTIONS, "/providers/")):
        return Name("")
    if identity.startswith(_UNKNOWN_SUBSCRIPTION):
        return Name("", tail(identity))
    return Name(identity, tail(identity))


class Index:
    """The resources of one side by their names; of namesakes, which are told as such, the first stands for all."""

    def __init__(self, resources: Iterable[Resource], others: Aliases) -> None:
        self.names: dict[int, Name] = {}
        self.nameless: set[str] = set()
        self._whole: dict[str, dict[Name, Resource]] = {}
        self._short: dict[str, dict[Name, Resource]] = defaultdict(dict)
        for resource in resources:
            if resource.type == DELETION:
                continue
            name = self.names[id(resource)] = name_of(resource, others)
            if name.whole:
                self._whole.setdefault(name.whole, {name: resource})
            if name.short:
                self._short[name.short].setdefault(name, resource)
            if not name.whole and not name.short and resource.change != "create":
                self.nameless.add(resource.type)

    def candidates(self, name: Name) -> dict[Name, Resource]:
        """All that may be meant by a name: what has just that name, else what differs in what one cannot know."""
        exact = self._whole.get(name.whole) if name.whole else None
        if exact:
            return exact
        found = self._short.get(name.short, {}) if name.short else {}
        return {one: resource for one, resource in found.items() if not name.whole or not one.whole}


class Twins:
    """Finds the twins of the resources of one side (0) among those of another (1), and the other way round.

    Made before the sides become estates, which tell namesakes apart by their identities.
    """

    def __init__(self, one: Iterable[Resource], other: Iterable[Resource], others: Aliases = NO_ALIASES) -> None:
        self._sides = (Index(one, others), Index(other, others))

    def of(self, resource: Resource, *, among: int) -> Twin:
        """The twin of a resource of the other side in this one."""
        name = self._sides[1 - among].names.get(id(resource))
        if name is None or not (name.whole or name.short):
            return NO_TWIN
        found = self._twin(name, among)
        if found is not None or platform(resource) == KUBERNETES:
            return found or NO_TWIN
        return self._part(resource, name, among) or NO_TWIN

    def is_named(self, resource: Resource, *, of: int) -> bool:
        """Whether a resource of a side has a name that it could be recognised by."""
        return any(self._sides[of].names.get(id(resource), ()))

    def is_nameless(self, type_: str, *, of: int) -> bool:
        """Whether a side holds something of a type that exists, and of which it does not know the name."""
        return type_ in self._sides[of].nameless

    def holder(self, resource: Resource, *, among: int) -> Resource | None:
        """What a resource of the other side belongs to in this one: its parent, else its group or namespace."""
        name = self._sides[1 - among].names.get(id(resource), Name(""))
        if platform(resource) == KUBERNETES:
            cluster = name.whole.partition("/")[0]
            found = self._sides[among].candidates(Name(f"{cluster}/core/Namespace//{resource.namespace}"))
            return next(iter(found.values()), None)
        id_ = _made_whole(name)
        while (id_ := id_.rpartition("/")[0]).count("/") > 3:
            found = self._sides[among].candidates(arm_name(id_))
            if len(found) == 1:
                return next(iter(found.values()))
        return None

    def _twin(self, name: Name, among: int) -> Twin | None:
        candidates = self._sides[among].candidates(name)
        if not candidates:
            return None
        if len(candidates) > 1:
            return Twin(None, known=False)
        (theirs, resource), *_ = candidates.items()
        # Two that know their subscription may both be what one that does not know its own is the plan of.
        rivals = self._sides[1 - among].candidates(theirs).keys() - {name}
        return Twin(None, known=False) if rivals else Twin(resource)

    def _part(self, resource: Resource, name: Name, among: int) -> Twin | None:
        """A child that the other side has within its parent."""
        from erpguard.normalize.azure.arm_types import arm_type

        owner_id = _made_whole(name).rpartition("/")[0].rpartition("/")[0]
        found = self._twin(arm_name(owner_id), among)
        if found is None or found.resource is None:
            return found
        described = arm_type(found.resource.type)
        at = described.parts.get(resource.type) if described is not None else None
        items = value_at(found.resource.body, at) if at else None
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict) and str(item.get("name", "")).lower() == resource.name.lower():
                return Twin(found.resource, path=(*(at or ()), index))
        return None


def _made_whole(name: Name) -> str:
    """The identity that a name was made from."""
    return name.whole or _UNKNOWN_SUBSCRIPTION[:-1] + name.short
