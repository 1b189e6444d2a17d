"""XML, as conftest has it (github.com/basgys/goxml2json 1.1).

An element with neither attributes nor elements is its text; any other is an object: attributes as `-name`, elements by
name (a list where there are several), its text as `#content`. Prefixes of names are dropped. Of several pieces of text
in one element, the last one counts.

conftest judges what comes before the first error of a file. Here, a file that is not well-formed is a problem, and so
is one that declares entities.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from xml.parsers import expat

from erpguard.conftest.parsers.go_texts import SPACE
from erpguard.conftest.parsers.parsed import NotParsedError, Parsed
from erpguard.model import Path
from erpguard.sources.yaml_values import DEEPEST

_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(rb"""([^\s"'=<>/]+)\s*=\s*("[^"]*"|'[^']*')""")
_REFERENCE = re.compile(r"&(?:#([0-9]+)|#x([0-9a-fA-F]+)|(\w+));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_WHITE = re.compile(rb"[\t\r\n]")


def parse(text: str) -> Parsed:
    """The document, and the lines of its elements."""
    data = text.encode()
    builder = _Builder(data)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotParsedError(error.lineno, expat.errors.messages.get(error.code, "not well-formed")) from error
    root, places = builder.root, builder.places
    return Parsed(_value(root), places)


class _Element:
    """An element, and what it holds by label."""

    __slots__ = ("children", "label", "line", "text")

    def __init__(self, label: str, line: int) -> None:
        self.label = label
        self.line = line
        self.text = ""
        self.children: dict[str, list[_Element | str]] = {}


class _Builder:
    """Takes the events of a parser."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.root = _Element("", 1)
        self._open = [self.root]
        self._text: list[str] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append
        self.parser.CommentHandler = self.parser.ProcessingInstructionHandler = self._piece
        self.parser.StartCdataSectionHandler = self._piece
        self.parser.EndCdataSectionHandler = lambda: self._piece(is_text=True)
        self.parser.EntityDeclHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._piece()
        if len(self._open) > DEEPEST:
            raise NotParsedError(self.parser.CurrentLineNumber, f"nested deeper than {DEEPEST} levels, the limit")
        made = _Element(_local(name), self.parser.CurrentLineNumber)
        if any(" " in value for value in attributes.values()):
            attributes = self._written(attributes)
        for key, value in attributes.items():
            made.children.setdefault(f"-{_local(key)}", []).append(value)
        self._open.append(made)

    def _end(self, name: str) -> None:
        self._piece()
        made = self._open.pop()
        self._open[-1].children.setdefault(made.label, []).append(made)

    def _piece(self, *_: Any, is_text: bool = False) -> None:
        """A piece of text ends."""
        if self._text or is_text:
            self._open[-1].text = _trimmed("".join(self._text))
            self._text.clear()

    def _refuse(self, name: str, *_: Any) -> None:
        raise NotParsedError(self.parser.CurrentLineNumber, f"it declares the entity {name[:40]}, which is not read")

    def _written(self, attributes: dict[str, str]) -> dict[str, str]:
        """The attributes of the tag that begins here, tabs and ends of lines in them as they are written."""
        tag = _TAG.match(self._data, self.parser.CurrentByteIndex)
        found = {match[1].decode(): match[2][1:-1] for match in _ATTRIBUTE.finditer(tag[0] if tag else b"")}
        return {
            key: _plain(found[key].decode()) if _WHITE.search(found.get(key, b"")) else value
            for key, value in attributes.items()
        }

    @property
    def places(self) -> dict[Path, int]:
        """The lines of elements."""
        found: dict[Path, int] = {}
        left: list[tuple[Path, _Element]] = [((), self.root)]
        while left:
            path, element = left.pop()
            found[path] = element.line
            for label, children in element.children.items():
                for index, child in enumerate(children):
                    below = (*path, label, index) if len(children) > 1 else (*path, label)
                    if isinstance(child, _Element):
                        left.append((below, child))
        return found


def _plain(written: str) -> str:
    """The value of an attribute that is written in this way."""
    return _REFERENCE.sub(_character, written.replace("\r\n", "\n").replace("\r", "\n"))


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    return _NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))


def _local(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return local if colon and prefix and local else name


def _value(element: _Element | str) -> Any:
    if isinstance(element, str):
        return element
    if not element.children:
        return element.text
    found: dict[str, Any] = {"#content": element.text} if element.text else {}
    for label, children in element.children.items():
        values = [_value(child) for child in children]
        found[label] = values if len(values) > 1 else values[0]
    return found


def _trimmed(text: str) -> str:
    """A text without the spaces and the control characters around it."""
    start, end = 0, len(text)
    while start < end and not _is_shown(text[start]):
        start += 1
    while end > start and not _is_shown(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_shown(character: str) -> bool:
    return character not in SPACE and unicodedata.category(character)[0] in "LMNPSZ"
