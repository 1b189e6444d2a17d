"""SARIF logs are valid, harmless, and say what the result says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpguard.model import Place, ScanResult, Severity
from erpguard.reporters import ReportOptions, load
from erpguard.reporters.sarif import log, pieces, render, worst
from erpguard.version import VERSION

from .hostile import results
from .sample import sample

SCHEMAS = Path(__file__).parents[2] / "schemas"
VALIDATOR = jsonschema.Draft4Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8")))
PROFILES = ("full", "github", "azure-devops")


def run(result: ScanResult, **options: Any) -> dict[str, Any]:
    """The one run of a log, which has to be valid."""
    found = result.to_sarif(**options)
    VALIDATOR.validate(found)
    (one,) = found["runs"]
    assert isinstance(one, dict)
    return one


def strings(value: Any) -> list[str]:
    """All strings of a JSON value, keys too."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *strings(item))]
    return [text for item in value for text in strings(item)] if isinstance(value, list) else []


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(results, st.sampled_from(PROFILES), st.booleans(), st.sampled_from(("", "snapshot.json")))
def test_any_result_gives_a_valid_and_harmless_log(
    result: ScanResult, profile: str, include_passed: bool, fallback_file: str
) -> None:
    options = ReportOptions(
        sarif_profile=profile,  # type: ignore[arg-type]
        include_passed=include_passed,
        fallback_file=fallback_file,
        tool_version="1.0.0",
    )
    text = render(result, options)
    text.encode("utf-8")
    found = json.loads(text)
    VALIDATOR.validate(found)
    for one in strings(found):
        assert one and all(line.isprintable() for line in one.split("\n"))
    assert render(result, options) == text


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(results, st.sampled_from(PROFILES))
def test_lines_and_columns_are_counted_from_one(result: ScanResult, profile: str) -> None:
    for one in run(result, profile=profile)["results"]:
        for location in one.get("locations", []):
            region = location.get("physicalLocation", {}).get("region", {"startLine": 1})
            assert all(number >= 1 for number in region.values())
            assert region.get("endLine", region["startLine"]) >= region["startLine"]


def test_rules_are_the_selected_policies() -> None:
    found = run(sample())
    rules = found["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(sample().policies)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in found["results"])


def test_rule() -> None:
    rule = run(sample())["tool"]["driver"]["rules"][0]
    help_ = rule.pop("help")
    assert rule == {
        "id": "BAK008",
        "name": "VeleroRetentionShort",
        "shortDescription": {"text": "Velero backups expire early"},
        "fullDescription": {
            "text": "Velero backups expire early. The platform's guide asks for this, because what is open is found."
        },
        "helpUri": "https://learn.microsoft.com/azure/well-architected/",
        "defaultConfiguration": {"level": "warning"},
        "deprecatedIds": ["OLD001"],
        "properties": {
            "precision": "high",
            "problem.severity": "warning",
            "security-severity": "5.5",
            "tags": ["security", "backup", "kubernetes"],
        },
    }
    assert "**Remediation**: Set `spec.template.ttl` to 720h0m0s or more." in help_["markdown"]
    assert "- minimum\\_days (default 14): Fewer days fail." in help_["markdown"]
    assert "[Well-Architected Framework](<https://learn.microsoft.com/azure/well-architected/>)" in help_["markdown"]
    assert "Remediation: Set `spec.template.ttl` to 720h0m0s or more." in help_["text"]


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        (Severity.CRITICAL, "error", "9.5"),
        (Severity.HIGH, "error", "8.0"),
        (Severity.MEDIUM, "warning", "5.5"),
        (Severity.LOW, "note", "2.0"),
    ],
)
def test_severities(severity: Severity, level: str, score: str) -> None:
    whole = sample()
    policy = whole.policies["NET006"]._replace(severity=severity)
    finding = whole.findings[1]._replace(severity=severity)
    found = run(ScanResult(findings=[finding], policies={"NET006": policy}))
    assert found["results"][0]["level"] == level
    assert found["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == score


def test_result_with_a_file() -> None:
    result = run(sample())["results"][1]
    assert result == {
        "ruleId": "NET006",
        "ruleIndex": 2,
        "kind": "fail",
        "level": "error",
        "message": {"text": "Service erp/postgres is a LoadBalancer for pods of the data tier."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "k8s/data/service.yaml", "uriBaseId": "SRCROOT"},
                    "region": {"startLine": 9, "startColumn": 7, "endLine": 9, "endColumn": 31},
                },
                "logicalLocations": [
                    {
                        "name": "postgres",
                        "fullyQualifiedName": "default/core/Service/erp/postgres/spec/type",
                        "kind": "resource",
                    }
                ],
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "k8s/data/statefulset.yaml", "uriBaseId": "SRCROOT"},
                    "region": {"startLine": 14, "startColumn": 3, "endLine": 14, "endColumn": 11},
                },
                "message": {"text": "These pods answer on port 5432."},
            }
        ],
        "partialFingerprints": {"erpguardResource/v1": "00000000000000000000000000000009"},
        "properties": {
            "severity": "critical",
            "resourceType": "core/Service",
            "namespace": "erp",
            "environment": "production",
        },
    }


