"""The answer of a what-if: the changes that a deployment would make, each with the resource `after` it.

https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if. Azure does not evaluate functions
there that need what is deployed, such as `reference`: their expressions stand as they are written
(https://github.com/Azure/arm-template-whatif/issues/83). `potentialChanges` are those of which it does not tell either
whether they will be made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.model import Path
from erpguard.sources.arm_templates import take_expressions

_CHANGES = "changes"
_POTENTIAL = "potentialChanges"


def is_what_if(value: Any) -> bool:
    """Whether a document is the answer of a what-if that foresees anything."""
    return any(True for _ in _changes(value, _CHANGES)) or any(True for _ in _changes(value, _POTENTIAL))


def foreseen(value: Any) -> Iterator[tuple[Path, Any]]:
    """What will be there, with its path in the answer."""
    for path, change in _changes(value, _CHANGES):
        yield (*path, "after"), change.get("after")


def unforeseen(value: Any) -> Iterator[tuple[Path, str]]:
    """The changes of which the answer does not show what will be there: where, and the id of the resource."""
    for path, change in _changes(value, _CHANGES):
        if change.get("after") is None and change["changeType"] != "Delete":
            yield path, str(change.get("resourceId"))
    for path, change in _changes(value, _POTENTIAL):
        yield path, str(change.get("resourceId"))


def unevaluated(path: Path, body: dict[str, Any]) -> frozenset[Path]:
    """Take out of a resource at this path what Azure did not evaluate: where that stood."""
    return frozenset(take_expressions(body)) if path[:1] == (_CHANGES,) else frozenset()


def _changes(value: Any, key: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    listed = value.get(key) if isinstance(value, dict) else None
    for index, change in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(change, dict) and "changeType" in change:
            yield (key, index), change
