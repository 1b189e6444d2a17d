"""Which expression belongs to an attribute of a resource instance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.model import Path
from erpguard.sources.terraform.configuration import Json, expressions, is_expression


class Configured(NamedTuple):
    """An expression, and the path of the attribute that it gives the value of."""

    path: Path
    expression: Json


class Blocks:
    """Finds the blocks of configurations that items are written in; a list of blocks is looked through once."""

    def __init__(self) -> None:
        self._lists: dict[int, _List] = {}

    def configured(self, resource: Json, values: Json, path: Path) -> Configured | None:
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
                value = items[step] if step < len(items) else None
                node = self._block(node, value, path[depth + 1 : depth + 2])
            else:
                node = node.get(step)
                value = value.get(step) if isinstance(value, dict) else None
            if isinstance(node, dict) and is_expression(node) and node:
                return Configured(path[: depth + 1], node)
            if not isinstance(node, (dict, list)):
                return None
        return None

    def _block(self, blocks: list[Any], item: Any, following: Path) -> Json | None:
        """The block of an item: the only one that says what it has, or any if all say the same of what is asked."""
        if len(blocks) == 1:
            return blocks[0] if isinstance(blocks[0], dict) else None
        if not isinstance(item, dict):
            return None
        known = self._lists.get(id(blocks))
        if known is None:
            known = self._lists[id(blocks)] = _List(blocks)
        fitting = known.fitting(item)
        if not fitting:
            return None
        key = str(following[0]) if following else ""
        # Where several fit, their order does not tell: a set of blocks may be in any.
        return fitting[0] if all(block.get(key) == fitting[0].get(key) for block in fitting) else None


class _List:
    """Blocks by the constant that tells most of them apart, such as a name: there may be thousands."""

    def __init__(self, blocks: list[Any]) -> None:
        # The list itself too, so that no other one can have its identity.
        self._given = blocks
        self._all: list[Json] = [block for block in blocks if isinstance(block, dict)]
        by_key: dict[str, dict[str, list[Json]]] = {}
        for block in self._all:
            for key, constant in _constants(block):
                by_key.setdefault(key, {}).setdefault(_text(constant), []).append(block)
        self._key = max(by_key, key=lambda key: len(by_key[key]), default="")
        self._by_constant = by_key.get(self._key, {})
        self._others = [block for block in self._all if self._key not in dict(_constants(block))]

    def fitting(self, item: Json) -> list[Json]:
        """The blocks whose constants an item has."""
        value = item.get(self._key)
        among = self._all if value is None else [*self._by_constant.get(_text(value), ()), *self._others]
        return [block for block in among if _fits(block, item)]


def _fits(block: Json, item: Json) -> bool:
    """Whether the constants of a block are what the item has."""
    for key, constant in _constants(block):
        value = item.get(key)
        if value is not None and _text(constant) != _text(value):
            return False
    return True


def _constants(block: Json) -> Iterator[tuple[str, Any]]:
    for key, expression in block.items():
        if isinstance(expression, dict) and "constant_value" in expression:
            yield key, expression["constant_value"]


def _text(value: Any) -> str:
    """A value as Terraform converts it between types: 80 and "80" are the same."""
    return str(value).lower() if isinstance(value, (bool, int, float, str)) else repr(value)
