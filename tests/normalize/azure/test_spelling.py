"""Bodies whose properties are written in another case than ARM's."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import erpguard
from erpguard.model import Path
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.arm_types import all_names, arm_type
from erpguard.normalize.azure.spelling import respell, respelled
from erpguard.sources.documents import ObjectOrigin

NSG = "Microsoft.Network/networkSecurityGroups"


def body_of(shape: Any) -> Any:
    """A body that has everything that a shape has."""
    if isinstance(shape, dict):
        return {"Chosen" if key == "*" else key: body_of(inner) for key, inner in shape.items()}
    return [body_of(shape[0])] * 2 if isinstance(shape, list) else "x"


def in_other_case(value: Any) -> Any:
    """The same with the case of all keys swapped, but for those that somebody chose."""
    if isinstance(value, dict):
        return {key if key == "Chosen" else key.swapcase(): in_other_case(inner) for key, inner in value.items()}
    return list(map(in_other_case, value)) if isinstance(value, list) else value


@pytest.mark.parametrize("name", all_names())
def test_every_property_of_every_type_is_known_in_any_case(name: str) -> None:
    described = arm_type(name)
    assert described is not None
    expected = body_of(described.shape)
    given = copy.deepcopy(expected)
    respell(given, described.shape)
    assert given == expected
    given = copy.deepcopy(in_other_case(expected))
    respell(given, described.shape)
    assert given == expected


SHAPE = {"a": "int", "b": "int", "c": [{"d": "int"}], "e": {"*": {"f": "int"}}}


def test_of_two_spellings_that_of_arm_counts() -> None:
    given = {"B": 1, "a": 2, "A": 3, "c": [{"D": 4}, 5], "e": {"Any": {"F": 6}}, "Other": {"X": 7}}
    respell(given, SHAPE)
    assert given == {"b": 1, "a": 2, "A": 3, "c": [{"d": 4}, 5], "e": {"Any": {"f": 6}}, "Other": {"X": 7}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("C", 1, "D"), ("c", 1, "d")),
        (("E", "Any", "F"), ("e", "Any", "f")),
        (("B", "X", 0, "Y"), ("b", "X", 0, "Y")),
        (("Other", "A"), ("Other", "A")),
        ((), ()),
    ],
)
def test_paths(path: Path, expected: Path) -> None:
    assert respelled(path, SHAPE) == expected


def test_what_is_not_known_is_so_in_any_case() -> None:
    body = {"type": NSG, "name": "nsg", "properties": {"SecurityRules": [{"Name": "ssh", "properties": {}}]}}
    hidden = frozenset({("properties", "SecurityRules", 0, "Properties", "Access")})
    made, problems = arm.resource(body, ObjectOrigin("nsg"), known=arm.Known(unknown=hidden))
    assert (made.body["properties"], problems) == ({"securityRules": [{"name": "ssh", "properties": {}}]}, [])
    assert made.unknown == {("properties", "securityRules", 0, "properties", "access")}


def test_a_rule_in_another_case_is_a_rule() -> None:
    rule = {
        **{"Access": "Allow", "direction": "Inbound", "Priority": 100, "protocol": "Tcp", "sourceAddressPrefix": "*"},
        **{"SourcePortRange": "*", "destinationAddressPrefix": "*", "DestinationPortRange": "22"},
    }
    rules = {"SecurityRules": [{"Name": "ssh", "properties": rule}]}
    result = erpguard.scan(resources=[{"type": NSG, "name": "nsg", "properties": rules}], select=["NET101"])
    assert [one.policy for one in result.findings] == ["NET101"]
