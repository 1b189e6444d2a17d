"""The same verdict, whichever engine: every example of every policy, the examples, and the corpora."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.engines import Answers, Violation
from erpguard.engines.embedded import EmbeddedEngine
from erpguard.engines.opa_server import OpaConnection, OpaEngine
from erpguard.errors import EngineError
from erpguard.model import Part, Policy
from erpguard.packs import make_policy
from erpguard.sources.live import Item, Target
from tests.engines.answers import answer
from tests.engines.opa import ROOT, needs_opa, running
from tests.live_items import snapshot
from tests.policy_examples import LIBRARY, cases, judge
from tests.servers.arm.documents import Documents
from tests.servers.arm.harness import ERP, HUB_ID, PROD_ID

pytestmark = needs_opa
DATA = ROOT.parent / "shared" / "data"
ESTATES = [
    *sorted(path for path in (ROOT / "examples").iterdir() if path.is_dir()),
    *(sorted((DATA / "kubernetes").iterdir()) if DATA.is_dir() else []),
    *(sorted((DATA / "terraform").glob("*.plan.json")) if DATA.is_dir() else []),
    *(sorted((DATA / "pulumi").glob("*.json")) if DATA.is_dir() else []),
]


class Both:
    """Stands between the judge and the embedded engine, and asks the server the same."""

    def __init__(self, server: OpaEngine) -> None:
        self._server = server
        self._embedded = EmbeddedEngine.evaluate
        self.violations = 0
        self.asked: set[str] = set()

    def evaluate(self, engine: EmbeddedEngine, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """What the embedded engine says, if the server says the same."""
        ours, theirs = self._embedded(engine, policies, document), self._server.evaluate(policies, document)
        assert list(ours) == [policy.id for policy in policies]
        for name, found in ours.items():
            there = theirs[name]
            assert not isinstance(found, EngineError), found
            assert not isinstance(there, EngineError), there
            assert canonical(found) == canonical(there), name
            self.violations += len(found)
        self.asked.update(ours)
        return ours


def canonical(violations: Sequence[Violation]) -> list[str]:
    """To be compared as text, so that 1 and 1.0 differ."""
    return sorted(json.dumps(one, sort_keys=True) for one in violations)


@pytest.fixture(scope="module")
def opa() -> Iterator[OpaEngine]:
    """All policies in a server."""
    with running() as server:
        engine = OpaEngine(OpaConnection(server.url), LIBRARY.parts, LIBRARY.policies.values())
        yield engine
        assert engine.close() == []


@pytest.fixture
def both(opa: OpaEngine, monkeypatch: pytest.MonkeyPatch) -> Both:
    """Every scan of the test asks both engines."""
    made = Both(opa)
    monkeypatch.setattr(
        EmbeddedEngine, "evaluate", lambda engine, policies, document: made.evaluate(engine, policies, document)
    )
    return made


@pytest.mark.parametrize("policy", LIBRARY.policies)
def test_examples_of_the_policy(both: Both, policy: str, tmp_path: Path) -> None:
    failed = 0
    for number, case in enumerate(cases(policy)):
        failed += len(judge(case, str(tmp_path / str(number))).findings)
    assert both.asked == {policy}
    assert both.violations >= failed > 0


@pytest.mark.parametrize("estate", ESTATES, ids=lambda path: path.name)
def test_estates(both: Both, estate: Path) -> None:
    compare(both, estate)


def test_a_snapshot(both: Both, tmp_path: Path) -> None:
    bodies = Documents.of_folder(ERP).bodies
    targets = (Target("azure", PROD_ID), Target("azure", HUB_ID))
    snapshot(tmp_path / "erp.snapshot.gz", *(Item("azure", dict(body)) for body in bodies), targets=targets)
    compare(both, tmp_path / "erp.snapshot.gz")
    assert both.violations > 50


def compare(both: Both, estate: Path) -> None:
    """Scan by both engines."""
    result = erpguard.scan([str(estate)], root=str(estate.parent))
    assert [problem.message for problem in result.problems if problem.stage == "policy"] == []
    assert both.violations >= len(result.findings)
    assert {finding.policy for finding in result.findings} <= both.asked


NUMBERS = [
    *(0, 1, -1, 1.0, -1.0, -0.0, 0.1, 1.5, 1e-7, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, -1e18, -1e19),
    *(
        2**53 - 1,
        2**53 + 1,
        2.0**53,
        2.0**53 + 2,
        2**63 - 1,
        2**63,
        2**64 - 1,
        2**64,
        2**64 + 1,
        -(2**63),
        -(2**63) - 1,
    ),
    *(2.0**63, 2.0**64, 10**19, 10**30, 1.5e300, math.pi, 123456789.125, 3e8),
]
PASSED_ON = """\
package erpguard.network.passed_on

deny contains {"resource": "a", "row": name, "path": [], "values": {"it": value}} if some name, value in input.given
"""


def test_values_come_back_the_same(tmp_path: Path) -> None:
    fields = {"id": "NET001", "severity": "high", "resource_types": [], "reads": [], "message": "", "remediation": ""}
    metadata = {"package": "erpguard.network.passed_on", "title": "", "description": "", "custom": fields}
    (tmp_path / "network").mkdir()
    (tmp_path / "network" / "passed_on.rego").write_text(PASSED_ON)
    policy = make_policy("network/passed_on.rego", metadata)
    texts = ["", "ü\n\"'\\", "\x00\x1f\x7f", "\u2028\ufeff", "😀", "</script>", "1", "true"]
    values = [*NUMBERS, *texts, None, True, False, [], {}, [[1.0], {"a": (1, 2.0)}], {"1": 1.0, "": []}]
    document = {"given": {str(number): value for number, value in enumerate(values)}}
    here = answer(EmbeddedEngine(str(tmp_path), [], [policy]), policy, document)
    with running() as server:
        engine = OpaEngine(OpaConnection(server.url), [Part(str(tmp_path), "", {policy.id: policy}, ())], [policy])
        there = answer(engine, policy, document)
    assert len(here) == len(values)
    assert canonical(there) == canonical(here)
