"""What the policies say about each side: findings, and the outcomes that they were made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext

from erpguard import packs as packs_
from erpguard.analysis import Analyses
from erpguard.engines import PolicyEngine
from erpguard.engines.choice import engine
from erpguard.estate import Estate
from erpguard.findings import findings
from erpguard.judge import Judge
from erpguard.model import Finding, Outcome, Policy, Problem, Resource
from erpguard.request import Progress, Request
from erpguard.sides import Side


class Judgement:
    """A side, judged.

    failed, undetermined  the findings, in their order
    counts                by policy id: how many resources had which outcome
    problems              what could not be judged, and which references may mean several objects
    drifted, doubtful     what a comparison found, and what it could not decide, that stands on this side
    """

    __slots__ = (
        "_outcomes",
        "_unmade",
        "counts",
        "doubtful",
        "drifted",
        "estate",
        "failed",
        "problems",
        "side",
        "undetermined",
    )

    def __init__(self, side: Side, estate: Estate, judge: Judge) -> None:
        self.side = side
        self.estate = estate
        self.failed, self.undetermined = findings(judge.verdicts(), estate)
        self.counts = judge.counts
        self.problems = [*_ambiguous(side, estate), *judge.problems]
        self.drifted: list[Finding] = []
        self.doubtful: list[Finding] = []
        self._outcomes = judge.outcomes
        self._unmade = judge.unmade

    def outcome(self, policy: Policy, resource: Resource) -> Outcome:
        """What a policy says of one of the side's own resources; `PASS` also for what does not concern it."""
        if policy.id in self._unmade and resource.type in policy.resource_types:
            return Outcome.UNDETERMINED
        return self._outcomes.get((policy.id, resource.key), Outcome.PASS)


def judgements(
    request: Request,
    sides: Sequence[Side],
    library: packs_.Library,
    progress: Progress | None,
    opened: PolicyEngine | None = None,
) -> list[Judgement]:
    """Each side, judged by the policies whose types occur there; `opened` is an engine that knows them already."""
    policies = request.judging.values()
    types = [frozenset(resource.type for resource in side.resources) for side in sides]
    wanted = [[one for one in policies if not there.isdisjoint(one.resource_types)] for there in types]
    every = {policy.id: policy for some in wanted for policy in some}
    problems: list[Problem] = []
    found = []
    asked = engine(request.opa, library.parts, list(every.values()), problems, request.limits)
    with nullcontext(opened) if opened else asked as made:
        for side, some in zip(sides, wanted, strict=True):
            estate = side.estate(request.is_partial)
            environments = {resource.environment for resource in estate}
            parameters = packs_.resolve_settings(some, environments, request.settings.parameters)
            analyses = Analyses(estate, request.settings.estate, request.as_of)
            judge = Judge(analyses, some, made, parameters, progress=progress, judged=side.resources)
            found.append(Judgement(side, estate, judge))
    found[0].problems += problems
    return found


def _ambiguous(side: Side, estate: Estate) -> Iterator[Problem]:
    own = set(map(id, side.resources))
    for duplicate in estate.duplicates():
        first = duplicate.resources[0]
        if duplicate.id.endswith("*") or id(first) not in own:
            continue  # `generateName`: the API server gives each a name of its own
        files = sorted(set(map(_input_of, duplicate.resources)))
        shown = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
        count = len(duplicate.resources)
        text = f"{first.kind} {first.name}: {count} objects have this id ({shown}): references take the nearest"
        yield Problem("ambiguous-id", text, first.origin.place(first.name_path), level="warning")


def _input_of(resource: Resource) -> str:
    """Where an object comes from, as people call it."""
    nameless = "memory" if resource.source == "memory" else "standard input"
    return resource.origin.file or resource.input or nameless
