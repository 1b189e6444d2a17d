"""Here-documents that a line of a Dockerfile begins (github.com/moby/buildkit 0.33, `shell/lex.go`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.conftest.parsers.go_texts import SPACE

_BEGINS = re.compile(r"[0-9]*<<(?P<chomp>-?)[\t\n\f\r ]*(?P<rest>[^<]*)")
_NAME = re.compile(r"[0-9]+|[@*#?$!-]|\w*")
_BLANK = " \t\r\n"


class Heredoc(NamedTuple):
    """A text that follows a line: what ends it, and whether tabs before that do not count."""

    name: str
    chomp: bool


def heredocs(line: str) -> list[Heredoc]:
    """Those that a line begins, in their order."""
    return [found for word in _words(line) if (found := heredoc(word))]


def heredoc(word: str) -> Heredoc | None:
    """The one that a word begins."""
    match = _BEGINS.fullmatch(word)
    names = _words(match["rest"]) if match and match["rest"] else []
    return Heredoc(_unquoted(names[0]), bool(match and match["chomp"])) if len(names) == 1 else None


def _words(line: str) -> list[str]:
    """The words of a line as they are written; none where a quote or a brace is not closed."""
    words = [""]
    at = 0
    while at < len(line):
        end = _part(line, at)
        if end < 0:
            return []
        part = line[at:end]
        if part in SPACE or part[0] == "$":
            first, *others = re.split(f"[{SPACE}]", part)
            words[-1] += first
            words += others
        else:
            words[-1] += part
        at = end
    return [word for word in words if word]


def _part(line: str, at: int) -> int:
    """The end of what begins here: a quoted text, a variable, an escaped character, another one; -1 if it has none."""
    character = line[at]
    if character == "'":
        return line.find("'", at + 1) + 1 or -1
    if character == '"':
        return _double_quoted(line, at)
    if character == "$":
        return _variable(line, at)
    if character == "\\":
        return min(at + 2, len(line))
    if line.startswith("<<", at):
        at += 2
        while at < len(line) and line[at] in _BLANK:
            at += 1
        return at
    return at + 1


def _double_quoted(line: str, at: int) -> int:
    at += 1
    while 0 <= at < len(line):
        if line[at] == '"':
            return at + 1
        at = (
            _variable(line, at)
            if line[at] == "$"
            else at + 2
            if line[at : at + 2] in ('\\"', "\\$", "\\\\")
            else at + 1
        )
    return -1


def _variable(line: str, at: int) -> int:
    match = _NAME.match(line, at + 1)
    assert match is not None
    if not line.startswith("{", at + 1):
        return match.end()
    if line[at + 2 : at + 3] in ("", "{", "}", ":"):
        return -1
    match = _NAME.match(line, at + 2)
    assert match is not None
    at = match.end()
    if line[at : at + 1] == "}":
        return at + 1
    if line[at : at + 1] not in (*":+-?#%/",) or line[at : at + 1] == "":
        return -1
    at += 1
    while 0 <= at < len(line):
        if line[at] == "}":
            return at + 1
        at = _part(line, at)
    return -1


def _unquoted(word: str) -> str:
    return "".join(_plain(word))


def _plain(word: str) -> Iterator[str]:
    """The parts of a word, each without its quotes and escapes."""
    at = 0
    while at < len(word):
        end = _part(word, at)
        part = word[at:end]
        if part[0] == "'":
            yield part[1:-1]
        elif part[0] == '"':
            yield re.sub(r'\\(["$\\])', r"\1", part[1:-1])
        else:
            yield part[1:] if part[0] == "\\" else part
        at = end
