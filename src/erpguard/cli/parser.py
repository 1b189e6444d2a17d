"""The arguments of the command, and their help."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from erpguard.version import VERSION

_EPILOG = """\
exit codes:
  0    nothing at or above the threshold (--fail-on)
  1    findings
  2    bad usage or configuration
  3    the scan is incomplete: something could not be read or judged
  4    internal error
  130  interrupted
"""

_SCAN_EPILOG = (
    _EPILOG
    + """
examples:
  erpguard scan deploy/
  erpguard scan deploy/ --select TLS,NET1 --fail-on high
  erpguard scan . --format text --format sarif:erpguard.sarif
  helm template shop ./chart | erpguard scan -
"""
)


class _Parser(argparse.ArgumentParser):
    """Usage errors are one harmless line, as all errors of the command."""

    def error(self, message: str) -> NoReturn:
        from erpguard.reporters.escape import MESSAGE_LIMIT, cut, plain, terminal

        text = cut(plain(f"{self.prog}: {message}"), MESSAGE_LIMIT)
        self.exit(2, terminal(f"{text}: see `{self.prog} --help`") + "\n")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> None:
        print(f"erpguard {VERSION}")
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    """The parser; each command sets `run`, a function of the parsed options that returns the exit code."""
    parser = _Parser(
        prog="erpguard",
        description="Judge Kubernetes manifests of an ERP platform by policy packs, with exact places.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _scan(commands)
    _hook(commands)
    _policies(commands)
    _explain(commands)
    return parser


def _command(commands: Any, name: str, run: Any, help_: str, epilog: str = "") -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_,
        description=help_[0].upper() + help_[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _scan(commands: Any) -> None:
    command = _command(commands, "scan", _run_scan, "scan files, folders, globs, or - for standard input", _SCAN_EPILOG)
    command.add_argument(
        "paths", nargs="*", metavar="PATH", help="what to scan (default: `paths` of the configuration, else .)"
    )
    _add_selection(command)
    command.add_argument(
        "--format",
        action="append",
        default=[],
        metavar="FORMAT[:FILE]",
        dest="formats",
        help="text, sarif or json, to a file or to standard output; repeatable (default: text)",
    )
    command.add_argument(
        "--stdin-path", metavar="FILE", default="", help="the file name that findings in standard input show"
    )
    command.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="leave files out; repeatable")
    command.add_argument(
        "--partial", action="store_true", help="other objects exist elsewhere: what is missing here is undetermined"
    )
    command.add_argument("--strict", action="store_true", help="documents that are not judged are problems")
    command.add_argument(
        "--sarif-profile", choices=("full", "github", "azure-devops"), default="full", help="the reader of the SARIF"
    )
    command.add_argument("--include-passed", action="store_true", help="tell also what passed")
    command.add_argument(
        "--as-of", metavar="DATE", default="", help="judge as of this date, 2026-01-31 (default: today)"
    )
    _add_output(command)


def _hook(commands: Any) -> None:
    command = _command(
        commands,
        "hook",
        _run_hook,
        "judge the whole repository and report what concerns FILES (for pre-commit)",
    )
    command.add_argument("files", nargs="*", metavar="FILE", help="the files that are about to be committed")
    _add_selection(command)
    _add_output(command)


def _add_selection(command: argparse.ArgumentParser) -> None:
    command.add_argument("--pack", action="append", default=[], metavar="PACK", help="judge by this pack; repeatable")
    command.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="ID[,ID]",
        help="judge by these ids, prefixes (TLS, NET1) or names",
    )
    command.add_argument("--ignore", action="append", default=[], metavar="ID[,ID]", help="leave these out")
    command.add_argument(
        "--fail-on", choices=("low", "medium", "high", "critical"), help="the lowest severity that fails (default: low)"
    )
    command.add_argument(
        "--config",
        metavar="FILE",
        help="configuration to use instead of the repository's erpguard.yaml or pyproject.toml",
    )


def _add_output(command: argparse.ArgumentParser) -> None:
    loud = command.add_mutually_exclusive_group()
    loud.add_argument("-q", "--quiet", action="store_true", help="one line per finding, and problems")
    loud.add_argument("-v", "--verbose", action="store_true", help="everything, undetermined ones too")
    command.add_argument("--no-progress", action="store_true", help="no progress on standard error")
    command.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="(default: auto)")


def _policies(commands: Any) -> None:
    command = _command(commands, "policies", _run_list, "list the policies, or show one")
    inner = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = _command(inner, "list", _run_list, "list the policies: id, severity, name, title")
    listing.add_argument("--pack", action="append", default=[], metavar="PACK", help="only this pack; repeatable")
    listing.add_argument("--json", action="store_true", help="as JSON")
    show = _command(inner, "show", _run_show, "show the metadata of one policy, its parameters among them")
    show.add_argument("policy", metavar="ID", help="its id or name")
    show.add_argument("--json", action="store_true", help="as JSON")


def _explain(commands: Any) -> None:
    command = _command(
        commands, "explain", _run_explain, "explain a policy: what, why, a bad and a good example, the remedy, sources"
    )
    command.add_argument("policy", metavar="ID", help="its id or name")


def _run_scan(options: argparse.Namespace) -> int:
    from erpguard.cli.scan import run

    return run(options)


def _run_hook(options: argparse.Namespace) -> int:
    from erpguard.cli.hook import run

    return run(options)


def _run_list(options: argparse.Namespace) -> int:
    from erpguard.cli.policies import run_list

    return run_list(options)


def _run_show(options: argparse.Namespace) -> int:
    from erpguard.cli.policies import run_show

    return run_show(options)


def _run_explain(options: argparse.Namespace) -> int:
    from erpguard.cli.explain import run

    return run(options)
