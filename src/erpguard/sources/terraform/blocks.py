"""Which expression belongs to an attribute of a resource instance."""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.model import Path
from erpguard.sources.terraform.configuration import Json, expressions, is_expression


class Configured(NamedTuple):
    """An expression, and the path of the attribute that it gives the value of."""

    path: Path
    expression: Json


def configured(resource: Json, values: Json, path: Path) -> Configured | None:
    """The expression of what is at a path, or above it; None if there is none, or which one it is cannot be told.

    `values` are those of the instance: blocks of a set are told apart by what is written in them.
    """
    node: Any = expressions(resource)
    value: Any = values
    for depth, step in enumerate(path):
        if isinstance(node, list):
            items = value if isinstance(value, list) else []
            if not isinstance(step, int):
                return None
            node = _block(node, items, step, path[depth + 1 : depth + 2])
            value = items[step] if step < len(items) else None
        else:
            node = node.get(step)
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(node, dict) and is_expression(node) and node:
            return Configured(path[: depth + 1], node)
        if not isinstance(node, (dict, list)):
            return None
    return None


def _block(blocks: list[Any], items: list[Any], index: int, following: Path) -> Json | None:
    """The block of an item: the only one that says what the item has, or any if all say the same of what is asked."""
    if len(blocks) == 1:
        return blocks[0] if isinstance(blocks[0], dict) else None
    item = items[index] if index < len(items) else None
    if not isinstance(item, dict):
        return None
    fitting = [block for block in blocks if isinstance(block, dict) and _fits(block, item)]
    if not fitting:
        return None
    key = following[0] if following else None
    # Where several fit, their order does not tell: a set of blocks may be in any.
    return fitting[0] if all(block.get(key) == fitting[0].get(key) for block in fitting) else None


def _fits(block: Json, item: Json) -> bool:
    """Whether the constants of a block are what the item has."""
    for key, expression in block.items():
        if isinstance(expression, dict) and "constant_value" in expression:
            constant, value = expression["constant_value"], item.get(key)
            if value is not None and _text(constant) != _text(value):
                return False
    return True


def _text(value: Any) -> str:
    """A value as Terraform converts it between types: 80 and "80" are the same."""
    return str(value).lower() if isinstance(value, (bool, int, float, str)) else repr(value)
