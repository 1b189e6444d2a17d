"""The files of a folder of packs: `<pack>/<name>`, where nobody has to trust who wrote them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from erpguard.errors import PackError

SUFFIXES = (".rego", ".yaml")
_SIMILAR = (*SUFFIXES, ".yml", ".json")
LARGEST = 2**20
"""Bytes of one file."""

MOST = 10_000
"""Files of one folder."""


def files(folder: str) -> list[str]:
    """The files that packs are made of, relative to the folder, sorted.

    PackError where one is too large or no file, leads out of the folder, or where there are too many: whoever reads
    them neither hangs nor tells what is not theirs.
    """
    inside = os.path.join(os.path.realpath(folder), "")
    found = list[str]()
    for name in _names(folder):
        found.append(name)
        if len(found) > MOST:
            raise PackError(f": more than {MOST} files: is it a folder of packs?")
        reason = _objection(os.path.join(folder, name), inside)
        if reason:
            raise PackError(f"{name}: {reason}")
    return sorted(found)


def _names(folder: str) -> Iterator[str]:
    for pack in os.listdir(folder):
        where = os.path.join(folder, pack)
        if not pack.startswith(".") and os.path.isdir(where):
            names = (name for name in os.listdir(where) if not name.startswith("."))
            yield from (f"{pack}/{name}" for name in names if name.endswith(SUFFIXES))


def below(folder: str) -> Iterator[tuple[str, str]]:
    """The files at any depth that look as if they belonged to a pack, with their suffix in small letters.

    What is hidden is none, and of a folder behind a link only its own files are. OSError for a folder that cannot be
    read.
    """
    for where, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [one for one in folders if not one.startswith(".")]
        links = [one for one in folders if os.path.islink(os.path.join(where, one))]
        behind = [os.path.join(one, name) for one in links for name in os.listdir(os.path.join(where, one))]
        for name in (*names, *behind):
            suffix = os.path.splitext(name)[1].lower()
            if suffix in _SIMILAR and not os.path.basename(name).startswith("."):
                yield os.path.relpath(os.path.join(where, name), folder).replace(os.sep, "/"), suffix


def _refuse(error: OSError) -> None:
    raise error


def _objection(path: str, inside: str) -> str:
    """Why a file cannot be one of a pack; empty where it can."""
    try:
        found = os.stat(path)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not os.path.realpath(path).startswith(inside):
        return "leads out of the folder of packs: put a copy there"
    if not stat.S_ISREG(found.st_mode):
        return "is no file: rename or remove it"
    if found.st_size > LARGEST:
        return f"larger than {LARGEST // 2**20} MiB, which is no file of a pack"
    return ""


def text(folder: str, name: str) -> str:
    """The text of a file, without the mark that some editors begin it with; PackError where it is none."""
    try:
        with open(os.path.join(folder, name), encoding="utf-8-sig") as opened:
            return opened.read()
    except UnicodeDecodeError as error:
        raise PackError(f"{name}: not UTF-8: {error.reason} at byte {error.start}") from error
