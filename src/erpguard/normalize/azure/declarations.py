"""Azure resources as Terraform and Pulumi declare them -> canonical ARM resources.

The providers azurerm, azapi, azure-native and azure (bridged from azurerm) are understood. A type without a mapping
stays in the estate under the provider's name, so that it is counted as not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from erpguard.model import Problem, Resource
from erpguard.normalize.azure.addresses import Addresses, Named, named
from erpguard.normalize.azure.arm_types import all_names
from erpguard.normalize.azure.families import Draft, settle
from erpguard.normalize.azure.mapping import Mapping as TypeMapping
from erpguard.normalize.azure.mapping import mapping
from erpguard.normalize.azure.self_described import azapi, azure_native
from erpguard.normalize.azure.templates import fetch
from erpguard.normalize.azure.translation import Entry, Translation
from erpguard.normalize.azure.type_versions import versioned
from erpguard.normalize.declared import Declared
from erpguard.normalize.environments import environment

_DEPLOYMENT = re.compile(
    r"azurerm_(?:\w+_)?template_deployment|azure:core/.*TemplateDeployment|azure-native:resources:Deployment\w*"
)
"""Types that deploy an ARM template. Of azapi they are of an ARM type."""

_DEPLOYMENTS = "Microsoft.Resources/deployments"


class Drafted(NamedTuple):
    """What the declarations of one plan become, not yet put together; and the resources that are whole already."""

    drafts: list[Draft]
    whole: list[Resource]
    problems: list[Problem]
    open_types: set[str]


class Made(NamedTuple):
    """The resources of one source, what is wrong with them, and what the estate may lack.

    not_judged  reason -> how many declarations could not be placed anywhere
    """

    resources: list[Resource]
    problems: list[Problem]
    not_judged: dict[str, int]
    open_types: set[str]


def resources(declared: Iterable[Declared], settings: Mapping[str, Any] | None, source: str) -> Made:
    """Translate declarations, and put together what belongs together.

    `settings` is the `estate` section of the configuration; `source` is the name of the source, as resources show it.
    """
    made = drafted(declared, settings, source)
    settled = settle(made.drafts)
    return Made(
        settled.resources + made.whole, made.problems + settled.problems, {}, settled.open_types | made.open_types
    )


def drafted(declared: Iterable[Declared], settings: Mapping[str, Any] | None, source: str) -> Drafted:
    """Translate the declarations of one plan; `settle` puts together those of all."""
    settings = settings or {}
    entries: list[Entry] = []
    rest: list[Declared] = []
    deployments: list[Problem] = []
    for one in declared:
        values = (one.before or {}) if one.change == "delete" else one.values
        how = _mapping(one, values)
        if one.change != "delete" and _is_deployment(one, how):
            deployments.append(_not_shown(one))
        if how is None:
            rest.append(one)
        else:
            entries.append(Entry(one, how, values, _named(one, how, values)))
    known = [(entry.declared.address, entry.named) for entry in entries if entry.declared.change != "delete"]
    unmapped = [_unmapped(one, settings, source) for one in rest if one.change != "delete"]
    known += [(one.id, Named(one.type, one.id, one.name, one.namespace)) for one in unmapped]
    attributes = {entry.declared.address: entry.declared.references for entry in entries}
    addresses = Addresses(known, str(settings.get("subscription") or ""), attributes)
    retracted = {one.mapping.arm for one in entries if one.mapping.patches and one.declared.change == "delete"}
    translation = Translation(addresses, settings, source, retracted)
    drafts = [draft for entry in entries for draft in translation.drafts(entry)]
    _name_parents(drafts)
    open_types = translation.open_types | (set(all_names()) if deployments else set())
    return Drafted(drafts, unmapped, translation.problems + deployments, open_types)


def _is_deployment(declared: Declared, how: TypeMapping | None) -> bool:
    if how is not None and how.arm.lower() == _DEPLOYMENTS.lower():
        return True
    return _DEPLOYMENT.fullmatch(declared.type) is not None


def _not_shown(declared: Declared) -> Problem:
    text = (
        f"{declared.address} deploys an ARM template, whose resources are not in here and not judged: "
        "scan what `az deployment group what-if` shows of it"
    )
    return Problem("template-deployment", text, declared.origin.place(()), level="warning")


def _mapping(declared: Declared, values: dict[str, Any]) -> TypeMapping | None:
    if declared.provider == "azapi":
        is_update = declared.type == "azapi_update_resource"
        return azapi(values, is_update) if is_update or declared.type == "azapi_resource" else None
    found = mapping(declared.provider, versioned(declared.type, declared.api_version, declared.defaults, values))
    return azure_native(values) if found is None and declared.provider == "azure-native" else found


def _named(declared: Declared, how: TypeMapping, values: dict[str, Any]) -> Named:
    """What a resource goes by. One that is replaced keeps the id that it has, if its name stays."""
    type_ = declared.type if how.patches else how.arm
    before = declared.before or {}
    ids = [fetch(values, at) for at in how.ids]
    if declared.change == "replace" and all(fetch(values, at) == fetch(before, at) for at in (how.name, how.group)):
        ids += [fetch(before, at) for at in how.ids]
    return named(type_, declared.address, ids, fetch(values, how.name), fetch(values, how.group or ("-",)))


def _name_parents(drafts: list[Draft]) -> None:
    """A child of a child is named by its parents' names: `X/blobServices/default` may have an id of its own."""
    own = {
        f"{one.parent}/{one.kind}/{one.name}".lower(): one.id
        for one in (draft.resource for draft in drafts)
        if one.parent and one.type.count("/") > 1
    }
    for draft in drafts:
        parent = draft.resource.parent
        draft.resource.parent = own.get(parent.lower(), parent) if parent else parent


def _unmapped(declared: Declared, settings: Mapping[str, Any], source: str) -> Resource:
    """A resource of a type without a mapping, in the provider's spelling."""
    values = declared.values
    group, tags = values.get("resource_group_name", values.get("resourceGroupName")), values.get("tags")
    group = group if isinstance(group, str) else ""
    given = tags if isinstance(tags, dict) else {}
    labels = {key.lower(): value for key, value in given.items() if isinstance(value, str)}
    name = values.get("name")
    return Resource(
        type=declared.type,
        id=declared.address,
        identity=declared.address,
        name=name
        if isinstance(name, str)
        else declared.address.rpartition("::" if "::" in declared.address else ".")[2],
        namespace=group,
        body=values,
        origin=declared.origin,
        source=source,
        labels=labels,
        environment=environment(settings, labels, group),
        unknown=declared.unknown,
        sensitive=declared.sensitive,
        change=declared.change,
    )
