"""Comments that switch a policy off for one line: `# erpguard: ignore[TLS001,NET001] reason`."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from erpguard.model import Place

if TYPE_CHECKING:
    from erpguard.sources.documents import Document

_WORD = "erpguard:"
_IGNORE = r"(?<!\S)#[ \t]*erpguard:[ \t]*ignore\b(?:\[([^\]\r\n]*)\])?([^\r\n]*)"
_LINE = r"[^\r\n]*(?:\r\n?|\n|\Z)"


class InlineIgnore(NamedTuple):
    """One such comment.

    `line` is the line that it applies to: its own, or, when it stands alone, the next one that is neither blank nor a
    comment. `ids` are as written, and empty if there are none; so may be `reason`. `place` is the comment.
    """

    file: str
    line: int
    ids: tuple[str, ...]
    reason: str
    place: Place


def find_ignores(document: Document) -> list[InlineIgnore]:
    """The ignore comments of a document that could be read; text in scalars that looks like one is none."""
    text = document.text
    if _WORD not in text or document.json:
        return []
    matches = list(re.finditer(_IGNORE, text))
    if not matches:
        return []
    from erpguard.sources.yaml_places import scalar_spans

    spans = scalar_spans(text)
    starts = [start for start, _ in spans]
    found = []
    for match in matches:
        before = bisect_right(starts, match.start()) - 1
        if before < 0 or spans[before][1] <= match.start():
            found.append(_ignore(document, match))
    return found


# Strings and texts between markers are passed over: what looks like a comment in them is none.
# https://developer.hashicorp.com/terraform/language/syntax/configuration
_HCL = (
    r'(?sm)"(?:[^"\\\r\n]|\\.)*"|<<-?(?P<end>\w+)[^\n]*\n.*?^[ \t]*(?P=end)[ \t]*$|/\*.*?\*/|//[^\r\n]*|(?P<comment>#)'
)


def find_hcl_ignores(document: Document) -> list[InlineIgnore]:
    """The same for a Terraform configuration, in comments that begin with `#`."""
    text = document.text
    if _WORD not in text:
        return []
    tokens, ignore = re.compile(_HCL), re.compile(_IGNORE)
    found, offset = [], 0
    while token := tokens.search(text, offset):
        offset = token.end()
        if token["comment"]:
            match = ignore.match(text, token.start())
            found += [_ignore(document, match)] if match else []
            end = text.find("\n", offset)
            offset = end if end >= 0 else len(text)
    return found


def _ignore(document: Document, match: re.Match[str]) -> InlineIgnore:
    text, start = document.text, match.start()
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    target = start if text[line_start:start].strip() else _next_content(text, start)
    ids = tuple(name.strip() for name in (match[1] or "").split(",") if name.strip())
    end = start + len(match[0].rstrip())
    line = document.line_of(target)
    return InlineIgnore(document.file, line, ids, match[2].strip(), document.place_at(start, end))


def _next_content(text: str, start: int) -> int:
    """The offset of the next line that is neither blank nor a comment; the comment's own if there is none."""
    for match in re.compile(_LINE).finditer(text, start):
        content = match[0].strip()
        if content and not content.startswith("#"):
            return match.start()
    return start
