"""`.env` files, as conftest has them: names and texts (github.com/subosito/gotenv 1.6).

`$NAME` and `${NAME}` stand for what the file said before. The environment is not asked: conftest asks it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from erpguard.conftest.parsers.go_lines import check_length
from erpguard.conftest.parsers.go_texts import SPACE
from erpguard.conftest.parsers.parsed import NotParsedError, Parsed
from erpguard.model import Path

_END = re.compile(r"\r\n|\r|\n")
_HEAD = re.compile(r"[ \t\n\f\r]*(?:export[ \t\n\f\r]+)?([\w.]+)(?:[ \t\n\f\r]*=[ \t\n\f\r]*|(:)[ \t\n\f\r])", re.ASCII)
_AFTER = re.compile(r"[ \t\n\f\r]*")
_ESCAPED = re.compile(r"\\([^$])")
_VARIABLE = re.compile(r"(\\)?\$(?:\{?([A-Z0-9_]+)?\}?)")


def parse(text: str) -> Parsed:
    """The document, `{name: text}`, and the lines of the names."""
    found: dict[str, str] = {}
    places: dict[Path, int] = {}
    for number, line in _statements(text):
        name, value = _pair(line, number)
        found[name] = _text(value, found)
        places[(name,)] = number
    return Parsed(found, places)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """(number of its first line, what stands there) of all that is neither empty nor a comment."""
    lines = enumerate(_END.split(text), start=1)
    for number, given in lines:
        check_length(number, given)
        line = given.strip(SPACE)
        if not line or line[0] == "#":
            continue
        quote = _open_quote(line)
        parts = [line]
        while quote:
            try:
                last, more = next(lines)
            except StopIteration:
                raise NotParsedError(number, "a quote that is not closed") from None
            check_length(last, more)
            parts.append(more)
            end = more.rfind(quote)
            if end == 0 or (end > 0 and more[end - 1] != "\\"):
                break
        yield number, "\n".join(parts)


def _open_quote(line: str) -> str:
    """The quote that begins a value and is not closed on its line; empty where there is none."""
    at = line.find("=")
    if at == -1:
        at = line.find(":")
    if not 0 < at < len(line) - 1:
        return ""
    value = line[at + 1 :].strip(SPACE)
    if value[0] not in "'\"":
        return ""
    before, closing, _ = value[1:].strip(SPACE).rpartition(value[0])
    # The byte that it takes for the one before the quote is another one where spaces were stripped.
    is_closed = closing and value.encode()[len(before.encode()) :][:1] != b"\\"
    return "" if is_closed else value[0]


def _pair(line: str, number: int) -> tuple[str, str]:
    head = _HEAD.match(line)
    if head:
        starts = [head.end()]
        if head[2]:
            starts.append(_after(line, head.end()))
        for start in starts:
            value = _value(line, start)
            if value is not None:
                return head[1], value.strip(SPACE)
    raise NotParsedError(number, "no name with = and a value")


def _value(line: str, start: int) -> str | None:
    """What stands from here up to a comment, quotes included; None where something else follows."""
    if line[start : start + 1] in ("'", '"'):
        end = line.rfind(line[start], start + 1)
        while end > start:
            if _is_end(line, end + 1):
                return line[start : end + 1]
            end = line.rfind(line[start], start + 1, end)
    end = start
    while end < len(line) and line[end] not in "#\n":
        end += 1
    if end > start and _is_end(line, end):
        return line[start:end]
    return "" if _is_end(line, start) else None


def _is_end(line: str, at: int) -> bool:
    """Whether nothing but spaces and a comment follows."""
    after = _after(line, at)
    return after == len(line) or (line[after] == "#" and line.rfind("\n") < after)


def _after(line: str, at: int) -> int:
    match = _AFTER.match(line, at)
    assert match is not None
    return match.end()


def _text(value: str, known: Mapping[str, str]) -> str:
    """A value without its quotes, its escapes and variables resolved."""
    quote = value[0] if len(value) >= 2 and value[0] in "'\"" and value[-1] == value[0] else ""
    if quote:
        value = value[1:-1]
    if quote == "'":
        return value
    if quote == '"':
        value = _ESCAPED.sub(r"\1", value.replace("\\n", "\n").replace("\\r", "\r"))
    return _VARIABLE.sub(lambda match: _resolved(match, known), value)


def _resolved(match: re.Match[str], known: Mapping[str, str]) -> str:
    if match[1]:
        return match[0][1:]
    return match[0] if match[2] is None else known.get(match[2], "")
