"""What fails costs its own verdicts, never the scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import pytest

import erpguard
from erpguard import analysis
from erpguard.analysis import Analyses, View
from erpguard.engines import Answers
from erpguard.engines.embedded import EmbeddedEngine
from erpguard.errors import EngineError
from erpguard.estate import Estate
from erpguard.judge import Judge
from erpguard.model import Outcome, Policy
from erpguard.normalize import kubernetes
from erpguard.packs import load, resolve_settings
from tests.analysis.estates import FakeOrigin

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a"},
    "spec": {"hostNetwork": True, "containers": [{"name": "a"}]},
}


def _fails(analyses: Analyses) -> View:
    raise ZeroDivisionError("a defect")


def test_an_analysis_that_fails_costs_its_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(analysis.VIEWS, "empty_dirs", f"{__name__}:_fails")
    result = erpguard.scan(resources=[POD], select=["NET008", "RES018", "RES001"])
    assert [problem.code for problem in result.problems] == ["analysis-failed"]
    assert "empty_dirs" in result.problems[0].message
    assert "RES018" in result.problems[0].message
    assert result.exit_code() == 3
    assert {finding.policy for finding in result.findings} == {"NET008", "RES001"}


def test_a_policy_that_fails_on_one_resource_judges_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate = EmbeddedEngine.evaluate

    def fussy(self: EmbeddedEngine, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        if any("/bad" in key for key in document["views"]["pods"]):
            return {"NET008": EngineError("NET008: no")}
        return evaluate(self, policies, document)

    monkeypatch.setattr(EmbeddedEngine, "evaluate", fussy)
    bad = {**POD, "metadata": {"name": "bad"}}
    result = erpguard.scan(resources=[POD, bad], select=["NET008"])
    assert [finding.resource_name for finding in result.findings] == ["a"]
    assert [problem.code for problem in result.problems] == ["policy-failed"]
    assert "Pod bad" in result.problems[0].message
    assert result.counts["NET008"].failed == 1


def test_verdicts_are_about_the_judged_resources() -> None:
    """The others are there to be joined; what passed has no outcome of its own."""
    pods = [kubernetes.resource(deepcopy({**POD, "metadata": {"name": name}}), FakeOrigin()).resource for name in "abc"]
    estate = Estate([one for one in pods if one is not None])
    library = load()
    policies = [library.policies["NET008"]]
    engine = EmbeddedEngine(library.parts[0].folder, library.parts[0].modules, policies)
    settings = resolve_settings(policies, ["production"], {})
    judge = Judge(Analyses(estate), policies, engine, settings, judged=estate.resources[1:2])
    assert [verdict.resource.name for verdict in judge.verdicts()] == ["b"]
    assert judge.outcomes == {("NET008", "default/core/Pod/default/b"): Outcome.FAIL}
    assert judge.counts["NET008"].failed == 1
    assert judge.unmade == set()
