"""What belongs together: settings onto what they set, children into their parents, then the documented defaults.

ARM shows rules within their group, subnets within their network, pools within their cluster; a plan has them apart.
Policies judge the parent, places point to the child's own block.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from erpguard.model import Path, Problem, Resource
from erpguard.model.arm_ids import extends, is_arm_id
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.arm_defaults import fill_defaults
from erpguard.normalize.azure.arm_types import arm_type
from erpguard.normalize.azure.bodies import list_at
from erpguard.normalize.azure.folding import Family
from erpguard.normalize.azure.merging import keep, merge, retract
from erpguard.normalize.azure.origins import ComposedOrigin
from erpguard.normalize.azure.owners import Owners

DELETION = "erpguard/Deletion"
"""The type of what a plan deletes: out of posture, judged only by what is lost. Its body is `{resource: ARM body}`."""


class Draft(NamedTuple):
    """A resource on its way in.

    target    the id of the resource that this one is only a setting of (an association, an update): it is merged there
    computed  paths that nobody configured: what stands there is the provider's copy of what stands elsewhere; None
              where the source does not tell
    append    lists of the target that this one adds to, instead of replacing them; `merging.EVERY` in a path stands
              for every item
    stays     whether Azure keeps what it set when a plan deletes it
    """

    resource: Resource
    target: str = ""
    computed: frozenset[Path] | None = None
    append: tuple[Path, ...] = ()
    stays: bool = False


class Settled(NamedTuple):
    """The resources of one source, whole; and the types of which some are attached to what is not known."""

    resources: list[Resource]
    problems: list[Problem]
    open_types: set[str]


def settle(*groups: Iterable[Draft]) -> Settled:
    """Put drafts together: settings, children, defaults, and the environment of children from their parents.

    A group is what one plan holds. What a plan lacks may be in another one.
    """
    return _Settling([list(group) for group in groups]).run()


class _Settling:
    def __init__(self, groups: list[list[Draft]]) -> None:
        self.drafts = [draft for group in groups for draft in group]
        for group in groups:
            identify([draft.resource for draft in group if is_present(draft)])
        self.problems: list[Problem] = []
        self.open_types: set[str] = set()
        self.computed = {id(draft.resource): draft.computed for draft in self.drafts if is_present(draft)}
        self.owners = Owners([[draft.resource for draft in group if is_present(draft)] for group in groups])
        self.group_of = {id(draft.resource): number for number, group in enumerate(groups) for draft in group}
        self.merged: set[int] = set()
        self.families: dict[int, Family] = {}
        self.made_with: dict[tuple[int, str], Resource] = {}
        self.declared: dict[str, dict[int, Resource]] = {}

    def run(self) -> Settled:
        for draft in self.drafts:
            owner = self.find(draft.target, draft.resource) if draft.resource.change == "delete" else None
            if owner is not None and draft.stays:
                keep(owner, draft.resource)
            elif owner is not None:
                retract(owner, draft.resource, self.computed.get(id(owner)))
        for draft in self.drafts:
            if draft.target and draft.resource.change != "delete":
                self.merge(draft.resource, draft.target, draft.append)
        # Deepest first, so that a child takes its own children along.
        present = [draft for draft in self.drafts if not draft.target]
        for draft in sorted(present, key=lambda one: -one.resource.type.count("/")):
            if (family := self.families.pop(id(draft.resource), None)) is not None:
                family.close()
            self.fold(draft.resource)
        kept = [draft.resource for draft in present if id(draft.resource) not in self.merged]
        for resource in kept:
            if resource.change != "delete":
                inherit(resource, self.find(resource.parent, resource))
                index_parts(resource)
                fill_defaults(resource)
        resources = [deletion(one) if one.change == "delete" else one for one in kept]
        return Settled(resources, self.problems, self.open_types)

    def find(self, id_: str, asking: Resource) -> Resource | None:
        return self.owners.find(id_, self.group_of[id(asking)])

    def merge(self, setting: Resource, target: str, append: tuple[Path, ...]) -> None:
        """Put the settings of a resource that is only a part of another one where they belong."""
        owner = self.find(target, setting) or self.made_with_parent(target, setting)
        if owner is not None:
            merge(owner, setting, append)
        elif target in ("", "?"):
            self.open_types.add(setting.type)  # it may belong to any of them
        else:
            self.merge_into_part(setting, target, append)

    def merge_into_part(self, setting: Resource, target: str, append: tuple[Path, ...]) -> None:
        """Put a setting of something that only stands within its parent there: a subnet of a network."""
        above, _, name = target.rstrip("/").rpartition("/")
        parent = self.find(above.rpartition("/")[0], setting)
        described = arm_type(parent.type) if parent is not None else None
        at = described.parts.get(setting.type) if described is not None else None
        if parent is None or at is None:
            return
        for index, item in enumerate(list_at(parent.body, at, make=False)):
            if isinstance(item, dict) and str(item.get("name", "")).lower() == name.lower():
                merge(parent, setting, append, (*at, index))
                return

    def made_with_parent(self, target: str, setting: Resource) -> Resource | None:
        """What every parent has from the beginning, once it is set: the blob service of a declared account."""
        described, (above, _, name) = arm_type(setting.type), target.rpartition("/")
        parent = self.find(above.rpartition("/")[0], setting)
        if described is None or name.lower() != described.made_as or not name or parent is None or not parent.change:
            return None
        key = (id(parent), described.name)
        if key not in self.made_with:
            self.made_with[key] = self.declared_with(described.name).get(id(parent)) or self.make(setting, parent, name)
        return self.made_with[key]

    def declared_with(self, type_: str) -> dict[int, Resource]:
        """The declared resources of a type, by what they belong to."""
        if type_ not in self.declared:
            these = [one.resource for one in self.drafts if one.resource.type == type_ and is_present(one)]
            self.declared[type_] = {id(self.find(one.parent, one)): one for one in these}
        return self.declared[type_]

    def make(self, setting: Resource, parent: Resource, name: str) -> Resource:
        """A resource that nobody declares, and that is there with its parent."""
        body: dict[str, Any] = {"type": setting.type, "name": name}
        id_ = f"{parent.id}/{setting.kind}/{name}"
        if is_arm_id(parent.id):
            body["id"] = id_
        known = arm.Known(address=id_, parent=parent.id, change=parent.change)
        made, _ = arm.resource(body, setting.origin, None, setting.source, known)
        self.drafts.append(Draft(made))
        self.group_of[id(made)] = self.group_of[id(parent)]
        self.owners.add(made, self.group_of[id(parent)])
        return made

    def fold(self, child: Resource) -> None:
        """Put a child into its parent; a child whose parent is not here stays as it is."""
        parent_type = child.type.rpartition("/")[0]
        described = arm_type(parent_type) if child.type.count("/") > 1 else None
        at = described.parts.get(child.type) if described else None
        if described is None:
            return
        if child.parent in ("", "?"):
            if child.change != "delete":
                self.open_types.add(child.type)
            return
        parent = self.find(child.parent, child)
        if parent is None or at is None or parent.type.lower() != parent_type.lower():
            return
        family = self.families.setdefault(id(parent), Family(parent))
        twin = family.twin(at, child.name)
        is_twice = twin is not None and family.is_adopted((*at, twin))
        if child.change == "delete":
            if twin is not None and not is_twice:  # one that is made again under another address stays
                family.remove(at, twin)
            return
        self.merged.add(id(child))
        if twin is not None and (is_twice or not self.is_copy(parent, at)):
            where = "twice" if is_twice else "and by itself"
            text = f"{child.kind} {child.name} stands in {parent.kind} {parent.name} {where}: keep one of them"
            self.problems.append(Problem("configured-twice", text, child.origin.place(("name",)), level="warning"))
        family.adopt(child, at)

    def is_copy(self, parent: Resource, at: Path) -> bool:
        """Whether the children that a parent shows are the provider's copies."""
        computed = self.computed.get(id(parent))
        return computed is None or at in computed