def test_flow_is_one_step_per_hop() -> None:
    (flow,) = run(sample())["results"][0]["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == [
        "A request enters here,",
        "and a pod behind it may open this port.",
    ]


def test_files_are_percent_encoded_relative_references() -> None:
    finding = sample().findings[0]._replace(place=Place("a b/ü:%?#\udcff.yaml", 1, 1, 1, 2))
    (result,) = run(ScanResult(findings=[finding]))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/%C3%BC%3A%25%3F%23%FF.yaml"
    assert "uri" not in run(sample())["originalUriBaseIds"]["SRCROOT"]


def test_live_findings_have_a_logical_location_only() -> None:
    (location,) = run(sample())["results"][2]["locations"]
    assert "physicalLocation" not in location
    name = location["logicalLocations"][0]["fullyQualifiedName"]
    assert name.endswith("/erp-db/properties/network/publicNetworkAccess")


@pytest.mark.parametrize("profile", ["github", "azure-devops"])
def test_consumers_get_no_finding_without_a_file(profile: str) -> None:
    found = run(sample(), profile=profile)
    assert not [one for one in found["results"] if one["ruleId"] == "NET106"]
    told = found["invocations"][0]["toolExecutionNotifications"]
    assert any("2 of" in one["message"]["text"] for one in told if one["descriptor"]["id"] == "results-without-file")


