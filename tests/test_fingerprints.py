"""Fingerprints follow the thing, not its place."""

from __future__ import annotations

import copy
import random
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from erpguard.fingerprints import Memo, fingerprint
from erpguard.model import Path, Place, Resource

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.text("ab", max_size=2))
FIELDS = st.sampled_from(("name", "key", "host", "port", "protocol", "containerPort", "ip", "x", "y"))
BODIES = st.dictionaries(
    FIELDS,
    st.recursive(
        SCALARS,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(FIELDS, inner, max_size=3)),
        max_leaves=25,
    ),
    max_size=4,
)


class Nowhere:
    """An origin without a file."""

    file = ""

    def place(self, path: Path) -> Place:
        """No place."""
        return Place()

    def place_of_line(self, path: Path, line: int) -> Place:
        """No place."""
        return Place()

    def text(self, path: Path) -> str:
        """No text."""
        return ""


def resource(body: dict[str, Any], id_: str = "default/core/Pod/erp/odoo", identity: str = "") -> Resource:
    """A resource of that body."""
    return Resource("core/Pod", id_, "odoo", "erp", body, Nowhere(), "test", identity=identity)


def paths(node: Any, path: Path = ()) -> list[Path]:
    """The paths to all nodes."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(found for step, item in items for found in paths(item, (*path, step)))]


def shuffled(node: Any, seed: random.Random) -> Any:
    """The same with every list and every object in another order."""
    if isinstance(node, dict):
        items = [(key, shuffled(item, seed)) for key, item in node.items()]
        seed.shuffle(items)
        return dict(items)
    if isinstance(node, list):
        found = [shuffled(item, seed) for item in node]
        seed.shuffle(found)
        return found
    return node


def all_prints(body: dict[str, Any]) -> list[str]:
    """The fingerprints of all nodes, in the order of their paths."""
    return [fingerprint("NET001", resource(body), path) for path in paths(body)]


def test_shape() -> None:
    found = fingerprint("NET001", resource({"a": 1}), ("a",))
    assert re.fullmatch(r"[0-9a-f]{32}", found)
    # A fingerprint is a promise to baselines and waivers that exist: it may never change.
    assert found == "3209f515744eb81e9888a3dc2029782d"


@given(BODIES)
def test_different_nodes_have_different_fingerprints(body: dict[str, Any]) -> None:
    found = all_prints(body)
    assert len(set(found)) == len(found)


@given(BODIES, st.randoms(use_true_random=False))
def test_reordering_changes_nothing(body: dict[str, Any], seed: random.Random) -> None:
    assert sorted(all_prints(body)) == sorted(all_prints(shuffled(body, seed)))


@given(BODIES)
def test_a_memo_changes_nothing(body: dict[str, Any]) -> None:
    one, before = resource(body), copy.deepcopy(body)
    memo: Memo = {}
    assert [fingerprint("NET001", one, path, memo=memo) for path in paths(body)] == all_prints(body)
    assert body == before


@given(BODIES, st.lists(st.one_of(FIELDS, st.integers(-5, 5)), max_size=5).map(tuple))
def test_paths_that_do_not_exist_are_no_obstacle(body: dict[str, Any], path: Path) -> None:
    assert fingerprint("NET001", resource(body), path) == fingerprint("NET001", resource(body), path)


def test_item_is_found_by_name_whatever_else_changes() -> None:
    before = {"containers": [{"name": "odoo", "image": "odoo:16"}, {"name": "nginx"}]}
    after = {"containers": [{"name": "init"}, {"name": "nginx"}, {"name": "odoo", "image": "odoo:17"}]}
    assert fingerprint("R", resource(before), ("containers", 0, "image")) == fingerprint(
        "R", resource(after), ("containers", 2, "image")
    )


def test_port_and_protocol_name_together() -> None:
    body = {"ports": [{"port": 53, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]}
    other = {"ports": [{"port": 53, "protocol": "UDP", "nodePort": 1}, {"port": 53, "protocol": "TCP"}]}
    assert fingerprint("R", resource(body), ("ports", 1)) == fingerprint("R", resource(other), ("ports", 0))


def test_everything_that_makes_a_finding_counts() -> None:
    body = {"a": [1, 2], "b": {"0": 1}}
    found = {
        fingerprint("P", resource(body), ("a",)),
        fingerprint("Q", resource(body), ("a",)),
        fingerprint("P", resource(body), ("b",)),
        fingerprint("P", resource(body), ("a",), "key"),
        fingerprint("P", resource(body, id_="other"), ("a",)),
        fingerprint("P", resource(body), ()),
        fingerprint("P", resource(body), ("b", "0")),
        fingerprint("P", resource(body), ("b", 0)),
    }
    assert len(found) == 8


def test_identity_counts_before_the_id() -> None:
    one = fingerprint("P", resource({}, id_="plan address", identity="arm id"), ())
    assert one == fingerprint("P", resource({}, id_="arm id"), ())


def test_long_lists_of_nameless_items_are_looked_through_once() -> None:
    items = [{"verbs": ["get", "list"], "resources": [f"r{number}"]} for number in range(5000)]
    one = resource({"rules": items})
    memo: Memo = {}
    assert len({fingerprint("P", one, ("rules", number), memo=memo) for number in range(5000)}) == 5000
