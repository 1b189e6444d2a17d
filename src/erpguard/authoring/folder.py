"""The files of a folder of packs: `<pack>/<policy>.rego`, `_test.rego` and `.yaml` beside it, `lib/*.rego`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.errors import UsageError
from erpguard.packs import CONTROLS, LIBRARY
from erpguard.shipped import shipped

LARGEST = 2**20
"""Bytes of a file of a pack."""

_TEST = "_test.rego"


class Folder(NamedTuple):
    """A folder of packs; all files are relative to it, with forward slashes.

    shown       as its user named it
    policies    `<pack>/<policy>.rego`
    libraries   its own shared modules, `lib/<name>.rego`
    tests       the modules with unit tests, of policies and of libraries
    others      the YAML files of packs: examples, as it should be
    """

    path: str
    shown: str
    policies: tuple[str, ...]
    libraries: tuple[str, ...]
    tests: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def packs(self) -> frozenset[str]:
        """The names of the packs."""
        return frozenset(policy.partition("/")[0] for policy in self.policies)

    def read(self, file: str) -> str:
        """The text of a file; UsageError where it cannot be read."""
        return read_text(os.path.join(self.path, file), self.display(file))

    def has(self, file: str) -> bool:
        """Whether a file is there."""
        return os.path.isfile(os.path.join(self.path, file))

    def display(self, file: str) -> str:
        """A file as its user would name it."""
        return os.path.normpath(os.path.join(self.shown, file)).replace(os.sep, "/")

    @property
    def is_shipped(self) -> bool:
        """Whether these are the packs that ship with erpguard."""
        return is_shipped(self.path)


def is_shipped(path: str) -> bool:
    """Whether a folder is that of the packs that ship with erpguard."""
    return os.path.realpath(path) == os.path.realpath(shipped("policies"))


def open_folder(path: str) -> Folder:
    """The folder of packs at a path; UsageError where there is none, or no policy in it."""
    if not os.path.isdir(path):
        raise UsageError(f"{path}: no such folder of packs: `erpguard policies new PACK/NAME --dir {path}` makes one")
    files = sorted(_files(path))
    modules = [one for one in files if one.endswith(".rego")]
    policies = tuple(one for one in modules if not one.endswith(_TEST) and not one.startswith(f"{LIBRARY}/"))
    if not policies:
        above = os.path.dirname(os.path.abspath(path))
        is_pack = any(name.endswith(".rego") for name in _names(path))
        what = f"name the folder above it, {os.path.relpath(above)}" if is_pack else "policies are DIR/PACK/NAME.rego"
        raise UsageError(f"{path}: no folder of packs: {what}")
    return Folder(
        path,
        path,
        policies,
        tuple(one for one in modules if one.startswith(f"{LIBRARY}/") and not one.endswith(_TEST)),
        tuple(one for one in modules if one.endswith(_TEST)),
        tuple(one for one in files if not one.endswith(".rego") and not one.startswith(f"{LIBRARY}/")),
    )


def examples_of(policy: str) -> str:
    """The file of examples beside a policy's module."""
    return policy.removesuffix(".rego") + ".yaml"


def tests_of(policy: str) -> str:
    """The unit tests beside a policy's module."""
    return policy.removesuffix(".rego") + _TEST


def read_text(path: str, shown: str) -> str:
    """The text of a file; UsageError where it cannot be read, is no UTF-8 or too long."""
    try:
        with open(path, "rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise UsageError(f"{shown}: larger than {LARGEST // 2**20} MiB, which is no file of a pack")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{shown}: not UTF-8: {error.reason} at byte {error.start}") from error


def _files(path: str) -> Iterator[str]:
    for pack in _names(path):
        where = os.path.join(path, pack)
        if pack != CONTROLS and not pack.startswith(".") and os.path.isdir(where):
            yield from (f"{pack}/{name}" for name in _names(where) if name.endswith((".rego", ".yaml")))


def _names(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
