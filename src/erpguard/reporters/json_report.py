"""The JSON report: everything that a scan result holds, in a documented shape (`schemas/finding.schema.json`).

JSON is read by programs, so identifiers and file names are exact; the output is ASCII, and JSON's own escapes make them
harmless. Texts made for people are escaped like everywhere else, for they end up on terminals.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from erpguard.model import Counts, Finding, Place, Policy, Problem, Related, ScanResult, Severity, Suppression, pointer
from erpguard.reporters import ReportOptions
from erpguard.reporters.escape import MESSAGE_LIMIT, cut, plain

SCHEMA_VERSION = "1.0"

_LARGEST = 2**63

Json = dict[str, Any]


def render(result: ScanResult, options: ReportOptions) -> str:
    """The report as JSON text, indented, ending with a newline."""
    return json.dumps(report(result, fail_on=options.fail_on), indent=2) + "\n"


def report(result: ScanResult, *, fail_on: Severity = Severity.LOW) -> Json:
    """The result as plain JSON values."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "asOf": _exact(result.as_of),
        "complete": result.complete,
        "failOn": fail_on.value,
        "exitCode": result.exit_code(fail_on),
        "summary": _summary(result),
        "findings": [_finding(one) for one in result.findings],
        "undetermined": [_finding(one) for one in result.undetermined],
        "suppressed": [_finding(one) for one in result.suppressed],
        "problems": [_problem(one) for one in result.problems],
        "policies": [_policy(result.policies[name], result.counts.get(name)) for name in sorted(result.policies)],
        "resources": _numbers(result.resources),
        "notJudged": _numbers(result.not_judged),
        "switchedOff": [_human(one) for one in result.overridden],
    }


def _summary(result: ScanResult) -> Json:
    by_severity = {severity.value: 0 for severity in Severity}
    for finding in result.findings:
        by_severity[finding.severity.value] += 1
    return {
        **by_severity,
        "findings": len(result.findings),
        "undetermined": len(result.undetermined),
        "suppressed": len(result.suppressed),
        "problems": len(result.problems),
        "resources": sum(result.resources.values()),
    }


def _finding(finding: Finding) -> Json:
    return {
        "policy": _exact(finding.policy),
        "outcome": finding.outcome.value,
        "severity": finding.severity.value,
        "message": _human(finding.message),
        "resource": {
            "type": _exact(finding.resource_type),
            "id": _exact(finding.resource_id),
            "name": _exact(finding.resource_name),
            "namespace": _exact(finding.namespace),
            "environment": _exact(finding.environment),
        },
        "path": [step if isinstance(step, int) else _exact(step) for step in finding.path],
        "pointer": _exact(pointer(finding.path)),
        "place": _place(finding.place),
        "fingerprint": _exact(finding.fingerprint),
        "related": _related(finding.related),
        "flow": _related(finding.flow),
        "values": _value(finding.values),
        "fix": _exact(finding.fix) or None,
        "suppression": _suppression(finding.suppression),
    }


def _place(place: Place) -> Json | None:
    """What is known of a place; null if nothing is."""
    known = {
        "file": _exact(place.file),
        "line": place.line,
        "column": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "objectId": _exact(place.object_id),
        "pointer": _exact(place.pointer),
    }
    return {name: value for name, value in known.items() if value} or None


def _related(related: Sequence[Related]) -> list[Json]:
    return [{"message": _human(one.message), "place": _place(one.place)} for one in related]


def _suppression(given: Suppression | None) -> Json | None:
    if given is None:
        return None
    return {"kind": given.kind, "reason": _human(given.reason), "place": _place(given.place)}


def _problem(problem: Problem) -> Json:
    return {
        "code": _exact(problem.code),
        "level": problem.level,
        "stage": problem.stage,
        "message": _human(problem.message),
        "place": _place(problem.place),
    }


def _policy(policy: Policy, counts: Counts | None) -> Json:
    counts = counts or Counts()
    numbers = {
        "failed": counts.failed,
        "undetermined": counts.undetermined,
        "passed": counts.passed,
        "notApplicable": counts.not_applicable,
    }
    return {
        "id": _exact(policy.id),
        "name": _exact(policy.name),
        "pack": _exact(policy.pack),
        "title": _human(policy.title),
        "severity": policy.severity.value,
        "onlyAdvises": policy.only_advises,
        "remediation": _human(policy.remediation),
        "references": [_exact(one.url) for one in policy.references],
        "counts": numbers,
    }


def _numbers(given: Mapping[str, int]) -> dict[str, int]:
    return {_exact(name): given[name] for name in sorted(given)}


def _value(value: Any) -> Any:
    """What a message was made from, as JSON that every parser takes: no endless numbers, no NaN, long texts cut."""
    if isinstance(value, str):
        return _exact(cut(value))
    if isinstance(value, Mapping):
        return {_exact(str(key)): _value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_value(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LARGEST else "a very large number"
    if isinstance(value, float) and isfinite(value):
        return value
    return _exact(cut(str(value)))


def _human(text: str) -> str:
    return cut(plain(text), MESSAGE_LIMIT)


def _exact(text: str) -> str:
    """The text itself; lone surrogates, which no UTF-8 can carry, become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
