"""OPA's own cases: which come out otherwise in the embedded engine is written down, and nothing else may."""

from __future__ import annotations

import os

import pytest
import yaml

from tests.engines.conformance import KNOWN, cases, differing, folder, judged

CASES = folder()

pytestmark = pytest.mark.skipif(
    CASES is None and not os.environ.get("CI"),
    reason="OPA's Go module is not there: its conformance cases are left out",
)


def test_the_cases_that_come_out_otherwise_are_the_known_ones() -> None:
    assert CASES is not None, "OPA's conformance cases are missing, and CI must not leave them out"
    every = cases(CASES)
    assert len(every) == 2400
    assert differing(judged(every)) == yaml.safe_load(KNOWN.read_text(encoding="utf-8"))
