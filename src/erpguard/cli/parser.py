"""The arguments of the command, and their help."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from erpguard.cli import conftest, live_arguments
from erpguard.cli.command_parser import CommandParser, add_command, checking_formatter, one_command, seconds
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
    for name, (help_, fill, epilog) in _COMMANDS.items():
        add_command(commands, name, help_, fill, epilog)
    return parser


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The parsed options. Where the first argument is a command, the parsers of the others are not made."""
    if not arguments or arguments[0] not in _COMMANDS:
        return make_parser().parse_args(arguments)
    help_, fill, epilog = _COMMANDS[arguments[0]]
    return one_command(f"erpguard {arguments[0]}", help_, fill, epilog).parse_args(arguments[1:])


def _scan(command: CommandParser) -> None:
    command.set_defaults(run=_run_scan)
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="what to scan; azure:SUBSCRIPTION and kubernetes:CONTEXT are live systems (default: `paths` of the "
        "configuration, else .)",
    )
    _add_selection(command)
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
    _add_output(command)
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


def _collect(command: CommandParser) -> None:
    commands = command.add_subparsers(title="systems", metavar="SYSTEM", required=True)
    add_command(commands, "azure", "read subscriptions", _collect_azure, live_arguments.AZURE_EPILOG)
    add_command(commands, "kubernetes", "read clusters", _collect_kubernetes, live_arguments.KUBERNETES_EPILOG)


def _collect_azure(command: CommandParser) -> None:
    command.set_defaults(run=_run_collect, platform="azure")
    live_arguments.add_collect_azure(command)


def _collect_kubernetes(command: CommandParser) -> None:
    command.set_defaults(run=_run_collect, platform="kubernetes")
    live_arguments.add_collect_kubernetes(command)


def _hook(command: CommandParser) -> None:
    command.set_defaults(run=_run_hook, part=True)
    command.add_argument("files", nargs="*", metavar="FILE", help="the files that are about to be committed")
    _add_selection(command)
    _add_output(command)


_PLUGIN_HELP = "judge by the policies in Python of this entry point too, which run with all rights; repeatable"


def _add_selection(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="PACK",
        help="judge by this pack; with a slash: by the own packs in this folder too; repeatable",
    )
    command.add_argument("--plugin", action="append", default=[], metavar="NAME", help=_PLUGIN_HELP)
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
    command.add_argument(
        "--policy-timeout",
        type=seconds,
        metavar="SECONDS",
        help="how long a policy of an own pack, or a rule of a conftest package, may take in all (default: 30)",
    )


def _add_output(command: argparse.ArgumentParser) -> None:
    loud = command.add_mutually_exclusive_group()
    loud.add_argument("-q", "--quiet", action="store_true", help="one line per finding, and problems")
    loud.add_argument("-v", "--verbose", action="store_true", help="everything, undetermined ones too")
    command.add_argument("--no-cache", action="store_true", help="judge all again, and keep no result of it")
    command.add_argument("--no-progress", action="store_true", help="no progress on standard error")
    command.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="(default: auto)")


def _policies(command: CommandParser) -> None:
    from erpguard.cli import authoring

    commands = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_command(commands, "list", "list the policies: id, severity, name, title", _list)
    add_command(commands, "show", "show the metadata of one policy, its parameters among them", _show)
    add_command(commands, "bundle", "write the policies as a bundle for OPA servers", _bundle)
    for name, help_, fill in authoring.COMMANDS:
        add_command(commands, name, help_, fill)


_PACK_HELP = "only this pack; with a slash: the own packs in this folder too; repeatable"


def _list(command: CommandParser) -> None:
    command.set_defaults(run=_run_list)
    command.add_argument("--pack", action="append", default=[], metavar="PACK", help=_PACK_HELP)
    command.add_argument("--plugin", action="append", default=[], metavar="NAME", help=_PLUGIN_HELP)
    command.add_argument("--json", action="store_true", help="as JSON")


def _show(command: CommandParser) -> None:
    command.set_defaults(run=_run_show)
    command.add_argument("policy", metavar="ID", help="its id or name")
    command.add_argument("--pack", action="append", default=[], metavar="DIR", help="a folder of own packs; repeatable")
    command.add_argument("--plugin", action="append", default=[], metavar="NAME", help=_PLUGIN_HELP)
    command.add_argument("--json", action="store_true", help="as JSON")


def _bundle(command: CommandParser) -> None:
    command.set_defaults(run=_run_bundle, plugin=[])
    command.add_argument(
        "--out", metavar="FILE", default="erpguard-bundle.tar.gz", help="(default: erpguard-bundle.tar.gz)"
    )
    command.add_argument(
        "--pack", action="append", default=[], metavar="DIR", help="the own packs in this folder too; repeatable"
    )


def _explain(command: CommandParser) -> None:
    command.set_defaults(run=_run_explain)
    command.add_argument("policy", metavar="ID", help="its id or name")
    command.add_argument("--pack", action="append", default=[], metavar="DIR", help="a folder of own packs; repeatable")
    command.add_argument("--plugin", action="append", default=[], metavar="NAME", help=_PLUGIN_HELP)


_COMMANDS: Mapping[str, tuple[str, Callable[[CommandParser], None], str]] = {
    "scan": ("scan files, folders, globs, or - for standard input", _scan, _SCAN_EPILOG),
    "collect": ("read live systems into a snapshot, to be scanned and kept as evidence", _collect, ""),
    "hook": ("judge the whole repository and report what concerns FILES (for pre-commit)", _hook, ""),
    "policies": ("list, show, write, test, check and bundle policies", _policies, ""),
    "explain": ("explain a policy: what, why, a bad and a good example, the remedy, sources", _explain, ""),
}
"""Name -> help, what adds the arguments, and what help ends with."""


def _run_scan(options: argparse.Namespace) -> int:
    from erpguard.cli.scan import run

    return run(options)


def _run_collect(options: argparse.Namespace) -> int:
    from erpguard.cli.collect import run

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


def _run_bundle(options: argparse.Namespace) -> int:
    from erpguard.cli.policies import run_bundle

    return run_bundle(options)


def _run_explain(options: argparse.Namespace) -> int:
    from erpguard.cli.explain import run

    return run(options)
