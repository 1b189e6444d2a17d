"""Places in a program: Pulumi notes where a resource is declared, as `project:///src/network.ts#12,5`.

Source: github.com/pulumi/pulumi, pkg/resource/deploy/source_eval.go (`sourcePositions`): the path is relative to the
folder of the project, line and column begin at 1. What lies outside of that folder is not opened.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache

from erpguard.model import Place, Problem
from erpguard.sources import Input
from erpguard.sources.input_files import read
from erpguard.sources.text_decoding import decode
from erpguard.sources.text_lines import Lines

_POSITION = re.compile(r"project:///([^#?]+)#(\d{1,7})(?:,\d{1,7})?")
_LARGEST = 1 << 22


class Program:
    """The folder of a program. `shown` is how places call it: relative to the scan's root, with forward slashes."""

    def __init__(self, folder: str, shown: str) -> None:
        self._root = os.path.realpath(folder)
        self._shown = shown.rstrip("/")
        self.place = lru_cache(maxsize=1024)(self._place)
        self._lines = lru_cache(maxsize=64)(self._read)

    def _place(self, position: str) -> Place | None:
        """The line that a position names; None where it is no position, or leads nowhere in the folder."""
        match = _POSITION.fullmatch(position)
        if match is None:
            return None
        from urllib.parse import unquote

        name, row = unquote(match[1]), int(match[2]) - 1
        read_ = self._lines(name)
        if read_ is None or not 0 <= row < len(read_[0].starts):
            return None
        lines, text = read_
        start, end = lines.starts[row], lines.end(row)
        line = text[start:end]
        if not line.strip():
            return None
        start += len(line) - len(line.lstrip())
        end = start + len(line.strip())
        shown = "/".join(part for part in (self._shown, os.path.normpath(name).replace(os.sep, "/")) if part)
        return Place(shown, *lines.position(start), *lines.position(end))

    def _read(self, name: str) -> tuple[Lines, str] | None:
        """A file of the program; None for what is none, too large to be one, or lies elsewhere."""
        if "\0" in name:
            return None
        path = os.path.realpath(os.path.join(self._root, name))
        if os.path.commonpath([path, self._root]) != self._root:
            return None
        data = read(Input("", path), _LARGEST)
        text = decode(data, "") if isinstance(data, bytes) else data
        return None if isinstance(text, Problem) else (Lines(text, 0), text)
