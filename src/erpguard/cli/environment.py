"""What the command takes from its surroundings: the repository, the terminal, the date."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from glob import glob
from time import monotonic
from typing import TYPE_CHECKING

from erpguard.config import Settings, find, load
from erpguard.errors import ConfigurationError, UsageError
from erpguard.model import Severity
from erpguard.packs import Library, is_folder, wanted
from erpguard.sources.discovery import top_level
from erpguard.sources.text_decoding import LARGEST_FILE

if TYPE_CHECKING:
    from erpguard.engines.child import Limits

_SURE_AFTER = 5.0
"""Seconds of a stage before which nothing can be said of the rest."""


def settings(options: Namespace, root: str) -> Settings:
    """The configuration that --config names, else the tree's own, else the defaults."""
    if options.config:
        return load(options.config)
    for folder in _upwards(os.getcwd(), root):
        path = find(folder)
        if path:
            shown = os.path.relpath(path)
            if not _within(path, root):
                raise ConfigurationError(f"{shown}: a symbolic link that leads out of the repository: use --config")
            prefix = os.path.relpath(folder, root).replace(os.sep, "/")
            found = load(path, shown).rebased("" if prefix == "." else prefix)
            _check_paths(found, root)
            return found
    return Settings()


def _upwards(folder: str, root: str) -> Iterator[str]:
    """The folders from one up to the root above it."""
    while folder != root and os.path.dirname(folder) != folder:
        yield folder
        folder = os.path.dirname(folder)
    yield folder


def _check_paths(settings: Settings, root: str) -> None:
    """Raise ConfigurationError where the tree's own configuration names what lies outside of the tree."""
    for number, path in enumerate(_based(settings)):
        if not all(_within(one, root) for one in glob(path, recursive=True) or [path]):
            text = f"paths: {settings.paths[number]} leads out of the repository: name it on the command line"
            raise ConfigurationError(f"{settings.where('paths', number)}: {text}")
    for number, pack in enumerate(settings.packs):
        if is_folder(pack) and not _within(os.path.join(os.path.dirname(settings.file), pack), root):
            text = f"packs: {pack} leads out of the repository: give it by --pack"
            raise ConfigurationError(f"{settings.where('packs', number)}: {text}")
    if settings.conftest:
        _check_packages(settings, root)


def _check_packages(settings: Settings, root: str) -> None:
    from erpguard.conftest.configured import path_of

    for name, option in (("policies", "--conftest"), ("data", "--data")):
        for number, given in enumerate(settings.conftest.get(name, ())):
            if not _within(path_of(given, os.path.dirname(settings.file)), root):
                text = f"conftest: {given} leads out of the repository: give it by {option}"
                raise ConfigurationError(f"{settings.where('conftest', name, number)}: {text}")


def _within(path: str, folder: str) -> bool:
    real, top = os.path.realpath(path), os.path.realpath(folder)
    return os.path.commonpath((real, top)) == top


def configured_paths(settings: Settings) -> list[str]:
    """The paths of the configuration, relative to its folder as they are there; each has to lead somewhere."""
    paths = _based(settings)
    for number, path in enumerate(paths):
        if not os.path.lexists(path) and not glob(path, recursive=True):
            text = f"paths: {settings.paths[number]}: no such file or folder"
            raise ConfigurationError(f"{settings.where('paths', number)}: {text}")
    return paths


def _based(settings: Settings) -> list[str]:
    """The paths of the configuration, which are relative to its folder."""
    base = os.path.dirname(settings.file) or "."
    return [os.path.join(base, path) for path in settings.paths]


def standard_input() -> bytes:
    """Standard input, as far as a file may be long."""
    if sys.stdin is None:
        raise UsageError("standard input is closed, but `-` asks for it")
    return sys.stdin.buffer.read(LARGEST_FILE + 1)


def cache_folder(options: Namespace) -> str:
    """Where results are kept: `ERPGUARD_CACHE_DIR`, else the user's cache folder; nowhere with --no-cache."""
    if options.no_cache:
        return ""
    given = os.environ.get("ERPGUARD_CACHE_DIR")
    if given:
        return given
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/.cache")
    return os.path.join(base, "erpguard") if os.path.isabs(base) else ""


def kubeconfig(given: str) -> str:
    """The file of --kubeconfig, else what `KUBECONFIG` names (files, separated as in PATH), else the default one."""
    return given or os.environ.get("KUBECONFIG", "")


def threshold(options: Namespace, settings: Settings) -> Severity:
    """--fail-on, else the configuration's."""
    return Severity(options.fail_on) if options.fail_on else settings.fail_on


def library(options: Namespace) -> tuple[Library, list[str]]:
    """The packs that ship, those of the repository's configuration and those of --pack; and the names to narrow to."""
    found = settings(Namespace(config=None), top_level(os.getcwd()))
    own = [pack for pack in found.packs if is_folder(pack)]
    return wanted(options.pack, own, os.path.dirname(found.file), options.plugin)


def limits(options: Namespace) -> Limits | None:
    """What --policy-timeout allows; the defaults without it."""
    if not options.policy_timeout:
        return None
    from erpguard.engines.child import Limits

    return Limits(seconds=options.policy_timeout)


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
    """The date of --as-of; empty without it."""
    if not given:
        return ""
    import datetime

    try:
        return datetime.date.fromisoformat(given).isoformat()
    except ValueError as error:
        raise UsageError(f"--as-of {given}: not a date like 2026-01-31") from error


def today() -> str:
    """The date that SOURCE_DATE_EPOCH gives (reproducible-builds.org); empty without it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return ""
    import datetime

    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError("SOURCE_DATE_EPOCH is not a number of seconds that leads to a date") from error


class Progress:
    """One line on standard error that overwrites itself; silent where nobody watches."""

    def __init__(self, wanted: bool, clock: Callable[[], float] = monotonic) -> None:
        self._wanted = wanted and sys.stderr.isatty()
        self._shown = False
        self._clock = clock
        self._stage = ""
        self._began = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is, and after some seconds how long it may still take."""
        if self._wanted:
            self._shown = True
            if stage != self._stage:
                self._stage, self._began = stage, self._clock()
            sys.stderr.write(f"\r\x1b[K{stage} {done}/{total}{self._left(done, total)}")
            sys.stderr.flush()

    def _left(self, done: int, total: int) -> str:
        spent = self._clock() - self._began
        if spent < _SURE_AFTER or not 0 < done < total:
            return ""
        left = round(spent * (total - done) / done)
        return f", about {left // 60} min {left % 60:02} s left" if left >= 60 else f", about {left} s left"

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
