"""Which node of a document a message names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.conftest.targets import line_of, path_of
from erpguard.model import Path, pointer, value_at

POD = {
    "metadata": {"annotations": {"a.b/c": "x", "a.b": {"d": 1}}, "labels": {}},
    "spec": {"containers": [{"name": "web", "image": "nginx"}, {"name": "side"}]},
}


@pytest.mark.parametrize(
    ("given", "path"),
    [
        (["spec", "containers", 1, "name"], ("spec", "containers", 1, "name")),
        (["spec", "containers", "1", "name"], ("spec", "containers", 1, "name")),
        ("/spec/containers/0/image", ("spec", "containers", 0, "image")),
        ("/metadata/annotations/a.b~1c", ("metadata", "annotations", "a.b/c")),
        ("spec.containers[0].image", ("spec", "containers", 0, "image")),
        ("spec.containers.0.image", ("spec", "containers", 0, "image")),
        ("$.spec.containers[0]", ("spec", "containers", 0)),
        ("input.spec.containers", ("spec", "containers")),
        (".spec", ("spec",)),
        ("spec['containers'][\"0\"]", ("spec", "containers", 0)),
        ("metadata.annotations.a.b/c", ("metadata", "annotations", "a.b/c")),
        ("metadata.annotations.a.b.d", ("metadata", "annotations", "a.b", "d")),
        ('metadata.annotations["a.b/c"]', ("metadata", "annotations", "a.b/c")),
        # What is missing has to be added: the rest of the path does not matter.
        ("spec.securityContext.runAsNonRoot", ("spec", "securityContext")),
        ("/spec/containers/7", ("spec", "containers", "7")),
        (["spec", "containers", -1], ("spec", "containers", -1)),
        # These are no nodes of the document.
        ("../../etc/passwd", ()),
        ("/etc/passwd", ()),
        ("deploy/pod.yaml", ()),
        ("C:\\windows", ()),
        ("[[", ()),
        ("", ()),
        ([], ()),
        ([{}], ()),
        (7, ()),
        (None, ()),
        ({"spec": 1}, ()),
        ("spec" + ".a" * 5_000, ()),
    ],
)
def test_paths_in_every_spelling(given: Any, path: Path) -> None:
    assert path_of({"path": given}, POD) == path


@pytest.mark.parametrize(
    "details",
    [
        {"path": "spec"},
        {"field": "spec"},
        {"pointer": "/spec"},
        {"details": {"path": ["spec"]}},
        {"details": {"field": "spec"}, "path": "/etc/passwd"},
        {"metadata": {"path": "spec"}},
    ],
)
def test_where_details_hold_a_path(details: dict[str, Any]) -> None:
    assert path_of(details, POD) == ("spec",)


@pytest.mark.parametrize("value", [None, "text", 1, [], {}])
def test_nothing_is_named_in_a_document_without_nodes(value: Any) -> None:
    assert path_of({"path": "spec.containers"}, value) == ()
    assert path_of({"details": "spec"}, value) == ()


def test_endless_paths_end() -> None:
    nested: Any = {}
    for _ in range(100):
        nested = {"a": nested}
    assert len(path_of({"path": ["a"] * 10_000}, nested)) == 64


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"file": "a.yaml", "line": 3}, ("a.yaml", 3)),
        ({"line": 3}, ("", 3)),
        ({"file": "a.yaml"}, ("", 0)),
        ({"file": 7, "line": 3}, ("", 0)),
        ({"line": 0}, ("", 0)),
        ({"line": True}, ("", 0)),
        ({"line": "3"}, ("", 0)),
        ("a.yaml", ("", 0)),
    ],
)
def test_the_line_of_loc(where: Any, expected: tuple[str, int]) -> None:
    assert line_of({"_loc": where}) == expected


KEYS = st.text("abz-_ é", min_size=1, max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every node, by brute force."""
    if path:
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from _paths(inner, (*path, step))


@given(VALUES)
def test_every_node_is_found_by_each_spelling(value: Any) -> None:
    for path in _paths(value):
        bracketed = "".join(f"[{step}]" if isinstance(step, int) else f'["{step}"]' for step in path)
        for spelling in (list(path), pointer(path), bracketed):
            found = path_of({"path": spelling}, value)
            assert found == path
            assert value_at(value, found) == value_at(value, path)


@given(VALUES, st.text(max_size=12) | st.lists(st.text(max_size=3) | st.integers(), max_size=4))
def test_what_is_found_begins_in_the_document(value: Any, given: Any) -> None:
    found = path_of({"path": given}, value)
    assert not found or found[:1] in set(_paths(value))
