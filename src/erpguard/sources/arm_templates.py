"""ARM templates: resources as they are written for a deployment.

https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax. Texts in brackets are expressions, which only
Azure evaluates in full; a template without any of them, and without loops, is a list of resources. A child may stand
within its parent, with the rest of its type and name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from erpguard.model import Path, value_at

_SCHEMA = re.compile(r"https?://schema\.management\.azure\.com/.*deploymenttemplate\.json#?", re.IGNORECASE)
_EXPRESSION = re.compile(r"\s*\[(?!\[).*\]\s*", re.DOTALL)
# What a text in brackets has to call to be taken for one outside of a template.
_CALL = re.compile(
    r"\s*\[\s*(?:parameters|variables|resourceId|subscriptionResourceId|tenantResourceId|concat|format|reference|"
    r"resourceGroup|subscription|uniqueString|if|copyIndex)\(.*\]\s*",
    re.IGNORECASE | re.DOTALL,
)
_DATED = re.compile(r"\d{4}-\d\d-\d\d")
_DEEPEST = 5
_CALLED: tuple[Path, ...] = (("id",), ("name",), ("type",))

EXPAND = "scan what `az deployment group what-if --result-format FullResourcePayloads --no-pretty-print ...` gives"
"""How Azure evaluates expressions without deploying anything."""

NEEDS_EXPANDING = f"an ARM template with expressions needs to be expanded by Azure before it can be judged: {EXPAND}"
"""What to say of a template with expressions."""


def is_template(value: Any) -> bool:
    """Whether a document is a whole template."""
    if not isinstance(value, dict) or not isinstance(value.get("$schema"), str) or "resources" not in value:
        return False
    return _SCHEMA.fullmatch(value["$schema"]) is not None


def is_exported(value: Any) -> bool:
    """Whether a document is one resource of a template: it names the version of the API that it is for, and no id."""
    if not isinstance(value, dict) or "id" in value:
        return False
    version, type_ = value.get("apiVersion"), value.get("type")
    is_dated = isinstance(version, str) and _DATED.match(version) is not None
    return is_dated and isinstance(type_, str) and type_.lower().startswith("microsoft.")


def expression_of(value: Any) -> Path | None:
    """Where the first expression stands in the resources of a template, or a loop; None where there is none."""
    return next(_expressions(value["resources"], ("resources",), _EXPRESSION), None)


def call_of(value: Any) -> Path | None:
    """Where the first expression stands in a resource of a template, or in one of a list; None where there is none."""
    single: list[tuple[Path, Any]] = [((), value)]
    items = [((index,), item) for index, item in enumerate(value)] if isinstance(value, list) else single
    found = (call for path, item in items if is_exported(item) for call in _expressions(item, path, _CALL))
    return next(found, None)


def take_expressions(body: dict[str, Any]) -> list[Path]:
    """Take expressions out of a resource, but for what it is called by: where they stood."""
    found = [path for path in _expressions(body, (), _EXPRESSION) if path not in _CALLED]
    for path in reversed(found):  # what is inside before what holds it
        holder = value_at(body, path[:-1])
        if isinstance(holder, dict):
            del holder[path[-1]]
        else:
            holder[path[-1]] = None  # the indexes of the others stay
    return found


def resources_of(value: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The resources of a template without expressions, children behind their parents."""
    yield from _resources(value["resources"], ("resources",), "", "")


def _expressions(value: Any, path: Path, pattern: re.Pattern[str]) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "copy" and isinstance(inner, (dict, list)):
                yield (*path, key)
            yield from _expressions(inner, (*path, key), pattern)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _expressions(inner, (*path, index), pattern)
    elif isinstance(value, str) and pattern.fullmatch(value):
        yield path


def _resources(listed: Any, path: Path, type_: str, name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Those of a list, or of an object with symbolic names; `type_` and `name` are the parent's."""
    items = listed.items() if isinstance(listed, dict) else enumerate(listed if isinstance(listed, list) else ())
    for key, item in items:
        if not isinstance(item, dict) or item.get("condition") is False or item.get("existing") is True:
            continue
        body = {inner: one for inner, one in item.items() if inner not in ("condition", "dependsOn", "resources")}
        if type_ and isinstance(body.get("type"), str) and not body["type"].lower().startswith("microsoft."):
            body["type"] = f"{type_}/{body['type']}"
            body["name"] = f"{name}/{body.get('name', '')}"
        where: Path = (*path, key)
        yield where, body
        if len(path) < 2 * _DEEPEST:
            own = str(body.get("type", "")), str(body.get("name", ""))
            yield from _resources(item.get("resources"), (*where, "resources"), *own)
