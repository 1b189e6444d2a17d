"""`erpguard hook`: judge the whole, report the part."""

from __future__ import annotations

import os
from argparse import Namespace

from erpguard.cli import environment, output
from erpguard.cli.command_parser import CommandParser
from erpguard.cli.common_arguments import add_output, add_selection
from erpguard.cli.scan import render
from erpguard.model import Finding, Problem, ScanResult
from erpguard.scan import scan
from erpguard.sources import Input
from erpguard.sources.discovery import is_nothing, top_level


def add_arguments(command: CommandParser) -> None:
    """Add what the command takes."""
    command.set_defaults(run=run, part=True)
    command.add_argument("files", nargs="*", metavar="FILE", help="the files that are about to be committed")
    add_selection(command)
    add_output(command)


def run(options: Namespace) -> int:
    """Judge the configured paths and the named files together; only what stands in the named files counts."""
    root = top_level(os.getcwd())
    settings = environment.settings(options, root)
    # A deleted file has nothing to report, and one that holds `{}` is not meant for us just because it was changed.
    files = [file for file in options.files if os.path.exists(file) and not is_nothing(Input(file, file))]
    paths = environment.configured_paths(settings) or [root]
    progress = environment.Progress(not (options.no_progress or options.quiet))
    try:
        result = scan(
            [*paths, *files],
            packs=options.pack,
            plugins=options.plugin,
            limits=environment.limits(options),
            select=environment.listed(options.select),
            ignore=environment.listed(options.ignore),
            config=settings,
            today=environment.today(),
            root=root,
            cache=environment.cache_folder(options),
            trusted_config=bool(options.config),
            progress=progress,
        )
    finally:
        progress.clear()
    narrow(result, {os.path.relpath(file, root).replace(os.sep, "/") for file in files})
    fail_on = environment.threshold(options, settings)
    if result.findings or result.problems or options.verbose:
        output.write(render(result, "text", "", options, settings, fail_on), "")
    return result.exit_code(fail_on)


def narrow(result: ScanResult, files: set[str]) -> None:
    """Keep only what stands in these files, and what stands in no file."""

    def concerns(item: Finding | Problem) -> bool:
        return item.place.file in files or not item.place.file

    result.findings = [finding for finding in result.findings if concerns(finding)]
    result.undetermined = [finding for finding in result.undetermined if concerns(finding)]
    result.suppressed = [finding for finding in result.suppressed if concerns(finding)]
    result.not_judged = {}
    result.problems = [problem for problem in result.problems if concerns(problem)]
