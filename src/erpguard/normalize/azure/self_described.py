"""Mappings of resources that say themselves what they are in ARM: those of azapi by their type, others by their id."""

from __future__ import annotations

from typing import Any

from erpguard.model.arm_ids import extends, is_arm_id, parse
from erpguard.normalize.azure.arm_types import arm_type
from erpguard.normalize.azure.azapi import Azapi, arm_type_of
from erpguard.normalize.azure.mapping import Mapping, Parent
from erpguard.normalize.azure.templates import Template
from erpguard.normalize.azure.unflatten import Unflatten

_ID: tuple[Template, ...] = (("id",),)
_GROUP: Template = ("resourceGroupName",)


def azapi(values: dict[str, Any], is_update: bool) -> Mapping | None:
    """The mapping of a resource of azapi, which says its ARM type itself; None where that is not known."""
    arm = arm_type_of(values)
    if not arm:
        return None
    owner = (Parent(id=("parent_id",)),) if "/" in arm.partition("/")[2] or extends(arm) else ()
    target = _patched(arm) if is_update else ()
    return Mapping(arm, Azapi(arm), owner, target, (), False, (), (), _ID, ("name",), (), {})


def _patched(arm: str) -> tuple[Parent, ...]:
    """How an update names what it is one of: by its id, by parent and name, or by an id that is not known yet."""
    above, _, kind = arm.rpartition("/")
    if "/" not in above:
        return (Parent(id=("resource_id",), type=arm), Parent(type=arm, name=("name",)))
    of_parent = Parent(id=("parent_id",), type=above, under=f"/{kind}/{{name}}")
    # `${azapi_resource.account.id}/blobServices/default` refers to the account.
    made_with = Parent(id=("resource_id",), type=above, under=f"/{kind}/default")
    known = arm_type(arm)
    return (Parent(id=("resource_id",), type=arm), of_parent, *((made_with,) if known and known.made_as else ()))


def azure_native(values: dict[str, Any]) -> Mapping | None:
    """A guess for a type of azure-native that has no mapping of its own: its id says what it is in ARM."""
    id_ = values.get("id")
    arm = parse(id_).type if isinstance(id_, str) and is_arm_id(id_) else ""
    if not arm.lower().startswith("microsoft."):
        return None
    spelling = Unflatten(arm, {}, frozenset(("resourceGroupName",)))
    return Mapping(arm, spelling, (), (), (), False, (), (), _ID, ("name",), _GROUP, {})
