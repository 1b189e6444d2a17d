"""Every example beside a policy has the outcome that it claims, at the lines that it marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.place_oracle import expected_region
from tests.policy_examples import Case, cases, judge

ALL = list(cases())


@pytest.mark.parametrize("case", ALL, ids=str)
def test_example(case: Case, tmp_path: Path) -> None:
    result = judge(case, str(tmp_path))
    assert [problem.message for problem in result.problems if problem.level == "error"] == []
    found = [(finding.place.file, finding.place.line, str(finding.severity)) for finding in result.findings]
    wanted = case.expected()
    severity = str(result.policies[case.policy].severity)
    assert sorted(found) == [(file, line, given or severity) for file, line, given in wanted], result.findings
    for finding in result.findings:
        place = finding.place
        region = (place.line, place.column, place.end_line, place.end_column)
        if place.line == finding.key_line and place.file.endswith((".yaml", ".yml")):
            assert expected_region(case.text(place.file), place, finding.path) in (None, region), finding
    counts = result.counts[case.policy]
    if case.outcome == "fail":
        assert counts.failed, "nothing failed"
    else:
        assert not counts.failed
        assert {
            "pass": counts.passed and not counts.undetermined,
            "undetermined": counts.undetermined,
            "not_applicable": not (counts.passed or counts.undetermined),
        }[case.outcome], counts
