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
from erpguard.model.arm_ids import extends, is_arm_id, parse, tail
from erpguard.normalize.azure.arm import GROUPS
from erpguard.normalize.azure.families import DELETION
from erpguard.normalize.kubernetes import DEFAULT_CLUSTER
from erpguard.normalize.shapes import PLACEHOLDER, has_placeholder

AZURE, KUBERNETES = "azure", "kubernetes"

_UNNAMED = ("/", "*")
"""How the id of an object ends that has no name, or only the beginning of one (`generateName`)."""

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
        return Name("" if resource.id.endswith(_UNNAMED) or has_placeholder(resource.id) else _placed(resource, others))
    return arm_name(resource.identity) if _is_whole(resource) else Name("")


def _placed(resource: Resource, others: Aliases) -> str:
    """The id of an object in the cluster that is meant."""
    return others.get(resource.cluster, resource.cluster) + resource.id.removeprefix(resource.cluster)


def _is_whole(resource: Resource) -> bool:
    """Whether the identity of an ARM resource is the id that it has, or will have.

    Of a child that a plan declares it may be made up: it has no name yet and goes by its address, or the plan does not
    say what stands between it and its parent, as the container of a protected item.
    """
    if is_arm_id(resource.id) or resource.type == GROUPS:
        return True
    return bool(resource.body.get("name")) and parse(resource.identity).type.lower() == resource.type.lower()


def arm_name(identity: str) -> Name:
    """The same for an ARM identity."""
    if not identity.startswith((_SUBSCRIPTIONS, "/providers/")):
        return Name("")
    if identity.startswith(_UNKNOWN_SUBSCRIPTION):
        return Name("", tail(identity))
    return Name(identity, tail(identity))


class Nameless(NamedTuple):
    """What is known of a name that is not known as a whole: how it begins and ends, as far as that can be said."""

    start: Name
    end: str = ""

    def may_be(self, name: Name) -> bool:
        """Whether a name may be that one."""
        is_whole = bool(self.start.whole and name.whole)
        given, start = (name.whole, self.start.whole) if is_whole else (name.short, self.start.short)
        return given.startswith(start) and given.endswith(self.end)


class Index:
    """The resources of one side by their names; of namesakes, which are told as such, the first stands for all."""

    def __init__(self, resources: Iterable[Resource], others: Aliases) -> None:
        self.names: dict[int, Name] = {}
        self.nameless: dict[int, Nameless] = {}
        self._nameless: dict[str, set[Nameless]] = defaultdict(set)
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
            if not any(name) and not _is_to_be_named(resource):
                known = self.nameless[id(resource)] = _nameless(resource, others)
                self._nameless[resource.type].add(known)

    def may_hold(self, type_: str, name: Name) -> bool:
        """Whether something of a type may be meant by a name that this side does not know."""
        return any(one.may_be(name) for one in self._nameless.get(type_, ()))

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

    def may_be_nameless(self, resource: Resource, *, among: int) -> bool:
        """Whether a resource of the other side may be one of which this one does not know the name."""
        return self._sides[among].may_hold(resource.type, self._sides[1 - among].names[id(resource)])

    def may_be_one(self, nameless: Resource, resource: Resource, *, among: int) -> bool:
        """Whether a resource of this side may be one of the other side, which does not know its name."""
        known = self._sides[1 - among].nameless.get(id(nameless))
        return known is not None and known.may_be(self._sides[among].names[id(resource)])

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


def _is_to_be_named(resource: Resource) -> bool:
    """Whether a plan makes up a new name as it creates something: nothing that lives has it."""
    return resource.change == "create" and ("name",) in resource.unknown


def _nameless(resource: Resource, others: Aliases) -> Nameless:
    """What is known of the name of something that has none yet: where it is, and a part of it."""
    if platform(resource) == KUBERNETES:
        return Nameless(Name(PLACEHOLDER.split(_placed(resource, others))[0].removesuffix("*")))
    steps = 4 if extends(resource.type) else 2
    above = resource.identity.rsplit("/", steps)[0] if resource.identity != resource.id else ""
    start = arm_name(above)
    name = str(resource.body.get("name") or "").rpartition("/")[2].lower()
    return Nameless(Name(*(f"{one}/" if one else "" for one in start)), f"/{name}" if name else "")
