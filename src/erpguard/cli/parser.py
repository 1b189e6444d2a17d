"""The commands, and what is told of them without calling one."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from erpguard.cli.command_parser import CommandParser, add_command, checking_formatter, one_command
from erpguard.version import VERSION

_EPILOG = """\
exit codes:
  0    nothing at or above the threshold (--fail-on)
  1    findings
  2    bad usage or configuration
  3    the scan is incomplete: something could not be read or judged
  4    internal error
  130  interrupted
  143  terminated (SIGTERM)
"""

_SCAN_EPILOG = (
    _EPILOG
    + """
examples:
  erpguard scan deploy/
  erpguard scan deploy/ --select TLS,NET1 --fail-on high
  erpguard scan . --format text --format sarif:erpguard.sarif
  helm template shop ./chart | erpguard scan -
  terraform show -json plan.tfplan | erpguard scan - --source-dir .
  pulumi preview --json --show-sames | erpguard scan -
  erpguard scan azure:11111111-2222-3333-4444-555555555555
  erpguard scan deploy/ erpguard.snapshot.gz
  erpguard scan plan.json erpguard.snapshot.gz --compare plan,live
  erpguard scan deploy/ --conftest policy/
"""
)

_COMMANDS: Mapping[str, tuple[str, str]] = {
    "scan": ("scan files, folders, globs, or - for standard input", _SCAN_EPILOG),
    "collect": ("read live systems into a snapshot, to be scanned and kept as evidence", ""),
    "hook": ("judge the whole repository and report what concerns FILES (for pre-commit)", ""),
    "policies": ("list, show, write, test, check and bundle policies", ""),
    "explain": ("explain a policy: what, why, a bad and a good example, the remedy, sources", ""),
}
"""Name of the command and of its module -> help, and what the help of the command ends with."""


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> None:
        print(f"erpguard {VERSION}")
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    """The parser; each command sets `run`, a function of the parsed options that returns the exit code."""
    parser = CommandParser(
        prog="erpguard",
        description="Judge Kubernetes manifests and Azure plans of an ERP platform by policy packs, with exact places.",
        epilog=_EPILOG,
        formatter_class=checking_formatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (help_, epilog) in _COMMANDS.items():
        add_command(commands, name, help_, _filler(name), epilog)
    return parser


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The parsed options. Where the first argument is a command, the parsers of the others are not made."""
    if not arguments or arguments[0] not in _COMMANDS:
        return make_parser().parse_args(arguments)
    name = arguments[0]
    help_, epilog = _COMMANDS[name]
    return one_command(f"erpguard {name}", help_, _filler(name), epilog).parse_args(arguments[1:])


def _filler(name: str) -> Callable[[CommandParser], None]:
    """What adds the arguments of a command, once it is called: only then is its module imported."""

    def fill(command: CommandParser) -> None:
        import_module(f"erpguard.cli.{name}").add_arguments(command)

    return fill
