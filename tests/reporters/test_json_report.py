"""The JSON report keeps its published schema and leaves nothing out."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
from hypothesis import HealthCheck, given, settings

from erpguard.model import ScanResult, Severity
from erpguard.reporters import ReportOptions
from erpguard.reporters.json_report import render, report

from .hostile import results
from .sample import sample

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "finding.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(results)
def test_any_result_keeps_the_schema(result: ScanResult) -> None:
    text = render(result, ReportOptions())
    assert text.isascii() and all(line.isprintable() for line in text.split("\n"))
    VALIDATOR.validate(json.loads(text))
    assert render(result, ReportOptions()) == text


def test_lists_are_complete() -> None:
    result = sample()
    found = report(result)
    for name in ("findings", "undetermined", "suppressed", "problems"):
        assert len(found[name]) == len(getattr(result, name)) == found["summary"][name]
    assert [policy["id"] for policy in found["policies"]] == sorted(result.policies)
    assert found["resources"] == result.resources
    assert found["notJudged"] == result.not_judged
    assert found["switchedOff"] == result.overridden
    assert (found["asOf"], found["complete"], found["exitCode"]) == ("2026-11-21", False, 3)


def test_finding() -> None:
    found = report(sample())["findings"][1]
    assert found == {
        "policy": "NET006",
        "outcome": "fail",
        "severity": "critical",
        "message": "Service erp/postgres is a LoadBalancer for pods of the data tier.",
        "resource": {
            "type": "core/Service",
            "id": "default/core/Service/erp/postgres",
            "name": "postgres",
            "namespace": "erp",
            "environment": "production",
        },
        "path": ["spec", "type"],
        "pointer": "/spec/type",
        "place": {
            "file": "k8s/data/service.yaml",
            "line": 9,
            "column": 7,
            "endLine": 9,
            "endColumn": 31,
            "objectId": "default/core/Service/erp/postgres",
            "pointer": "/spec/type",
        },
        "fingerprint": "00000000000000000000000000000009",
        "related": [
            {
                "message": "These pods answer on port 5432.",
                "place": {"file": "k8s/data/statefulset.yaml", "line": 14, "column": 3, "endLine": 14, "endColumn": 11},
            }
        ],
        "flow": [],
        "values": {"name": "postgres", "port": 5432},
        "fix": None,
        "suppression": None,
    }


def test_suppression_and_counts() -> None:
    found = report(sample(), fail_on=Severity.HIGH)
    assert found["failOn"] == "high"
    assert found["suppressed"][1]["suppression"] == {
        "kind": "baseline",
        "reason": "in the baseline since 2026-01-12",
        "place": None,
    }
    counts = {policy["id"]: policy["counts"] for policy in found["policies"]}
    assert counts["RES001"] == {"failed": 16, "undetermined": 3, "passed": 31, "notApplicable": 0}
