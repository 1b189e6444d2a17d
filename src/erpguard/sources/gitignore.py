"""What .gitignore files leave out, from the top level of the git working tree downwards."""

from __future__ import annotations

import os
from typing import Any, NamedTuple


class Ignored(NamedTuple):
    """The .gitignore files that apply in a folder, outermost first: (folder, its patterns)."""

    rules: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def above(cls, folder: str) -> Ignored:
        """What the folders above say, up to the git top level; nothing outside of a git working tree."""
        folders: list[str] = []
        current = os.path.abspath(folder)
        while not os.path.lexists(os.path.join(current, ".git")):
            parent = os.path.dirname(current)
            if parent == current:
                return cls()
            folders.append(parent)
            current = parent
        ignored = cls()
        for parent in reversed(folders):
            ignored = ignored.entering(parent)
        return ignored

    def entering(self, folder: str) -> Ignored:
        """These rules and those of the folder's own .gitignore."""
        path = os.path.join(folder, ".gitignore")
        if not os.path.isfile(path):
            return self
        from pathspec import GitIgnoreSpec

        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                lines = file.read().splitlines()
        except OSError:  # as git does: what cannot be read ignores nothing
            return self
        return Ignored((*self.rules, (os.path.abspath(folder), _patterns(GitIgnoreSpec, lines))))

    def matches(self, path: str, is_folder: bool) -> bool:
        """Whether a path is left out; the innermost file that has an opinion decides (gitignore(5))."""
        if not self.rules:
            return False
        absolute = os.path.abspath(path)
        for folder, patterns in reversed(self.rules):
            relative = os.path.relpath(absolute, folder).replace(os.sep, "/")
            include = patterns.check_file(relative + "/" if is_folder else relative).include
            if include is not None:
                return bool(include)
        return False


def _patterns(spec: Any, lines: list[str]) -> Any:
    """The patterns of a file, without those that are none."""
    good = []
    for line in lines:
        try:
            spec.from_lines([line])
        except ValueError:  # git ignores them silently
            continue
        good.append(line)
    return spec.from_lines(good)
