"""Small plans, as `terraform show -json` prints them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from erpguard.normalize.declared import Declared
from erpguard.sources import Collected, Input
from erpguard.sources.json_members import JsonText
from erpguard.sources.terraform import TerraformPlans
from erpguard.sources.terraform.addresses import parse
from erpguard.sources.terraform.contents import read
from erpguard.sources.terraform.declaring import Declaring
from erpguard.sources.terraform.instances import Contents
from erpguard.sources.terraform.origins import PlanText

Json = dict[str, Any]
AZURERM = "registry.terraform.io/hashicorp/azurerm"


def change(address: str, after: Any = None, actions: str | list[str] = "create", **keys: Any) -> Json:
    """An entry of `resource_changes`; keys besides those of `change` go into the entry."""
    type_ = parse(address).resource.removeprefix("data.").partition(".")[0]
    inner = {key: keys.pop(key) for key in list(keys) if key in _OF_CHANGE}
    actions = [actions] if isinstance(actions, str) else actions
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": address.rpartition(".")[2].partition("[")[0],
        "provider_name": AZURERM,
        "change": {
            "actions": actions,
            "before": None,
            "after": after,
            "after_unknown": {},
            "before_sensitive": False,
            "after_sensitive": {},
            **inner,
        },
        **keys,
    }


_OF_CHANGE = ("before", "after_unknown", "before_sensitive", "after_sensitive", "importing")


def plan(*changes: Any, **keys: Any) -> Json:
    """A plan of these changes."""
    return {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": list(changes), **keys}


def written(*resources: Json, **keys: Any) -> Json:
    """A `configuration` with these resources in its root module, and what else that has."""
    return {"root_module": {"resources": list(resources), **keys}}


def resource(address: str, **expressions: Any) -> Json:
    """The configuration of a resource. Texts are references, lists of texts several; the rest is as it is."""
    type_, name = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": name,
        "expressions": {key: expression(one) for key, one in expressions.items()},
    }


def expression(given: Any) -> Any:
    """A text or a list of texts as an expression that refers to them, with all that leads there."""
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        return given
    return {"references": [part for one in given for part in _prefixes(one)]}


def _prefixes(reference: str) -> list[str]:
    parts = reference.split(".")
    first = 1 if parts[0] in ("var", "local", "each", "count") else 2 if parts[0] == "data" else 1
    return [".".join(parts[:length]) for length in range(len(parts), first, -1)]


def contents(given: Any) -> Contents:
    """What a plan or state holds."""
    text = given if isinstance(given, str) else json.dumps(given)
    return read(JsonText(text, "plan.json"))


def declared(given: Any) -> dict[str, Declared]:
    """Address -> declaration."""
    text = JsonText(given if isinstance(given, str) else json.dumps(given), "plan.json")
    held = read(text)
    assert [problem.message for problem in held.problems if problem.level == "error"] == []
    return {one.address: one for one in Declaring(held, PlanText(text.text, text.file, text.positions), {}).run()}


def collect(*files: tuple[str, Any], settings: Mapping[str, Any] | None = None) -> Collected:
    """What the source makes of files: name and content (JSON, or bytes)."""
    inputs = [Input(name, data=one if isinstance(one, bytes) else json.dumps(one).encode()) for name, one in files]
    return TerraformPlans().collect(inputs, settings)
