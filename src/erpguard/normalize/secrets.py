"""What a Secret holds never enters the model: its keys stay, and whether a value is empty."""

from __future__ import annotations

from typing import Any

REMOVED = "(removed)"

_FIELDS = frozenset(("apiVersion", "kind", "metadata", "type", "immutable", "data", "stringData"))
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def remove_values(body: dict[str, Any]) -> None:
    """Take the values out of a Secret whose types have been checked, and the copy that `kubectl apply` keeps of it."""
    for key in body.keys() - _FIELDS:
        del body[key]  # `stringdata` is no field, but may hold one
    for part in ("data", "stringData"):
        held = body.get(part)
        if held is not None:
            body[part] = {key: REMOVED if value else "" for key, value in held.items()}
    annotations = (body.get("metadata") or {}).get("annotations") or {}
    if _LAST_APPLIED in annotations:
        annotations[_LAST_APPLIED] = REMOVED
