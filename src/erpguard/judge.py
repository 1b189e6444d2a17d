"""Policies against the estate: what the engine is given, shard by shard, and what it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from erpguard.analysis import VIEWS, Analyses, View
from erpguard.engines import Answers, PolicyEngine, Violation
from erpguard.errors import DocumentTooLarge, EngineError, EngineUnavailable
from erpguard.model import Counts, Outcome, Path, Policy, Problem, Resource
from erpguard.reads import ATTRIBUTES, body_paths, project, projection
from erpguard.verdicts import Rule, Verdict
from erpguard.violations import checked

Concerned = list[tuple[Rule, list[Resource]]]
"""Rules, each with the resources that it judges."""

SHARD = 500
"""Resources judged in one go: short enough to answer Ctrl-C, long enough to cost nothing."""

MOST_FAILURES = 20
"""So many resources a policy may fail for; then it is no longer asked."""


class Judge:
    """Judges all resources of an estate by all policies, once: what is no longer needed of the views is dropped.

    settings   as `erpguard.packs.resolve_settings` makes them
    progress   told the stage, how many resources are done, and of how many
    judged     the resources of the estate that verdicts are about; all by default
    counts     by policy id: the outcomes so far
    problems   what could not be judged so far
    outcomes   (policy id, key of the resource) -> `FAIL`, or `UNDETERMINED` also where the policy failed, so far;
               others passed, or were not concerned
    unmade     the policies whose views could not be made
    """

    def __init__(
        self,
        analyses: Analyses,
        policies: Sequence[Policy],
        engine: PolicyEngine,
        settings: Mapping[str, Any],
        shard: int = SHARD,
        progress: Callable[[str, int, int], None] | None = None,
        judged: Sequence[Resource] | None = None,
    ) -> None:
        self.counts = {policy.id: Counts() for policy in policies}
        self.problems: list[Problem] = []
        self._reads = {policy.id: policy.views for policy in policies}
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        self._resources = analyses.estate.resources if judged is None else judged
        self._known = analyses.estate.by_key
        self._views = self._made(analyses, sorted({name for policy in policies for name in policy.views}))
        made = [policy for policy in policies if self._views.keys() >= set(policy.views)]
        self.unmade = {policy.id for policy in policies} - {policy.id for policy in made}
        self._rules = [Rule(policy, analyses, self._views, _own(settings, policy)) for policy in made]
        self._bodies = _projections(policies)
        self._engine = engine
        self._down: EngineUnavailable | None = None
        self._out: dict[str, EngineUnavailable] = {}
        self._failures: dict[str, int] = {}
        self._lost: dict[str, tuple[set[str], set[str]]] = {}
        self._settings = settings
        self._shard = shard
        self._progress = progress

    def _made(self, analyses: Analyses, names: Iterable[str]) -> dict[str, View]:
        """The views by name. One that cannot be made costs the policies that read it, never the scan."""
        views = {}
        for name in names:
            readers = ", ".join(sorted(policy for policy in self.counts if name in self._reads[policy]))
            if name not in VIEWS:
                text = f"{readers}: there is no view {name}, which `reads` names: docs/views.md lists them"
                self.problems.append(Problem("policy-failed", text, stage="policy"))
                continue
            try:
                views[name] = analyses.view(name)
            except Exception as error:  # a defect of ours, told as one: exit code 3, and the other policies still count
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
        self.problems += _out_of_service(self._lost)

    def _judge_shard(self, part: Sequence[Resource]) -> list[Verdict]:
        by_type: dict[str, list[Resource]] = defaultdict(list)
        for resource in part:
            by_type[resource.type].append(resource)
        concerned = [(rule, subjects) for rule in self._rules if (subjects := rule.subjects(by_type))]
        try:
            answers = self._answers(concerned, part)
        except DocumentTooLarge as error:
            if len(part) > 1:
                half = len(part) // 2
                return self._judge_shard(part[:half]) + self._judge_shard(part[half:])
            answers = {rule.policy.id: _too_large(rule.policy, error) for rule, _ in concerned}
        found = [verdict for one, subjects in concerned for verdict in self._judge_rule(one, subjects, answers)]
        return sorted(found, key=lambda verdict: verdict.resource.key)

    def _answers(self, concerned: Concerned, part: Sequence[Resource]) -> Answers:
        """What the engine says of the rules that concern these resources; of the ones that are out, why they are."""
        out = {rule.policy.id: self._down or self._out.get(rule.policy.id) for rule, _ in concerned}
        answers: Answers = {name: error for name, error in out.items() if error}
        asked = [rule.policy for rule, _ in concerned if rule.policy.id not in answers]
        if asked:
            try:
                answers |= checked(asked, self._engine.evaluate(asked, self._document(part)), self._known)
            except EngineUnavailable as error:
                self._down = error
                answers |= {policy.id: error for policy in asked}
        self._out |= {name: answer for name, answer in answers.items() if isinstance(answer, EngineUnavailable)}
        return answers

    def _judge_rule(self, rule: Rule, subjects: list[Resource], answers: Answers) -> Iterator[Verdict]:
        answer = answers[rule.policy.id]
        if not isinstance(answer, EngineError):
            yield from self._verdicts(rule, subjects, answer)
        elif isinstance(answer, EngineUnavailable):
            policies, keys = self._lost.setdefault(str(answer), (set(), set()))
            policies.add(rule.policy.id)
            keys.update(subject.key for subject in subjects)
            self.outcomes |= {(rule.policy.id, subject.key): Outcome.UNDETERMINED for subject in subjects}
        elif len(subjects) == 1:
            self._fail(rule.policy, subjects[0], answer)
        else:  # once more resource by resource, so that one bad input costs one verdict
            for subject in subjects:
                yield from self._judge_rule(rule, [subject], self._alone(rule, subject))

    def _fail(self, policy: Policy, subject: Resource, error: EngineError) -> None:
        """One verdict is lost. A policy that loses many has a defect, and is out: a problem each would hide others."""
        self.problems.append(_failed(error, subject))
        self.outcomes[policy.id, subject.key] = Outcome.UNDETERMINED
        self._failures[policy.id] = self._failures.get(policy.id, 0) + 1
        if self._failures[policy.id] == MOST_FAILURES:
            self._out[policy.id] = EngineUnavailable(f"{policy.id} failed for {MOST_FAILURES} resources, so it is out")

    def _alone(self, rule: Rule, subject: Resource) -> Answers:
        """What the engine says of one rule and one resource."""
        try:
            return self._answers([(rule, [subject])], [subject])
        except DocumentTooLarge as error:
            return {rule.policy.id: _too_large(rule.policy, error)}

    def _verdicts(self, rule: Rule, subjects: list[Resource], violations: Iterable[Violation]) -> Iterator[Verdict]:
        by_resource: dict[str, list[Violation]] = defaultdict(list)
        for violation in violations:
            by_resource[violation["resource"]].append(violation)
        counts = self.counts[rule.policy.id]
        for resource in subjects:
            verdict = rule.verdict(resource, by_resource.get(resource.key, []))
            counts.add(verdict.outcome)
            if verdict.outcome in (Outcome.FAIL, Outcome.UNDETERMINED):
                self.outcomes[rule.policy.id, resource.key] = verdict.outcome
                yield verdict

    def _document(self, part: Sequence[Resource]) -> dict[str, Any]:
        """The input of the policies for some of the resources."""
        by_type: dict[str, dict[str, Any]] = {}
        for resource in part:
            if resource.type in self._bodies:
                entry = _entry(resource, self._bodies[resource.type])
                by_type.setdefault(resource.type, {})[resource.key] = entry
        return {
            "resources": by_type,
            "views": {name: dict(_rows(view, part)) for name, view in self._views.items()},
            "settings": self._settings,
        }


def _own(settings: Mapping[str, Any], policy: Policy) -> Mapping[str, Any]:
    """The settings of one policy, by environment; see `erpguard.packs.resolve_settings`."""
    own: Mapping[str, Any] = settings.get(policy.pack, {}).get(policy.package.rpartition(".")[2], {})
    return own


def _too_large(policy: Policy, error: DocumentTooLarge) -> EngineError:
    return EngineError(f"{policy.id}: {error}")


def _failed(error: EngineError, subject: Resource) -> Problem:
    text = f"{error}: {subject.kind} {subject.name} was not judged by it"
    return Problem("policy-failed", text, subject.origin.place(subject.name_path), "policy")


def _out_of_service(lost: Mapping[str, tuple[set[str], set[str]]]) -> Iterator[Problem]:
    """One problem for each reason why policies were out, however many resources that cost."""
    for reason, (policies, keys) in lost.items():
        by = (
            "it"
            if len(policies) == 1 and reason.startswith(f"{next(iter(policies))}: ")
            else ", ".join(sorted(policies))
        )
        count = f"{len(keys)} resource{'s were' if len(keys) > 1 else ' was'}"
        yield Problem("policy-failed", f"{reason}: {count} not judged by {by}", stage="policy")


def _projections(policies: Iterable[Policy]) -> dict[str, dict[str, Any]]:
    """Type -> the part of its bodies that the policies read. Types read through views alone are left out."""
    paths: dict[str, list[Path]] = {}
    for policy in policies:
        read = body_paths(policy.reads)
        if read or ATTRIBUTES.intersection(policy.reads) or not policy.views:
            for type_ in policy.resource_types:
                paths.setdefault(type_, []).extend(read)
    return {type_: projection(read) or {"": {}} for type_, read in paths.items()}


def _rows(view: View, part: Iterable[Resource]) -> Iterator[tuple[str, dict[str, Any]]]:
    for resource in part:
        for row in view.of(resource):
            yield row.key, row.shown()


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
