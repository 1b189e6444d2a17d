"""What the library is for: `scan()` settles what is asked for, and answers from the cache or through the pipeline."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from erpguard import packs as packs_
from erpguard import targets, trust
from erpguard.config import Settings, check_parameters, from_mapping, load
from erpguard.errors import UsageError
from erpguard.model import Policy, ScanResult
from erpguard.request import Progress, Request
from erpguard.result_cache import ResultCache, loaded
from erpguard.result_cache import key as cache_key
from erpguard.sources.discovery import Discovered, discover

if TYPE_CHECKING:
    from erpguard.collection import LiveOptions
    from erpguard.conftest import ConftestOptions
    from erpguard.conftest.packages import Packages
    from erpguard.engines.child import Limits
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
    paths: targets.Paths | None = None,
    *,
    resources: Iterable[Mapping[str, Any]] | None = None,
    packs: Sequence[str] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    exclude: Sequence[str] = (),
    config: Settings | Mapping[str, Any] | str | os.PathLike[str] | None = None,
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
    plugins: Sequence[str] = (),
    limits: Limits | None = None,
    conftest: ConftestOptions | None = None,
    today: str = "",
    progress: Progress | None = None,
) -> ScanResult:
    """Judge files, folders, objects and live systems by the policy packs.

    paths      files, folders, globs (manifests, Terraform and Pulumi plans, ARM resources, snapshots); `-` stands for
               the bytes in `stdin`; live systems: `azure:SUBSCRIPTION`, `kubernetes:CONTEXT`; by default those of the
               configuration
    resources  Kubernetes objects (`apiVersion`, `kind`) and ARM resources (`id`, `type`) as dicts; they are not changed
    packs      the packs to judge by; by default those of the configuration, else all. With a slash: a folder of own
               packs, which join those that ship, or the ones that are named beside it
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
    opa        the OPA server that judges; by default that of a trusted configuration, else the embedded engine does
    plugins    entry points of policies in Python, which run in this process
    limits     what policies of own packs may use of time and memory
    conftest   packages as conftest has them, which judge each document besides; by default those of the configuration
    today      what counts as today, ISO 8601; by default the system's date, in UTC
    progress   called now and then with a stage, how much of it is done, and of how much

    Raises UsageError (nothing to scan, a path or policy does not exist), ConfigurationError and PackError. What goes
    wrong with an input is in `ScanResult.problems`.
    """
    settings = _settings(config)
    conftest = conftest or trust.packages(settings)
    with _packages(conftest, limits) as packages:
        named_plugins = [*trust.plugins(settings, trusted_config), *plugins]
        library, asked = packs_.wanted(packs, settings.packs, os.path.dirname(settings.file), named_plugins)
        library, asked = _joined(library, asked, packages)
        check_parameters(settings, library.policies)
        left_out = [name for name in settings.ignore if name not in select]
        ignored = (*ignore, *left_out)
        policies = packs_.select(library, asked, select or settings.select, ignored, comparing=bool(compare))
        if not policies and packages is None:
            raise UsageError("no policy is left to judge by: look at what is selected, ignored, and which packs")
        if source_dir and not os.path.isdir(source_dir):
            raise UsageError(f"{source_dir}: no such folder of a configuration (--source-dir)")
        named = targets.named_paths(paths, settings, resources)
        found = discover(
            named,
            root or os.getcwd(),
            (*exclude, *settings.exclude),
            stdin=targets.standard_input(named, stdin),
            stdin_path=stdin_path,
            takes=_takes(conftest),
        )
        if conftest is None and not type:  # a package of conftest may mean an empty document, and a source tells itself
            found.refuse_nothing()
        request = Request(
            policies=policies,
            judging=_without(packages, _judging(library, policies, asked, ignored)),
            settings=settings,
            is_partial=settings.partial if complete is None else not complete,
            is_strict=settings.strict if strict is None else strict,
            as_of=as_of or targets.snapshot_date(found) or today or targets.today(),
            type=type,
            root=root or os.getcwd(),
            source_dir=source_dir,
            trusted_config=trusted_config,
            compare=tuple(compare),
            own=tuple(library.own_digests()) if cache else (),
            limits=limits,
            live=live,
            opa=opa or trust.server(settings, trusted_config),
        )
        return _answered(request, found, resources, library, packages, cache, progress)


def _answered(
    request: Request,
    found: Discovered,
    resources: Iterable[Mapping[str, Any]] | None,
    library: packs_.Library,
    packages: Packages | None,
    cache: str,
    progress: Progress | None,
) -> ScanResult:
    """The result that was kept, or a new one."""
    # The files of `source_dir`, objects in memory, live systems, servers and plugins have no digest.
    has_code = any(part.code for part in library.parts)
    has_digest = not (resources is not None or request.source_dir or found.addresses or request.opa or has_code)
    files = loaded([*found.inputs, *found.others]) if cache and has_digest else None
    if files is None:
        return _judged(request, found, resources or (), library, progress, packages)
    known = len(found.inputs)
    facts = [str(problem) for problem in found.problems], known, packages and packages.facts()
    key = cache_key(files, request.facts(), *facts)
    kept = ResultCache(cache).find(key, request.policies)
    if kept is not None:
        return kept
    found.inputs, found.others = files[:known], files[known:]
    result = _judged(request, found, (), library, progress, packages)
    ResultCache(cache).keep(key, result)
    return result


@contextmanager
def _packages(options: ConftestOptions | None, limits: Limits | None) -> Iterator[Packages | None]:
    """The packages of conftest, while they are needed."""
    if options is None:
        yield None
        return
    from erpguard.conftest.packages import Packages

    packages = Packages(options, limits)
    try:
        yield packages
    finally:
        packages.close()


def _joined(library: packs_.Library, asked: list[str], packages: Packages | None) -> tuple[packs_.Library, list[str]]:
    """The library with the rules of the packages, and the names to narrow to: these are always meant."""
    if packages is None:
        return library, asked
    from erpguard.conftest import PACK

    return library.joined(packages.policies), [*asked, PACK] if asked else asked


def _takes(options: ConftestOptions | None) -> Callable[[str], bool]:
    """Which files of folders are wanted besides manifests."""
    if options is None:
        return lambda name: False
    from erpguard.conftest.formats import is_document

    return is_document


def _judging(
    library: packs_.Library, selected: Mapping[str, Policy], packs: Sequence[str], ignored: Sequence[str]
) -> dict[str, Policy]:
    """The policies to judge by: where only rules of comparisons are selected, all that these may compare."""
    own = {name: policy for name, policy in selected.items() if name in library.policies}
    if own or not selected:
        return own
    return packs_.select(library, [pack for pack in packs if pack in library.packs], ignored=ignored)


def _without(packages: Packages | None, policies: dict[str, Policy]) -> dict[str, Policy]:
    """The policies without the rules of packages, which judge by themselves."""
    return {name: one for name, one in policies.items() if packages is None or name not in packages.policies}


def _judged(request: Request, found: Discovered, *others: Any) -> ScanResult:
    # Imported here: where the answer is there already, neither a parser nor an engine is needed.
    from erpguard.pipeline import judge

    return judge(request, found, *others)


def _settings(config: Settings | Mapping[str, Any] | str | os.PathLike[str] | None) -> Settings:
    if config is None:
        return Settings()
    if isinstance(config, Settings):
        return config
    return from_mapping(config) if isinstance(config, Mapping) else load(os.fspath(config))