def is_present(draft: Draft) -> bool:
    """Whether a draft is a resource by itself that will be there."""
    return not draft.target and draft.resource.change != "delete"


def index_parts(resource: Resource) -> None:
    """Note the ids that the parts of a resource have by themselves, as a GET shows them."""
    described = arm_type(resource.type)
    found: dict[str, Path] = {}
    for at in (described.parts if described else {}).values():
        for index, item in enumerate(list_at(resource.body, at, make=False)):
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                found[item["id"].lower()] = found[item["id"]] = (*at, index)
    if found:
        resource.parts = {**resource.parts, **found}


def inherit(child: Resource, parent: Resource | None) -> None:
    """A child has the environment and the group of its parent, where it does not say its own."""
    if parent is not None:
        child.namespace = child.namespace or parent.namespace
        if not child.labels:
            child.environment = parent.environment
    _identify(child, parent)


def identify(resources: list[Resource]) -> None:
    """Give the children of a plan the ids that they will have, so that another plan can refer to them by these."""
    by_id = {one.id: one for one in resources}
    for child in sorted((one for one in resources if one.parent), key=lambda one: one.type.count("/")):
        _identify(child, by_id.get(child.parent) or by_id.get(child.parent.lower()))


def _identify(child: Resource, parent: Resource | None) -> None:
    above = parent.identity if parent is not None else _whole(child.parent)
    if child.identity == child.id and not is_arm_id(child.id) and is_arm_id(above):
        step = f"providers/{child.type}" if extends(child.type) else child.kind
        child.identity = f"{above}/{step}/{child.name}".lower()


def _whole(parent: str) -> str:
    """The id of a parent that is not here, if it tells the group; one that is only named may lack it."""
    return "" if "/resourcegroups//" in parent.lower() else parent.rstrip("/")


def deletion(resource: Resource) -> Resource:
    """What stands in the estate for a resource that the plan deletes."""
    return Resource(
        type=DELETION,
        id=f"{resource.id} (deleted)",
        identity=resource.identity,
        name=resource.name,
        namespace=resource.namespace,
        body={"resource": resource.body},
        origin=ComposedOrigin(resource.origin, {("resource",): (resource.origin, ())}),
        source=resource.source,
        cluster=resource.cluster,
        labels=resource.labels,
        environment=resource.environment,
        unknown=frozenset(("resource", *path) for path in resource.unknown),
        sensitive=frozenset(("resource", *path) for path in resource.sensitive),
        parent=resource.parent,
        change="delete",
    )
