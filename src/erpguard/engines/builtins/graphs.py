"""`graph.reachable_paths`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from erpguard.engines.builtins import written

Path = tuple[Any, ...]


def reachable_paths(graph: Mapping[Any, Any], initial: Any) -> list[list[Any]]:
    """The paths from some nodes: each to where it ends, or would come to a node again."""
    written.blur()
    found: dict[Path, None] = {}
    for node in initial:
        if node in graph:
            edges = _edges(graph[node])
            paths = (path for neighbor in edges for path in _paths(graph, neighbor, (node,), frozenset({node})))
            found |= dict.fromkeys(paths if edges else [(node,)])
    return list(map(list, found))


def _paths(graph: Mapping[Any, Any], node: Any, before: Path, reached: frozenset[Any]) -> Iterator[Path]:
    """The first step may come back to the node that it begins at, which is in no path again after that."""
    if node not in graph:
        yield before
        return
    path = (*before, node)
    edges = _edges(graph[node])
    if not edges:
        yield path
    for neighbor in edges:
        if neighbor in reached or neighbor == node:
            yield path
        else:
            yield from _paths(graph, neighbor, path, reached | {node})


def _edges(found: Any) -> list[Any]:
    return list(found) if isinstance(found, (list, set)) else []
