"""Small estates of ARM resources for the tests of analyses."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from typing import Any

from erpguard.analysis import Analyses
from erpguard.estate import Estate
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.families import Draft, settle
from tests.analysis.estates import FakeOrigin

GROUP = "/subscriptions/1111/resourceGroups/rg-erp-prod/providers"
Body = dict[str, Any]


def arm_id(type_: str, name: str) -> str:
    """The id of a resource; names of children are `parent/child`."""
    namespace, *kinds = type_.split("/")
    steps = "/".join(f"{kind}/{part}" for kind, part in zip(kinds, name.split("/"), strict=True))
    return f"{GROUP}/{namespace}/{steps}"


def body(type_: str, name: str, properties: Body | None = None, **rest: Any) -> Body:
    """An ARM body as a GET returns it."""
    return {
        "id": arm_id(type_, name),
        "type": type_,
        "name": name.split("/")[-1],
        "properties": properties or {},
        **rest,
    }


def analyses(*bodies: Body, open_types: Collection[str] = ()) -> Analyses:
    """The analyses of bodies; of `open_types` there may be more.

    A body with `address` instead of `id` is planned; `parent` is the address of its parent.
    """
    drafts = []
    for given in deepcopy(bodies):
        known = arm.Known(address=given.pop("address", ""), parent=given.pop("parent", ""))
        drafts.append(Draft(arm.resource(given, FakeOrigin(), known=known)[0]))
    return Analyses(Estate(settle(drafts).resources, open_types))


def rows(made: Analyses, view: str) -> list[Body]:
    """The rows of a view."""
    return list(made.view(view).rows.values())


def doubts(made: Analyses, view: str) -> list[set[str]]:
    """For each row of a view, the fields that are not known."""
    found = made.view(view)
    return [set(found.unknown.get(key, ())) for key in found.rows]