@pytest.mark.parametrize("profile", PROFILES)
def test_live_findings_stand_in_the_snapshot(profile: str) -> None:
    found = run(sample(), profile=profile, fallback_file="snapshot.json")
    live = [one for one in found["results"] if one["ruleId"] == "NET106"]
    assert len(live) == 2
    for one in live:
        physical = one["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "snapshot.json"
        assert physical.get("region") == (None if profile == "full" else {"startLine": 1})


def test_undetermined_is_open() -> None:
    opened = [one for one in run(sample())["results"] if one["kind"] == "open"]
    assert len(opened) == 3
    assert {one["level"] for one in opened} == {"none"}


def test_suppressions() -> None:
    suppressed = [one["suppressions"][0] for one in run(sample())["results"] if "suppressions" in one]
    assert [(one["kind"], one["status"], one["properties"]["mechanism"]) for one in suppressed] == [
        ("external", "accepted", "waived"),
        ("external", "accepted", "baseline"),
        ("inSource", "accepted", "ignored"),
    ]
    assert suppressed[0]["justification"] == "Owner: platform team, ERP-1290, until 2027-03-31"
    assert suppressed[2]["location"]["physicalLocation"]["region"]["startLine"] == 53


@pytest.mark.parametrize(("profile", "number"), [("full", 33), ("github", 25), ("azure-devops", 28)])
def test_profiles_leave_out_what_would_be_misread(profile: str, number: int) -> None:
    found = run(sample(), profile=profile, include_passed=True)
    assert len([one for one in found["results"] if one["kind"] in ("fail", "open")]) == number
    assert any(one["kind"] == "pass" for one in found["results"]) is (profile == "full")
    if profile == "github":
        assert not any("suppressions" in one for one in found["results"])


def test_passes_are_told_on_demand() -> None:
    told = [one for one in run(sample(), include_passed=True)["results"] if one["kind"] in ("pass", "notApplicable")]
    assert told[0]["message"]["text"] == "9 resources passed."
    assert {one["level"] for one in told} == {"none"}
    assert not [one for one in run(sample())["results"] if one["kind"] in ("pass", "notApplicable")]


def test_invocation() -> None:
    (invocation,) = run(sample())["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    codes = [one["descriptor"]["id"] for one in invocation["toolExecutionNotifications"]]
    assert codes == ["yaml-syntax", "collection-denied"]
    configuration = invocation["toolConfigurationNotifications"]
    assert [(one["descriptor"]["id"], one["level"]) for one in configuration] == [
        ("waiver-expired", "warning"),
        ("switched-off", "note"),
    ]
    assert invocation["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 7


def test_exit_code_follows_the_threshold() -> None:
    result = ScanResult(findings=[sample().findings[-1]], policies=sample().policies)
    assert run(result)["invocations"][0]["exitCode"] == 1
    assert run(result, fail_on=Severity.CRITICAL)["invocations"][0]["exitCode"] == 0


def test_automation_details() -> None:
    assert "automationDetails" not in run(sample())
    assert run(sample(), automation_id="erp/main")["automationDetails"] == {"id": "erp/main/"}
    assert run(sample(), automation_id="erp/", automation_properties={"a": "1"})["automationDetails"] == {
        "id": "erp/",
        "properties": {"a": "1"},
    }


@pytest.mark.parametrize(("profile", "limit"), [("full", 25_000), ("github", 5_000), ("azure-devops", 5_000)])
def test_the_worst_results_are_kept_and_the_cut_is_told(profile: str, limit: int) -> None:
    low = sample().findings[0]._replace(severity=Severity.LOW)
    high = low._replace(severity=Severity.HIGH)
    found = ScanResult(findings=[low] * limit + [high] * 10).to_sarif(profile=profile)["runs"][0]  # type: ignore[arg-type]
    assert len(found["results"]) == limit
    assert sum(one["level"] == "error" for one in found["results"]) == 10
    (told,) = found["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith(f"Only the {limit} worst of {limit + 10} results")


def test_what_counts_is_kept_before_what_does_not() -> None:
    result = sample()
    everything = [*result.undetermined, *result.suppressed, *result.findings]
    assert worst(everything, len(result.findings)) == result.findings


def test_version_is_semantic_or_plain() -> None:
    assert run(sample(), tool_version="1.2.3-rc.1")["tool"]["driver"]["semanticVersion"] == "1.2.3-rc.1"
    driver = run(sample(), tool_version="1.2.3.dev4")["tool"]["driver"]
    assert driver["version"] == "1.2.3.dev4" and "semanticVersion" not in driver
    assert run(sample())["tool"]["driver"]["semanticVersion"] == VERSION


def test_empty_result() -> None:
    assert run(ScanResult())["results"] == []


def test_result_object_writes_the_same() -> None:
    """Every option of the method reaches the log."""
    given: dict[str, Any] = {
        "include_passed": True,
        "fail_on": Severity.CRITICAL,
        "automation_id": "erp",
        "automation_properties": {"a": "1"},
        "fallback_file": "live.yaml",
        "tool_version": "1.0.0",
    }
    for profile in PROFILES:
        options = ReportOptions(sarif_profile=profile, **given)  # type: ignore[arg-type]
        assert sample().to_sarif(profile=profile, **given) == log(sample(), options)  # type: ignore[arg-type]
    low = ScanResult(findings=[sample().findings[0]], fail_on=Severity.HIGH)
    assert low.to_sarif() == log(low, ReportOptions(fail_on=Severity.HIGH))


def test_render_is_the_log_as_text() -> None:
    text = load("sarif")(sample(), ReportOptions(sarif_profile="github", automation_id="erp", tool_version="1.0.0"))
    assert json.loads(text) == sample().to_sarif(profile="github", automation_id="erp", tool_version="1.0.0")
    assert text.endswith("}\n")


def test_large_report_comes_in_pieces() -> None:
    result = ScanResult(findings=sample().findings * 50, policies=sample().policies)
    made = list(pieces(result, ReportOptions()))
    assert len(made) > 3
    assert json.loads("".join(made)) == result.to_sarif()
