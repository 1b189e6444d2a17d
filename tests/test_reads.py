"""Reads: the paths of METADATA, and what they let a policy see."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.model import Path
from erpguard.reads import bind, body_paths, parse_path, project, projection, touches, view_fields

KEYS = ("a", "b", "c")
PATTERNS = st.lists(st.sampled_from((*KEYS, "*")), max_size=4).map(tuple)
PATHS = st.lists(st.one_of(st.sampled_from(KEYS), st.integers(0, 1)), max_size=4).map(tuple)
BODIES = st.dictionaries(
    st.sampled_from(KEYS),
    st.recursive(
        st.one_of(st.none(), st.integers(0, 9), st.booleans()),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)),
        max_leaves=15,
    ),
    max_size=3,
)
UNIVERSE = (*KEYS, 0, 1)


def concrete(pattern: Path) -> list[Path]:
    """Every path that a pattern can mean in a small world."""
    return list(product(*(UNIVERSE if step == "*" else (step,) for step in pattern)))


def nodes(value: Any, path: Path = ()) -> dict[Path, Any]:
    """All nodes of a JSON value by path."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = {path: value}
    for step, item in items:
        found |= nodes(item, (*path, step))
    return found


def scalars(value: Any) -> dict[Path, Any]:
    """The nodes that are no collection."""
    return {path: node for path, node in nodes(value).items() if not isinstance(node, (dict, list))}


def is_selected(patterns: list[Path], path: Path) -> bool:
    """Whether a pattern names the node or one above it."""
    return any(
        all(want == "*" or (isinstance(step, str) and want == step) for want, step in zip(pattern, path, strict=False))
        for pattern in patterns
        if len(pattern) <= len(path)
    )


def is_on_the_way(patterns: list[Path], path: Path) -> bool:
    """Whether a pattern goes on below the node."""
    return any(is_selected([pattern[: len(path)]], path) for pattern in patterns if len(pattern) > len(path))


@given(BODIES, st.lists(PATTERNS.filter(bool), min_size=1, max_size=4))
def test_what_is_seen_is_what_some_path_selects(body: dict[str, Any], patterns: list[Path]) -> None:
    seen = project(body, projection(patterns))
    expected = {
        path: value
        for path, value in scalars(body).items()
        if is_selected(patterns, path) or is_on_the_way(patterns, path)
    }
    assert scalars(seen) == expected
    given_nodes = nodes(body)
    for path, node in nodes(seen).items():
        assert type(node) is type(given_nodes[path])  # an index of a list means the same item
        if is_selected(patterns, path):
            assert node == given_nodes[path]
        elif isinstance(node, list) and node:
            assert len(node) == len(given_nodes[path])


@given(BODIES, st.lists(PATTERNS.filter(bool), min_size=1, max_size=4))
def test_the_order_of_the_paths_does_not_matter(body: dict[str, Any], patterns: list[Path]) -> None:
    assert project(body, projection(patterns)) == project(body, projection(patterns[::-1]))


def test_a_key_beside_any_key_adds_to_it() -> None:
    body = {"spec": {"a": {"x": 1, "y": 2, "z": 3}, "b": {"x": 4, "y": 5}}}
    tree = projection([("spec", "*", "x"), ("spec", "a", "y")])
    assert project(body, tree) == {"spec": {"a": {"x": 1, "y": 2}, "b": {"x": 4}}}


@given(PATTERNS, PATHS)
def test_touches_is_at_above_or_below(pattern: Path, path: Path) -> None:
    expected = any(one[: len(path)] == path or path[: len(one)] == one for one in concrete(pattern))
    assert touches(pattern, path) is expected


@given(PATTERNS, PATHS)
def test_bind_takes_the_indexes_as_far_as_the_two_run_together(pattern: Path, path: Path) -> None:
    together = max(
        length for length in range(min(len(pattern), len(path)) + 1) if path[:length] in concrete(pattern[:length])
    )
    assert bind(pattern, path) == path[:together] + pattern[together:]


def test_bind_by_example() -> None:
    pattern = parse_path("spec.rules[*].host")
    assert bind(pattern, ("spec", "rules", 2, "http")) == ("spec", "rules", 2, "host")
    assert bind(pattern, ("spec", "tls", 0)) == pattern
    assert bind(pattern, ()) == pattern


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("spec", ("spec",)),
        ("spec.rules[*].host", ("spec", "rules", "*", "host")),
        ('data["odoo.conf"]', ("data", "odoo.conf")),
        ('metadata.annotations["a.b/c"].d', ("metadata", "annotations", "a.b/c", "d")),
        ("spec.items[*][*]", ("spec", "items", "*", "*")),
        ("spec.$ref.my-key", ("spec", "$ref", "my-key")),
    ],
)
def test_paths(text: str, path: Path) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize("text", ["spec..a", "spec[0]", "spec.a b", 'data["a]', "spec.", "spec[*", "1a"])
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        parse_path(text)


def test_the_three_sorts_of_reads() -> None:
    reads = ["environment", "labels", "spec.a", "views.pods.tier", "views.pods.ports[*].number", "views.routes.host.x"]
    assert body_paths(reads) == [("spec", "a")]
    assert view_fields(reads) == {"pods": frozenset(("tier", "ports")), "routes": frozenset(("host",))}
