"""Policies against the estate: shards, evaluation, and the three values.

A policy is *undetermined* about a resource when something that it reads there is unknown or invalid and no violation
stands on known ground alone, or when a violation rests on the absence of something whose type is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.engines import PolicyEngine, Violation
from erpguard.errors import EngineError
from erpguard.model import Counts, Outcome, Path, Policy, Problem, Resource
from erpguard.reads import ATTRIBUTES, bind, body_paths, project, projection, touches, view_fields

SHARD = 1_000
"""Resources judged in one go: short enough to answer Ctrl-C, long enough to cost nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one policy says about one resource. `unknown` says, for an undetermined one, what is not known."""

    policy: Policy
    resource: Resource
    outcome: Outcome
    violations: tuple[Violation, ...] = ()
    undetermined: tuple[Violation, ...] = ()
    unknown: tuple[str, ...] = ()
    unknown_path: Path = ()


@dataclass(slots=True)
class Judgement:
    """Every verdict that is not a pass, the counts of all, and what could not be judged."""

    verdicts: list[Verdict] = field(default_factory=list)
    counts: dict[str, Counts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def judge(
    analyses: Analyses,
    policies: Sequence[Policy],
    engine: PolicyEngine,
    settings: Mapping[str, Any],
    shard: int = SHARD,
    progress: Callable[[str, int, int], None] | None = None,
) -> Judgement:
    """Judge all resources by all policies; settings as `erpguard.packs.resolve_settings` makes them."""
    views = {name: analyses.view(name) for name in sorted({view for policy in policies for view in policy.views})}
    rules = [Rule(policy, analyses, views) for policy in policies]
    bodies = _projections(policies)
    result = Judgement(counts={policy.id: Counts() for policy in policies})
    resources = analyses.estate.resources
    for start in range(0, len(resources), shard):
        part = resources[start : start + shard]
        if progress:
            progress("judging", start, len(resources))
        document = _document(part, bodies, views, settings)
        for rule in rules:
            subjects = [resource for resource in part if rule.covers(resource)]
            if subjects:
                _judge_rule(rule, subjects, document, engine, result)
    return result


def _judge_rule(
    rule: Rule, subjects: list[Resource], document: Mapping[str, Any], engine: PolicyEngine, result: Judgement
) -> None:
    counts = result.counts[rule.policy.id]
    try:
        violations = engine.evaluate(rule.policy, document)
    except EngineError as error:
        if len(subjects) == 1:
            result.problems.append(_failed(error, subjects[0]))
        else:
            _judge_singly(rule, subjects, document, engine, result)
        return
    by_resource: dict[str, list[Violation]] = defaultdict(list)
    for violation in violations:
        by_resource[violation["resource"]].append(violation)
    for resource in subjects:
        verdict = rule.verdict(resource, by_resource.get(resource.key, []))
        counts.add(verdict.outcome)
        if verdict.violations or verdict.undetermined or verdict.outcome is Outcome.UNDETERMINED:
            result.verdicts.append(verdict)


def _judge_singly(
    rule: Rule, subjects: list[Resource], document: Mapping[str, Any], engine: PolicyEngine, result: Judgement
) -> None:
    """After an error: once more resource by resource, so that one bad input costs one verdict."""
    for subject in subjects:
        keys = {subject.key}
        alone = {
            "resources": {
                type_: {key: entry for key, entry in entries.items() if key in keys}
                for type_, entries in document["resources"].items()
            },
            "views": {
                name: {key: row for key, row in rows.items() if row["resource"] in keys}
                for name, rows in document["views"].items()
            },
            "settings": document["settings"],
        }
        _judge_rule(rule, [subject], alone, engine, result)


def _failed(error: EngineError, subject: Resource) -> Problem:
    text = f"{error}: {subject.kind} {subject.name} was not judged by it"
    return Problem("policy-failed", text, subject.origin.place(("metadata", "name")), "policy")


class Rule:
    """A policy with what is needed to turn its violations into verdicts."""

    def __init__(self, policy: Policy, analyses: Analyses, views: Mapping[str, View]) -> None:
        self.policy = policy
        self._paths = body_paths(policy.reads)
        self._fields = view_fields(policy.reads)
        self._views = {name: views[name] for name in policy.views}
        self._types = frozenset(policy.resource_types)
        self._open = tuple(type_ for type_ in policy.absence_of if analyses.estate.is_open(type_))
        self._estate = analyses.estate

    def covers(self, resource: Resource) -> bool:
        """Whether the policy has anything to say about the resource: its type, and a row in one of its views."""
        if resource.type not in self._types:
            return False
        return not self._views or any(resource.key in view.by_resource for view in self._views.values())

    def verdict(self, resource: Resource, violations: list[Violation]) -> Verdict:
        """The three-valued outcome for one resource."""
        applies = self._applies(resource)
        if applies is False:
            return Verdict(self.policy, resource, Outcome.NOT_APPLICABLE)
        unknown = self._unknown(resource)
        certain: list[Violation] = []
        uncertain: list[Violation] = []
        for violation in violations:
            doubtful = applies is None or self._is_doubtful(violation, unknown)
            (uncertain if doubtful else certain).append(violation)
        reasons = tuple(sorted({doubt.name for doubt in unknown} | {f"all {type_} objects" for type_ in self._open}))
        if certain:
            return Verdict(self.policy, resource, Outcome.FAIL, tuple(certain), tuple(uncertain), reasons)
        if unknown or uncertain:
            at = min((doubt.path for doubt in unknown), key=lambda path: tuple(map(str, path)), default=())
            return Verdict(self.policy, resource, Outcome.UNDETERMINED, (), tuple(uncertain), reasons, at)
        return Verdict(self.policy, resource, Outcome.PASS)

    def _applies(self, resource: Resource) -> bool | None:
        """Whether `judged` takes the resource in; None where that is not known."""
        if not self.policy.judged:
            return True
        answers = {
            self._row_applies(row, view.unknown.get(row["key"], frozenset()))
            for view in self._views.values()
            for row in (view.rows[key] for key in view.by_resource.get(resource.key, ()))
        }
        return True if True in answers else None if None in answers else False

    def _row_applies(self, row: Mapping[str, Any], unknown: frozenset[str]) -> bool | None:
        answers = {
            None if name in unknown else row.get(name) in accepted for name, accepted in self.policy.judged.items()
        }
        return False if False in answers else None if None in answers else True

    def _unknown(self, resource: Resource) -> list[Doubt]:
        """Everything that the policy reads of the resource and that is not known."""
        doubts = [
            Doubt(path, ".".join(map(str, path)))
            for path in (*resource.unknown, *resource.invalid)
            if any(touches(pattern, path) for pattern in self._paths)
        ]
        for name, view in self._views.items():
            if not view.unknown:
                continue
            for key in view.by_resource.get(resource.key, ()):
                hidden = view.unknown.get(key, frozenset()) & self._fields[name]
                if hidden and self._row_applies(view.rows[key], view.unknown[key]) is not False:
                    path = tuple(view.rows[key]["path"])
                    doubts += [Doubt(path, field.replace("_", " "), key) for field in sorted(hidden)]
        return doubts

    def _is_doubtful(self, violation: Violation, unknown: list[Doubt]) -> bool:
        """Whether a violation rests on something that is not known."""
        absent = violation.get("absent")
        if self._open if absent is None else any(self._estate.is_open(type_) for type_ in absent):
            return True
        return any(self._rests_on(violation, doubt) for doubt in unknown)

    def _rests_on(self, violation: Violation, doubt: Doubt) -> bool:
        if doubt.row:
            return violation.get("row") in (doubt.row, violation["resource"], None)
        if "evidence" in violation:
            return any(touches(tuple(path), doubt.path) for path in violation["evidence"])
        place = tuple(violation["path"])
        return any(touches(bind(pattern, place), doubt.path) for pattern in self._paths)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that is not known: its path in the resource, what to call it, and the row it is a field of."""

    path: Path
    name: str
    row: str = ""


