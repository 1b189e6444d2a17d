"""Which files to read: files, folders, globs and `-` to inputs, in a deterministic order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from glob import glob, has_magic

from erpguard.errors import UsageError
from erpguard.model import Place, Problem
from erpguard.sources import Input
from erpguard.sources.gitignore import Ignored

SUFFIXES = (".yaml", ".yml", ".json")
"""The names of files that are taken from folders; files that are named are always taken."""

_LIVE = ("azure:", "kubernetes:")

_NOTHING = frozenset((b"{}", b"null"))
"""JSON that holds nothing: what some programs write where they fail."""
_YAML = (".yaml", ".yml")
_SHORT = 64

_VCS_FOLDERS = frozenset((".git", ".hg", ".svn", ".bzr", ".jj"))


class Discovered:
    """The files to read, sorted within each argument, none twice, and what could not be followed.

    `addresses` are the live systems that are named: `azure:SUBSCRIPTION`, `kubernetes:CONTEXT`. `named` are those of
    the inputs that are arguments themselves. `others` are files of folders that the caller takes besides manifests.
    """

    __slots__ = ("addresses", "inputs", "named", "others", "problems")

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.inputs: list[Input] = []
        self.named: list[Input] = []
        self.others: list[Input] = []
        self.problems: list[Problem] = []

    def refuse_nothing(self) -> None:
        """Tell of what was named and has nothing in it: it would pass for clean."""
        for given in filter(is_nothing, self.named):
            self.inputs.remove(given)
            text = "there is nothing in it: did the program that should write it fail? Make it again, or leave it out"
            self.problems.append(Problem("empty-file", text, Place(given.name)))


def discover(
    paths: Sequence[str],
    root: str,
    exclude: Iterable[str] = (),
    *,
    stdin: bytes | None = None,
    stdin_path: str = "",
    takes: Callable[[str], bool] = lambda name: False,
) -> Discovered:
    """The inputs that the arguments name.

    `root` is what names in places are relative to (the git top level, else the working directory). `exclude` are
    globs over those names, or over single folders and files; they do not touch files that are named. `-` stands for
    the bytes in `stdin`; `stdin_path` is the name that its places show. `azure:` and `kubernetes:` name live
    systems. `takes` says by their names which files of folders are wanted besides manifests. Raises UsageError for an
    argument that does not exist.
    """
    walk = _Walk(root, tuple(exclude), takes)
    for path in dict.fromkeys(paths):
        if path == "-":
            if stdin is None:
                raise UsageError("`-` is given, but there is no standard input to read")
            walk.found.named.append(Input(stdin_path, data=stdin))
            walk.found.inputs.append(walk.found.named[-1])
            continue
        if is_address(path):
            walk.found.addresses.append(path)
            continue
        for one in _expanded(path):
            walk.argument(one)
    return walk.found


def is_address(path: str) -> bool:
    """Whether an argument names a live system; a file of that name comes first."""
    return path.startswith(_LIVE) and not os.path.lexists(path)


def top_level(folder: str) -> str:
    """The top level of the git working tree that holds a folder, or the folder itself."""
    current = os.path.abspath(folder)
    while not os.path.lexists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return os.path.abspath(folder)
        current = parent
    return current


def _expanded(path: str) -> list[str]:
    if os.path.lexists(path):
        return [path]
    if not path:
        raise UsageError("an empty path: no such file or folder")
    matches = sorted(glob(path, recursive=True)) if has_magic(path) else []
    if not matches:
        raise UsageError(f"{_readable(path)}: no such file or folder")
    return matches


class _Walk:
    def __init__(self, root: str, exclude: tuple[str, ...], takes: Callable[[str], bool]) -> None:
        self.root = os.path.realpath(root)
        self.exclude = exclude
        self.takes = takes
        self.found = Discovered()
        self.seen: set[str] = set()
        self.walked: set[str] = set()
        self.links: list[tuple[str, Ignored, bool]] = []
        self.base = self.tree = ""

    def argument(self, path: str) -> None:
        self.base = path if os.path.isdir(path) else os.path.dirname(path)
        # Links may lead anywhere within the scanned tree: the root, or the argument if it lies elsewhere.
        real = os.path.realpath(self.base or ".")
        self.tree = self.root if _within(real, self.root) else real
        if not os.path.isdir(path):
            known = len(self.found.inputs)
            self.take(path)
            self.found.named += self.found.inputs[known:]
            return
        inputs, problems, known = self.found.inputs, self.found.problems, len(self.seen)
        first, first_problem = len(inputs), len(problems)
        self.folder(path, Ignored.above(path))
        while self.links:
            self.follow(*self.links.pop(0))
        inputs[first:] = sorted(inputs[first:], key=lambda one: one.name)
        if len(self.seen) == known and len(problems) == first_problem and not self.overlaps(path):
            problems.append(Problem("no-manifests", _nothing_in(path), Place(self.name(path)), level="warning"))

    def overlaps(self, path: str) -> bool:
        """Whether an earlier argument gave files of this folder."""
        real = os.path.realpath(path)
        return any(_within(file, real) for file in self.seen)

    def folder(self, folder: str, ignored: Ignored) -> None:
        real = os.path.realpath(folder)
        if real in self.walked:
            return
        self.walked.add(real)
        ignored = ignored.entering(folder)
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            self.problem(folder, "unreadable", f"the folder cannot be read ({error.strerror}): check its permissions")
            return
        for entry in entries:
            self.entry(entry, ignored)

    def entry(self, entry: os.DirEntry[str], ignored: Ignored) -> None:
        path, is_link, is_folder = entry.path, entry.is_symlink(), _is_folder(entry)
        is_wanted = entry.name.lower().endswith(SUFFIXES) or self.takes(entry.name)
        if is_folder and entry.name in _VCS_FOLDERS:
            return
        if not is_folder and not is_wanted and not (is_link and not os.path.exists(path)):
            return
        if self.is_excluded(path, entry.name) or ignored.matches(path, is_folder):
            return
        if is_link:
            # After everything else, so that what is in the tree anyway keeps its own name.
            self.links.append((path, ignored, is_folder))
        elif is_folder:
            self.folder(path, ignored)
        else:
            self.take_found(path)

    def follow(self, path: str, ignored: Ignored, is_folder: bool) -> None:
        """Follow a symbolic link, or say why not."""
        real = os.path.realpath(path)
        if not os.path.exists(path):
            self.problem(path, "symlink", "a symbolic link that leads nowhere or to itself: remove or exclude it")
        elif not _within(real, self.tree):
            self.problem(path, "symlink", "a symbolic link that leads out of the scanned tree: name its target instead")
        elif not is_folder:
            self.take_found(path)
        elif _within(os.path.realpath(os.path.dirname(path)), real):
            self.problem(path, "symlink", "a symbolic link to a folder that holds it: exclude it")
        else:
            self.folder(path, ignored)

    def take_found(self, path: str) -> None:
        """Take a file of a folder."""
        is_manifest = path.lower().endswith(SUFFIXES)
        self.take(path, self.found.inputs if is_manifest else self.found.others)

    def take(self, path: str, into: list[Input] | None = None) -> None:
        real = os.path.realpath(path)
        if real not in self.seen:
            self.seen.add(real)
            (self.found.inputs if into is None else into).append(Input(self.name(path), path))

    def is_excluded(self, path: str, name: str) -> bool:
        if not self.exclude:
            return False
        full = self.name(path)
        globs = [glob.rstrip("/") for glob in self.exclude]
        return any(fnmatchcase(full, glob) or fnmatchcase(name, glob) for glob in globs)

    def name(self, path: str) -> str:
        """The name that places show: relative to the root, for files elsewhere to the argument."""
        absolute = os.path.join(os.path.realpath(os.path.dirname(path) or "."), os.path.basename(path))
        absolute = os.path.normpath(absolute)
        if _within(absolute, self.root):
            relative = os.path.relpath(absolute, self.root)
        else:
            relative = os.path.relpath(path, self.base or ".")
            if relative == ".":
                relative = os.path.basename(os.path.normpath(path)) or "."
        return _readable(relative.replace(os.sep, "/"))

    def problem(self, path: str, code: str, message: str) -> None:
        self.found.problems.append(Problem(code, message, Place(self.name(path))))


def is_nothing(given: Input) -> bool:
    """Whether an input is empty, or JSON that holds nothing; YAML may hold `{}`, as the values of a chart do."""
    data = given.data
    if data is None:
        try:
            if not os.path.isfile(given.path) or os.path.getsize(given.path) > _SHORT:
                return False
            with open(given.path, "rb") as opened:
                data = opened.read()
        except OSError:
            return False  # its source tells why
    content = data.removeprefix(b"\xef\xbb\xbf").strip()
    name = given.path.lower()
    if not content:
        return not name.endswith(".json")  # of such a file its source tells, also in folders
    return content in _NOTHING and not name.endswith(_YAML)


def _nothing_in(folder: str) -> str:
    """What to say of a folder without manifests: Terraform and Bicep are programs, of which others make values."""
    message, names = "no manifests found in this folder", os.listdir(folder)
    if any(name.endswith(".tf") for name in names):
        from erpguard.sources.terraform.kinds import MAKE

        return f"{message}, but Terraform's configuration: make a plan with {MAKE}, and scan it"
    if any(name.endswith(".bicep") for name in names):
        from erpguard.sources.arm_templates import EXPAND

        return f"{message}, but Bicep: {EXPAND}"
    return message


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _readable(name: str) -> str:
    """A name that can be written as UTF-8: bytes that are none are shown as `\\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
