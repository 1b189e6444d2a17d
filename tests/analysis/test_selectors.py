"""Label selectors against an oracle: enumeration of what the unknown parts may be."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.values.selectors import matches, matches_known

KEYS = st.sampled_from(["app", "tier"])
VALUES = st.sampled_from(["odoo", "db", "web"])
LABELS = st.dictionaries(KEYS, VALUES)


def _expressions() -> st.SearchStrategy[dict[str, Any]]:
    among = st.fixed_dictionaries(
        {"key": KEYS, "operator": st.sampled_from(["In", "NotIn"]), "values": st.lists(VALUES, min_size=1, max_size=2)}
    )
    there = st.fixed_dictionaries({"key": KEYS, "operator": st.sampled_from(["Exists", "DoesNotExist"])})
    return among | there


SELECTORS = st.fixed_dictionaries(
    {}, optional={"matchLabels": LABELS, "matchExpressions": st.lists(_expressions(), max_size=3)}
)
WORLD = [
    {key: value for key, value in zip(("app", "tier"), values, strict=True) if value}
    for values in product(("odoo", "db", "web", "elsewhere", None), repeat=2)
]


def _selected(selector: dict[str, Any]) -> list[dict[str, str]]:
    """All label sets that a selector picks: narrowed condition by condition, from the documentation's wording."""
    left = WORLD
    for key, value in selector.get("matchLabels", {}).items():
        left = [labels for labels in left if (key, value) in labels.items()]
    for expression in selector.get("matchExpressions", ()):
        key, values = expression["key"], expression.get("values", [])
        keep = {
            "In": [labels for labels in left if key in labels and labels[key] in values],
            "NotIn": [labels for labels in left if not (key in labels and labels[key] in values)],
            "Exists": [labels for labels in left if key in labels],
            "DoesNotExist": [labels for labels in left if key not in labels],
        }
        left = keep[expression["operator"]]
    return left


@given(SELECTORS, st.sampled_from(WORLD))
def test_a_selector_picks_what_the_oracle_picks(selector: dict[str, Any], labels: dict[str, str]) -> None:
    assert matches(selector, labels) is (labels in _selected(selector))
    assert matches_known(selector, labels) is (labels in _selected(selector))


@given(SELECTORS, st.sampled_from(WORLD), KEYS)
def test_an_unknown_label_is_true_or_false_only_where_every_value_says_so(
    selector: dict[str, Any], labels: dict[str, str], key: str
) -> None:
    rest = {name: value for name, value in labels.items() if name != key}
    worlds = [rest, *({**rest, key: value} for value in ("odoo", "db", "web", "elsewhere"))]
    answer = matches_known(selector, rest, unknown_labels={(key,)})
    if answer is not None:
        assert all((world in _selected(selector)) is answer for world in worlds)


@given(SELECTORS, st.sampled_from(WORLD), st.data())
def test_an_unknown_value_of_a_selector(selector: dict[str, Any], labels: dict[str, str], data: st.DataObject) -> None:
    wanted = selector.get("matchLabels", {})
    if not wanted:
        return
    key = data.draw(st.sampled_from(sorted(wanted)))
    answer = matches_known({**selector, "matchLabels": {**wanted, key: "${X}"}}, labels)
    worlds = [{**selector, "matchLabels": {**wanted, key: value}} for value in ("odoo", "db", "web", "elsewhere")]
    if answer is not None:
        assert all((labels in _selected(world)) is answer for world in worlds)


@pytest.mark.parametrize(
    ("selector", "labels", "expected"),
    [
        ({"matchLabels": {"app": "${APP}"}}, {"app": "${APP}"}, True),
        ({"matchLabels": {"app": "${APP}"}}, {"app": "${OTHER}"}, None),
        ({"matchLabels": {"app": "${APP}"}}, {}, False),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, {"app": "${APP}"}, True),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, {"${KEY}": "odoo"}, None),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["db", "${X}"]}]}, {"app": "db"}, False),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["${X}"]}]}, {}, True),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": []}]}, {"app": "odoo"}, None),
        ({"matchExpressions": [{"key": "app", "operator": "Exists", "values": ["odoo"]}]}, {"app": "odoo"}, None),
        ({"matchExpressions": [{"key": "app", "operator": "Equals", "values": ["odoo"]}]}, {"app": "odoo"}, None),
        ({"matchExpressions": [{"operator": "Exists"}]}, {"app": "odoo"}, None),
        ({}, {}, True),
    ],
)
def test_edges(selector: dict[str, Any], labels: dict[str, str], expected: bool | None) -> None:
    assert matches_known(selector, labels) is expected


def test_hidden_parts_of_a_selector() -> None:
    selector = {"matchLabels": {"app": "odoo"}}
    assert matches_known(selector, {"app": "odoo"}, {()}) is None
    assert matches_known(selector, {"app": "db"}, {("matchExpressions",)}) is False
    assert matches_known(selector, {"app": "odoo"}, {("matchExpressions",)}) is None
    assert matches_known(selector, {"app": "odoo"}, {("matchLabels", "tier")}) is False
    assert matches_known(selector, {"app": "odoo", "tier": "web"}, {("matchLabels", "tier")}) is None
    assert matches_known({}, {"app": "odoo"}, unknown_labels={()}) is True
    assert matches_known(selector, {}, unknown_labels={()}) is None
