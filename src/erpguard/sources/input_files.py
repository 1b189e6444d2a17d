"""The bytes of one input file."""

from __future__ import annotations

import os
from stat import S_ISREG

from erpguard.model import Place, Problem
from erpguard.sources import Input
from erpguard.sources.text_decoding import LARGEST_FILE, too_large


def read(given: Input, size: int = -1) -> bytes | Problem:
    """The content of a regular file, or its first bytes; or the problem that it cannot be read."""
    try:
        # O_NONBLOCK: opening a named pipe must not wait for a writer.
        handle = os.open(given.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            status = os.fstat(handle)
            if not S_ISREG(status.st_mode):
                return Problem("unreadable", "not a regular file: name a file, or pipe it to `-`", Place(given.name))
            if status.st_size > LARGEST_FILE:
                return too_large(given.name, status.st_size)
            return file.read(LARGEST_FILE + 1 if size < 0 else size)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Problem("unreadable", f"the file cannot be read ({reason}): check its permissions", Place(given.name))
