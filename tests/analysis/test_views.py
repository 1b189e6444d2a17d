"""The rows of views: what all of them have, that no two share a key, and that those of a resource can be dropped."""

from __future__ import annotations

import pytest

from erpguard.analysis import View
from tests.analysis.estates import resource

POD = resource("v1", "Pod", "odoo", spec={"containers": []})


def test_a_row_has_what_all_rows_have_and_its_known_fields() -> None:
    view = View()
    key = view.add(POD, ("spec",), {"tier": "erp", "image": None, "labels": {}}, ["labels"]).key
    assert view.rows == {
        key: {
            "key": key,
            "resource": POD.key,
            "path": ["spec"],
            "name": "odoo",
            "namespace": POD.namespace,
            "kind": "Pod",
            "environment": POD.environment,
            "tier": "erp",
        }
    }
    assert view.unknown == {key: {"labels"}}


def test_no_two_rows_have_one_key() -> None:
    view = View()
    view.add(POD, ("spec",), {})
    view.add(POD, ("spec",), {}, part="other")
    view.check()
    view.add(POD, ("spec",), {})
    with pytest.raises(ValueError, match="two rows"):
        view.check()


def test_rows_of_a_resource_can_be_dropped() -> None:
    view = View()
    view.add(POD, ("spec",), {}, ["tier"])
    view.drop(POD.key)
    view.drop("nothing")
    assert (len(view.rows), view.unknown, view.by_resource) == (0, {}, {})
