"""What the library is for: `scan()` settles what is asked for, and answers from the cache or through the pipeline."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from erpguard import packs as packs_
from erpguard.config import Settings, check_parameters, from_mapping, load
from erpguard.errors import UsageError
from erpguard.model import ScanResult
from erpguard.request import Progress, Request
from erpguard.result_cache import ResultCache, loaded
from erpguard.result_cache import key as cache_key
from erpguard.sources.discovery import Discovered, discover


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
    type: str = "",
    source_dir: str = "",
    cache: str = "",
    trusted_config: bool = True,
    progress: Progress | None = None,
) -> ScanResult:
    """Judge files, folders and objects by the policy packs: manifests, Terraform and Pulumi plans, ARM resources.

    paths      files, folders, globs; `-` stands for the bytes in `stdin`; by default those of the configuration
    resources  Kubernetes objects (`apiVersion`, `kind`) and ARM resources (`id`, `type`) as dicts; they are not changed
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
    type       what all files are: `kubernetes_manifest`, `terraform_plan`, `pulumi`; by default their content tells
    source_dir the folder of the configuration that a plan was made from: findings then point to its files
    cache      a folder for results: what was judged before, and has not changed, is not judged again
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
    if source_dir and not os.path.isdir(source_dir):
        raise UsageError(f"{source_dir}: no such folder of a configuration (--source-dir)")
    named = _named(paths, settings, resources)
    found = discover(
        named, root or os.getcwd(), (*exclude, *settings.exclude), stdin=_given(named, stdin), stdin_path=stdin_path
    )
    request = Request(
        policies=policies,
        settings=settings,
        is_partial=settings.partial if complete is None else not complete,
        is_strict=settings.strict if strict is None else strict,
        as_of=as_of or _today(),
        type=type,
        root=root or os.getcwd(),
        source_dir=source_dir,
        trusted_config=trusted_config,
    )
    # The files of `source_dir` and objects in memory have no digest.
    inputs = loaded(found.inputs) if cache and resources is None and not source_dir else None
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


def _today() -> str:
    import datetime

    return datetime.datetime.now(datetime.UTC).date().isoformat()
