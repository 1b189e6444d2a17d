"""`erpguard scan`."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING

from erpguard.cli import conftest, environment, live_arguments, output
from erpguard.cli.command_parser import CommandParser
from erpguard.cli.common_arguments import add_output, add_selection
from erpguard.config import Settings
from erpguard.errors import UsageError
from erpguard.model import ScanResult, Severity
from erpguard.reporters import ReportOptions, pieces
from erpguard.scan import scan
from erpguard.sources.discovery import is_address, top_level

if TYPE_CHECKING:
    from erpguard.collection import LiveOptions
    from erpguard.conftest import ConftestOptions
    from erpguard.engines.opa_server import OpaConnection


def add_arguments(command: CommandParser) -> None:
    """Add what the command takes."""
    command.set_defaults(run=run)
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="what to scan; azure:SUBSCRIPTION and kubernetes:CONTEXT are live systems (default: `paths` of the "
        "configuration, else .)",
    )
    add_selection(command)
    command.add_argument(
        "--format",
        action="append",
        default=[],
        metavar="FORMAT[:FILE]",
        dest="formats",
        help="text, sarif, json or junit, to a file or to standard output; repeatable (default: text)",
    )
    _add_inputs(command)
    command.add_argument(
        "--partial", action="store_true", help="other objects exist elsewhere: what is missing here is undetermined"
    )
    command.add_argument("--strict", action="store_true", help="documents that are not judged are problems")
    command.add_argument(
        "--sarif-profile", choices=("full", "github", "azure-devops"), default="full", help="the reader of the SARIF"
    )
    command.add_argument("--include-passed", action="store_true", help="tell also what passed")
    command.add_argument(
        "--as-of",
        metavar="DATE",
        default="",
        help="judge as of this date, 2026-01-31 (default: a snapshot's, else today)",
    )
    add_output(command)
    conftest.add_arguments(command)
    live_arguments.add_scan(command)


def _add_inputs(command: CommandParser) -> None:
    """What the paths are, and which of their files count."""
    command.add_argument(
        "--stdin-path", metavar="FILE", default="", help="the file name that findings in standard input show"
    )
    command.add_argument(
        "--type",
        metavar="TYPE",
        default="",
        help="what the files are: kubernetes_manifest, terraform_plan, pulumi or snapshot (default: told by content)",
    )
    command.add_argument(
        "--source-dir",
        metavar="DIR",
        default="",
        help="the Terraform or Pulumi project of a plan: findings then point to its files",
    )
    command.add_argument(
        "--compare",
        metavar="A,B",
        default="",
        help="tell where verdicts differ: plan, manifests, declared, live, snapshot, or one of the PATHs",
    )
    command.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="leave files out; repeatable")


def run(options: Namespace) -> int:
    """Scan, write the reports, and return the exit code."""
    targets = output.targets(options.formats or ["text"])
    root = top_level(os.getcwd())
    settings = environment.settings(options, root)
    result = _scan(options, settings, root)
    fail_on = environment.threshold(options, settings)
    for name, file in targets:
        output.write(render(result, name, file, options, settings, fail_on), file)
    return result.exit_code(fail_on)


def _scan(options: Namespace, settings: Settings, root: str) -> ScanResult:
    paths = list(options.paths) or environment.configured_paths(settings) or ["."]
    progress = environment.Progress(not (options.no_progress or options.quiet))
    try:
        return scan(
            paths,
            packs=options.pack,
            plugins=options.plugin,
            limits=environment.limits(options),
            select=environment.listed(options.select),
            ignore=environment.listed(options.ignore),
            exclude=options.exclude,
            config=settings._replace(opa={}) if options.engine == "embedded" else settings,
            complete=False if options.partial else None,
            strict=options.strict or None,
            as_of=environment.as_of(options.as_of),
            today=environment.today(),
            root=root,
            stdin=environment.standard_input() if "-" in paths else None,
            stdin_path=options.stdin_path,
            type=options.type,
            source_dir=options.source_dir,
            compare=options.compare.split(",") if options.compare else (),
            cache=environment.cache_folder(options),
            trusted_config=bool(options.config),
            live=_live(options, paths),
            opa=_opa(options, settings),
            conftest=_conftest(options, settings, paths),
            progress=progress,
        )
    finally:
        progress.clear()


def _fallback_file(options: Namespace) -> str:
    """The file that stands for what has none: that of --stdin-path, else the first snapshot of the arguments."""
    given = str(getattr(options, "stdin_path", ""))
    if given or getattr(options, "sarif_profile", "full") == "full":
        return given
    from erpguard.sources.discovery import discover
    from erpguard.sources.recognition import SNAPSHOT, recognize

    named = [path for path in options.paths if os.path.isfile(path)]
    found = discover(named, top_level(os.getcwd())).inputs
    return next((one.name for one in found if recognize(one) == SNAPSHOT), "")


def _live(options: Namespace, paths: Iterable[str]) -> LiveOptions | None:
    """How to read live systems, where some are named: else nothing of them is imported."""
    if not any(map(is_address, paths)):
        if options.resource_group or options.directory:
            raise UsageError("--resource-group and --directory are for live systems: name azure:SUBSCRIPTION")
        return None
    from erpguard.cli.live import live_options

    return live_options(options)


def _opa(options: Namespace, settings: Settings) -> OpaConnection | None:
    """The server that judges; one that the scanned tree names is for `scan` to refuse."""
    trusted = settings if options.config else Settings()
    is_asked_for = any(value for name, value in vars(options).items() if name.startswith("opa_"))
    if options.engine != "opa" and not trusted.opa and not is_asked_for:
        return None
    from erpguard.cli.opa import connection

    return connection(options, trusted)


def _conftest(options: Namespace, settings: Settings, paths: Iterable[str]) -> ConftestOptions | None:
    return conftest.conftest_options(options, settings, has_clusters=any(map(is_address, paths)))


def render(
    result: ScanResult, name: str, file: str, options: Namespace, settings: Settings, fail_on: Severity
) -> Iterable[str]:
    """The report in one format, in pieces; colours and the terminal's width only for standard output."""
    return pieces(
        name,
        result,
        ReportOptions(
            color=not file and environment.use_color(options),
            width=100 if file else environment.width(),
            verbosity=-1 if options.quiet else int(options.verbose),
            include_passed=getattr(options, "include_passed", False),
            sarif_profile=getattr(options, "sarif_profile", "full"),
            fail_on=fail_on,
            automation_id=settings.automation_id,
            fallback_file=_fallback_file(options),
            part=getattr(options, "part", False),
        ),
    )
