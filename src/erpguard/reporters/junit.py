"""The result as JUnit XML, which CI systems show as tests: https://github.com/testmoapp/junitxml tells the common form.

A suite is a policy, and a case one finding of it, in its file; a policy without findings is one case that passes. What
does not fail the scan (findings below the threshold, undetermined and suppressed ones) is skipped, and a problem that
makes the scan incomplete is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from erpguard.model import Counts, Finding, Outcome, Place, Problem, ScanResult
from erpguard.reporters import ReportOptions
from erpguard.reporters.escape import MESSAGE_LIMIT, cut, plain

_KINDS = (("failure", "failures"), ("error", "errors"), ("skipped", "skipped"))


class Case(NamedTuple):
    """One case: `kind` is empty where it passes, `lines` say why it does not, the first in short."""

    group: str
    name: str
    place: Place = Place()
    kind: str = ""
    lines: Sequence[str] = ()


def render(result: ScanResult, options: ReportOptions) -> str:
    """The report as XML, a suite for each selected policy and one for what went wrong."""
    return document(_suites(result, options))


def document(suites: Iterable[tuple[str, Iterable[Case]]]) -> str:
    """Suites, each with its name and cases, as XML."""
    root = Element("testsuites")
    for name, cases in suites:
        suite = SubElement(root, "testsuite", name=plain(name))
        for case in cases:
            _add(suite, case)
        suite.set("tests", str(len(suite)))
        for kind, attribute in _KINDS:
            suite.set(attribute, str(sum(case.find(kind) is not None for case in suite)))
    # References stand for all that is not ASCII: standard output may have another encoding.
    text = tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _add(suite: Element, case: Case) -> None:
    made = SubElement(suite, "testcase", classname=plain(case.group), name=plain(case.name))
    if case.place.file:
        made.set("file", plain(case.place.file))
    if case.place.line:
        made.set("line", str(case.place.line))
    if case.kind:
        told = SubElement(made, case.kind)
        if case.lines:
            told.set("message", plain(case.lines[0]))
            told.text = "\n".join(map(plain, case.lines))


def _suites(result: ScanResult, options: ReportOptions) -> Iterator[tuple[str, list[Case]]]:
    found = sorted((*result.findings, *result.undetermined, *result.suppressed), key=lambda one: one.policy)
    by_policy = {name: list(group) for name, group in groupby(found, lambda one: one.policy)}
    failing = {id(one) for one in result.failing(options.fail_on)}
    for name in sorted({*result.policies, *by_policy}):
        policy = result.policies.get(name)
        remedy = policy.remediation if policy else ""
        cases = [_case(one, id(one) in failing, remedy) for one in by_policy.get(name, ())]
        yield f"{name} {policy.name}" if policy else name, cases or [_nothing_found(name, result)]
    errors = [problem for problem in result.problems if problem.level == "error"]
    if errors:
        yield "problems", [_problem(one) for one in errors]


def _case(finding: Finding, is_failing: bool, remedy: str) -> Case:
    group, text = finding.place.file or finding.resource_id, cut(finding.message, MESSAGE_LIMIT)
    if is_failing:
        lines = (f"{finding.severity}: {text}", f"at {finding.place}", remedy)
        return Case(group, text, finding.place, "failure", [line for line in lines if line])
    reason = f"{finding.severity}: below the threshold"
    if finding.suppression:
        reason = f"{finding.suppression.kind}: {cut(finding.suppression.reason, MESSAGE_LIMIT)}"
    elif finding.outcome is Outcome.UNDETERMINED:
        reason = "undetermined"
    return Case(group, text, finding.place, "skipped", [reason])


def _nothing_found(policy: str, result: ScanResult) -> Case:
    """A policy that had nothing to judge did not pass."""
    kind = "" if result.counts.get(policy, Counts()).passed else "skipped"
    return Case(policy, "nothing to object to", kind=kind, lines=["there is nothing to judge"])


def _problem(problem: Problem) -> Case:
    text = cut(problem.message, MESSAGE_LIMIT)
    return Case(problem.place.file, f"{problem.code}: {text}", problem.place, "error", [text])
