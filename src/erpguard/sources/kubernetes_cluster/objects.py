"""What a list holds -> items: whole, without what nobody judges, and without secrets."""

from __future__ import annotations

from typing import Any

from erpguard.model import Path
from erpguard.normalize.kubernetes_types import shape_of
from erpguard.sources.kubernetes_cluster.kinds import OWNED, TYPES, Kind
from erpguard.sources.kubernetes_cluster.secret_values import remove_secrets
from erpguard.sources.live import Item

SECRET = "core/Secret"

_COPIES = frozenset(
    (
        "kubectl.kubernetes.io/last-applied-configuration",
        "objectset.rio.cattle.io/applied",
        "kapp.k14s.io/original",
        "banzaicloud.com/last-applied",
        "kopf.zalando.org/last-handled-configuration",
        "pv.kubernetes.io/last-applied-configuration",
    )
)
"""Annotations in which tools keep a copy of the object as it was applied, values of Secrets included."""

_UNREAD_SECRET: tuple[Path, ...] = (("data",), ("type",))
"""What a Secret has besides its metadata: it was never asked for."""


class WrongShapeError(Exception):
    """What stands in a list is no object of Kubernetes."""


def item(raw: Any, kind: Kind, served: str, cluster: str) -> Item | None:
    """The item of an object of a list; None where another collected object controls it.

    `raw` is taken over and changed. Raises WrongShapeError.
    """
    metadata = _metadata(raw)
    if kind.type in OWNED and _is_controlled(metadata):
        return None
    _clean(metadata)
    if kind.type == SECRET:
        body = {"apiVersion": served, "kind": kind.kind, "metadata": metadata}
        hidden = remove_secrets(body)
        return Item("kubernetes", body, cluster, (*hidden, *_UNREAD_SECRET))
    body = {"apiVersion": served, "kind": kind.kind, "metadata": metadata}
    body.update((key, value) for key, value in raw.items() if key not in body and key != "status")
    status = _judged_status(raw, kind)
    if status:
        body["status"] = status
    return Item("kubernetes", body, cluster, tuple(remove_secrets(body)))


def _metadata(raw: Any) -> dict[str, Any]:
    metadata = raw.get("metadata") if isinstance(raw, dict) else None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str) or not metadata["name"]:
        raise WrongShapeError
    if not isinstance(metadata.get("namespace"), (str, type(None))):
        raise WrongShapeError
    return metadata


def _is_controlled(metadata: dict[str, Any]) -> bool:
    """Whether an object that is collected, too, controls this one.

    kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/. The node that runs a static pod, or a
    controller that erpguard does not know, is not collected: then this object is all that there is to judge.
    """
    owners = metadata.get("ownerReferences")
    for owner in owners if isinstance(owners, list) else ():
        if isinstance(owner, dict) and owner.get("controller") is True:
            group = str(owner.get("apiVersion", "")).rpartition("/")[0]
            return f"{group or 'core'}/{owner.get('kind')}" in TYPES
    return False


def _clean(metadata: dict[str, Any]) -> None:
    metadata.pop("managedFields", None)
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict):
        for name in _COPIES & annotations.keys():
            del annotations[name]


def _judged_status(raw: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """What analyses read of the status, as the shape of the type says."""
    status = raw.get("status")
    shape = (shape_of(kind.type) or {}).get("status")
    if not isinstance(status, dict) or not isinstance(shape, dict):
        return {}
    return {key: status[key] for key in shape if key in status}
