"""The least that an object of a type needs, to begin an example with."""

from __future__ import annotations

from typing import Any

from erpguard.normalize.kubernetes_types import Shape, shape_of
from erpguard.packs.types import is_azure, version

_SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555"
_NAME = "erp"
_LEAVES: dict[str, Any] = {"bool": True, "int": 1, "number": 1, "quantity": "1Gi", "int-or-string": 80, "any": {}}
_POD = {"containers": [{"name": "odoo", "image": "odoo:18"}]}
_TEMPLATE = {"metadata": {"labels": {"app": _NAME}}, "spec": _POD}
_SPECS: dict[str, Any] = {
    "core/Pod": _POD,
    "core/ReplicationController": {"selector": {"app": _NAME}, "template": _TEMPLATE},
    "batch/Job": {"template": {"spec": {**_POD, "restartPolicy": "Never"}}},
    "batch/CronJob": {
        "schedule": "0 3 * * *",
        "jobTemplate": {"spec": {"template": {"spec": {**_POD, "restartPolicy": "Never"}}}},
    },
} | {
    f"apps/{kind}": {"selector": {"matchLabels": {"app": _NAME}}, "template": _TEMPLATE}
    for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
}


def minimal(type_: str) -> dict[str, Any]:
    """An object with a name, and with everything that its type requires."""
    return _azure(type_) if is_azure(type_) else _kubernetes(type_)


def _kubernetes(type_: str) -> dict[str, Any]:
    kind = type_.rpartition("/")[2]
    body: dict[str, Any] = {"apiVersion": version(type_), "kind": kind, "metadata": {"name": _NAME}}
    if type_ in _SPECS:
        return {**body, "spec": _SPECS[type_]}
    return {**body, **_required(shape_of(type_) or {})}


def _azure(type_: str) -> dict[str, Any]:
    provider, *kinds = type_.split("/")
    names = [step for kind in kinds for step in (kind, _NAME)]
    group = f"{_SUBSCRIPTION}/resourceGroups/erp-production"
    ids = {
        "Microsoft.Resources/subscriptions": _SUBSCRIPTION,
        "Microsoft.Resources/resourceGroups": group,
    }
    id_ = ids.get(type_) or "/".join((group, "providers", provider, *names))
    return {"id": id_, "type": type_, "name": id_.rpartition("/")[2], "location": "westeurope", "properties": {}}


def _required(shape: Shape) -> Any:
    """The least value of a shape; see `erpguard.normalize.kubernetes_types`."""
    if isinstance(shape, list):
        return [_required(shape[0])]
    if isinstance(shape, dict):
        return {key[:-1]: _required(inner) for key, inner in shape.items() if key[-1] in "!+"}
    return _LEAVES.get(shape, _NAME)
