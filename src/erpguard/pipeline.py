"""The pipeline: sources -> estate -> views -> policies -> findings -> triage -> result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from erpguard import packs as packs_
from erpguard import triage
from erpguard.analysis import Analyses
from erpguard.config import Settings
from erpguard.engines.embedded import EmbeddedEngine
from erpguard.estate import ALL_TYPES, Estate
from erpguard.findings import findings
from erpguard.judge import Judge
from erpguard.model import Counts, Problem, ScanResult
from erpguard.model.result import UNKNOWN_TYPE
from erpguard.normalize.kubernetes_types import shape_of
from erpguard.request import Progress, Request
from erpguard.sources import Collected, source
from erpguard.sources.discovery import Discovered
from erpguard.sources.kubernetes_manifest import from_memory
from erpguard.sources.recognition import by_source


def judge(
    request: Request,
    found: Discovered,
    resources: Iterable[Mapping[str, Any]],
    library: packs_.Library,
    progress: Progress | None,
) -> ScanResult:
    """The result for what was found."""
    settings = request.settings
    collected = _collect(
        found, resources, {**settings.estate, "source_dir": request.source_dir, "root": request.root}, request.type
    )
    estate = Estate(collected.resources, {ALL_TYPES} if request.is_partial else collected.open_types)
    result = ScanResult(
        policies=request.policies,
        problems=[*collected.problems, *_ambiguous(estate)],
        resources=dict(sorted(Counter(resource.type for resource in estate).items())),
        not_judged=dict(sorted(collected.not_judged.items())),
        overridden=[] if request.trusted_config else settings.switched_off(),
        as_of=request.as_of,
        fail_on=settings.fail_on,
    )
    _judge(result, estate, library, settings, collected, progress)
    _not_judged(result, library, request.is_strict)
    result.problems.sort(key=lambda problem: (problem.place, problem.code, problem.message))
    return result


def _collect(
    found: Discovered, resources: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], type_: str
) -> Collected:
    collected = Collected()
    for name, inputs in by_source(found.inputs, type_).items():
        collected.merge(source(name).collect(inputs, settings))
    collected.merge(from_memory(resources, settings))
    collected.problems += found.problems
    if any(problem.level == "error" for problem in found.problems):
        collected.open_types.add(ALL_TYPES)  # what could not be followed may hold anything
    return collected


def _judge(
    result: ScanResult,
    estate: Estate,
    library: packs_.Library,
    settings: Settings,
    collected: Collected,
    progress: Progress | None,
) -> None:
    """Judge the estate by the policies whose types occur, and settle what the findings are worth."""
    wanted = [policy for policy in result.policies.values() if not estate.types.isdisjoint(policy.resource_types)]
    parameters = packs_.resolve_settings(wanted, {resource.environment for resource in estate}, settings.parameters)
    engine = EmbeddedEngine(library.folder, library.modules, wanted)
    analyses = Analyses(estate, settings.estate, result.as_of)
    judge = Judge(analyses, wanted, engine, parameters, progress=progress)
    failed, result.undetermined = findings(judge.verdicts(), estate)
    result.counts = {policy: judge.counts.get(policy, Counts()) for policy in result.policies}
    result.problems += judge.problems
    comments = [
        triage.Ignore(comment.ids, comment.reason, comment.place, file=comment.file, line=comment.line)
        for comment in collected.ignores
    ]
    ignores = [*comments, *triage.annotated(estate)]
    result.findings, result.suppressed, objections = triage.apply(
        failed, ignores, result.policies, library.policies.values()
    )
    result.problems += objections


def _ambiguous(estate: Estate) -> Iterable[Problem]:
    for duplicate in estate.duplicates():
        if duplicate.id.endswith("*"):
            continue  # `generateName`: the API server gives each a name of its own
        files = sorted({resource.origin.file or "memory" for resource in duplicate.resources})
        first = duplicate.resources[0]
        shown = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
        count = len(duplicate.resources)
        text = f"{first.kind} {first.name}: {count} objects have this id ({shown}): references take the nearest"
        yield Problem("ambiguous-id", text, first.origin.place(first.name_path), level="warning")


def _not_judged(result: ScanResult, library: packs_.Library, strict: bool) -> None:
    """Count what no policy knows; with `strict` everything that is not judged is a problem."""
    judged = {type_ for policy in library.policies.values() for type_ in policy.resource_types}
    for type_, count in result.resources.items():
        if type_ not in judged and not _is_read(type_):
            result.not_judged[type_ + UNKNOWN_TYPE] = count
    if strict:
        result.problems += [
            Problem("not-judged", f"{count} not judged: {reason} (--strict)")
            for reason, count in result.not_judged.items()
        ]


def _is_read(type_: str) -> bool:
    """Whether analyses may look at resources of a type that no policy judges."""
    if type_.startswith("Microsoft."):
        from erpguard.normalize.azure.arm_types import arm_type

        return arm_type(type_) is not None
    return shape_of(type_) is not None
