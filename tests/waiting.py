"""Wait for what a process does, as the system shows it, and not for a time that is long enough on some machines."""

from __future__ import annotations

import fcntl
import os
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

HANGS = 120
"""Seconds after which a process will never get there."""

needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks into /proc")


def until(process: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    """Wait until a process has got somewhere."""

    def is_over() -> bool:
        if reached():
            return True
        assert process.poll() is None, f"it ended with {process.returncode} before it got there"
        return False

    eventually(is_over)


def eventually(reached: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + HANGS
    while not reached():
        assert time.monotonic() < end, "it never got there"
        time.sleep(0.002)


def has_loaded(process: subprocess.Popen[str], library: str) -> bool:
    """Whether a library (part of its file's name) is in the memory of a process."""
    return library in Path(f"/proc/{process.pid}/maps").read_text()


def has_read(process: subprocess.Popen[str], size: int) -> bool:
    """Whether a process has read so many bytes, its own program among them."""
    for line in Path(f"/proc/{process.pid}/io").read_text().splitlines():
        if line.startswith("rchar:"):
            return int(line.split()[1]) >= size
    return False


def is_taken(pipe: IO[str] | None) -> bool:
    """Whether the other end has read all that was written into a pipe."""
    assert pipe is not None
    return fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)) == bytes(4)
