"""The arguments of `--conftest`."""

from __future__ import annotations

import argparse
from argparse import Namespace

from erpguard.conftest import ConftestOptions
from erpguard.errors import UsageError

_TELLS = """\
Packages as conftest has them, which judge each document.
--namespace names the ones that judge (default: main)."""


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
    group.add_argument(
        "--rego-version", choices=("v0", "v1"), default="v1", help="the syntax of the packages (default: v1)"
    )


def conftest_options(options: Namespace, has_clusters: bool) -> ConftestOptions | None:
    """What the arguments ask for; UsageError where they ask for two things."""
    if not options.conftest:
        _check_alone(options)
        return None
    if options.namespace and has_clusters:
        raise UsageError("--namespace names packages with --conftest: scan the namespaces of a cluster by themselves")
    if options.namespace and options.all_namespaces:
        raise UsageError("--namespace and --all-namespaces: give one of them")
    return ConftestOptions(
        policies=_listed(options.conftest),
        data=_listed(options.data),
        namespaces=_listed(options.namespace) or ("main",),
        all_namespaces=options.all_namespaces,
        combine=options.combine,
        fail_on_warn=options.fail_on_warn,
        rego_version=options.rego_version,
    )


def _listed(given: list[str]) -> tuple[str, ...]:
    """`a,b` is two, as conftest takes it."""
    return tuple(one for value in given for one in value.split(",") if one)


def _check_alone(options: Namespace) -> None:
    for name in ("all_namespaces", "data", "combine", "fail_on_warn"):
        if getattr(options, name):
            raise UsageError(f"--{name.replace('_', '-')} needs --conftest DIR")
