"""Findings about drift: what they say, and the places on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from erpguard.drift.rules import FAILS_LIVE, IN_NO_PLAN, RULES
from erpguard.findings import place_of
from erpguard.fingerprints import fingerprint
from erpguard.judgement import Judgement
from erpguard.model import Finding, Outcome, Path, Policy, Related, Resource
from erpguard.sides.comparison import Comparison
from erpguard.sides.twins import Twins

if TYPE_CHECKING:
    from erpguard.drift.comparing import Pair

_VERBS = {Outcome.FAIL: "fails", Outcome.UNDETERMINED: "perhaps fails"}
_NOTS = {Outcome.PASS: "not", Outcome.UNDETERMINED: "perhaps not"}


class Told(NamedTuple):
    """What a rule says about the existence of a resource. `doubt` says what is not known."""

    rule: str
    outcome: Outcome
    resource: Resource
    doubt: str = ""


class Teller:
    """Makes findings, each on the side where it has to be mended or looked at."""

    def __init__(self, comparison: Comparison, reference: Judgement, actual: Judgement, twins: Twins) -> None:
        self._comparison = comparison
        self._judgements = (reference, actual)
        self._where = (comparison.reference.where, comparison.actual.where)
        self._twins = twins
        self._made = [_by_verdict((*one.failed, *one.undetermined)) for one in self._judgements]

    def outcome(self, is_reference: bool, policy: Policy, resource: Resource, path: Path) -> Outcome:
        """What a policy says of a resource, or of a part of it."""
        side = 0 if is_reference else 1
        outcome = self._judgements[side].outcome(policy, resource)
        if outcome is Outcome.FAIL and path and not self._found(side, policy, resource, path, outcome):
            return Outcome.PASS  # it is another part that fails
        return outcome

    def verdicts(
        self, rule: str, outcome: Outcome, policy: Policy, pair: Pair, before: Outcome, after: Outcome
    ) -> None:
        """Tell of a pair whose verdicts differ, or may differ: where it fails, related to where it does not."""
        failing = 1 if rule == FAILS_LIVE or not self._comparison.actual.is_live else 0
        other = 1 - failing
        outcomes, resources, paths = (before, after), pair[:2], pair[2:]
        found = [self._found(side, policy, resources[side], paths[side], outcomes[side]) for side in (0, 1)]
        unsure = failing if outcomes[failing] is Outcome.UNDETERMINED else other
        words = found[failing if outcome is Outcome.FAIL else unsure]
        text = f"{policy.id} {_VERBS[outcomes[failing]]} {self._where[failing]}, "
        text += f"but {_NOTS[outcomes[other]]} {self._where[other]}: "
        resource, source = resources[failing], next(iter(found[failing]), None)
        made = self._finding(rule, outcome, resource, text + (words[0].message if words else policy.title))
        made = made._replace(
            severity=source.severity if source else policy.severity,
            fingerprint=fingerprint(rule, resource, (), policy.id),
            related=(
                self._related(other, resources[other], _elsewhere(source, resource, paths[failing], paths[other])),
            ),
            values={"policy": policy.id},
        )
        if source is not None:
            made = made._replace(path=source.path, place=source.place, key_line=source.key_line)
        self._add(failing, made)

    def exists(self, told: Told) -> None:
        """Tell of what exists on one side only, related to what it belongs to on the other."""
        if told.outcome not in (Outcome.FAIL, Outcome.UNDETERMINED):
            return
        there, elsewhere = (1, 0) if told.rule == IN_NO_PLAN else (0, 1)
        resource = told.resource
        no = "and not" if told.rule == IN_NO_PLAN else "and no longer"
        text = f"{resource.kind} {resource.name} exists {self._where[there]}, {no} {self._where[elsewhere]}"
        text += f" (not known: {told.doubt})" if told.doubt else ""
        holder = self._twins.holder(resource, among=elsewhere)
        related = () if holder is None else (self._related(elsewhere, holder, holder.name_path),)
        self._add(there, self._finding(told.rule, told.outcome, resource, text)._replace(related=related))

    def _finding(self, rule: str, outcome: Outcome, resource: Resource, message: str) -> Finding:
        place = place_of(resource, resource.name_path)
        return Finding(
            policy=rule,
            outcome=outcome,
            severity=RULES[rule].severity,
            message=message,
            resource_type=resource.type,
            resource_id=resource.id,
            resource_name=resource.name,
            namespace=resource.namespace,
            environment=resource.environment,
            path=resource.name_path,
            place=place,
            fingerprint=fingerprint(rule, resource, ()),
            resource_key=resource.key,
            key_line=place.line,
        )

    def _add(self, side: int, finding: Finding) -> None:
        judgement = self._judgements[side]
        (judgement.drifted if finding.outcome is Outcome.FAIL else judgement.doubtful).append(finding)

    def _related(self, side: int, resource: Resource, path: Path) -> Related:
        return Related(place_of(resource, path), f"{resource.kind} {resource.name} {self._where[side]}")

    def _found(self, side: int, policy: Policy, resource: Resource, path: Path, outcome: Outcome) -> list[Finding]:
        """The findings of a verdict about a resource, or a part of it, the worst first."""
        found = self._made[side].get((policy.id, resource.key, outcome), [])
        return [one for one in found if one.path[: len(path)] == path or one.place.object_id != resource.id]


def _by_verdict(findings: Iterable[Finding]) -> dict[tuple[str, str, Outcome], list[Finding]]:
    found: dict[tuple[str, str, Outcome], list[Finding]] = defaultdict(list)
    for one in findings:
        found[one.policy, one.resource_key, one.outcome].append(one)
    for same in found.values():
        same.sort(key=lambda one: (-one.severity.rank, one.place))
    return found


def _elsewhere(source: Finding | None, resource: Resource, part: Path, other: Path) -> Path:
    """The path on the other side: down to the first list, for the order of its items may differ there."""
    if source is None or source.place.object_id != resource.id:
        return other or resource.name_path
    path = list(source.path[len(part) :])
    while any(isinstance(step, int) for step in path):
        path.pop()
    return (*other, *path) or resource.name_path
