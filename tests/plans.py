"""Terraform plans for tests, after the JSON output format of Terraform (format version 1.2)."""

from __future__ import annotations

from typing import Any

UNKNOWN: Any = object()
"""A value that is not known before apply, and that an expression gives (a variable of the root module)."""

UNSET: Any = object()
"""A value that is not known before apply, and that nobody configured."""


class Sensitive:
    """A known value that is marked as sensitive."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Ref:
    """A value that is not known before apply, and that another resource gives: `Ref("azurerm_subnet.db.id")`."""

    def __init__(self, *targets: str) -> None:
        self.targets = targets


def resource(type_: str, label: str, /, actions: tuple[str, ...] = ("create",), **attributes: Any) -> dict[str, Any]:
    """One resource: its change, and its block of the configuration under `block`."""
    after, unknown, sensitive, expressions = (part or {} for part in _parts(attributes))
    head = {"address": f"{type_}.{label}", "mode": "managed", "type": type_, "name": label}
    change = {
        "actions": list(actions),
        "before": None,
        "after": after,
        "after_unknown": {"id": True, **unknown},
        "before_sensitive": False,
        "after_sensitive": sensitive,
    }
    if actions == ("delete",):
        change |= {"before": after, "after": None, "after_unknown": {}, "after_sensitive": False}
    provider = "registry.terraform.io/hashicorp/" + type_.partition("_")[0]
    block = {**head, "provider_config_key": "azurerm", "expressions": expressions, "schema_version": 0}
    return {"change": {**head, "provider_name": provider, "change": change}, "block": block}


def plan(*resources: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """A plan of some resources; `keys` are added at its top."""
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [one["change"] for one in resources],
        "configuration": {
            "provider_config": {"azurerm": {"name": "azurerm", "version_constraint": "~> 4.0"}},
            "root_module": {"resources": [one["block"] for one in resources]},
        },
        **keys,
    }


def _parts(value: Any) -> tuple[Any, Any, Any, Any]:
    """(after, unknown mask, sensitive mask, expression) of an attribute."""
    if isinstance(value, dict):
        return _mapping(value)
    if isinstance(value, list):
        if any(isinstance(item, (dict, list)) for item in value):
            after, unknown, sensitive, expressions = zip(*map(_parts, value), strict=True)
            return list(after), list(unknown), list(sensitive), list(expressions)
        return _scalars(value)
    if value is UNKNOWN:
        return None, True, None, {"references": ["var.given"]}
    if value is UNSET:
        return None, True, None, None
    if isinstance(value, Ref):
        return None, True, None, _references(value)
    if isinstance(value, Sensitive):
        return value.value, None, True, {"references": ["var.secret"]}
    return value, None, None, {"constant_value": value}


def _mapping(value: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    after: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    sensitive: dict[str, Any] = {}
    expressions: dict[str, Any] = {}
    for key, inner in value.items():
        known, mask, secret, expression = _parts(inner)
        if mask is not True:
            after[key] = known
        for target, part in ((unknown, mask), (sensitive, secret), (expressions, expression)):
            if part is not None:
                target[key] = part
    return after, unknown, sensitive, expressions


def _scalars(value: list[Any]) -> tuple[Any, Any, Any, Any]:
    """A list of scalars is one expression."""
    parts = [_parts(item) for item in value]
    references = [name for _, _, _, expression in parts if expression for name in expression.get("references", ())]
    unknown = [mask is True for _, mask, _, _ in parts]
    after = [known for known, _, _, _ in parts]
    expression = {"references": references} if references else {"constant_value": value}
    return after, unknown if any(unknown) else None, None, expression


def _references(value: Ref) -> dict[str, Any]:
    names: list[str] = []
    for target in value.targets:
        names += [target, target.rpartition(".")[0]]
    return {"references": names}
