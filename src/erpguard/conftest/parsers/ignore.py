"""Lists of files to ignore (`.gitignore`, `.dockerignore`), as conftest has them: a list of entries, one a line.

github.com/shteou/go-ignore 0.3
"""

from __future__ import annotations

import re

from erpguard.conftest.parsers.go_texts import SPACE
from erpguard.conftest.parsers.parsed import Parsed

_ESCAPE = re.compile(r"\\(\\)?")


def parse(text: str) -> Parsed:
    """The document, a list of `{Kind, Value, Original}`, and the lines of these."""
    lines = text.split("\n")
    return Parsed([_entry(line) for line in lines], {(index,): index + 1 for index in range(len(lines))})


def _entry(line: str) -> dict[str, str]:
    stripped = line.rstrip(" ")
    if stripped.endswith("\\"):
        stripped = line[: len(stripped) + 1]
    kind, value = "Path", _unescaped(stripped)
    if not stripped:
        kind, value = "Empty", line
    elif line[0] == "#":
        kind, value = "Comment", stripped[1:].strip(SPACE)
    elif line[0] == "!":
        kind, value = "NegatedPath", _unescaped(stripped[1:])
    return {"Kind": kind, "Value": value, "Original": line}


def _unescaped(text: str) -> str:
    """It reads bytes, and takes each for a character."""
    return _ESCAPE.sub(r"\1", text.encode().decode("latin-1"))
