"""Verdicts -> findings: messages, places, fingerprints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from erpguard.engines import Violation
from erpguard.estate import Estate
from erpguard.fingerprints import fingerprint
from erpguard.judge import Verdict
from erpguard.model import Finding, Outcome, Path, Place, Policy, Related, Resource, Severity

_FIELD = re.compile(r"\{(\w+)\}")


def findings(verdicts: Iterable[Verdict], estate: Estate) -> tuple[list[Finding], list[Finding]]:
    """(failures, undetermined), each sorted by place, then policy; one finding per policy and place."""
    failed: dict[tuple[Any, ...], Finding] = {}
    undetermined: dict[tuple[Any, ...], Finding] = {}
    for verdict in verdicts:
        for violation in verdict.violations:
            _add(failed, _finding(verdict, violation, Outcome.FAIL, estate))
        for finding in _undetermined(verdict, estate):
            _add(undetermined, finding)
    return _sorted(failed), _sorted(undetermined)


def _add(found: dict[tuple[Any, ...], Finding], finding: Finding) -> None:
    """Keep one finding per policy and place; what relates to a second one is added to the first."""
    key = (finding.policy, finding.fingerprint, finding.place)
    first = found.get(key)
    if first is None:
        found[key] = finding
        return
    from dataclasses import replace

    more = tuple(related for related in finding.related if related not in first.related)
    found[key] = replace(first, related=first.related + more)


def _sorted(found: Mapping[tuple[Any, ...], Finding]) -> list[Finding]:
    return sorted(found.values(), key=lambda one: (one.place, one.policy, one.fingerprint))


def _undetermined(verdict: Verdict, estate: Estate) -> Iterator[Finding]:
    reason = "not known: " + ", ".join(verdict.unknown)
    for violation in verdict.undetermined:
        yield _finding(verdict, violation, Outcome.UNDETERMINED, estate, reason)
    if verdict.outcome is Outcome.UNDETERMINED and not verdict.undetermined:
        violation = {"path": list(verdict.unknown_path), "values": {}}
        yield _finding(verdict, violation, Outcome.UNDETERMINED, estate, reason)


def _finding(verdict: Verdict, violation: Violation, outcome: Outcome, estate: Estate, reason: str = "") -> Finding:
    policy, judged = verdict.policy, verdict.resource
    at = violation.get("at")
    owner = estate.by_key[at["resource"]] if at else judged
    path: Path = tuple((at or violation)["path"])
    place = _place(owner, path, at.get("line") if at else None)
    key = str(violation.get("key", at.get("line", "") if at else ""))
    values = violation["values"]
    message = _message(policy.message if "resource" in violation else policy.title, judged, values)
    related = tuple(_related(violation, estate))
    if owner is not judged:
        related = (Related(_place(judged, ("metadata", "name")), f"{judged.kind} {judged.name}"), *related)
    return Finding(
        policy=policy.id,
        outcome=outcome,
        severity=_severity(policy, violation),
        message=f"{message} ({reason})" if reason else message,
        resource_type=judged.type,
        resource_id=judged.id,
        resource_name=judged.name,
        namespace=judged.namespace,
        environment=judged.environment,
        path=path,
        place=place,
        fingerprint=fingerprint(policy.id, owner, path, key),
        related=related,
        values=values,
    )


def _severity(policy: Policy, violation: Violation) -> Severity:
    severity = Severity(violation.get("severity", policy.severity))
    return severity if severity in policy.severities else policy.severity


def _place(resource: Resource, path: Path, line: int | None = None) -> Place:
    origin = resource.origin
    return origin.place(path) if line is None else origin.place_of_line(path, line)


def _related(violation: Violation, estate: Estate) -> Iterator[Related]:
    for related in violation.get("related", ()):
        resource = estate.by_key.get(related["resource"])
        if resource is not None:
            yield Related(_place(resource, tuple(related["path"])), related["message"])


def _message(template: str, resource: Resource, values: Mapping[str, Any]) -> str:
    known = {"kind": resource.kind, "name": resource.name, "namespace": resource.namespace, **values}
    return _FIELD.sub(lambda match: _shown(known.get(match[1], match[0])), template)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))[:200]
    return str(value)[:200]
