"""The pipeline: sources -> estate -> views -> policies -> findings -> triage -> result."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from erpguard import packs as packs_
from erpguard import triage
from erpguard.analysis import Analyses
from erpguard.config import Settings, check_parameters, from_mapping, load
from erpguard.engines.embedded import EmbeddedEngine
from erpguard.errors import UsageError
from erpguard.estate import ALL_TYPES, Estate
from erpguard.findings import findings
from erpguard.judge import Judge
from erpguard.model import Counts, Problem, ScanResult
from erpguard.normalize.kubernetes_types import shape_of
from erpguard.sources import Collected
from erpguard.sources.discovery import Discovered, discover
from erpguard.sources.kubernetes_manifest import KubernetesManifests, from_memory

Progress = Callable[[str, int, int], None]


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage collection: a scan makes many objects that live to its end, and looking through them costs a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_collector_paused()
def scan(
    paths: Iterable[str] | None = None,
    *,
    resources: Iterable[Mapping[str, Any]] | None = None,
    packs: Sequence[str] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    exclude: Sequence[str] = (),
    config: Settings | Mapping[str, Any] | str | None = None,
    complete: bool | None = None,
    strict: bool | None = None,
    as_of: str = "",
    root: str = "",
    stdin: bytes | None = None,
    stdin_path: str = "",
    trusted_config: bool = True,
    progress: Progress | None = None,
) -> ScanResult:
    """Judge files, folders and objects by the policy packs.

    paths      files, folders, globs; `-` stands for the bytes in `stdin`; by default those of the configuration
    resources  Kubernetes objects as plain dicts, with `apiVersion` and `kind`; they are not changed
    packs      the packs to judge by; by default those of the configuration, else all
    select, ignore
               ids (`TLS001`), prefixes of ids (`TLS`, `NET1`) or names of policies; what the configuration ignores
               stays ignored unless `select` names its id
    exclude    globs of files to leave out, besides those of the configuration
    config     a configuration file, or a mapping of its shape (`schemas/config.schema.json`)
    complete   False: other objects exist elsewhere, so what is missing here is undetermined
    strict     documents that are not judged by design become problems
    as_of      the date to judge for, ISO 8601; today by default
    root       the folder that file names are relative to; the working directory by default
    stdin, stdin_path
               what the path `-` stands for, and the file name that its places show
    trusted_config
               False where the configuration belongs to the scanned tree: the result lists what it switched off

    Raises UsageError (nothing to scan, a path or policy does not exist), ConfigurationError and PackError. What goes
    wrong with an input is in `ScanResult.problems`.
    """
    settings = _settings(config)
    library = packs_.load()
    check_parameters(settings, library.policies)
    left_out = [name for name in settings.ignore if name not in select]
    policies = packs_.select(library, packs or settings.packs, select or settings.select, (*ignore, *left_out))
    named = _named(paths, settings, resources)
    found = discover(
        named, root or os.getcwd(), (*exclude, *settings.exclude), stdin=_given(named, stdin), stdin_path=stdin_path
    )
    collected = _collect(found, resources or (), settings)
    is_partial = settings.partial if complete is None else not complete
    estate = Estate(collected.resources, {ALL_TYPES} if is_partial else collected.open_types)
    result = ScanResult(
        policies=policies,
        problems=[*collected.problems, *_ambiguous(estate)],
        resources=dict(sorted(Counter(resource.type for resource in estate).items())),
        not_judged=dict(sorted(collected.not_judged.items())),
        overridden=[] if trusted_config else settings.switched_off(),
        as_of=as_of or _today(),
        fail_on=settings.fail_on,
    )
    _judge(result, estate, library, settings, collected, progress)
    _not_judged(result, library, settings.strict if strict is None else strict)
    result.problems.sort(key=lambda problem: (problem.place, problem.code, problem.message))
    return result


def _settings(config: Settings | Mapping[str, Any] | str | None) -> Settings:
    if config is None:
        return Settings()
    if isinstance(config, Settings):
        return config
    return load(config) if isinstance(config, str) else from_mapping(config)


def _named(paths: Iterable[str] | None, settings: Settings, resources: Iterable[Any] | None) -> list[str]:
    """The paths to read; nothing at all to scan is an error, for it would look clean."""
    if paths is not None:
        return list(paths)
    if not settings.paths and resources is None:
        raise UsageError("nothing to scan: give paths or resources, or `paths` in the configuration")
    base = os.path.dirname(settings.file)
    return [os.path.join(base, path) for path in settings.paths]


def _given(named: Sequence[str], stdin: bytes | None) -> bytes | None:
    """What `-` stands for. Nothing at all is an error: the program before the pipe failed, and it would look clean."""
    if "-" not in named:
        return None
    if stdin is None:
        raise UsageError("the path `-` needs the bytes of standard input")
    if not stdin.strip():
        raise UsageError("standard input is empty: did the program before the pipe fail?")
    return stdin


def _collect(found: Discovered, resources: Iterable[Mapping[str, Any]], settings: Settings) -> Collected:
    collected = KubernetesManifests().collect(found.inputs, settings.estate)
    collected.merge(from_memory(resources, settings.estate))
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
        if type_ not in judged and shape_of(type_) is None:
            result.not_judged[f"{type_} (no policy knows this type)"] = count
    if strict:
        result.problems += [
            Problem("not-judged", f"{count} not judged: {reason} (--strict)")
            for reason, count in result.not_judged.items()
        ]


def _today() -> str:
    import datetime

    return datetime.datetime.now(datetime.UTC).date().isoformat()
