"""The JUnit report: well formed whatever is in it, complete, and in keeping with the exit code."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

from hypothesis import HealthCheck, given, settings

from erpguard.model import Counts, Place, Problem, ScanResult, Severity
from erpguard.reporters import ReportOptions, load
from erpguard.reporters.junit import render

from .hostile import results
from .sample import sample


def suites(result: ScanResult, fail_on: Severity = Severity.LOW) -> dict[str, Element]:
    root = fromstring(render(result, ReportOptions(fail_on=fail_on)))
    assert root.tag == "testsuites"
    return {suite.attrib["name"]: suite for suite in root}


def marks(suite: Element) -> list[str]:
    """What became of each case."""
    return [case[0].tag if len(case) else "passed" for case in suite]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(results)
def test_any_result_is_well_formed_and_fails_as_the_scan_does(result: ScanResult) -> None:
    root = fromstring(render(result, ReportOptions(fail_on=result.fail_on)))
    found = [mark for suite in root for mark in marks(suite)]
    assert found.count("failure") == len(result.failing(result.fail_on))
    assert ("error" in found) is not result.complete
    assert ("failure" in found or "error" in found) is (result.exit_code() != 0)
    objecting = [one.policy for one in (*result.findings, *result.undetermined, *result.suppressed)]
    errors = sum(problem.level == "error" for problem in result.problems)
    assert len(found) == len(objecting) + len(result.policies.keys() - set(objecting)) + errors
    for suite in root:
        counted = [int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")]
        own = marks(suite)
        assert counted == [len(own), own.count("failure"), own.count("error"), own.count("skipped")]


def test_a_finding() -> None:
    (case,) = suites(sample())["NET006 data-service-exposed"]
    assert case.attrib == {
        "classname": "k8s/data/service.yaml",
        "name": "Service erp/postgres is a LoadBalancer for pods of the data tier.",
        "file": "k8s/data/service.yaml",
        "line": "9",
    }
    assert case[0].attrib == {"message": "critical: Service erp/postgres is a LoadBalancer for pods of the data tier."}
    assert (case[0].text or "").splitlines()[1:] == [
        "at k8s/data/service.yaml:9:7",
        "Make the Service a ClusterIP and reach it through the pooler.",
    ]


def test_what_does_not_fail_the_scan_is_skipped() -> None:
    result = ScanResult(findings=sample().findings, undetermined=sample().undetermined, suppressed=sample().suppressed)
    cases = [case for suite in suites(result, Severity.CRITICAL).values() for case in suite]
    reasons = [case[0].attrib["message"] for case in cases if case[0].tag == "skipped"]
    below = len(result.findings) - len(result.failing(Severity.CRITICAL))
    assert below > 0
    assert sum(one.endswith(": below the threshold") for one in reasons) == below
    assert reasons.count("undetermined") == len(result.undetermined)
    assert sum(one.startswith(("ignored: ", "waived: ", "baseline: ")) for one in reasons) == len(result.suppressed)
    assert len(cases) - len(reasons) == len(result.failing(Severity.CRITICAL))


def test_policies_without_findings_pass_where_they_had_something_to_judge() -> None:
    policies = {name: sample().policies[name] for name in ("NET004", "NET006", "TLS001")}
    counts = {"NET004": Counts(passed=2), "NET006": Counts(not_applicable=3)}
    found = suites(ScanResult(policies=policies, counts=counts))
    assert [marks(suite) for suite in found.values()] == [["passed"], ["skipped"], ["skipped"]]


def test_problems() -> None:
    errors = [Problem("yaml-syntax", "not valid YAML", Place("a.yaml", 2, 1)), Problem("unreadable", "gone")]
    result = ScanResult(problems=[*errors, Problem("ambiguous-id", "two", level="warning")])
    (suite,) = suites(result).values()
    assert [case.attrib for case in suite] == [
        {"classname": "a.yaml", "name": "yaml-syntax: not valid YAML", "file": "a.yaml", "line": "2"},
        {"classname": "", "name": "unreadable: gone"},
    ]
    assert marks(suite) == ["error", "error"]


def test_it_is_a_format() -> None:
    assert load("junit")(sample(), ReportOptions()) == render(sample(), ReportOptions())
