"""What a scan is about, before anything of it is read: the paths, standard input, and the date to judge for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from typing import Any

from erpguard.config import Settings
from erpguard.errors import UsageError
from erpguard.sources.discovery import SUFFIXES, Discovered

Paths = Iterable[str | os.PathLike[str]]


def named_paths(paths: Paths | None, settings: Settings, resources: Iterable[Any] | None) -> list[str]:
    """The paths to read; nothing at all to scan is an error, for it would look clean."""
    if isinstance(paths, str):
        raise UsageError(f"paths is one text: give a list, [{paths!r}]")
    if paths is not None:
        return [os.fspath(path) for path in paths]
    if not settings.paths and resources is None:
        raise UsageError("nothing to scan: give paths or resources, or `paths` in the configuration")
    base = os.path.dirname(settings.file)
    return [os.path.join(base, path) for path in settings.paths]


def standard_input(named: Sequence[str], stdin: bytes | None) -> bytes | None:
    """What `-` stands for. Nothing at all is an error: the program before the pipe failed, and it would look clean."""
    if "-" not in named:
        return None
    if stdin is None:
        raise UsageError("the path `-` needs the bytes of standard input")
    if not stdin.strip():
        raise UsageError("standard input is empty: did the program before the pipe fail?")
    return stdin


def snapshot_date(found: Discovered) -> str:
    """The date of the latest snapshot; files of folders are none, by their names."""
    named = [given for given in found.inputs if given.path and not given.path.lower().endswith(SUFFIXES)]
    if not named:
        return ""
    from erpguard.sources.recognition import SNAPSHOT, recognize

    snapshots = [given for given in named if recognize(given) == SNAPSHOT]
    if not snapshots:
        return ""
    from erpguard.sources.snapshot import taken

    return max(map(taken, snapshots))


def today() -> str:
    """The system's date, in UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime())
