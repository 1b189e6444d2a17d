"""Every example beside a policy has the outcome that it claims, at the lines that it marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from erpguard.authoring.judging import differences
from tests.place_oracle import expected_region
from tests.policy_examples import LIBRARY, Case, cases, judge

ALL = list(cases())


@pytest.mark.parametrize("case", ALL, ids=str)
def test_example(case: Case, tmp_path: Path) -> None:
    result = judge(case, str(tmp_path))
    assert list(differences(case, LIBRARY.policies[case.policy], result)) == []
    for finding in result.findings:
        place = finding.place
        region = (place.line, place.column, place.end_line, place.end_column)
        if place.line == finding.key_line and place.file.endswith((".yaml", ".yml")):
            assert expected_region(case.text(place.file), place, finding.path) in (None, region), finding
