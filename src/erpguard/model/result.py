"""The outcome of a whole scan."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from erpguard.model.finding import Finding, Outcome, Severity
from erpguard.model.policy import Policy
from erpguard.model.problem import Problem

UNKNOWN_TYPE = " (no policy knows this type)"
"""How a reason in `ScanResult.not_judged` ends that names a type of resources."""

SarifProfile = Literal["full", "github", "azure-devops"]


class Counts:
    """For one policy: how many resources had which outcome."""

    __slots__ = ("failed", "not_applicable", "passed", "undetermined")

    def __init__(self, failed: int = 0, undetermined: int = 0, passed: int = 0, not_applicable: int = 0) -> None:
        self.failed = failed
        self.undetermined = undetermined
        self.passed = passed
        self.not_applicable = not_applicable

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counts) and self._numbers() == other._numbers()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Counts(failed={}, undetermined={}, passed={}, not_applicable={})".format(*self._numbers())

    def _numbers(self) -> tuple[int, int, int, int]:
        return self.failed, self.undetermined, self.passed, self.not_applicable

    def merge(self, other: Counts) -> None:
        """Add what was counted elsewhere."""
        self.failed += other.failed
        self.undetermined += other.undetermined
        self.passed += other.passed
        self.not_applicable += other.not_applicable

    def add(self, outcome: Outcome) -> None:
        """Count one more resource."""
        match outcome:
            case Outcome.FAIL:
                self.failed += 1
            case Outcome.UNDETERMINED:
                self.undetermined += 1
            case Outcome.PASS:
                self.passed += 1
            case Outcome.NOT_APPLICABLE:
                self.not_applicable += 1


class ScanResult:
    """Everything that a scan found, in a deterministic order.

    findings      what fails and counts
    undetermined  what could not be decided, one per policy and resource
    suppressed    failures that do not count, each with its `suppression`
    problems      what could not be read or judged, and what should be looked at
    policies      the policies that were selected, by id
    counts        by policy id: how many resources passed, failed, were undetermined or not applicable
    resources     by type: how many resources were read
    not_judged    by reason: documents that are no input by design, such as chart templates and documents without a kind
    overridden    what the scanned tree's own configuration switched off
    as_of         the date that the scan judged for, ISO 8601
    fail_on       the threshold of the configuration
    """

    def __init__(
        self,
        findings: list[Finding] | None = None,
        undetermined: list[Finding] | None = None,
        suppressed: list[Finding] | None = None,
        problems: list[Problem] | None = None,
        policies: dict[str, Policy] | None = None,
        counts: dict[str, Counts] | None = None,
        resources: dict[str, int] | None = None,
        not_judged: dict[str, int] | None = None,
        overridden: list[str] | None = None,
        as_of: str = "",
        fail_on: Severity = Severity.LOW,
    ) -> None:
        self.findings = findings or []
        self.undetermined = undetermined or []
        self.suppressed = suppressed or []
        self.problems = problems or []
        self.policies = policies or {}
        self.counts = counts or {}
        self.resources = resources or {}
        self.not_judged = not_judged or {}
        self.overridden = overridden or []
        self.as_of = as_of
        self.fail_on = fail_on

    @property
    def complete(self) -> bool:
        """Whether everything could be read and judged."""
        return not any(problem.level == "error" for problem in self.problems)

    def failing(self, fail_on: Severity = Severity.LOW) -> list[Finding]:
        """The findings of that severity and above; without those of policies that only advise."""
        advice = {name for name, policy in self.policies.items() if policy.only_advises}
        return [one for one in self.findings if one.severity.rank >= fail_on.rank and one.policy not in advice]

    def exit_code(self, fail_on: Severity | None = None) -> int:
        """0 nothing at or above the threshold, 1 findings, 3 the scan is incomplete (3 outranks 1)."""
        if not self.complete:
            return 3
        return 1 if self.failing(fail_on or self.fail_on) else 0

    def to_sarif(
        self,
        *,
        profile: SarifProfile = "full",
        include_passed: bool = False,
        fail_on: Severity | None = None,
        automation_id: str = "",
        automation_properties: Mapping[str, str] = MappingProxyType({}),
        fallback_file: str = "",
        tool_version: str = "",
    ) -> dict[str, Any]:
        """The result as a SARIF 2.1.0 log for a reader, `profile`; see `erpguard.reporters.ReportOptions`."""
        # The one upward import, here so that SARIF stays out of every start.
        from erpguard.reporters import ReportOptions
        from erpguard.reporters.sarif import log

        options = ReportOptions(
            sarif_profile=profile,
            include_passed=include_passed,
            fail_on=fail_on or self.fail_on,
            automation_id=automation_id,
            automation_properties=automation_properties,
            fallback_file=fallback_file,
            tool_version=tool_version,
        )
        return log(self, options)

    def to_json(self) -> dict[str, Any]:
        """The result as plain JSON values, of the shape of `schemas/finding.schema.json`."""
        from erpguard.reporters.json_report import report

        return report(self, fail_on=self.fail_on)
