"""Workloads that a controller made of another one, as `kubectl get all -o yaml` shows them beside it.

Counted by themselves, too, a Deployment would open three times the connections that it does: for itself, for its
ReplicaSet and for its Pod. What is read from a cluster leaves them out already.
"""

from __future__ import annotations

from typing import Any

from erpguard.model import Resource
from erpguard.sources import Collected

_MAKERS = {
    "core/Pod": (
        "apps/ReplicaSet",
        "apps/StatefulSet",
        "apps/DaemonSet",
        "batch/Job",
        "core/ReplicationController",
        "postgresql.cnpg.io/Cluster",
    ),
    "apps/ReplicaSet": ("apps/Deployment",),
    "apps/Deployment": ("postgresql.cnpg.io/Pooler",),
    "apps/StatefulSet": ("acid.zalan.do/postgresql",),
    "batch/Job": ("batch/CronJob", "postgresql.cnpg.io/Cluster"),
}
"""Type -> the types that make it of what they say. No type is among its own makers, so the first of a line stays."""

_Key = tuple[str, str, str, str]


def leave_out_made(collected: Collected) -> None:
    """Leave out the workloads whose controller is there, by its uid, and count them.

    kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
    """
    wanted = {id(one): _makers(one) for one in collected.resources if one.type in _MAKERS and _controller(one)}
    if not wanted:
        return
    there = {_key(one, one.type, _metadata(one).get("uid")) for one in collected.resources}
    made = {number for number, makers in wanted.items() if not there.isdisjoint(makers)}
    if made:
        collected.resources[:] = [one for one in collected.resources if id(one) not in made]
        collected.skip("made by a workload that is judged", len(made))


def _controller(one: Resource) -> Any:
    """The uid of the object that controls this one; nothing where none does."""
    owners = _metadata(one).get("ownerReferences")
    for owner in owners if isinstance(owners, list) else ():
        if isinstance(owner, dict) and owner.get("controller") is True:
            return owner.get("uid")
    return None


def _makers(one: Resource) -> set[_Key]:
    return {_key(one, maker, _controller(one)) for maker in _MAKERS[one.type]}


def _key(one: Resource, type_: str, uid: Any) -> _Key:
    return one.cluster, one.namespace, type_, str(uid)


def _metadata(one: Resource) -> dict[str, Any]:
    metadata = one.body.get("metadata")
    return metadata if isinstance(metadata, dict) else {}
