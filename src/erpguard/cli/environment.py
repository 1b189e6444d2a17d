"""What the command takes from its surroundings: the repository, the terminal, the date."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from erpguard.config import Settings, find, load
from erpguard.errors import UsageError
from erpguard.model import Severity


def settings(options: Namespace, root: str) -> Settings:
    """The configuration that --config names, else the tree's own, else the defaults."""
    if options.config:
        return load(options.config)
    for folder in dict.fromkeys((os.getcwd(), root)):
        path = find(folder)
        if path:
            prefix = os.path.relpath(folder, root).replace(os.sep, "/")
            return load(path, os.path.relpath(path)).rebased("" if prefix == "." else prefix)
    return Settings()


def configured_paths(settings: Settings) -> list[str]:
    """The paths of the configuration, which are relative to its folder."""
    base = os.path.dirname(settings.file)
    return [os.path.join(base, path) for path in settings.paths]


def threshold(options: Namespace, settings: Settings) -> Severity:
    """--fail-on, else the configuration's."""
    return Severity(options.fail_on) if options.fail_on else settings.fail_on


def listed(values: list[str]) -> list[str]:
    """`--select A,B --select C` as one list."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


def use_color(options: Namespace) -> bool:
    """Whether standard output takes colours (no-color.org)."""
    if options.color != "auto":
        return bool(options.color == "always")
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns of the terminal; 100 where there is none."""
    import shutil

    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 140))


def as_of(given: str) -> str:
    """The date to judge for: the given one, else SOURCE_DATE_EPOCH, else nothing (today)."""
    import datetime

    if given:
        try:
            return datetime.date.fromisoformat(given).isoformat()
        except ValueError as error:
            raise UsageError(f"--as-of {given}: not a date like 2026-01-31") from error
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return ""
    if not epoch.isdigit():
        raise UsageError("SOURCE_DATE_EPOCH is not a number of seconds")
    return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()


class Progress:
    """One line on standard error that overwrites itself; silent where nobody watches."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted and sys.stderr.isatty()
        self._shown = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        if self._wanted:
            self._shown = True
            sys.stderr.write(f"\r\x1b[K{stage} {done}/{total}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
