"""The results of a SARIF run: findings, undecided ones, suppressed ones, and on demand what passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from erpguard.model import Finding, Outcome, Policy, ScanResult, Suppression
from erpguard.reporters.escape import cut, replaced, sarif_message
from erpguard.reporters.sarif_locations import (
    Json,
    artifact,
    code_flows,
    location,
    locations,
    logical_location,
    place_location,
    region,
    related_locations,
)
from erpguard.reporters.sarif_rules import LEVELS, rule_id

FINGERPRINT = "erpguardResource/v1"
ESTATE = "estate"

SUPPRESSION_KINDS = {"ignored": "inSource", "waived": "external", "baseline": "external"}


def result(finding: Finding, indexes: Mapping[str, int], taxa: Sequence[Json] = ()) -> Json:
    """One finding; `indexes` says where the rule of a policy stands, `taxa` what it belongs to."""
    found = _head(finding.policy, indexes)
    is_open = finding.outcome is Outcome.UNDETERMINED
    found["kind"] = "open" if is_open else "fail"
    found["level"] = "none" if is_open else LEVELS[finding.severity]
    found["message"] = {"text": sarif_message(finding.message) or f"{found['ruleId']} found something."}
    parts = {
        "locations": locations(finding),
        "relatedLocations": related_locations(finding.related),
        "codeFlows": code_flows(finding.flow),
        "partialFingerprints": {FINGERPRINT: replaced(finding.fingerprint)} if finding.fingerprint else {},
        "taxa": list(taxa),
        "fixes": fixes(finding),
        "suppressions": [suppression(finding.suppression)] if finding.suppression else [],
        "properties": _properties(finding),
    }
    found.update((name, part) for name, part in parts.items() if part)
    return found


def fixes(finding: Finding) -> list[Json]:
    """What to write in the region of the place instead, where that is known to the column."""
    place = finding.place
    if not (finding.fix and finding.fix.isprintable() and place.file and place.line and place.column):
        return []
    deleted = region(place)
    if "endColumn" not in deleted:
        return []
    replacement = {"deletedRegion": deleted, "insertedContent": {"text": finding.fix}}
    change = {"artifactLocation": artifact(place.file), "replacements": [replacement]}
    return [{"description": {"text": sarif_message(f"Write {finding.fix}")}, "artifactChanges": [change]}]


def suppression(given: Suppression) -> Json:
    """Why a finding does not count."""
    found: Json = {"kind": SUPPRESSION_KINDS[given.kind], "status": "accepted"}
    if given.reason:
        found["justification"] = sarif_message(given.reason)
    where = place_location(given.place)
    if where:
        found["location"] = where
    return found | {"properties": {"mechanism": given.kind}}


def passes(outcome: ScanResult, indexes: Mapping[str, int]) -> list[Json]:
    """For each policy, how many resources passed or were none of its business; these results are about the whole."""
    found = []
    estate = [location({}, logical_location(ESTATE, ""))]
    for name in sorted(outcome.counts):
        counts = outcome.counts[name]
        for kind, number, words in (
            ("pass", counts.passed, "passed"),
            ("notApplicable", counts.not_applicable, "did not concern this policy"),
        ):
            if number:
                text = f"{number} {'resource' if number == 1 else 'resources'} {words}."
                told = {"kind": kind, "level": "none", "message": {"text": text}, "locations": estate}
                found.append(_head(name, indexes) | told)
    return found


def rule_indexes(policies: Mapping[str, Policy]) -> dict[str, int]:
    """Policy id -> index of its rule."""
    return {name: index for index, name in enumerate(sorted(policies))}


def _head(policy: str, indexes: Mapping[str, int]) -> Json:
    found: Json = {"ruleId": rule_id(policy)}
    if policy in indexes:
        found["ruleIndex"] = indexes[policy]
    return found


def _properties(finding: Finding) -> dict[str, str]:
    values = {
        "severity": finding.severity.value,
        "resourceType": finding.resource_type,
        "namespace": finding.namespace,
        "environment": finding.environment,
    }
    return {name: cut(replaced(value)) for name, value in values.items() if value}
