"""The Rego modules of folders and files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from erpguard.engines.child import Source
from erpguard.errors import PackError, UsageError
from erpguard.model import Problem
from erpguard.sources import Input
from erpguard.sources.input_files import read

MOST = 10_000
LARGEST = 2**20

_GAP = re.compile(
    r"""`[^`]*`|"(?:\\.|[^"\\\n])*"|\#[^\n]*  # what may look like a head, and is none
    |^(?!(?:else|every|not|some)\b)([a-zA-Z_][\w.]*)([ \t]+)(?=[\[(])""",
    re.MULTILINE | re.VERBOSE,
)
"""White space in a head: OPA takes `deny [msg] { ... }`, and the engine does not."""


def modules(paths: Iterable[str], *, is_v0: bool) -> list[Source]:
    """The modules of the paths, sorted within each, none twice. Tests (`_test.rego`) are left out.

    UsageError where a path does not exist or holds none, PackError for what cannot be used.
    """
    found: dict[str, Source] = {}
    for path in paths:
        given = list(_files(path))
        if not given:
            raise UsageError(f"{path}: no Rego in it: --conftest takes a folder of .rego files, or one of them")
        for name, file in given:
            found.setdefault(os.path.realpath(file), Source(name, _text(name, file), is_v0))
    _check_names(found)
    return list(found.values())


def _files(path: str) -> Iterator[tuple[str, str]]:
    """(name that is shown, file) of the modules of a path."""
    if os.path.isfile(path):
        if path.endswith(".rego"):
            yield shown(path), path
        return
    if not os.path.isdir(path):
        raise UsageError(f"{path}: no such file or folder (--conftest)")
    inside = os.path.join(os.path.realpath(path), "")
    for count, file in enumerate(_walked(path)):
        if count >= MOST:
            raise PackError(f"{shown(path)}: more than {MOST} files of Rego: is it a folder of policies?")
        if not os.path.realpath(file).startswith(inside):
            raise PackError(f"{shown(file, path)}: a symbolic link that leads out of {shown(path)}: name its target")
        yield shown(file, path), file


def _walked(folder: str) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".rego") and not name.endswith("_test.rego"):
                yield os.path.join(where, name)


def shown(path: str, folder: str = "") -> str:
    """A file as errors show it: below the working directory, else from its folder's own name on."""
    inside = os.path.relpath(path)
    if not os.path.isabs(path) or not inside.startswith(os.pardir):
        return (os.path.normpath(path) if not os.path.isabs(path) else inside).replace(os.sep, "/")
    base = os.path.dirname(os.path.normpath(folder or path))
    return os.path.relpath(path, base).replace(os.sep, "/")


def _text(name: str, path: str) -> str:
    data = read(Input(name, path), LARGEST + 1)
    if isinstance(data, Problem):
        raise PackError(f"{name}: {data.message}")
    if len(data) > LARGEST:
        raise PackError(f"{name}: larger than {LARGEST // 2**20} MiB, which is no policy")
    try:
        return _GAP.sub(_without_gap, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PackError(f"{name}: not UTF-8 at byte offset {error.start}") from error


def _without_gap(match: re.Match[str]) -> str:
    """The name moves up to the bracket, and all else stays where it is."""
    return match[2] + match[1] if match[1] else match[0]


def _check_names(found: dict[str, Source]) -> None:
    """Names are unique: two folders of one name, of different parents, would have the same."""
    names: dict[str, str] = {}
    for path, source in found.items():
        if source.name in names:
            raise UsageError(f"{source.name}: two modules of this name: give their folders from a common one on")
        names[source.name] = path
