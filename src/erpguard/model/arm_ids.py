"""ARM resource ids (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules and `resourceId`).

`/subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{type}/{name}[/{type}/{name}...]`; an extension resource
follows the id of what it extends: `{scope}/providers/Microsoft.Authorization/locks/{name}`. Case does not matter.
"""

from __future__ import annotations

from typing import NamedTuple

_PROVIDERS = "/providers/"


class ArmId(NamedTuple):
    """The parts of an id, each as it was written; empty where the id has none."""

    subscription: str = ""
    group: str = ""
    type: str = ""
    name: str = ""
    parent: str = ""


def is_arm_id(text: object) -> bool:
    """Whether a value looks like an id of a resource, a group or a subscription."""
    return isinstance(text, str) and text.lower().startswith(("/subscriptions/", "/providers/"))


def rooted(id_: str) -> str:
    """An id as ARM resolves it: some services leave out the slash at its beginning, as those of diagnostic settings."""
    return f"/{id_}" if is_arm_id(f"/{id_}") else id_


def parse(id_: str) -> ArmId:
    """The parts of an id. `parent` is the resource that a child belongs to, or the scope that an extension extends."""
    steps = id_.strip("/").split("/")
    named = {steps[index].lower(): steps[index + 1] for index in range(0, min(len(steps) - 1, 4), 2)}
    subscription, group = named.get("subscriptions", ""), named.get("resourcegroups", "")
    at = id_.lower().rfind(_PROVIDERS)
    if at < 0:
        return ArmId(subscription, group, "", steps[-1])
    scope, inner = id_[:at], id_[at + len(_PROVIDERS) :].split("/")
    type_ = "/".join((inner[0], *inner[1::2]))
    name = inner[-1] if len(inner) > 2 else ""
    parent = id_.rsplit("/", 2)[0] if len(inner) > 3 else scope if _PROVIDERS in scope.lower() else ""
    if not parent and extends(type_):
        parent = scope
    return ArmId(subscription, group, type_, name, parent)


def extends(type_: str) -> bool:
    """Whether resources of this type are settings of the scope before them."""
    return type_.partition("/")[0].lower() in ("microsoft.authorization", "microsoft.insights")


def tail(id_: str) -> str:
    """The id from its resource group on, in lower case: the same before and after the subscription is known."""
    lowered = id_.lower().rstrip("/")
    at = lowered.find("/resourcegroups/")
    return lowered[at:] if at >= 0 else lowered