def _projections(policies: Iterable[Policy]) -> dict[str, dict[str, Any]]:
    """Type -> the part of its bodies that the policies read. Types read through views alone are left out."""
    paths: dict[str, list[Path]] = {}
    for policy in policies:
        read = body_paths(policy.reads)
        if read or ATTRIBUTES.intersection(policy.reads) or not policy.views:
            for type_ in policy.resource_types:
                paths.setdefault(type_, []).extend(read)
    return {type_: projection(read) or {"": {}} for type_, read in paths.items()}


def _document(
    part: Iterable[Resource],
    bodies: Mapping[str, dict[str, Any]],
    views: Mapping[str, View],
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """The input of the policies for some of the resources."""
    by_type: dict[str, dict[str, Any]] = {}
    keys = []
    for resource in part:
        keys.append(resource.key)
        if resource.type in bodies:
            by_type.setdefault(resource.type, {})[resource.key] = _entry(resource, bodies[resource.type])
    return {
        "resources": by_type,
        "views": {name: dict(_rows(view, keys)) for name, view in views.items()},
        "settings": settings,
    }


def _rows(view: View, keys: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key in keys:
        for row in view.by_resource.get(key, ()):
            yield row, view.rows[row]


def _entry(resource: Resource, tree: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": resource.key,
        "resource": resource.key,
        "path": [],
        "name": resource.name,
        "namespace": resource.namespace,
        "kind": resource.kind,
        "environment": resource.environment,
        "labels": resource.labels,
        "annotations": resource.annotations,
        "body": project(resource.body, tree),
    }
