"""The arguments of `--conftest`."""

from __future__ import annotations

import argparse
from argparse import Namespace
from typing import Any

from erpguard import trust
from erpguard.config import Settings
from erpguard.conftest import ConftestOptions
from erpguard.conftest.formats import NAMED
from erpguard.errors import UsageError

_TELLS = """\
Packages as conftest has them, which judge each document.
--namespace names the ones that judge (default: main)."""

_OTHERWISE = {
    **dict.fromkeys(("-p", "--policy"), "--conftest DIR"),
    "-d": "--data PATH",
    "-n": "--namespace NAME",
    **dict.fromkeys(("-o", "--output"), "--format FORMAT"),
    **dict.fromkeys(("-u", "--update"), "fetch packages before the scan"),
    "--no-fail": "look for exit code 1",
    "--no-color": "--color never",
    "--stdin-filename": "--stdin-path FILE",
}
"""What the options of conftest are here, those that have other names."""


class _Otherwise(argparse.Action):
    """Says so: `--policy` alone would be taken for the beginning of `--policy-timeout`."""

    def __call__(self, parser: argparse.ArgumentParser, _: Namespace, __: Any, option: str | None = None) -> None:
        parser.error(f"{option} is an option of conftest; here: {_OTHERWISE[str(option)]}")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the group of arguments."""
    group = command.add_argument_group("conftest packages", _TELLS)
    group.add_argument(
        "--conftest",
        action="append",
        default=[],
        metavar="DIR",
        help="judge by the packages in this folder too, or with `--pack conftest` by them alone; repeatable",
    )
    group.add_argument("--all-namespaces", action="store_true", help="all packages judge")
    group.add_argument(
        "--data", action="append", default=[], metavar="PATH", help="YAML and JSON for `data`; repeatable"
    )
    group.add_argument("--combine", action="store_true", help="all documents are one input: [{path, contents}]")
    group.add_argument("--fail-on-warn", action="store_true", help="what `warn` says fails the scan too")
    group.add_argument("--rego-version", choices=("v0", "v1"), help="the syntax of the packages (default: v1)")
    group.add_argument(
        "--parser",
        choices=tuple(NAMED),
        help="what standard input, and named files whose names tell no format, are (default: YAML or JSON)",
    )
    group.add_argument(*_OTHERWISE, action=_Otherwise, nargs="?", dest=argparse.SUPPRESS, help=argparse.SUPPRESS)


def conftest_options(options: Namespace, settings: Settings, has_clusters: bool) -> ConftestOptions | None:
    """The packages of --conftest, else those of the configuration; what is given wins, option by option.

    UsageError where the arguments ask for two things.
    """
    known = trust.packages(settings)
    if not options.conftest and known is None:
        _check_alone(options)
        if options.namespace and not has_clusters:
            raise UsageError("--namespace is for live systems and packages: name kubernetes:CONTEXT or --conftest DIR")
        return None
    if options.conftest and options.namespace and has_clusters:
        raise UsageError("--namespace names packages with --conftest: scan the namespaces of a cluster by themselves")
    if options.namespace and options.all_namespaces:
        raise UsageError("--namespace and --all-namespaces: give one of them")
    return (known or ConftestOptions(()))._replace(**_given(options, has_clusters))


def _given(options: Namespace, has_clusters: bool) -> dict[str, Any]:
    """The options that are there, by field."""
    # Beside packages of the configuration, --namespace is still for the clusters that are scanned.
    namespaces = () if has_clusters else _listed(options.namespace)
    given = {
        "policies": _listed(options.conftest),
        "data": _listed(options.data),
        "namespaces": namespaces,
        "all_namespaces": options.all_namespaces,
        "combine": options.combine,
        "fail_on_warn": options.fail_on_warn,
        "rego_version": options.rego_version,
        "parser": options.parser,
    }
    return {name: value for name, value in given.items() if value} | ({"all_namespaces": False} if namespaces else {})


def _listed(given: list[str]) -> tuple[str, ...]:
    """`a,b` is two, as conftest takes it."""
    return tuple(one for value in given for one in value.split(",") if one)


def _check_alone(options: Namespace) -> None:
    for name in ("all_namespaces", "data", "combine", "fail_on_warn", "parser"):
        if getattr(options, name):
            raise UsageError(f"--{name.replace('_', '-')} needs --conftest DIR")
