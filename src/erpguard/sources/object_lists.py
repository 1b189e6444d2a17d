"""Objects that hold others: `List`, and the lists of one type that the API server returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import NoneType
from typing import Any

from erpguard.model import Origin, Path, Problem
from erpguard.sources import Collected

ANY_TYPE = "*"
NO_KIND = "document without apiVersion and kind"

_DEEPEST_LIST = 4

OriginOf = Callable[[Path, Any], Origin]
"""Makes the origin of the object at a path below the document's root."""


def has_kind(value: Any) -> bool:
    """Whether a value is a mapping with apiVersion and kind."""
    if not isinstance(value, dict):
        return False
    version, kind = value.get("apiVersion"), value.get("kind")
    return isinstance(version, str) and isinstance(kind, str) and bool(version) and bool(kind)


def is_list(body: Mapping[str, Any]) -> bool:
    """Whether an object is a `List`, or a `DeploymentList` and the like, and not just of a kind named so."""
    items = body.get("items", body)
    kind = body["kind"]
    return kind == "List" or (kind.endswith("List") and (items is None or isinstance(items, list)))


def expanded(
    body: dict[str, Any], origin_of: OriginOf, collected: Collected, path: Path = ()
) -> Iterator[tuple[dict[str, Any], Origin]]:
    """An object, or the objects of a list, each with its origin; what is no object becomes a problem."""
    if not is_list(body):
        yield body, origin_of(path, body)
        return
    if len(path) // 2 >= _DEEPEST_LIST:
        _note(origin_of(path, body), f"lists within lists deeper than {_DEEPEST_LIST} levels are not read", collected)
        return
    items = body.get("items")
    if not isinstance(items, (list, NoneType)):
        _note(origin_of((*path, "items"), body), "the items of a List must be a list", collected)
        return
    for index, item in enumerate(items or []):
        inner = (*path, "items", index)
        typed = _typed(item, body) if isinstance(item, dict) else item
        if has_kind(typed):
            yield from expanded(typed, origin_of, collected, inner)
        elif isinstance(item, dict):
            skip(item, origin_of(inner, item), collected)
        else:
            _note(origin_of(inner, item), "an item of a list is no object: remove it", collected)


def skip(value: Any, origin: Origin, collected: Collected) -> None:
    """Count what has no apiVersion and kind; what has both, but not as texts, is meant as an object: a problem."""
    wrong = [key for key in ("apiVersion", "kind") if not isinstance(value.get(key), str) or not value[key]]
    if "apiVersion" in value and "kind" in value and wrong:
        message = f"{wrong[0]} must be a string that is not empty: the API server would refuse the object"
        collected.problems.append(Problem("invalid-value", message, origin.place((wrong[0],))))
        collected.open_types.add(ANY_TYPE)
    else:
        collected.skip(NO_KIND)


def _typed(item: dict[str, Any], owner: Mapping[str, Any]) -> dict[str, Any]:
    """An item with the type that its list implies: those of a `DeploymentList` may leave it out."""
    kind = owner["kind"].removesuffix("List")
    if not kind or ("apiVersion" in item and "kind" in item):
        return item
    return {"apiVersion": owner["apiVersion"], "kind": kind, **item}


def _note(origin: Origin, message: str, collected: Collected) -> None:
    collected.problems.append(Problem("list-item", message, origin.place(())))
    collected.open_types.add(ANY_TYPE)


def object_id_of(body: Any) -> str:
    """How an object without a file is called in places: `apps/v1/Deployment/erp/odoo`, or its ARM id."""
    if not has_kind(body):
        return str(body.get("id") or "item") if isinstance(body, dict) else "item"
    metadata = body.get("metadata")
    names = [metadata.get(key) for key in ("namespace", "name")] if isinstance(metadata, dict) else []
    return "/".join([body["apiVersion"], body["kind"], *(name for name in names if isinstance(name, str) and name)])
