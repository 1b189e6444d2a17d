"""How arguments are read: errors are one line, and only the command that is called is made."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn


class CommandParser(argparse.ArgumentParser):
    """Usage errors are one harmless line, as all errors of the command.

    `fill` adds the arguments of a command, once it is known that it is the one that is called.
    """

    fill: Callable[[CommandParser], None] | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self.fill is not None:
            fill, self.fill = self.fill, None
            fill(self)
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:  # argparse would leave it to the outermost parser, whose help says nothing of this command
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._near(unknown)}")
        return parsed, unknown

    def _near(self, unknown: Sequence[str]) -> str:
        """The options that may have been meant."""
        from difflib import get_close_matches

        known = [name for name, one in self._option_string_actions.items() if one.help is not argparse.SUPPRESS]
        names = (one.partition("=")[0] for one in unknown if one.startswith("--"))
        near = [match for name in names for match in get_close_matches(name, known, 1, 0.75)]
        return f" (did you mean {', '.join(near)}?)" if near else ""

    def format_help(self) -> str:
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        return super().format_help()

    def format_usage(self) -> str:
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        return super().format_usage()

    def error(self, message: str) -> NoReturn:
        from erpguard.reporters.escape import MESSAGE_LIMIT, cut, plain, terminal

        text = cut(plain(f"{self.prog}: {message}"), MESSAGE_LIMIT)
        self.exit(2, terminal(f"{text}: see `{self.prog} --help`") + "\n")


def checking_formatter(prog: str) -> argparse.HelpFormatter:
    """What arguments are checked with as they are added: to ask how wide the terminal is would import too much."""
    return argparse.RawDescriptionHelpFormatter(prog, width=80)


def add_command(commands: Any, name: str, help_: str, fill: Callable[[CommandParser], None], epilog: str = "") -> None:
    """Add a command; `fill` adds its arguments once it is called."""
    command: CommandParser = commands.add_parser(name, help=help_, **_texts(help_, epilog))
    command.fill = fill


def one_command(prog: str, help_: str, fill: Callable[[CommandParser], None], epilog: str) -> CommandParser:
    """A command that is called, without the others."""
    command = CommandParser(prog, **_texts(help_, epilog))
    fill(command)
    return command


def _texts(help_: str, epilog: str) -> dict[str, Any]:
    description = help_[0].upper() + help_[1:] + "."
    return {"description": description, "epilog": epilog, "formatter_class": checking_formatter}


def seconds(given: str) -> float:
    """A number of seconds above nothing."""
    try:
        number = float(given)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"{given} is no number of seconds")
    return number
