"""Verdicts -> findings: messages, places, fingerprints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from erpguard.engines import Violation
from erpguard.estate import Estate
from erpguard.fingerprints import Memo, fingerprint
from erpguard.model import Finding, Outcome, Path, Place, Policy, Related, Resource, Severity, pointer
from erpguard.verdicts import Verdict

_MOST_LABELS = 1000
_FIELD = re.compile(r"\{(\w+)\}")
_ENTRY = r"""(?P<head>(?P<quote>["']?)(?P<key>[\w.-]+)(?P=quote)[ \t]*:[ \t]*)(?P<value>[^\s&!*|>].*)"""


def findings(verdicts: Iterable[Verdict], estate: Estate) -> tuple[list[Finding], list[Finding]]:
    """(failures, undetermined), each sorted by place, then policy; one finding per policy and place.

    Verdicts that come resource by resource have each document located once.
    """
    failed: dict[tuple[Any, ...], Finding] = {}
    undetermined: dict[tuple[Any, ...], Finding] = {}
    maker = _Maker(estate)
    for verdict in verdicts:
        for violation in verdict.violations:
            _add(failed, maker.finding(verdict, violation, Outcome.FAIL))
        for finding in maker.undetermined(verdict):
            _add(undetermined, finding)
    return _sorted(failed), _sorted(undetermined)


def _add(found: dict[tuple[Any, ...], Finding], finding: Finding) -> None:
    """Keep one finding per policy and place, the worst; what relates to another one is added to it.

    Where it is about several objects, no single one is the judged one: an ignore on one does not speak for the others.
    """
    key = (finding.policy, finding.fingerprint, finding.place)
    kept = found.get(key)
    if kept is None:
        found[key] = finding
        return
    if finding.severity.rank > kept.severity.rank:
        kept, finding = finding, kept
    more = tuple(related for related in finding.related if related not in kept.related)
    judged = kept.resource_key if kept.resource_key == finding.resource_key else ""
    found[key] = kept._replace(related=kept.related + more, resource_key=judged)


def _sorted(found: Mapping[tuple[Any, ...], Finding]) -> list[Finding]:
    return sorted(found.values(), key=lambda one: (one.place, one.policy, one.fingerprint))


class _Maker:
    """Makes findings, and remembers how the items of lists are called."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._labels: Memo = {}

    def undetermined(self, verdict: Verdict) -> Iterator[Finding]:
        reason = "not known: " + ", ".join(verdict.unknown)
        for violation in verdict.undetermined:
            yield self.finding(verdict, violation, Outcome.UNDETERMINED, reason)
        if verdict.outcome is Outcome.UNDETERMINED and not verdict.undetermined:
            nothing: Violation = {"path": list(verdict.unknown_path), "values": {}}
            yield self.finding(verdict, nothing, Outcome.UNDETERMINED, reason)

    def finding(self, verdict: Verdict, violation: Violation, outcome: Outcome, reason: str = "") -> Finding:
        policy, judged = verdict.policy, verdict.resource
        at = violation.get("at", {})
        owner = self._estate.by_key[at["resource"]] if at else judged
        path: Path = tuple((at or violation)["path"])
        key = str(violation.get("key", at.get("line", "")))
        if len(self._labels) > _MOST_LABELS:
            self._labels.clear()
        values = violation["values"]
        place = place_of(owner, path, at.get("line"))
        message = _message(policy.message if "resource" in violation else policy.title, judged, values)
        related = tuple(self._related(violation.get("related", ())))
        if owner is not judged:
            related = (Related(place_of(judged, judged.name_path), f"{judged.kind} {judged.name}"), *related)
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
            fingerprint=fingerprint(policy.id, owner, path, key, memo=self._labels),
            related=related,
            flow=tuple(self._related(violation.get("flow", ()))),
            values=values,
            resource_key=judged.key,
            key_line=place.line if at.get("line") is None else owner.origin.place(path).line,
            fix=_fix(policy, owner, path) if outcome is Outcome.FAIL and at.get("line") is None else "",
        )

    def _related(self, places: Iterable[Mapping[str, Any]]) -> Iterator[Related]:
        for related in places:
            resource = self._estate.by_key.get(related["resource"])
            if resource is not None:
                yield Related(place_of(resource, tuple(related["path"])), related["message"])


def _severity(policy: Policy, violation: Violation) -> Severity:
    chosen = violation.get("severity")
    return next((severity for severity in policy.severities if severity == chosen), policy.severity)


def place_of(resource: Resource, path: Path, line: int | None = None) -> Place:
    """Where a node of a resource stands, or a line of the text there; with the resource and the node by name."""
    origin = resource.origin
    place = origin.place(path) if line is None else origin.place_of_line(path, line)
    return place._replace(object_id=resource.id, pointer=pointer(path))


def _fix(policy: Policy, resource: Resource, path: Path) -> str:
    """The entry at a path with the value that the policy asks for; empty where that is not a change of one line.

    The key stays as it is written, so that JSON and flow style stay what they are; a JSON scalar is YAML in all styles.
    """
    if not path or path[-1] not in policy.fix:
        return ""
    entry = re.fullmatch(_ENTRY, resource.origin.text(path))
    value = json.dumps(policy.fix[str(path[-1])])
    return entry["head"] + value if entry and entry["key"] == path[-1] and entry["value"] != value else ""


def _message(template: str, resource: Resource, values: Mapping[str, Any]) -> str:
    known = {"kind": resource.kind, "name": resource.name, "namespace": resource.namespace, **values}
    return _FIELD.sub(lambda match: _shown(known.get(match[1], match[0])), template)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))[:200]
    return str(value)[:200]
