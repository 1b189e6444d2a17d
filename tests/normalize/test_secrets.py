"""Nothing that a Secret holds gets into the model, or into what is said of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.normalize.kubernetes import resource
from erpguard.normalize.secrets import REMOVED
from tests.analysis.estates import FakeOrigin

PLANTED = "hunter2-hunter2"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def secret(**fields: Any) -> tuple[dict[str, Any], str]:
    """The body of a Secret, and everything that is known and said of it as text."""
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", **fields.pop("metadata", {})}, **fields}
    normalized = resource(body, FakeOrigin())
    one = normalized.resource
    assert one is not None
    slots = {name: getattr(one, name) for name in type(one).__slots__}
    return one.body, repr(slots) + repr(normalized.problems)


def test_keys_and_emptiness_stay() -> None:
    body, known = secret(
        data={"a": PLANTED, "b": ""}, stringData={"c": PLANTED, "d": f"${{X}}{PLANTED}"}, type="Opaque"
    )
    assert body["data"] == {"a": REMOVED, "b": ""}
    assert body["stringData"] == {"c": REMOVED, "d": REMOVED}
    assert body["type"] == "Opaque"
    assert PLANTED not in known


@pytest.mark.parametrize(
    "fields",
    [
        {"data": PLANTED},
        {"data": [PLANTED]},
        {"data": {"a": [PLANTED]}},
        {"data": {"a": {"b": PLANTED}}},
        {"stringData": PLANTED},
        {"stringData": {"a": {PLANTED: PLANTED}}},
        {"data": {"a": None}, "stringData": None},
        {"metadata": {"annotations": {LAST_APPLIED: f'{{"data": {{"a": "{PLANTED}"}}}}'}}},
        {"metadata": {"annotations": None}},
        {"stringdata": {"a": PLANTED}, "spec": PLANTED},
        {"metadata": {"annotations": {LAST_APPLIED: {"data": PLANTED}}}},
    ],
)
def test_values_of_wrong_types_are_not_shown(fields: dict[str, Any]) -> None:
    _, known = secret(**fields)
    assert PLANTED not in known


def test_what_a_wrong_value_is_is_not_told() -> None:
    normalized = resource(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "labels": {"x": 1}}, "data": {"pin": 1234}},
        FakeOrigin(),
    )
    assert [problem.message for problem in normalized.problems] == [
        "Secret a: metadata.labels.x must be a string, not the number 1: put it in quotes",
        "Secret a: data.pin must be a string",
    ]


@given(
    st.dictionaries(
        st.sampled_from(("data", "stringData")),
        st.recursive(
            st.sampled_from((PLANTED, f"x{PLANTED}", "${" + PLANTED + "}")),
            lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.sampled_from("ab"), inner)),
            max_leaves=5,
        ),
    )
)
def test_no_shape_of_a_secret_lets_it_through(fields: dict[str, Any]) -> None:
    _, known = secret(**fields)
    assert "hunter2" not in known


def test_other_kinds_keep_their_data() -> None:
    normalized = resource(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "b"}}, FakeOrigin()
    )
    assert normalized.resource is not None
    assert normalized.resource.body["data"] == {"a": "b"}
