"""`erpguard policies list`, `show` and `bundle`."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

from erpguard.cli import authoring, environment
from erpguard.cli.command_parser import CommandParser, add_command
from erpguard.cli.common_arguments import PLUGIN_HELP, add_named_policy
from erpguard.errors import UsageError
from erpguard.model import Policy
from erpguard.packs import Library, select


def add_arguments(command: CommandParser) -> None:
    """Add what the command takes."""
    commands = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_command(commands, "list", "list the policies: id, severity, name, title", _list)
    add_command(commands, "show", "show the metadata of one policy, its parameters among them", _show)
    add_command(commands, "bundle", "write the policies as a bundle for OPA servers", _bundle)
    for name, help_, fill in authoring.COMMANDS:
        add_command(commands, name, help_, fill)


def _list(command: CommandParser) -> None:
    command.set_defaults(run=run_list)
    command.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="PACK",
        help="only this pack; with a slash: the own packs in this folder too; repeatable",
    )
    command.add_argument("--plugin", action="append", default=[], metavar="NAME", help=PLUGIN_HELP)
    command.add_argument("--json", action="store_true", help="as JSON")


def _show(command: CommandParser) -> None:
    command.set_defaults(run=run_show)
    add_named_policy(command)
    command.add_argument("--json", action="store_true", help="as JSON")


def _bundle(command: CommandParser) -> None:
    command.set_defaults(run=run_bundle, plugin=[])
    command.add_argument(
        "--out", metavar="FILE", default="erpguard-bundle.tar.gz", help="(default: erpguard-bundle.tar.gz)"
    )
    command.add_argument(
        "--pack", action="append", default=[], metavar="DIR", help="the own packs in this folder too; repeatable"
    )


def run_list(options: Namespace) -> int:
    """Print a line per policy."""
    library, names = environment.library(options)
    chosen = {
        name: policy
        for name, policy in select(library, packs=names, comparing=True).items()
        if not names or policy.pack in names
    }
    if options.json:
        print(json.dumps([as_json(policy) for policy in chosen.values()], indent=2))
        return 0
    longest = max(len(policy.name) for policy in chosen.values())
    pack = ""
    for policy in sorted(chosen.values(), key=lambda one: (one.pack, one.id)):
        if policy.pack != pack:
            print(f"{'' if not pack else chr(10)}{policy.pack}")
            pack = policy.pack
        print(f"  {policy.id:<8} {policy.severity:<9} {policy.name:<{longest}}  {policy.title}")
    print(
        f"\n{len(chosen)} policies in {len({policy.pack for policy in chosen.values()})} packs; "
        "`erpguard explain ID` tells more"
    )
    return 0


def run_show(options: Namespace) -> int:
    """Print everything that the METADATA says."""
    policy = find_policy(environment.library(options)[0], options.policy)
    if options.json:
        print(json.dumps(as_json(policy), indent=2))
        return 0
    rows = [
        ("id", policy.id),
        ("name", policy.name),
        ("pack", policy.pack),
        ("severity", ", ".join(policy.severities)),
        ("title", policy.title),
        ("judges", ", ".join(policy.resource_types)),
        ("reads", ", ".join(policy.reads)),
        ("file", policy.shown),
    ]
    rows = [(name, value) for name, value in rows if value]
    rows += [("only", f"{field}: {', '.join(map(_spelled, values))}") for field, values in policy.judged.items()]
    rows += [("only if", f"parameter {policy.only_if}")] if policy.only_if else []
    rows += [("absence of", ", ".join(policy.absence_of))] if policy.absence_of else []
    rows += [("control", str(control)) for control in policy.controls]
    rows += [("fix", f"{key}: {json.dumps(value)}") for key, value in policy.fix.items()]
    for name, value in rows:
        print(f"{name:<12}{value}")
    _print_parameters(policy)
    return 0


def _print_parameters(policy: Policy) -> None:
    if policy.parameters:
        print("\nparameters (configuration: parameters: {" + policy.id + ": {NAME: VALUE}})")
    for parameter in policy.parameters:
        print(f"  {parameter.name} = {json.dumps(parameter.default)}")
        for name, value in sorted(parameter.environments.items()):
            print(f"    in {name}: {json.dumps(value)}")
        if parameter.description:
            print(f"    {parameter.description}")


def find_policy(library: Library, wanted: str) -> Policy:
    """The policy of that id or name; UsageError with near ones otherwise."""
    for policy in library.rules.values():
        if wanted.upper() == policy.id or wanted == policy.name or wanted in policy.aliases:
            return policy
    import difflib

    names = [name for policy in library.rules.values() for name in (policy.id, policy.name)]
    near = difflib.get_close_matches(wanted, names, n=3) or difflib.get_close_matches(wanted.upper(), names, n=3)
    hint = f": did you mean {', '.join(near)}?" if near else ": `erpguard policies list` shows them all"
    raise UsageError(f"no policy {wanted!r}{hint}")


def run_bundle(options: Namespace) -> int:
    """Write the bundle and print its revision, which `--opa-read-only` compares."""
    from erpguard import bundle
    from erpguard.reporters.escape import terminal

    library, names = environment.library(options)
    if names:
        raise UsageError("a bundle has all packs that ship in it: --pack names folders of own ones, such as ./packs")
    revision = bundle.write(options.out, [part.folder for part in library.parts if part.folder and not part.is_shipped])
    print(terminal(f"{options.out}: revision {revision}"))
    return 0


def as_json(policy: Policy) -> dict[str, Any]:
    """The policy as plain JSON values."""
    return {
        **policy._asdict(),
        "parameters": [parameter._asdict() for parameter in policy.parameters],
        "references": [reference._asdict() for reference in policy.references],
        "controls": [{**one._asdict(), "framework": one.framework._asdict()} for one in policy.controls],
    }


def _spelled(value: Any) -> str:
    """A value as METADATA has it: `data`, `true`."""
    return value if isinstance(value, str) else json.dumps(value)
