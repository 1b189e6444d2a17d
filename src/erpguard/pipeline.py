"""The pipeline: sources -> sides -> estates -> views -> policies -> findings -> triage -> result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from erpguard import packs as packs_
from erpguard import triage
from erpguard.judgement import Judgement, judgements
from erpguard.model import Counts, Problem, ScanResult
from erpguard.model.result import UNKNOWN_TYPE
from erpguard.request import Progress, Request
from erpguard.sides import Side, arrange
from erpguard.sides.collecting import collect
from erpguard.sources.discovery import Discovered

if TYPE_CHECKING:
    from erpguard.conftest.packages import Packages
    from erpguard.drift.comparing import Drift
    from erpguard.engines import PolicyEngine
    from erpguard.sides.comparison import Comparison
    from erpguard.sources.inline_ignores import InlineIgnore

_NOTHING_READ = Problem(
    "no-resources",
    "no resource was read, so nothing was judged: look whether this is what should be scanned",
    level="warning",
)
"""What would look clean otherwise."""


def judge(
    request: Request,
    found: Discovered,
    resources: Iterable[Mapping[str, Any]],
    library: packs_.Library,
    progress: Progress | None,
    packages: Packages | None = None,
    opened: PolicyEngine | None = None,
) -> ScanResult:
    """The result for what was found, also by packages; `opened` is an engine that knows the policies already."""
    documents = _Documents(request, found, list(resources), packages, progress) if packages else None
    if documents:
        found, resources = documents.rest
    comparison, sides = collect(request, found, resources, progress)
    arrange(sides, comparison)
    drift = _drift(comparison, sides) if comparison else None
    judged = judgements(request, sides, library, progress, opened)
    if drift:
        drift.tell(judged, request.judging.values())
    result = ScanResult(
        policies=request.policies,
        counts={policy: Counts() for policy in request.policies},
        overridden=[] if request.trusted_config else request.settings.switched_off(),
        as_of=request.as_of,
        fail_on=request.settings.fail_on,
    )
    if documents:
        documents.join(judged[0], result)
    for one in judged:
        _add(result, one, library)
    if not (result.resources or result.problems or documents):
        result.problems.append(_NOTHING_READ)
    _finish(result, library, request.is_strict, knows_all=documents is not None)
    if len(judged) > 1 or documents:
        _in_order(result)
    return result


class _Documents:
    """The documents of a scan, judged by packages.

    rest  what is left for the sources: the files that they can read, and the objects
    """

    def __init__(
        self,
        request: Request,
        found: Discovered,
        objects: Sequence[Mapping[str, Any]],
        packages: Packages,
        progress: Progress | None,
    ) -> None:
        from erpguard.conftest.joining import for_platform
        from erpguard.conftest.judging import judge

        is_alone, estate = not request.judging, request.settings.estate
        self._judged = judge(packages, request.policies, found, objects, estate, progress, is_alone=is_alone)
        self.rest = for_platform(found, objects, packages.options.parser, is_wanted=not is_alone)

    def join(self, judgement: Judgement, result: ScanResult) -> None:
        """Add them to what the policies say of the first side."""
        from erpguard.conftest.joining import join

        join(self._judged, judgement)
        result.suppressed += self._judged.excepted


def _drift(comparison: Comparison, sides: Sequence[Side]) -> Drift:
    from erpguard.drift.comparing import Drift

    return Drift(comparison, sides)


def _add(result: ScanResult, judgement: Judgement, library: packs_.Library) -> None:
    """Add what was found on a side, and settle what its findings are worth. Of a base, only its drift counts."""
    side, collected = judgement.side, judgement.side.collected
    result.problems += [*collected.problems, *judgement.problems]
    failed, undetermined = ([], []) if side.is_base else (judgement.failed, judgement.undetermined)
    if not side.is_base:
        _count(result.counts, judgement.counts)
        result.resources = Counter(result.resources) + Counter(resource.type for resource in side.resources)
        result.not_judged = Counter(result.not_judged) + Counter(collected.not_judged)
    told = [finding for finding in (*failed, *judgement.drifted) if finding.policy in result.policies]
    result.undetermined += [one for one in (*undetermined, *judgement.doubtful) if one.policy in result.policies]
    ignores = [*map(_ignore, collected.ignores), *triage.annotated(side.resources)]
    known = library.rules if ignores else library.policies
    counting, suppressed, objections = triage.apply(told, ignores, result.policies, known.values())
    result.findings += counting
    result.suppressed += suppressed
    result.problems += [] if side.is_base else objections


def _is_read(type_: str) -> bool:
    from erpguard.normalize.known_types import is_read

    return is_read(type_)


def _finish(result: ScanResult, library: packs_.Library, strict: bool, *, knows_all: bool) -> None:
    """Count what no policy knows, unless some know all types; with `strict` what is not judged is a problem."""
    judged = {type_ for policy in library.policies.values() for type_ in policy.resource_types}
    result.resources = dict(sorted(result.resources.items()))
    result.not_judged = dict(sorted(result.not_judged.items()))
    for type_, count in result.resources.items():
        if not knows_all and type_ not in judged and not _is_read(type_):
            result.not_judged[type_ + UNKNOWN_TYPE] = count
    if strict:
        result.problems += [
            Problem("not-judged", f"{count} not judged: {reason} (--strict)")
            for reason, count in result.not_judged.items()
        ]
    result.problems.sort(key=lambda problem: (problem.place, problem.code, problem.message))


def _in_order(result: ScanResult) -> None:
    """Put the findings of several sides in one order. Where neither side has files, they may say the very same."""
    for found in (result.findings, result.undetermined, result.suppressed):
        found[:] = {(one.policy, one.fingerprint, one.place, one.message): one for one in found}.values()
        found.sort(key=lambda one: (one.place, one.policy, one.fingerprint))
    result.problems = list(dict.fromkeys(result.problems))


def _count(counts: Mapping[str, Counts], more: Mapping[str, Counts]) -> None:
    for policy, one in more.items():
        if policy in counts:
            counts[policy].merge(one)


def _ignore(comment: InlineIgnore) -> triage.Ignore:
    return triage.Ignore(comment.ids, comment.reason, comment.place, file=comment.file, line=comment.line)
