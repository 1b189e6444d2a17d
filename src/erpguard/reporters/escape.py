"""The one place that knows what is dangerous to show.

Names, values and messages come from the scanned tree and may be hostile. Every reporter passes each text through
exactly one of these functions, just before it is shown.
"""

from __future__ import annotations

import re

VALUE_LIMIT = 200
MESSAGE_LIMIT = 1000

# Azure Pipelines, GitHub and TeamCity find `##vso[`, `##[` and `##teamcity[` anywhere in a line.
_COMMAND = re.compile(r"##(?=\w*\[)")
# GitHub trims a line before it looks for `::set-output` and the like; our own colors may stand there too.
_LEADING_COLONS = re.compile(r"^((?:\s|\x1b\[[0-9;]*m)*):(?=:)")
# A bracket is escaped by a backslash; those that stand before it anyway have to be doubled, others have no meaning.
_BRACKET = re.compile(r"(\\*)([\[\]])")
_CODE_SPAN = re.compile(r"((?<!`)`[^`]+`(?!`))")
_MARKDOWN = "\\`*_<>[]&|~#!"  # the backslash first: it is what the others are escaped with


def plain(text: str) -> str:
    r"""Text without control, escape, bidi, invisible and lone surrogate characters: they become `\x1b`, `\u202e`.

    What Python calls unprintable (categories C and Z, the space excepted) covers all of them.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def prose(text: str) -> str:
    """Text of several lines as one plain line."""
    return plain(" ".join(text.split()))


def cut(text: str, limit: int = VALUE_LIMIT) -> str:
    """At most `limit` characters, the last one an ellipsis if something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def terminal(line: str) -> str:
    """A line of output that no CI system takes for one of its commands."""
    return _LEADING_COLONS.sub(r"\1: ", _COMMAND.sub("# #", line))


def replaced(text: str) -> str:
    """Plain text whose dangerous characters became U+FFFD, for formats in which a backslash has a meaning."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def sarif_message(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """A plain text message as SARIF 2.1.0 sections 3.11.5 (placeholders) and 3.11.6 (embedded links) ask."""
    text = cut(replaced(text), limit)
    if "[" in text or "]" in text:
        text = _BRACKET.sub(r"\1\1\\\2", text)
    return text.replace("{", "{{").replace("}", "}}")


def markdown(text: str) -> str:
    """Prose as Markdown that renders as it was written; `code spans` stay, everything else is literal."""
    text = replaced(text)
    if "`" not in text:
        return _literal(text)
    return "".join(part if index % 2 else _literal(part) for index, part in enumerate(_CODE_SPAN.split(text)))


def _literal(text: str) -> str:
    for mark in _MARKDOWN:
        if mark in text:  # most texts hold few of them: this is several times as fast as a regular expression
            text = text.replace(mark, "\\" + mark)
    return text
