"""One declaration -> the ARM resource that it is, and the child resources that it holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from erpguard.model import Path, Problem, Resource, dotted
from erpguard.model.arm_ids import is_arm_id, parse
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.addresses import UNKNOWN, Addresses, Named
from erpguard.normalize.azure.arm_types import arm_type
from erpguard.normalize.azure.bodies import put
from erpguard.normalize.azure.built_in_roles import role_guid
from erpguard.normalize.azure.families import Draft
from erpguard.normalize.azure.hidden import Hidden, hidden, take, targets_of
from erpguard.normalize.azure.links import Linked, linked
from erpguard.normalize.azure.mapped_origin import MappedOrigin
from erpguard.normalize.azure.mapping import Mapping as TypeMapping
from erpguard.normalize.azure.mapping import Parent, Spelling, Split
from erpguard.normalize.azure.templates import Template, actual, fetch, filled
from erpguard.normalize.azure.transforms import placed
from erpguard.normalize.declared import Declared, Reference

_ATTRIBUTE = re.compile(r"\{(\w+)\}")
ROLES = "Microsoft.Authorization/roleDefinitions"
_NOTHING: frozenset[Path] = frozenset()
_STAYING = frozenset(("azapi_update_resource",))
"""Types that leave what they set as it is when they are deleted
(https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/update_resource)."""


class Entry(NamedTuple):
    """A declaration with its mapping. `values` are those that are mapped: of a deletion, what is deleted."""

    declared: Declared
    mapping: TypeMapping
    values: dict[str, Any]
    named: Named


class Translation:
    """Translates the declarations of one source. `retracted` are the types of which settings are deleted."""

    def __init__(
        self, names: Addresses, settings: Mapping[str, Any], source: str, retracted: Collection[str] = ()
    ) -> None:
        self._names = names
        self._retracted = retracted
        self._settings = settings
        self._source = source
        self.problems: list[Problem] = []
        self.open_types: set[str] = set()

    def drafts(self, entry: Entry) -> Iterator[Draft]:
        """The resource of a declaration, then the children that it holds."""
        declared, how = entry.declared, entry.mapping
        unknown = _NOTHING if declared.change == "delete" else _without(declared.unknown, declared.unset)
        spellings = (how.spelling, *(split.spelling for split in how.splits))
        known = linked(entry.values, declared.references, unknown, spellings, self._names)
        group = self._group(entry)
        target = self._owner(entry, how.patches, group) if how.patches else ""
        made = self._resource(entry, known, group, target)
        computed = self._computed(declared, how.arm, how.spelling)
        yield Draft(made, target, computed, how.append, stays=declared.type in _STAYING)
        if not target and declared.change != "delete":
            for split in how.splits:
                yield from self._child(entry, split, known, made)

    def _resource(self, entry: Entry, known: Linked, group: str, target: str) -> Resource:
        declared, how = entry.declared, entry.mapping
        body = how.spelling.body(entry.values if declared.change == "delete" else known.values)
        if how.has_own:
            body = placed(body, target or entry.named.id)
        for text, constant in how.constants.items():
            path = tuple(text.split("."))
            if fetch(body, path) is None:
                put(body, path, deepcopy(constant))
        api_version = declared.api_version or how.api_versions.get(str(declared.defaults), "")
        if api_version:
            body["apiVersion"] = api_version
        found = hidden(how.spelling, known.unknown, known.values, body)
        self._named(how.spelling, body, found)
        assumed = _assume(declared, how, known, body, found)
        body["type"] = how.arm
        if is_arm_id(entry.named.id):
            body["id"] = entry.named.id
        else:
            body.pop("id", None)
        if group:
            body["resourceGroup"] = group
        made = self._made(
            body,
            MappedOrigin(declared.origin, how.spelling, known.values),
            arm.Known(
                address=declared.address,
                parent=self._owner(entry, how.parents, group),
                change=declared.change,
                unknown=frozenset(found.paths),
                sensitive=targets_of(how.spelling, declared.sensitive),
                assumed=assumed,
            ),
        )
        if declared.before is not None and declared.change in ("update", "replace"):
            ids = [id_ for at in how.ids if is_arm_id(id_ := fetch(declared.before, at))]
            made.before = {**how.spelling.body(declared.before), **({"id": ids[0]} if ids else {})}
        made.links = self._links(how.spelling, known, made) or made.links
        return made

    def _named(self, spelling: Spelling, body: dict[str, Any], found: Hidden) -> None:
        """Replace names by ids, where ARM has an id and a provider takes the name too."""
        for row in spelling.named:
            name = fetch(body, row.target)
            if not isinstance(name, str) or name.startswith("/") or row.target in found.paths:
                continue
            if self._names.at(name) is not None:
                continue  # the id of a resource that has no ARM id yet
            guid = role_guid(name) if row.named == ROLES else ""
            id_ = f"/providers/{ROLES}/{guid}" if guid else self._names.declared_as(row.named, name)
            if id_:
                put(body, row.target, id_)
            else:
                take(body, row.target)
                found.paths.add(row.target)

    def _child(self, entry: Entry, split: Split, known: Linked, parent: Resource) -> Iterator[Draft]:
        declared = entry.declared
        if split.when:
            block = fetch(known.values, split.when)
            if block is None or block in ([], False):
                if any(_overlaps(path, split.when) for path in known.unknown):
                    self.open_types.add(split.arm)
                return
        body = split.spelling.body(known.values)
        name = split.fixed_name or fetch(known.values, split.name)
        kind = split.arm.rpartition("/")[2]
        body["type"] = split.arm
        if isinstance(name, str):
            body["name"] = name
        found = hidden(split.spelling, known.unknown, known.values, body)
        id_ = f"{parent.id}/{kind}/{name or kind}"
        if is_arm_id(parent.id):
            body["id"] = id_
        made = self._made(
            body,
            MappedOrigin(declared.origin, split.spelling, known.values, actual(known.values, split.at)),
            arm.Known(
                address=id_,
                parent=parent.id,
                change=declared.change,
                unknown=frozenset(found.paths),
                sensitive=targets_of(split.spelling, declared.sensitive),
            ),
        )
        if declared.before is not None and declared.change in ("update", "replace"):
            made.before = split.spelling.body(declared.before)
        made.links = self._links(split.spelling, known, made) or made.links
        yield Draft(made, "", self._computed(declared, split.arm, split.spelling))

    def _made(self, body: dict[str, Any], origin: MappedOrigin, known: arm.Known) -> Resource:
        made, problems = arm.resource(body, origin, self._settings, self._source, known)
        self.problems += problems
        return made

    def _computed(self, declared: Declared, arm_name: str, spelling: Spelling) -> frozenset[Path] | None:
        """What nobody configured of what others may set; None where the source has no configuration, like a state."""
        described = arm_type(arm_name)
        if arm_name not in self._retracted and (described is None or not described.parts):
            return _NOTHING
        if declared.change in ("", "no-op") and not declared.unset:
            return None
        return targets_of(spelling, declared.unset)

    def _links(self, spelling: Spelling, known: Linked, made: Resource) -> dict[Path, tuple[str, str]]:
        """What the values that are not known yet will be copies of."""
        found: dict[Path, tuple[str, str]] = {}
        for path, references in known.left.items():
            if len(references) != 1:
                continue
            one = self._names.at(references[0].address)
            source = one.id if one is not None else references[0].address
            for target, _ in spelling.targets(path):
                if target in made.unknown:
                    found[target] = (source, dotted(references[0].attribute))
        return found

    def _group(self, entry: Entry) -> str:
        """The name of the resource group; empty where it is not known."""
        values, at = entry.values, entry.mapping.group
        if entry.mapping.arm == arm.GROUPS:
            return entry.named.name
        given = fetch(values, at) if at else None
        if isinstance(given, str):
            return given
        parent_id = values.get("parent_id") if entry.declared.provider == "azapi" else None
        if isinstance(parent_id, str) and is_arm_id(parent_id):
            return parse(parent_id).group
        for path in (at, ("parent_id",)):
            for reference in references_at(entry.declared, path) if path else ():
                one = self._names.at(reference.address)
                if one is not None and one.type == arm.GROUPS:
                    return one.name
        return ""

    def _owner(self, entry: Entry, parents: tuple[Parent, ...], group: str) -> str:
        """The id of what a resource belongs to, by the first of the ways to name it that tells."""
        for parent in parents:
            found = self._by_id(entry, parent) if parent.id else self._by_name(entry, parent, group)
            if found:
                return found.rstrip("/") + _formatted(parent.under, entry.values)
        # The id of what exists tells the parent too.
        return UNKNOWN if parents and not is_arm_id(entry.named.id) else ""

    def _by_id(self, entry: Entry, parent: Parent) -> str:
        given = fetch(entry.values, parent.id)
        if isinstance(given, str):
            return given
        return self._names.owner(references_at(entry.declared, parent.id), parent.type)

    def _by_name(self, entry: Entry, parent: Parent, group: str) -> str:
        given = fetch(entry.values, parent.name)
        if isinstance(given, str):
            own = fetch(entry.values, parent.group) if parent.group else group
            type_ = _formatted(parent.type, entry.values)
            return self._names.by_name(type_, given, own if isinstance(own, str) and own else None)
        return self._names.owner(references_at(entry.declared, parent.name), parent.type)


def _formatted(text: str, values: dict[str, Any]) -> str:
    """A text with the values of attributes in it; one that is not known leads to no resource."""
    return _ATTRIBUTE.sub(lambda match: str(values.get(match[1]) or UNKNOWN), text)


def references_at(declared: Declared, path: Template) -> tuple[Reference, ...]:
    """What the expression of an attribute refers to, or that of the block it stands in."""
    for length in range(len(path), 0, -1):
        found = declared.references.get(filled(path[:length], ()))
        if found:
            return found
    return ()


def _assume(
    declared: Declared, how: TypeMapping, known: Linked, body: dict[str, Any], found: Hidden
) -> frozenset[Path]:
    """Fill in what the provider sends for what nobody configured; where its version matters, it may be unknown."""
    assumed: set[Path] = set()
    for one in how.assumed:
        path = filled(one.path, ())
        if fetch(known.values, one.absent) not in (None, []) or fetch(body, path) is not None:
            continue
        if any(_overlaps(hidden_path, path) for hidden_path in found.paths):
            continue
        values, version = list(one.by_version.values()), _version(declared)
        if version == 0 and any(value != values[0] for value in values):
            found.paths.add(path)
            continue
        value = one.by_version.get(str(version)) if version else values[0]
        if value is not None:
            put(body, path, value)
            assumed.add(path)
    return frozenset(assumed) or _NOTHING


def _version(declared: Declared) -> int:
    """The major version of azurerm; Pulumi's bridge of it is two ahead. 0 where it is not known."""
    return max(declared.defaults - 2, 0) if declared.provider == "azure" else declared.defaults


def _without(paths: frozenset[Path], left_out: frozenset[Path]) -> frozenset[Path]:
    """The paths that are neither among those left out nor below them."""
    if not left_out:
        return paths
    return frozenset(path for path in paths if not any(path[:length] in left_out for length in range(1, len(path) + 1)))


def _overlaps(path: Path, other: Path) -> bool:
    return all(left == right for left, right in zip(path, other, strict=False))
