"""Values of ARM bodies: absent steps and values of another type give nothing, never an error."""

from __future__ import annotations

from typing import Any

from erpguard.model import Path, Resource, value_at
from erpguard.normalize.shapes import has_placeholder


def text(resource: Resource, *path: str | int) -> str | None:
    """The text at a path of a resource, empty where there is none; None where it is not known."""
    if resource.is_hidden(path):
        return None
    value = value_at(resource.body, path)
    return value if isinstance(value, str) else ""


def items(resource: Resource, *path: str | int) -> list[Any]:
    """The list at a path of a resource; empty where there is none, or where it is not known."""
    value = value_at(resource.body, path)
    return value if isinstance(value, list) else []


def tag(resource: Resource, name: str) -> str | None:
    """The value of a tag, given in lower case; empty where there is none, None where it is not known."""
    value = resource.labels.get(name)
    if value is not None:
        return None if has_placeholder(value) else value
    hidden = any(
        path[:1] == ("tags",) and (len(path) == 1 or str(path[1]).lower() == name)
        for path in (*resource.unknown, *resource.invalid)
    )
    return None if hidden else ""


def tag_path(resource: Resource, name: str) -> Path | None:
    """Where a tag stands, given in lower case; None where there is none."""
    tags = resource.body.get("tags")
    return next((("tags", key) for key in tags if key.lower() == name), None) if isinstance(tags, dict) else None
