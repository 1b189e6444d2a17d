"""`--watch`: does something whenever a file of some folders changes."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from erpguard.authoring.folder import Folder
from erpguard.errors import ErpguardError
from erpguard.reporters.escape import plain, terminal

INTERVAL = 0.5
_SUFFIXES = (".rego", ".yaml", ".yml", ".json")

State = dict[str, tuple[int, int]]
"""Time of the last change in nanoseconds and size, by file."""


def watch(folders: Callable[[], Sequence[Folder]], deed: Callable[[], int]) -> int:
    """Do it now and after every change, until Ctrl-C; errors of the files are told, and mended by the next change."""
    paths = [folder.path for folder in folders()]
    try:
        for _ in changes(paths, time.sleep):
            _try(deed)
            print(f"watching {', '.join(map(terminal, map(plain, paths)))}: Ctrl-C ends it", flush=True)
    except KeyboardInterrupt:
        print()
    return 130


def changes(paths: Sequence[str], wait: Callable[[float], None]) -> Iterator[State]:
    """The state of the files now, and each one that differs from the one before."""
    before: State | None = None
    while True:
        now = state(paths)
        if now != before:
            yield now
        before = now
        wait(INTERVAL)


def state(paths: Sequence[str]) -> State:
    """The files of some folders of packs as they are."""
    found: State = {}
    for path in paths:
        for where, _, names in os.walk(path):
            for name in names:
                file = os.path.join(where, name)
                if name.endswith(_SUFFIXES) and os.path.exists(file):
                    stat = os.stat(file)
                    found[file] = (stat.st_mtime_ns, stat.st_size)
    return found


def _try(deed: Callable[[], int]) -> None:
    try:
        deed()
    except ErpguardError as error:
        print(terminal(f"erpguard: {plain(str(error))}"), file=sys.stderr)
    gc.collect()  # the command runs without, and this one may run for days
