"""The arguments that several commands take alike."""

from __future__ import annotations

from argparse import ArgumentParser

from erpguard.cli.command_parser import seconds

PLUGIN_HELP = "judge by the policies in Python of this entry point too, which run with all rights; repeatable"


def add_selection(command: ArgumentParser) -> None:
    """Which policies judge, and when that fails."""
    command.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="PACK",
        help="judge by this pack; with a slash: by the own packs in this folder too; repeatable",
    )
    command.add_argument("--plugin", action="append", default=[], metavar="NAME", help=PLUGIN_HELP)
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


def add_output(command: ArgumentParser) -> None:
    """How much is told, and how."""
    loud = command.add_mutually_exclusive_group()
    loud.add_argument("-q", "--quiet", action="store_true", help="one line per finding, and problems")
    loud.add_argument("-v", "--verbose", action="store_true", help="everything, undetermined ones too")
    command.add_argument("--no-cache", action="store_true", help="judge all again, and keep no result of it")
    command.add_argument("--no-progress", action="store_true", help="no progress on standard error")
    command.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="(default: auto)")


def add_named_policy(command: ArgumentParser) -> None:
    """One policy, of any pack that is known."""
    command.add_argument("policy", metavar="ID", help="its id or name")
    command.add_argument("--pack", action="append", default=[], metavar="DIR", help="a folder of own packs; repeatable")
    command.add_argument("--plugin", action="append", default=[], metavar="NAME", help=PLUGIN_HELP)
