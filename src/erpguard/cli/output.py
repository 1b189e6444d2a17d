"""Where reports go: standard output, and files that are written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from erpguard.cli import discard_output
from erpguard.errors import UsageError
from erpguard.reporters import load

Target = tuple[str, str]
"""A format, and the file it goes to; empty for standard output."""


def targets(formats: Sequence[str]) -> list[Target]:
    """`["text", "sarif:out.sarif"]` as targets; what cannot be written is refused before any work."""
    found: list[Target] = []
    for text in formats:
        name, _, file = text.partition(":")
        file = "" if file == "-" else file
        load(name)
        if file and not os.path.isdir(folder := os.path.dirname(os.path.abspath(file))):
            shown = os.path.dirname(file) or folder
            raise UsageError(f"--format {text}: the folder {shown} does not exist")
        if os.path.isdir(file):
            raise UsageError(f"--format {text}: {file} is a folder: name a file")
        if not file and sys.stdout is None:
            raise UsageError(f"--format {text}: standard output is closed: write to a file, --format FORMAT:FILE")
        if any(_same(file, other) for _, other in found):
            where = file or "standard output"
            raise UsageError(f"--format {text}: a second report to {where}: write one of them to another FILE")
        found.append((name, file))
    return found


def write(pieces: Iterable[str], file: str) -> None:
    """Write a report, given in pieces: to standard output, or whole or not at all to a file."""
    if not file:
        _write_output(pieces)
        return
    try:
        if os.path.exists(file) and not os.path.isfile(file):  # a device or a pipe
            with open(file, "w", encoding="utf-8", newline="\n") as opened:
                opened.writelines(pieces)
        else:
            _replace(os.path.realpath(file), pieces)
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error


def _write_output(pieces: Iterable[str]) -> None:
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except BrokenPipeError:  # its reader went away, as `head` does; other reports and the exit code still count
        discard_output()


def _replace(file: str, pieces: Iterable[str]) -> None:
    with whole(file, _mode(file)) as opened:
        opened.writelines(text.encode() for text in pieces)


@contextmanager
def whole(file: str, mode: int) -> Iterator[IO[bytes]]:
    """A file that is written whole or not at all: beside it, under a name that nobody can have prepared, then moved."""
    if os.path.exists(file) and not os.path.isfile(file):  # a device or a pipe is no file to replace
        with open(file, "wb") as device:
            yield device
        return
    partial = os.path.join(os.path.dirname(file), f".erpguard-{os.urandom(8).hex()}.partial")
    # Not `tempfile`, which costs every scan as much time as its YAML parser.
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with open(handle, "wb") as opened:
            yield opened
        os.chmod(partial, mode)
        os.replace(partial, file)
    except BaseException:
        os.unlink(partial)
        raise


def _mode(file: str) -> int:
    """The permissions of the older report, else those that any new file gets."""
    try:
        return os.stat(file).st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _same(one: str, other: str) -> bool:
    if not one or not other:
        return one == other
    return os.path.realpath(one) == os.path.realpath(other)
