"""`erpguard policies new`, `test` and `check`: for people who write their own policies."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Sequence

from erpguard.authoring.folder import Folder, open_folder
from erpguard.cli import environment
from erpguard.cli.command_parser import seconds
from erpguard.errors import UsageError
from erpguard.reporters.escape import plain, terminal

DEFAULT = "policies"


def _add_new(command: ArgumentParser) -> None:
    command.set_defaults(run=run_new)
    command.add_argument("policy", metavar="PACK/NAME", help="the pack, and the name of the policy in it")
    command.add_argument("--dir", metavar="DIR", default=DEFAULT, help="the folder of packs (default: policies)")
    command.add_argument(
        "--type", metavar="TYPE", default="apps/Deployment", help="what it judges (default: apps/Deployment)"
    )


def _add_test(command: ArgumentParser) -> None:
    command.set_defaults(run=run_test)
    _add_folders(command)
    command.add_argument(
        "--select", action="append", default=[], metavar="ID[,ID]", help="only these ids, prefixes or names"
    )
    command.add_argument(
        "-r",
        "--run",
        dest="run_only",
        default="",
        metavar="REGEX",
        help="only tests and examples in whose names this is found",
    )
    command.add_argument(
        "--coverage", type=_percent, default=0.0, metavar="PERCENT", help="fail where less of a policy is covered"
    )
    command.add_argument("--junit", metavar="FILE", help="write JUnit XML for CI too")
    command.add_argument("--watch", action="store_true", help="run again whenever a file changes, until interrupted")
    command.add_argument(
        "-v", "--verbose", action="store_true", help="tell every test and example, and the coverage of every policy"
    )


def _add_check(command: ArgumentParser) -> None:
    command.set_defaults(run=run_check)
    _add_folders(command)


def _add_folders(command: ArgumentParser) -> None:
    command.add_argument(
        "folders",
        nargs="*",
        metavar="DIR",
        help="folders of packs (default: those of `packs` in the configuration, else policies)",
    )
    command.add_argument("--json", action="store_true", help="as JSON")
    command.add_argument(
        "--policy-timeout",
        type=seconds,
        metavar="SECONDS",
        help="how long a rule may take in all (default: 30)",
    )


def _percent(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise ArgumentTypeError(f"{text} is no number from 0 to 100")
    return value


COMMANDS = (
    ("new", "write a policy of an own pack, with a test and examples that pass", _add_new),
    ("test", "run the Rego tests and the examples of own packs, and tell what they reach", _add_test),
    ("check", "tell what is wrong with the files of own packs: metadata, ids, paths, parameters", _add_check),
)
"""Name, help, and what adds the arguments."""


def run_new(options: Namespace) -> int:
    """Write the files of a policy, and tell what to do next."""
    from erpguard.authoring.scaffold import new

    made = new(options.dir, options.policy, options.type)
    _print(f"wrote {file}" for file in made.files)
    _print(("", *made.next_steps))
    return 0


def run_test(options: Namespace) -> int:
    """Run tests and examples once, or whenever a file changes."""
    if options.run_only and options.coverage:
        raise UsageError("--run and --coverage: choose one of them, since a part of the tests covers a part")
    if options.watch:
        from erpguard.cli.watching import watch

        if options.json:
            raise UsageError("--watch and --json: choose one of them")
        return watch(lambda: _folders(options), lambda: _test(options))
    return _test(options)


def _test(options: Namespace) -> int:
    from erpguard.authoring import telling
    from erpguard.authoring.running import run

    select, limits = environment.listed(options.select), environment.limits(options)
    reports = [run(folder, select, limits, options.run_only) for folder in _folders(options)]
    if options.junit:
        from erpguard.authoring.junit import as_xml
        from erpguard.cli.output import write

        write([as_xml(reports, options.coverage)], options.junit)
    if options.json:
        print(json.dumps([telling.as_json(report, options.coverage) for report in reports], indent=2))
    else:
        for report in reports:
            _print(telling.lines(report, options.coverage, verbose=options.verbose))
    return 0 if all(report.is_good(options.coverage) for report in reports) else 1


def run_check(options: Namespace) -> int:
    """Print what is wrong with the files of packs."""
    from erpguard.authoring import telling
    from erpguard.authoring.checking import check

    found = [(folder, check(folder, environment.limits(options))) for folder in _folders(options)]
    if options.json:
        told = [one for folder, complaints in found for one in telling.complaints_as_json(folder, complaints)]
        print(json.dumps(told, indent=2))
    else:
        for folder, complaints in found:
            _print(telling.checked(folder, complaints))
    return 1 if any(one.level == "error" for _, complaints in found for one in complaints) else 0


def _folders(options: Namespace) -> Sequence[Folder]:
    return [open_folder(path) for path in options.folders or _configured() or [DEFAULT]]


def _configured() -> list[str]:
    """The folders among `packs` of the configuration, from the working directory on."""
    from erpguard.packs import is_folder
    from erpguard.sources.discovery import top_level

    found = environment.settings(Namespace(config=None), top_level(os.getcwd()))
    base = os.path.dirname(found.file)
    return [os.path.relpath(os.path.join(base, pack)) for pack in found.packs if is_folder(pack)]


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(terminal(plain(line)))
