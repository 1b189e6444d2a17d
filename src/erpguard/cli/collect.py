"""`erpguard collect azure` and `erpguard collect kubernetes`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from erpguard.cli import environment, live_arguments, output
from erpguard.cli.command_parser import CommandParser, add_command
from erpguard.cli.live import live_options
from erpguard.collection import Collection, collect
from erpguard.errors import UsageError
from erpguard.reporters.escape import MESSAGE_LIMIT, cut, plain, terminal
from erpguard.reporters.text_layout import count
from erpguard.sources.discovery import top_level
from erpguard.sources.live import Run, is_accepted, problem

PRIVATE = 0o600
"""Who may read a snapshot: it tells how a platform is built."""


def add_arguments(command: CommandParser) -> None:
    """Add what the command takes."""
    commands = command.add_subparsers(title="systems", metavar="SYSTEM", required=True)
    add_command(commands, "azure", "read subscriptions", _azure, live_arguments.AZURE_EPILOG)
    add_command(commands, "kubernetes", "read clusters", _kubernetes, live_arguments.KUBERNETES_EPILOG)


def _azure(command: CommandParser) -> None:
    command.set_defaults(run=run, platform="azure")
    live_arguments.add_collect_azure(command)


def _kubernetes(command: CommandParser) -> None:
    command.set_defaults(run=run, platform="kubernetes")
    live_arguments.add_collect_kubernetes(command)


def run(options: Namespace) -> int:
    """Collect, write the snapshot, tell the gaps, and return the exit code."""
    gc.enable()  # a collection may take long, and what its connections leave behind holds itself
    settings = environment.settings(options, top_level(os.getcwd()))
    live = live_options(options)
    progress = environment.Progress(not (options.no_progress or options.quiet))
    run = live.run(progress)
    file = os.path.realpath(options.out)
    try:
        with output.whole(file, PRIVATE) as opened, _stopping(run) as received:
            found = collect(_addresses(options), opened, options=live, run=run)
    except OSError as error:
        raise UsageError(f"--out {options.out}: cannot be written: {error.strerror}") from error
    finally:
        progress.clear()
    for note in found.notes:
        print(terminal(f"erpguard: warning: {cut(plain(note), MESSAGE_LIMIT)}"), file=sys.stderr)
    failed = _tell_gaps(found, settings.accept_gaps, options.quiet)
    if not options.quiet:
        print(_summary(found, options.out))
    if received:
        return 128 + received[0]
    return 3 if failed else 0


def _addresses(options: Namespace) -> list[str]:
    if options.platform == "kubernetes":
        return [f"kubernetes:{name}" for name in options.context] or ["kubernetes:"]
    if not options.subscription and not options.management_group:
        raise UsageError("name what to read: --subscription ID, or --management-group ID")
    return [f"azure:{one}" for one in options.subscription]


@contextmanager
def _stopping(run: Run) -> Iterator[list[int]]:
    """Ctrl-C and SIGTERM end the collection and keep what was read; a second one ends the program.

    Gives the list of the signals that arrived.
    """
    received: list[int] = []

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(number: int, frame: FrameType | None) -> None:
        restore()
        received.append(number)
        run.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        restore()


def _tell_gaps(found: Collection, accepted: Sequence[str], quiet: bool) -> int:
    """Print the gaps to standard error, and return how many are not accepted."""
    failed = 0
    for gap in found.gaps:
        is_fine = is_accepted(gap, accepted)
        failed += not is_fine
        if not (is_fine and quiet):
            text = cut(plain(problem(gap).message), MESSAGE_LIMIT)
            print(terminal(f"erpguard: {'accepted gap' if is_fine else 'gap'}: {text}"), file=sys.stderr)
    return failed


def _summary(found: Collection, file: str) -> str:
    items = " and ".join(f"{number} of {platform}" for platform, number in found.items.items()) or "none"
    gaps = f"; {count(len(found.gaps), 'gap')}" if found.gaps else ""
    return terminal(f"{count(sum(found.items.values()), 'object')} ({items}){gaps}: {file}")
