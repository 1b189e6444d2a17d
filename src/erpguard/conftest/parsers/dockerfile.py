"""Dockerfiles, as conftest has them: a list of commands (github.com/moby/buildkit 0.33, `frontend/dockerfile/parser`).

What an instruction may be like is checked as buildkit does before it builds; the values of its flags are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.conftest.parsers.dockerfile_checks import check
from erpguard.conftest.parsers.dockerfile_instructions import Instruction, instruction
from erpguard.conftest.parsers.go_lines import check_length
from erpguard.conftest.parsers.go_texts import SPACE
from erpguard.conftest.parsers.heredocs import Heredoc, heredocs
from erpguard.conftest.parsers.parsed import NotParsedError, Parsed
from erpguard.model import Path

_DIRECTIVE = re.compile(r"#[\s\x85\xa0]*(?P<name>[a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(?P<value>.+)")
_DIRECTIVES = frozenset(("syntax", "check", "escape"))
_CONTINUED = {
    "\\": re.compile(r"([^\\])\\[ \t]*\Z|^\\[ \t]*\Z"),
    "`": re.compile(r"([^`])`[ \t]*\Z|^`[ \t]*\Z"),
}
_HEREDOCS = frozenset(("add", "copy", "run"))

Comment = tuple[int, str]


def parse(text: str) -> Parsed:
    """The document, a list of commands, and the lines of these."""
    commands: list[dict[str, Any]] = []
    places: dict[Path, int] = {}
    stage = -1
    for found in _statements(text):
        made = found.instruction
        check(made, found.line)
        stage += made.name.lower() == "from"
        shown = [(line, _comment(one)) for line, one in found.comments] + [(found.line, _command(made))]
        for line, command in shown:
            places[(len(commands),)] = line
            commands.append({**command, "Stage": max(stage, 0)})
    if not commands:
        raise NotParsedError(1, "no instruction in it")
    return Parsed(commands, places)


def _comment(text: str) -> dict[str, Any]:
    return {"Cmd": "comment", "SubCmd": "", "JSON": False, "Flags": None, "Value": [text]}


def _command(made: Instruction) -> dict[str, Any]:
    inner = made.inner or made
    return {
        "Cmd": made.name.lower(),
        "SubCmd": made.inner.name if made.inner else "",
        "JSON": inner.is_json,
        "Flags": made.flags,
        "Value": list(inner.values) or None,
    }


class _Statement(NamedTuple):
    """An instruction, the line where it begins, and the comments before it."""

    line: int
    instruction: Instruction
    comments: list[Comment]


class _Reader:
    """Reads lines, and minds the directives before the first one that is none."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        if not self._lines[-1]:
            self._lines.pop()
        self.number = 0
        self.escape = "\\"
        self._seen: set[str] | None = set()

    def next(self) -> str | None:
        """The next line with its end; None after the last."""
        if self.number == len(self._lines):
            return None
        self.number += 1
        check_length(self.number, self._lines[self.number - 1])
        return self._lines[self.number - 1] + "\n"

    def is_directive(self, line: str) -> bool:
        """Whether a line says how to read what follows."""
        if self._seen is None:
            return False
        match = _DIRECTIVE.fullmatch(line)
        name = match["name"].lower() if match else ""
        if match is None or name not in _DIRECTIVES:
            self._seen = None
            return False
        if name in self._seen:
            raise NotParsedError(self.number, f"a second directive {name}")
        self._seen.add(name)
        value = match["value"].rstrip("\t\n\f\r ")
        if name == "escape":
            if value not in _CONTINUED:
                raise NotParsedError(self.number, "the directive escape takes ` or \\")
            self.escape = value
        return True

    def joined(self, line: str) -> tuple[str, bool]:
        """A line without the sign that it goes on, and whether it does."""
        sign = _CONTINUED[self.escape]
        return (sign.sub(lambda match: match[1] or "", line), True) if sign.search(line) else (line, False)


def _statements(text: str) -> Iterator[_Statement]:
    reader = _Reader(text)
    comments: list[Comment] = []
    while (line := reader.next()) is not None:
        bare = line.rstrip("\r\n").lstrip(SPACE)
        is_directive = reader.is_directive(bare)
        if bare.startswith("#"):
            comment = line[1:].strip(SPACE)
            if not is_directive:
                comments = [*comments, (reader.number, comment)] if comment else []
            continue
        if not bare:
            continue
        start = reader.number
        whole = _whole(reader, bare)
        made = instruction(whole, reader.escape, start)
        for one in _begun(made, whole):
            _skip(reader, one, start)
        yield _Statement(start, made, comments)
        comments = []


def _whole(reader: _Reader, first: str) -> str:
    """A line and those that go on with it."""
    part, goes_on = reader.joined(first)
    parts = [part]
    while goes_on and (line := reader.next()) is not None:
        bare = line.rstrip("\r\n")
        reader.is_directive(bare)
        if not line.strip(SPACE) or line.lstrip(SPACE).startswith("#"):
            continue
        part, goes_on = reader.joined(bare)
        parts.append(part)
    return "".join(parts)


def _begun(made: Instruction, line: str) -> list[Heredoc]:
    meant = made.inner if made.name.lower() == "onbuild" and made.inner else made
    if meant.name.lower() not in _HEREDOCS or meant.is_json or "<<" not in line:
        return []
    return heredocs(line)


def _skip(reader: _Reader, heredoc: Heredoc, start: int) -> None:
    """Pass over the text of a here-document, which is no part of the document."""
    while (line := reader.next()) is not None:
        line = line.rstrip("\r\n")
        if (line.lstrip("\t") if heredoc.chomp else line) == heredoc.name:
            return
    raise NotParsedError(start, f"a here-document that {heredoc.name} does not end")
