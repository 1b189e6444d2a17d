"""The files of a folder of packs: `<pack>/<policy>.rego`, `_test.rego` and `.yaml` beside it, `lib/*.rego`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import NamedTuple

from erpguard.errors import PackError, UsageError
from erpguard.packs import CONTROLS, LIBRARY
from erpguard.packs.files import MOST, below, files
from erpguard.shipped import shipped

_TEST = "_test.rego"


class Folder(NamedTuple):
    """A folder of packs; all files are relative to it, with forward slashes.

    shown       as its user named it
    policies    `<pack>/<policy>.rego`
    libraries   its own shared modules, `lib/<name>.rego`
    tests       the modules with unit tests, of policies and of libraries
    others      the YAML files of packs: examples, as it should be
    controls    frameworks, `controls/<id>.yaml`
    unread      what looks as if it belonged to a pack, and stands where nobody looks
    """

    path: str
    shown: str
    policies: tuple[str, ...]
    libraries: tuple[str, ...]
    tests: tuple[str, ...]
    others: tuple[str, ...]
    controls: tuple[str, ...]
    unread: tuple[str, ...]

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
    if os.path.isfile(path):
        raise UsageError(f"{path}: a file: name the folder of packs, in which policies are PACK/NAME.rego")
    if not os.path.isdir(path):
        raise UsageError(f"{path}: no such folder of packs: `erpguard policies new PACK/NAME --dir {path}` makes one")
    found = _files(path)
    modules = [one for one in found if one.endswith(".rego") and not one.startswith(f"{CONTROLS}/")]
    texts = [one for one in found if one.endswith(".yaml")]
    policies = tuple(one for one in modules if not one.endswith(_TEST) and not one.startswith(f"{LIBRARY}/"))
    if not policies:
        above = os.path.dirname(os.path.abspath(path))
        is_pack = any(name.endswith(".rego") for name in os.listdir(path))
        what = f"name the folder above it, {os.path.relpath(above)}" if is_pack else "policies are DIR/PACK/NAME.rego"
        raise UsageError(f"{path}: no folder of packs: {what}")
    own = {policy.partition("/")[0] for policy in policies}
    others = tuple(one for one in texts if one.partition("/")[0] in own)
    controls = tuple(one for one in texts if one.startswith(f"{CONTROLS}/"))
    return Folder(
        path,
        path,
        policies,
        tuple(one for one in modules if one.startswith(f"{LIBRARY}/") and not one.endswith(_TEST)),
        tuple(one for one in modules if one.endswith(_TEST)),
        others,
        controls,
        tuple(_unread(path, own | {LIBRARY, CONTROLS}, {*modules, *others, *controls})),
    )


def examples_of(policy: str) -> str:
    """The file of examples beside a policy's module."""
    return policy.removesuffix(".rego") + ".yaml"


def tests_of(policy: str) -> str:
    """The unit tests beside a policy's module."""
    return policy.removesuffix(".rego") + _TEST


def read_text(path: str, shown: str) -> str:
    """The text of a file; UsageError where it cannot be read or is no UTF-8."""
    try:
        with open(path, "rb") as opened:
            data = opened.read()
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read: {error.strerror}") from error
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{shown}: not UTF-8: {error.reason} at byte {error.start}") from error


def _files(path: str) -> list[str]:
    """The files of the packs, sorted; UsageError where they cannot be such."""
    try:
        return files(path)
    except PackError as error:
        raise UsageError(f"{os.path.join(path, '').removeprefix('./')}{error}") from error
    except OSError as error:
        raise UsageError(f"{error.filename or path}: cannot be read: {error.strerror}") from error


def _unread(path: str, packs: Collection[str], read: Collection[str]) -> Iterator[str]:
    """Modules anywhere, and data beside the policies, that are not among the files that are read, sorted."""
    for count, (name, suffix) in enumerate(sorted(below(path))):
        if count >= MOST:
            raise UsageError(f"{path}: more than {MOST} files: is it a folder of packs?")
        pack, is_inside, _ = name.partition("/")
        if name not in read and (suffix == ".rego" or (is_inside and pack in packs)):
            yield name
