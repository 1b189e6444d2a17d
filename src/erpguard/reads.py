"""What a policy rests on, as written in its METADATA: `spec.rules[*].host`, `environment`, `views.pods.tier`.

A body path is dotted keys; `[*]` is any index or key, `["a.b/c"]` a key with other characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from erpguard.model import Path

ANY = "*"
ATTRIBUTES = frozenset(("name", "namespace", "kind", "environment", "labels", "annotations"))
"""Reads that are no body path: what every resource and row says of itself."""

_TOKEN = re.compile(r'\.?([A-Za-z_$][\w$-]*)|\[\*\]|\["([^"]+)"\]')


def parse_path(read: str) -> Path:
    """The steps of a body path; ValueError where the text is not one."""
    steps: list[str] = []
    position = 0
    while position < len(read):
        match = _TOKEN.match(read, position)
        if match is None:
            raise ValueError(f"not a path: {read}")
        steps.append(match[1] or match[2] or ANY)
        position = match.end()
    return tuple(steps)


def body_paths(reads: Iterable[str]) -> list[Path]:
    """The reads that are paths into the body."""
    return [parse_path(read) for read in reads if read not in ATTRIBUTES and not read.startswith("views.")]


def view_fields(reads: Iterable[str]) -> dict[str, frozenset[str]]:
    """View name -> the fields of it that are read."""
    fields: dict[str, set[str]] = {}
    for read in reads:
        if read.startswith("views."):
            _, view, field = read.split(".", 2)
            fields.setdefault(view, set()).add(field.split(".")[0].split("[")[0])
    return {view: frozenset(names) for view, names in fields.items()}


def touches(pattern: Path, path: Path) -> bool:
    """Whether one of them lies at, above or below the other."""
    return all(want in (ANY, step) for want, step in zip(pattern, path, strict=False))


def bind(pattern: Path, path: Path) -> Path:
    """The pattern with the indexes of `path`, as far as the two run together.

    `spec.rules[*].host` read for a finding at `spec.rules[2].http` is `spec.rules[2].host`.
    """
    bound: list[str | int] = []
    for index, want in enumerate(pattern):
        if index >= len(path) or want not in (ANY, path[index]):
            return (*bound, *pattern[index:])
        bound.append(path[index])
    return tuple(bound)


def projection(paths: Iterable[Path]) -> dict[str, Any]:
    """The paths as one tree: key -> subtree, an empty subtree taking everything below."""
    tree: dict[str, Any] = {}
    kept: list[Path] = []
    for path in sorted(set(paths), key=len):
        if any(path[: len(shorter)] == shorter for shorter in kept):
            continue  # something shorter takes all of it
        kept.append(path)
        node = tree
        for step in path:
            node = node.setdefault(str(step), {})
    return _spread(tree)


def _spread(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tree with what `[*]` takes added to the keys beside it: `a[*].x` and `a.b.y` take `x` and `y` of `a.b`."""
    every = tree.get(ANY)
    if every is None:
        return {key: _spread(inner) for key, inner in tree.items()}
    return {key: _spread(inner if key == ANY else _union(inner, every)) for key, inner in tree.items()}


def _union(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    if not one or not other:
        return {}
    both = {key: _union(inner, other[key]) for key, inner in one.items() if key in other}
    return {**one, **other, **both}


def project(value: Any, tree: Mapping[str, Any]) -> Any:
    """The part of a JSON value that the tree takes; lists keep their length and order, a scalar in the way stays."""
    if not tree:
        return value
    if isinstance(value, list):
        inner = tree.get(ANY)
        return [project(item, inner) for item in value] if inner is not None else []
    if not isinstance(value, dict):
        return value
    if ANY in tree:
        return {key: project(item, tree.get(key, tree[ANY])) for key, item in value.items()}
    return {key: project(value[key], inner) for key, inner in tree.items() if key in value}
