"""What nobody configured: attributes that are in no expression of a resource.

Where such an attribute is unknown before apply, nothing was asked for, and the default of the service applies. Where it
is known, it is a default of the provider, or what the provider read back.

Blocks that a `dynamic` block makes, and attributes written as blocks, are in no expression either. So where a new
resource has blocks that its expressions do not have, the ones that are unknown may have been asked for too. A resource
whose only blocks are made over a set that is not known yet shows none: then its source decides, where it is at hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from erpguard.model import Path
from erpguard.sources.terraform.configuration import Json, expressions, is_expression

_MADE_BY_SERVICE = re.compile(
    r"id|etag|guid|(?:.*_)?(?:(?:principal|object|unique|resource|tenant|client)_id|fqdns?|endpoints?|host|hostname|uri|url"
    r"|connection_strings?|(?:access|shared|primary|secondary)_key|thumbprint|kube_(?:admin_)?config(?:_raw)?"
    r"|ip_address(?:es)?)"
)
"""Attributes that hold what the service makes up: nobody sets them, and no default stands for them."""

_SCALAR = re.compile(r".*_(?:enabled|ids?|days|hours|minutes|seconds|mb|gb|count|name|version|type|tier|mode)")
"""Attributes that are no blocks, as their names say."""


class Written(NamedTuple):
    """A resource instance and what is written of it.

    unknown   the mask of what is unknown
    resource  its configuration
    is_new    whether it is created: what the service had added to it is unknown then, and not read back
    dynamic   the kinds of blocks that `dynamic` blocks make, by the names that lead to them, as its source has them;
              None where that is not at hand
    """

    values: Json
    unknown: Any
    resource: Json
    is_new: bool
    dynamic: frozenset[Path] | None = None


def unset(written: Written, is_null: Callable[[Json], bool], scalars: set[str]) -> set[Path]:
    """The paths that are in no expression, known ones and unknown ones.

    `is_null` tells of an expression that it is a variable which nobody set. `scalars` are attributes that other
    resources of the type have as single values.
    """
    blocks = _Blocks([expressions(written.resource)], is_null)
    is_dynamic = written.dynamic is None and any(_is_block(value) for _, value in _missing(written.values, blocks))
    walk = _Walk(scalars, is_dynamic, written.is_new, written.dynamic or frozenset())
    walk.run(written.values, written.unknown, blocks, ())
    return walk.found


class _Blocks:
    """All blocks that something may be written as, by attribute: there may be thousands, for as many items."""

    def __init__(self, blocks: list[Json], is_null: Callable[[Json], bool]) -> None:
        self._is_null = is_null
        self._by_key: dict[str, list[Any]] = {}
        for block in blocks:
            for key, written in block.items():
                self._by_key.setdefault(key, []).append(written)
        self._inner: dict[str, _Blocks | None] = {}
        self._most: dict[str, int] = {}
        self._null: dict[str, bool] = {}

    def have(self, key: str) -> bool:
        """Whether an attribute, or a block, is written at all."""
        return key in self._by_key

    def inner(self, key: str) -> _Blocks | None:
        """The nested blocks of a kind; None for an attribute, and for what is written as either."""
        if key not in self._inner:
            written = self._by_key.get(key, [])
            is_list = all(isinstance(one, list) for one in written)
            blocks = [block for one in written for block in one if isinstance(block, dict)] if is_list else []
            self._inner[key] = _Blocks(blocks, self._is_null) if is_list else None
        return self._inner[key]

    def most(self, key: str) -> int:
        """How many nested blocks of a kind a block has at most: an item beyond that was made by a `dynamic` block."""
        found = self._most.get(key)
        if found is None:
            found = self._most[key] = max(len(one) for one in self._by_key[key])
        return found

    def is_null(self, key: str) -> bool:
        """Whether an attribute is only a variable, which nobody set and which is null then."""
        found = self._null.get(key)
        if found is None:
            written = self._by_key.get(key, [])
            found = self._null[key] = all(is_expression(one) and one and self._is_null(one) for one in written)
        return found


class _Walk:
    def __init__(self, scalars: set[str], is_dynamic: bool, is_new: bool, dynamic: frozenset[Path]) -> None:
        self.dynamic = dynamic
        self.scalars = scalars
        self.is_dynamic = is_dynamic
        self.is_new = is_new
        self.found: set[Path] = set()

    def run(self, values: Json, unknown: Any, blocks: _Blocks, path: Path) -> None:
        """Note what is unset in a resource or a block; `blocks` are all that it may be written as."""
        mask = unknown if isinstance(unknown, dict) else {}
        for key in dict.fromkeys((*values, *mask)):
            value, own = values.get(key), mask.get(key)
            if self.dynamic and tuple(step for step in (*path, key) if isinstance(step, str)) in self.dynamic:
                continue
            if not blocks.have(key):
                if self.is_unset(key, value, own):
                    self.found.add((*path, key))
            elif (inner := blocks.inner(key)) is not None:
                if isinstance(value, list) and len(value) <= blocks.most(key):
                    self.list(value, own, inner, (*path, key))
            elif own is True and blocks.is_null(key):
                self.found.add((*path, key))

    def list(self, value: list[Any], mask: Any, blocks: _Blocks, path: Path) -> None:
        """The same for the blocks of one kind: which of them an expression belongs to is not known of sets."""
        for index, one in enumerate(value):
            if isinstance(one, dict):
                own = mask[index] if isinstance(mask, list) and index < len(mask) else None
                self.run(one, own, blocks, (*path, index))

    def is_unset(self, key: str, value: Any, mask: Any) -> bool:
        """Whether an attribute that is in no expression is nobody's."""
        if mask is True:
            if _MADE_BY_SERVICE.fullmatch(key):
                return False
            return not self.is_dynamic or key in self.scalars or _SCALAR.fullmatch(key) is not None
        return value is not None and not (self.is_new and _is_block(value))


def _missing(values: Json, blocks: _Blocks) -> Iterator[tuple[str, Any]]:
    """What no expression has, also within blocks."""
    for key, value in values.items():
        if not blocks.have(key):
            yield key, value
        elif isinstance(value, list) and (inner := blocks.inner(key)) is not None:
            if len(value) > blocks.most(key):
                yield key, value
            for one in value:
                if isinstance(one, dict):
                    yield from _missing(one, inner)


def _is_block(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)
