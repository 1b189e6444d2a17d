"""Ids that are not known yet, replaced by the addresses of what they will be the ids of.

Two resources that do not exist yet are joined that way: a body holds the address of a plan where Azure will have an id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from erpguard.model import Path
from erpguard.normalize.azure.addresses import Addresses
from erpguard.normalize.azure.mapping import Spelling
from erpguard.normalize.azure.rows import Row
from erpguard.normalize.declared import Reference

_NO_LINKS = ("clientid", "objectid", "principalid", "tenantid", "subscriptionid", "keyid", "uniqueid")


class Linked(NamedTuple):
    """The values of a declaration with its links filled in, and what of it is still not known.

    left  unknown paths -> what their expressions refer to
    """

    values: dict[str, Any]
    unknown: frozenset[Path]
    left: dict[Path, tuple[Reference, ...]]


def linked(
    values: dict[str, Any],
    references: Mapping[Path, tuple[Reference, ...]],
    unknown: frozenset[Path],
    spellings: tuple[Spelling, ...],
    names: Addresses,
) -> Linked:
    """Fill in the links of a declaration; `values` stay as they are."""
    if not references or not unknown:
        return Linked(values, unknown, {})
    still, left = set(unknown), {}
    for at, to in references.items():
        below = sorted((path for path in unknown if path and path[: len(at)] == at), key=str)
        answers = _answers(at, below, to, spellings, names)
        for path in below:
            if path in answers:
                values = _with(values, path, answers[path])
                still.discard(path)
            else:
                left[path] = to
    return Linked(values, frozenset(still), left)


def _answers(
    at: Path, below: list[Path], references: tuple[Reference, ...], spellings: tuple[Spelling, ...], names: Addresses
) -> dict[Path, Any]:
    """What the unknown paths at and below an attribute will be, as far as they are links."""
    found: dict[Path, Any] = {}
    items = [path for path in below if len(path) == len(at) + 1 and isinstance(path[-1], int)]
    for path in below:
        target, many = _target(path, spellings)
        if not target:
            continue
        if many:
            ids = names.ids_of(references, target)
            if ids:
                found[path] = ids
        elif path in items and len(items) == len(references):
            id_ = names.id_of((references[items.index(path)],), target)
            if id_:
                found[path] = id_
        else:
            id_ = names.id_of(references, target)
            if id_:
                found[path] = id_
    return found


def _target(path: Path, spellings: tuple[Spelling, ...]) -> tuple[Path, bool]:
    """The ARM path of a link, and whether it is a list of them; `()` for what is no link."""
    for spelling in spellings:
        for target, row in spelling.targets(path):
            link = _kind(path, target, row, spelling)
            if link:
                return target, link == "many"
    return (), False


def _kind(path: Path, target: Path, row: Row | None, spelling: Spelling) -> str:
    links = spelling.links(path)
    if links is not None:
        return links
    key = next((step for step in reversed(target) if isinstance(step, str)), "")
    lowered = key.lower()
    if lowered in _NO_LINKS or lowered.removesuffix("s") in _NO_LINKS:
        return ""
    if lowered == "userassignedidentities" or lowered.endswith("ids"):
        return "one" if isinstance(path[-1], int) else "many"
    return "one" if lowered.endswith("id") or lowered == "scope" else ""


def _with(values: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Values with something put at a path; what was given is not changed."""
    made: Any = dict(values)
    top, node = made, made
    for index, step in enumerate(path[:-1]):
        inner = _child(node, step)
        if isinstance(inner, (dict, list)):
            copied: Any = inner.copy()
        else:
            copied = [] if isinstance(path[index + 1], int) else {}
        _put(node, step, copied)
        node = copied
    _put(node, path[-1], value)
    result: dict[str, Any] = top
    return result


def _child(node: Any, step: Any) -> Any:
    if isinstance(node, list):
        return node[step] if isinstance(step, int) and step < len(node) else None
    return node.get(step)


def _put(node: Any, step: Any, value: Any) -> None:
    if isinstance(node, list):
        while len(node) <= step:
            node.append(None)
    node[step] = value
