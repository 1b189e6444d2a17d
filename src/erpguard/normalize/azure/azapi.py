"""The azapi provider: ARM bodies as they are, in the attribute `body` (an object, or JSON text before azapi 2).

https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/resource
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from erpguard.model import Path
from erpguard.normalize.azure.arm_types import arm_type
from erpguard.normalize.azure.rows import Row, Rows
from erpguard.normalize.azure.templates import template
from erpguard.normalize.azure.transforms import transform

_BODY_KEYS = ("properties", "sku", "kind", "zones")
"""What an unknown body may hold."""

_ROWS = Rows(
    Row(template(target), (template(source),), transform(change), change is None, "", False)
    for target, source, change in (
        ("name", "name", None),
        ("location", "location", None),
        ("tags", "tags", None),
        ("identity.type", "identity[0].type", None),
        ("identity.principalId", "identity[0].principal_id", None),
        ("identity.userAssignedIdentities", "identity[0].identity_ids", "keys"),
    )
)

_SECRETS = "sensitive_body"
"""What is merged into the body, and in no plan: everything that the body does not have may stand there."""

_SECRET = Row((), ((_SECRETS,),), None, True, "", True)


def arm_type_of(values: dict[str, Any]) -> str:
    """The ARM type of a resource; empty where it is not known."""
    type_ = values.get("type")
    return type_.partition("@")[0] if isinstance(type_, str) else ""


class Azapi:
    """The spelling of `azapi_resource` and `azapi_update_resource`; `arm` is the type of the resource in ARM."""

    named: tuple[Row, ...] = ()
    hiding: tuple[Row, ...] = ()

    def __init__(self, arm: str) -> None:
        self._arm = arm

    def body(self, values: dict[str, Any]) -> dict[str, Any]:
        """See `erpguard.normalize.azure.mapping.Spelling`."""
        version = str(values.get("type") or "").partition("@")[2]
        own = {"apiVersion": version} if version else {}
        return {**own, **_own_body(values), **_ROWS.body(values)}

    def targets(self, path: Path) -> list[tuple[Path, Row | None]]:
        """See `erpguard.normalize.azure.mapping.Spelling`."""
        if path[0] == _SECRETS:
            return [(target, _SECRET) for target in ([path[1:]] if path[1:] else self._judged())]
        if path[0] != "body":
            return _ROWS.targets(path)
        return [(path[1:], None)] if path[1:] else [((key,), None) for key in _BODY_KEYS]

    def _judged(self) -> Iterator[Path]:
        """Everything in a body that policies may read."""
        described = arm_type(self._arm)
        shape = described.shape if described is not None else {}
        return _paths({key: inner for key, inner in shape.items() if key in _BODY_KEYS})

    def links(self, path: Path) -> str | None:
        """See `erpguard.normalize.azure.mapping.Spelling`."""
        return None

    def source(self, path: Path, values: dict[str, Any]) -> Path:
        """See `erpguard.normalize.azure.mapping.Spelling`."""
        if path and path[0] in ("name", "location", "tags", "identity"):
            return _ROWS.source(path, values)
        return ("body", *path) if isinstance(values.get("body"), dict) else ("body",)


def _own_body(values: dict[str, Any]) -> dict[str, Any]:
    body = values.get("body")
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return {}
    made: dict[str, Any] = deepcopy(body) if isinstance(body, dict) else {}
    return made


def _paths(shape: dict[str, Any], above: Path = ()) -> Iterator[Path]:
    for key, inner in shape.items():
        path = (*above, key.rstrip("!+"))
        yield path
        if isinstance(inner, dict) and "*" not in inner:
            yield from _paths(inner, path)
