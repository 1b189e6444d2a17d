"""The `.tf` files of the modules of a plan: from the folder of the project, or from a binary plan."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from json import loads
from typing import Any, NamedTuple, Protocol

from erpguard.model import Place, Problem
from erpguard.model.problem import Level
from erpguard.sources import Input
from erpguard.sources.input_files import read
from erpguard.sources.text_decoding import decode

MODULES = ".terraform/modules/modules.json"
LOCK = ".terraform.lock.hcl"

LARGEST = 1 << 22
"""Bytes of a file that is read for places: nobody writes larger ones."""

_DOWNLOADED = ".terraform/"


class SourceFile(NamedTuple):
    """A file: its name as places show it, and its text."""

    name: str
    text: str


class ModuleFiles(Protocol):
    """Knows the files of the modules; a module is named by the names of the calls that lead to it.

    `problems` are those of the files so far, by the name of the file.
    """

    problems: dict[str, Problem]

    def files(self, module: tuple[str, ...], source: str) -> list[SourceFile]:
        """The files of a module. `source` is what its call says; it tells where the module is if nothing else does."""

    def lock(self) -> str:
        """The text of the lock file; empty without one."""


class Folder:
    """The project in a folder. Nothing outside of `root` is read; `root` is what names are relative to."""

    def __init__(self, folder: str, root: str) -> None:
        self._folder = os.path.realpath(folder)
        real = os.path.realpath(root)
        # A project elsewhere was named on purpose: then it is its own root.
        self._root = real if _within(self._folder, real) else self._folder
        self.problems: dict[str, Problem] = {}
        self._dirs = directories(self._text(os.path.join(self._folder, MODULES)))
        self._dirs[()] = "."

    def files(self, module: tuple[str, ...], source: str) -> list[SourceFile]:
        """See `ModuleFiles.files`."""
        directory = directory_of(self._dirs, module, source)
        if directory is None:
            return []
        folder = os.path.realpath(os.path.join(self._folder, directory))
        if not _within(folder, self._root):
            return []
        try:
            names = sorted(name for name in os.listdir(folder) if name.endswith(".tf"))
        except OSError as error:
            if not isinstance(error, FileNotFoundError):  # what Terraform downloads may not be there
                reason = error.strerror or type(error).__name__
                self._note(folder, "unreadable", f"the folder cannot be read ({reason}): check its permissions")
            return []
        if not names and not module:
            what = "no .tf files in this folder (--source-dir): name the one that `terraform plan` runs in"
            self._note(folder, "no-configuration", what, "warning")
        found = []
        for name in names:
            path = os.path.join(folder, name)
            text = self._text(path)
            if text:
                found.append(SourceFile(self._shown(path), text))
        return found

    def lock(self) -> str:
        """See `ModuleFiles.lock`."""
        return self._text(os.path.join(self._folder, LOCK))

    def _text(self, path: str) -> str:
        """A file within the root; empty where there is none."""
        if not _within(os.path.realpath(path), self._root) or not os.path.isfile(path):
            return ""
        data = read(Input(path, path), LARGEST + 1)
        if isinstance(data, bytes) and len(data) > LARGEST:
            return ""
        if isinstance(data, Problem):
            self._note(path, data.code, data.message)
            return ""
        text = decode(data, path)
        if isinstance(text, Problem):
            self._note(path, "hcl-syntax", text.message, "warning")
            return ""
        return text

    def _shown(self, path: str) -> str:
        return os.path.relpath(path, self._root).replace(os.sep, "/")

    def _note(self, path: str, code: str, what: str, level: Level = "error") -> None:
        shown = self._shown(path)
        if any(_within(shown, known) for known in self.problems):
            return  # what is in a folder that cannot be read cannot be either
        self.problems[shown] = Problem(code, what, Place(shown), level=level)


class Archived:
    """The configuration within a binary plan. `base` is the folder of the project, as places show it."""

    def __init__(self, members: Mapping[str, str], base: str) -> None:
        self.problems: dict[str, Problem] = {}
        self._members = members
        self._base = base
        self._dirs = directories(members.get("tfconfig/modules.json", ""))

    def files(self, module: tuple[str, ...], source: str) -> list[SourceFile]:
        """See `ModuleFiles.files`."""
        directory = directory_of(self._dirs, module, source)
        prefix = f"tfconfig/m-{'.'.join(module)}/"
        if directory is None:
            return []
        shown = posixpath.normpath(posixpath.join(self._base, directory))
        if shown.startswith("..") or shown.startswith("/"):
            return []
        return [
            SourceFile(posixpath.normpath(posixpath.join(shown, name.removeprefix(prefix))), text)
            for name, text in sorted(self._members.items())
            if name.startswith(prefix) and name.endswith(".tf") and "/" not in name.removeprefix(prefix)
            if len(text) <= LARGEST
        ]

    def lock(self) -> str:
        """See `ModuleFiles.lock`."""
        return self._members.get(LOCK, "")


def directories(text: str) -> dict[tuple[str, ...], str]:
    """Module -> its folder, relative to the project, of a `modules.json`."""
    try:
        given = loads(text) if text else []
    except (ValueError, RecursionError):
        return {}
    entries: Any = given.get("Modules") if isinstance(given, dict) else given
    found: dict[tuple[str, ...], str] = {}
    for one in entries if isinstance(entries, list) else ():
        key, directory = (one.get("Key"), one.get("Dir")) if isinstance(one, dict) else (None, None)
        if isinstance(key, str) and isinstance(directory, str):
            found[tuple(key.split(".")) if key else ()] = directory.replace("\\", "/")
    return found


def directory_of(known: dict[tuple[str, ...], str], module: tuple[str, ...], source: str) -> str | None:
    """The folder of a module; None for one that was downloaded, whose files are in no repository."""
    directory = known.get(module)
    if directory is None and module and source.startswith(("./", "../")):
        above = known.get(module[:-1])
        directory = posixpath.join(above, source) if above is not None else None
        if directory is not None:
            known[module] = directory
    if directory is None or _DOWNLOADED in f"{posixpath.normpath(directory)}/":
        return None
    return posixpath.normpath(directory)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
