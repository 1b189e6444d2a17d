"""Random packages are judged by the embedded engine as the real OPA judges them.

ERPGUARD_RANDOM_PACKAGES=5000 judges as many, and other ones each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.engines.opa import needs_opa, running
from tests.engines.random_packages.judging import Judges
from tests.engines.random_packages.writing import document, modules, package

COUNT = int(os.environ.get("ERPGUARD_RANDOM_PACKAGES", "0"))


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    """Both, and in the end how often what came out: what is refused or loud must not hide what is compared."""
    with running() as server:
        both = Judges(server)
        yield both
    counts = both.counts
    assert counts["same"] > 20 * (counts["loud"] + counts["refused"]), counts


@needs_opa
@settings(
    max_examples=COUNT or 60,
    derandomize=not COUNT,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32))
def test_values_are_those_of_opa(judges: Judges, seed: int) -> None:
    random = Random(seed)
    rules = package(random)
    differences = judges.differences(rules, [document(random), document(random)])
    assert not differences, f"{differences}\n{''.join(modules(rules).values())}"
