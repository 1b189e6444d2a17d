"""What is told of a right to delete backups, whichever system gives it."""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.model import Path, Resource


class Deletion(NamedTuple):
    """A right to delete backups that a pod can use.

    identity  whose right it is
    right     what it may do: `may delete schedules.velero.io in namespace velero`
    where     the namespace that this is about, or the scope
    over      the backups
    holds     whether that is so; None where it is not known
    place     where the right is given
    flow      the steps from the pods to the backups, as `hop` makes them
    """

    identity: str
    right: str
    where: str
    over: str
    holds: bool | None
    place: tuple[Resource, Path]
    flow: tuple[dict[str, Any], ...]


def hop(resource: Resource, path: Path, message: str) -> dict[str, Any]:
    """A step of a way."""
    return {"resource": resource.key, "path": list(path), "message": message}
