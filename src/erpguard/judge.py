"""Policies against the estate: what the engine is given, shard by shard, and what it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.engines import PolicyEngine, Violation
from erpguard.errors import EngineError
from erpguard.model import Counts, Outcome, Path, Policy, Problem, Resource
from erpguard.reads import ATTRIBUTES, body_paths, project, projection
from erpguard.verdicts import Rule, Verdict

SHARD = 500
"""Resources judged in one go: short enough to answer Ctrl-C, long enough to cost nothing."""


class Judge:
    """Judges all resources of an estate by all policies, once: what is no longer needed of the views is dropped.

    settings   as `erpguard.packs.resolve_settings` makes them
    progress   told the stage, how many resources are done, and of how many
    counts     by policy id: the outcomes so far
    problems   what could not be judged so far
    """

    def __init__(
        self,
        analyses: Analyses,
        policies: Sequence[Policy],
        engine: PolicyEngine,
        settings: Mapping[str, Any],
        shard: int = SHARD,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self.counts = {policy.id: Counts() for policy in policies}
        self.problems: list[Problem] = []
        self._reads = {policy.id: policy.views for policy in policies}
        self._resources = analyses.estate.resources
        self._views = self._made(analyses, sorted({name for policy in policies for name in policy.views}))
        judged = [policy for policy in policies if self._views.keys() >= set(policy.views)]
        self._rules = [Rule(policy, analyses, self._views, _own(settings, policy)) for policy in judged]
        self._bodies = _projections(policies)
        self._engine = engine
        self._settings = settings
        self._shard = shard
        self._progress = progress

    def _made(self, analyses: Analyses, names: Iterable[str]) -> dict[str, View]:
        """The views by name. One that cannot be made costs the policies that read it, never the scan."""
        views = {}
        for name in names:
            try:
                views[name] = analyses.view(name)
            except Exception as error:  # a defect of ours, told as one: exit code 3, and the other policies still count
                readers = ", ".join(sorted(policy for policy in self.counts if name in self._reads[policy]))
                text = (
                    f"the analysis {name} failed ({type(error).__name__}: {error}): not judged by {readers}; report it"
                )
                self.problems.append(Problem("analysis-failed", text, stage="policy"))
        analyses.forget()
        return views

    def verdicts(self) -> Iterator[Verdict]:
        """Every verdict that says more than pass or not applicable, shard by shard, within one by resource."""
        for start in range(0, len(self._resources), self._shard):
            if self._progress:
                self._progress("judging", start, len(self._resources))
            part = self._resources[start : start + self._shard]
            yield from self._judge_shard(part)
            for view in self._views.values():
                for resource in part:
                    view.drop(resource.key)

    def _judge_shard(self, part: Sequence[Resource]) -> list[Verdict]:
        by_type: dict[str, list[Resource]] = defaultdict(list)
        for resource in part:
            by_type[resource.type].append(resource)
        document = self._document(part)
        found: list[Verdict] = []
        for rule in self._rules:
            subjects = rule.subjects(by_type)
            if subjects:
                found += self._judge_rule(rule, subjects, document)
        return sorted(found, key=lambda verdict: verdict.resource.key)

    def _judge_rule(self, rule: Rule, subjects: list[Resource], document: Mapping[str, Any]) -> Iterator[Verdict]:
        try:
            violations = self._engine.evaluate(rule.policy, document)
        except EngineError as error:
            if len(subjects) == 1:
                self.problems.append(_failed(error, subjects[0]))
                return
            # Once more resource by resource, so that one bad input costs one verdict.
            for subject in subjects:
                yield from self._judge_rule(rule, [subject], self._document([subject]))
            return
        by_resource: dict[str, list[Violation]] = defaultdict(list)
        for violation in violations:
            by_resource[violation["resource"]].append(violation)
        counts = self.counts[rule.policy.id]
        for resource in subjects:
            verdict = rule.verdict(resource, by_resource.get(resource.key, []))
            counts.add(verdict.outcome)
            if verdict.outcome in (Outcome.FAIL, Outcome.UNDETERMINED):
                yield verdict

    def _document(self, part: Iterable[Resource]) -> dict[str, Any]:
        """The input of the policies for some of the resources."""
        by_type: dict[str, dict[str, Any]] = {}
        keys = []
        for resource in part:
            keys.append(resource.key)
            if resource.type in self._bodies:
                entry = _entry(resource, self._bodies[resource.type])
                by_type.setdefault(resource.type, {})[resource.key] = entry
        return {
            "resources": by_type,
            "views": {name: dict(_rows(view, keys)) for name, view in self._views.items()},
            "settings": self._settings,
        }


def _own(settings: Mapping[str, Any], policy: Policy) -> Mapping[str, Any]:
    """The settings of one policy, by environment; see `erpguard.packs.resolve_settings`."""
    own: Mapping[str, Any] = settings.get(policy.pack, {}).get(policy.package.rpartition(".")[2], {})
    return own


def _failed(error: EngineError, subject: Resource) -> Problem:
    text = f"{error}: {subject.kind} {subject.name} was not judged by it"
    return Problem("policy-failed", text, subject.origin.place(subject.name_path), "policy")


def _projections(policies: Iterable[Policy]) -> dict[str, dict[str, Any]]:
    """Type -> the part of its bodies that the policies read. Types read through views alone are left out."""
    paths: dict[str, list[Path]] = {}
    for policy in policies:
        read = body_paths(policy.reads)
        if read or ATTRIBUTES.intersection(policy.reads) or not policy.views:
            for type_ in policy.resource_types:
                paths.setdefault(type_, []).extend(read)
    return {type_: projection(read) or {"": {}} for type_, read in paths.items()}


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
