"""Where a node stands, worked out once more from PyYAML's node graph: an oracle for the places of findings."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from erpguard.model import Path, Place

Region = tuple[int, int, int, int]


@dataclass
class _Spot:
    """A node, and the key that leads to it (None for an item of a list and for the root)."""

    node: yaml.Node
    key: yaml.Node | None


RESHAPED = ("autoscaling/v1", "extensions/v1beta1", "networking.k8s.io/v1beta1", "apps/v1beta1")
"""Versions whose objects are given another shape: a path of the new one leads nowhere in the text."""


def expected_region(text: str, place: Place, path: Path) -> Region | None:
    """Start line and column, end line and column of the node at `path` in the document that holds the place.

    None for an object that was reshaped (tests/normalize/test_kubernetes_versions.py has those) or folded into another
    one.
    """
    root = next(
        node
        for node in yaml.compose_all(text, Loader=yaml.SafeLoader)
        if node and node.start_mark.line < place.line <= node.end_mark.line + 1
    )
    if _deepest(root, ("apiVersion",)).node.value in RESHAPED:
        return None
    id_ = _deepest(root, ("id",))
    if id_.key is not None and id_.node.value.lower() != place.object_id:
        return None  # a block that was folded into another resource: a path of that one leads nowhere here
    start, end = _bounds(_deepest(root, path))
    # The end mark of a block of text stands after the line breaks that follow it.
    content = text[start.index : end.index].rstrip()
    return (*_position(text, start.index), *_position(text, start.index + len(content)))


def _deepest(root: yaml.Node, path: Path) -> _Spot:
    spot = _Spot(root, None)
    for step in path:
        node = spot.node
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == str(step)), None)
            if pair is None:
                break
            spot = _Spot(pair[1], pair[0])
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            spot = _Spot(node.value[step], None)
        else:
            break
    return spot


def _bounds(spot: _Spot) -> tuple[yaml.Mark, yaml.Mark]:
    """The rule of `Origin.place`: a scalar with its key, the key of a collection, the head of an item."""
    node = spot.node
    if isinstance(node, yaml.ScalarNode):
        return (spot.key or node).start_mark, node.end_mark
    if spot.key is not None:
        return spot.key.start_mark, spot.key.end_mark
    head = node.value[0] if node.value else node
    return node.start_mark, (head[0] if isinstance(head, tuple) else head).end_mark


def _position(text: str, index: int) -> tuple[int, int]:
    """Line and column, both from 1, in UTF-16 code units."""
    before = text[:index].split("\n")
    return len(before), len(before[-1].encode("utf-16-le")) // 2 + 1
