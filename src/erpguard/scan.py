"""What the library is for: `scan()` settles what is asked for, and answers from the cache or through the pipeline."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from erpguard import packs as packs_
from erpguard.config import Settings, check_parameters, from_mapping, load
from erpguard.errors import UsageError
from erpguard.model import Policy, ScanResult
from erpguard.request import Progress, Request
from erpguard.result_cache import ResultCache, loaded
from erpguard.result_cache import key as cache_key
from erpguard.sources.discovery import SUFFIXES, Discovered, discover

if TYPE_CHECKING:
    from erpguard.collection import LiveOptions
    from erpguard.engines.opa_server import OpaConnection


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection: a scan makes many objects that live to its end, and looking through them costs a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@collector_paused()
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
    type: str = "",
    source_dir: str = "",
    compare: Sequence[str] = (),
    cache: str = "",
    trusted_config: bool = True,
    live: LiveOptions | None = None,
    opa: OpaConnection | None = None,
    today: str = "",
    progress: Progress | None = None,
) -> ScanResult:
    """Judge files, folders, objects and live systems by the policy packs.

    paths      files, folders, globs (manifests, Terraform and Pulumi plans, ARM resources, snapshots); `-` stands for
               the bytes in `stdin`; live systems: `azure:SUBSCRIPTION`, `kubernetes:CONTEXT`; by default those of the
               configuration
    resources  Kubernetes objects (`apiVersion`, `kind`) and ARM resources (`id`, `type`) as dicts; they are not changed
    packs      the packs to judge by; by default those of the configuration, else all
    select, ignore
               ids (`TLS001`), prefixes of ids (`TLS`, `NET1`) or names of policies; what the configuration ignores
               stays ignored unless `select` names its id
    exclude    globs of files to leave out, besides those of the configuration
    config     a configuration file, or a mapping of its shape (`schemas/config.schema.json`)
    complete   False: other objects exist elsewhere, so what is missing here is undetermined
    strict     documents that are not judged by design become problems
    as_of      the date to judge for, ISO 8601; by default that of the latest snapshot among the inputs, else today
    root       the folder that file names are relative to; the working directory by default
    stdin, stdin_path
               what the path `-` stands for, and the file name that its places show
    type       what all files are: `kubernetes_manifest`, `terraform_plan`, `pulumi`; by default their content tells
    source_dir the folder of the configuration that a plan was made from: findings then point to its files
    compare    two sides whose verdicts are compared: `plan`, `manifests`, `declared`, `live`, `snapshot`, or an input
    cache      a folder for results: what was judged before, and has not changed, is not judged again
    trusted_config
               False where the configuration belongs to the scanned tree: the result lists what it switched off
    live       how to read the live systems, and how much of them
    opa        the OPA server that judges; by default the embedded engine does
    today      what counts as today, ISO 8601; by default the system's date, in UTC

    Raises UsageError (nothing to scan, a path or policy does not exist), ConfigurationError and PackError. What goes
    wrong with an input is in `ScanResult.problems`.
    """
    settings = _settings(config)
    library = packs_.load()
    check_parameters(settings, library.policies)
    left_out = [name for name in settings.ignore if name not in select]
    asked, ignored = packs or settings.packs, (*ignore, *left_out)
    policies = packs_.select(library, asked, select or settings.select, ignored, comparing=bool(compare))
    if source_dir and not os.path.isdir(source_dir):
        raise UsageError(f"{source_dir}: no such folder of a configuration (--source-dir)")
    named = _named(paths, settings, resources)
    found = discover(
        named, root or os.getcwd(), (*exclude, *settings.exclude), stdin=_given(named, stdin), stdin_path=stdin_path
    )
    request = Request(
        policies=policies,
        judging=_judging(library, policies, asked, ignored),
        settings=settings,
        is_partial=settings.partial if complete is None else not complete,
        is_strict=settings.strict if strict is None else strict,
        as_of=as_of or _snapshot_date(found) or today or _today(),
        type=type,
        root=root or os.getcwd(),
        source_dir=source_dir,
        trusted_config=trusted_config,
        compare=tuple(compare),
        live=live,
        opa=opa,
    )
    # The files of `source_dir`, objects in memory, live systems and servers have no digest.
    has_digest = resources is None and not source_dir and not found.addresses and opa is None
    inputs = loaded(found.inputs) if cache and has_digest else None
    if inputs is None:
        return _judged(request, found, resources or (), library, progress)
    key = cache_key(inputs, request.facts(), [str(problem) for problem in found.problems])
    kept = ResultCache(cache).find(key, policies)
    if kept is not None:
        return kept
    found.inputs = inputs
    result = _judged(request, found, (), library, progress)
    ResultCache(cache).keep(key, result)
    return result


def _judging(
    library: packs_.Library, selected: Mapping[str, Policy], packs: Sequence[str], ignored: Sequence[str]
) -> dict[str, Policy]:
    """The policies to judge by: where only rules of comparisons are selected, all that these may compare."""
    own = {name: policy for name, policy in selected.items() if name in library.policies}
    if own or not selected:
        return own
    return packs_.select(library, [pack for pack in packs if pack in library.packs], ignored=ignored)


def _judged(request: Request, found: Discovered, *others: Any) -> ScanResult:
    # Imported here: where the answer is there already, neither a parser nor an engine is needed.
    from erpguard.pipeline import judge

    return judge(request, found, *others)


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


def _snapshot_date(found: Discovered) -> str:
    """The date of the latest snapshot; files of folders are none, by their names."""
    named = [given for given in found.inputs if given.path and not given.path.lower().endswith(SUFFIXES)]
    if not named:
        return ""
    from erpguard.sources.recognition import SNAPSHOT, recognize

    snapshots = [given for given in named if recognize(given) == SNAPSHOT]
    if not snapshots:
        return ""
    from erpguard.sources.snapshot import taken

    return max(map(taken, snapshots))


def _today() -> str:
    import datetime

    return datetime.datetime.now(datetime.UTC).date().isoformat()
