"""Controls as SARIF taxonomies: references lead to what they name, and nothing is claimed that is not sure."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.model import Control, Framework, ScanResult
from erpguard.reporters.sarif_taxonomies import guid

from .sample import sample

SCHEMA = Path(__file__).parents[2] / "schemas" / "sarif-2.1.0.json"
VALIDATOR = jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
CIS = Framework("cis", "CIS Benchmark", "1.11.1", "https://example.com/cis", "Center for Internet Security")
HOUSE = Framework("house", "House rules", "2", "no page")
FIRST, NINTH, TENTH = (Control(id_, f"Title {id_}", CIS) for id_ in ("5.1.1", "5.1.9", "5.1.10"))
RULE = Control("A", "Rule A", HOUSE)


def run(**controls: tuple[Control, ...]) -> dict[str, Any]:
    """The run of the sample with these controls of its policies."""
    result = sample()
    for name, given_ in controls.items():
        result.policies[name] = result.policies[name]._replace(controls=given_)
    found = result.to_sarif()
    VALIDATOR.validate(found)
    one: dict[str, Any] = found["runs"][0]
    return one


@given(st.text())
def test_guids_are_those_of_the_standard(name: str) -> None:
    if not any("\ud800" <= char <= "\udfff" for char in name):
        assert guid(name) == str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def test_taxonomies() -> None:
    found = run(RES001=(TENTH, FIRST), NET006=(NINTH, RULE))
    cis, house = found["taxonomies"]
    base = "https://erpguard.example/controls"
    assert cis | {"taxa": []} == {
        "name": "CIS Benchmark",
        "guid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{base}/cis/1.11.1")),
        "version": "1.11.1",
        "organization": "Center for Internet Security",
        "informationUri": "https://example.com/cis",
        "isComprehensive": False,
        "taxa": [],
    }
    assert [taxon["id"] for taxon in cis["taxa"]] == ["5.1.1", "5.1.9", "5.1.10"]
    assert cis["taxa"][0] == {
        "id": "5.1.1",
        "guid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{base}/cis/1.11.1/5.1.1")),
        "shortDescription": {"text": "Title 5.1.1"},
        "helpUri": "https://example.com/cis",
    }
    assert "informationUri" not in house and "organization" not in house
    assert found["tool"]["driver"]["supportedTaxonomies"] == [
        {"name": one["name"], "index": index, "guid": one["guid"]} for index, one in enumerate((cis, house))
    ]


def test_references_lead_to_what_they_name() -> None:
    found = run(RES001=(TENTH, FIRST), NET006=(NINTH, RULE))
    rules = {rule["id"]: rule for rule in found["tool"]["driver"]["rules"]}
    targets = {name: [one["target"] for one in rule.get("relationships", [])] for name, rule in rules.items()}
    assert {name: [one["id"] for one in given_] for name, given_ in targets.items() if given_} == {
        "RES001": ["5.1.10", "5.1.1"],
        "NET006": ["5.1.9", "A"],
    }
    for target in [one for given_ in targets.values() for one in given_]:
        component = found["taxonomies"][target["toolComponent"]["index"]]
        assert component["name"] == target["toolComponent"]["name"]
        assert component["guid"] == target["toolComponent"]["guid"]
        assert component["taxa"][target["index"]]["id"] == target["id"]
    assert {kind for rule in rules.values() for one in rule.get("relationships", []) for kind in one["kinds"]} == {
        "relevant"
    }
    assert not any("5.1" in tag for rule in rules.values() for tag in rule["properties"]["tags"])


def test_results_belong_to_a_control_where_it_is_the_only_one() -> None:
    found = run(RES001=(TENTH, FIRST, RULE), NET006=(NINTH,))
    taxa = {one["ruleId"]: [taxon["id"] for taxon in one.get("taxa", [])] for one in found["results"]}
    assert taxa["NET006"] == ["5.1.9"]
    assert taxa["RES001"] == ["A"]
    assert taxa["TLS001"] == []


@pytest.mark.parametrize("result", [sample(), ScanResult()])
def test_without_controls_there_are_no_taxonomies(result: ScanResult) -> None:
    (found,) = result.to_sarif()["runs"]
    assert "taxonomies" not in found and "supportedTaxonomies" not in found["tool"]["driver"]
