"""The documents of files, as conftest takes them apart.

A list at the top of a file is one document for each item, and so is YAML with several documents. What stands between
two markers is a document also where there is nothing: `null`, which rules that miss something object to.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from importlib import import_module
from types import MappingProxyType
from typing import Any

from erpguard.conftest.formats import HCL, JSON, JSONC, PARSERS, YAML, format_of, unread_format
from erpguard.conftest.go_numbers import as_go
from erpguard.conftest.parsers.parsed import NotParsedError, Parsed
from erpguard.conftest.yaml_events import events
from erpguard.model import Origin, Path, Place, Problem, Resource, pointer
from erpguard.normalize import kubernetes
from erpguard.sources import Collected, Input
from erpguard.sources.documents import Document, DocumentOrigin, ObjectOrigin
from erpguard.sources.helm_charts import TEMPLATE, HelmCharts
from erpguard.sources.input_files import read
from erpguard.sources.json_documents import is_deep
from erpguard.sources.memory import copied_objects
from erpguard.sources.object_lists import has_kind, is_list, object_id_of
from erpguard.sources.recognition import SNAPSHOT, recognize
from erpguard.sources.text_decoding import decode, utf16_length
from erpguard.sources.yaml_documents import Loaded, load
from erpguard.sources.yaml_scalars import PlainScalars
from erpguard.sources.yaml_values import DEEPEST

UNREAD = "file in a format that only conftest reads: {}"
NO_DOCUMENT = "file that is no document"
UNKNOWN = "its name tells no format: say with --parser what it is, as in --parser ini"
DOCUMENT = "erpguard/Document"
"""The type of documents that are no Kubernetes objects."""

Settings = Mapping[str, Any]

_SEPARATORS = {False: "\n---\n", True: "\r\n---\r\n"}
_HEAD = ("apiVersion", "kind", "metadata")
"""What the names of an object stand in."""

_PACKED = (b"PK\x03\x04", b"\x1f\x8b")
"""How ZIP files begin, which plans may be, and those of gzip, which snapshots may be."""


class Item:
    """One document.

    value     what `input` is
    origin    knows where its nodes stand
    given     the file that holds it
    settings  the `estate` section of the configuration
    number    its position in the file, from 1; 0 where it is the only one
    lines     how many the file has
    """

    __slots__ = ("_settings", "_subject", "given", "lines", "number", "origin", "value")

    def __init__(
        self, value: Any, origin: Origin, given: Input, settings: Settings, number: int = 0, lines: int = 0
    ) -> None:
        self.value = value
        self.origin = origin
        self.given = given
        self.number = number
        self.lines = lines
        self._settings = settings
        self._subject: Resource | None = None

    @property
    def path(self) -> str:
        """The file as it was named, which `--combine` shows to the rules; `-` for standard input."""
        return os.path.normpath(self.given.path).replace(os.sep, "/") if self.given.path else self.given.name or "-"

    @property
    def subject(self) -> Resource:
        """The object that the document is, under the names that it has in an estate; its body is as it was written."""
        if self._subject is None:
            self._subject = self._kubernetes() or self._document()
            self._subject.key = self._subject.id
        return self._subject

    def _kubernetes(self) -> Resource | None:
        if not has_kind(self.value) or is_list(self.value):
            return None
        # What is wrong with it is told by the sources of the platform, if they read it.
        head = {key: self.value[key] for key in _HEAD if key in self.value}
        found = kubernetes.resource(deepcopy(head), self.origin, self._settings, "conftest", only_metadata=True)
        made = found.resource
        if made is not None:
            made.body = self.value
        return made

    def _document(self) -> Resource:
        name = self.given.name or "-"
        id_ = f"{name}#{self.number}" if self.number else name
        body = self.value if isinstance(self.value, dict) else {}
        return Resource(DOCUMENT, id_, os.path.basename(name), "", body, self.origin, "conftest")


class FileOrigin:
    """A document of which at most lines are known: all else is where its file begins."""

    def __init__(
        self, file: str, text: Sequence[str] = ("",), lines: Mapping[Path, int] = MappingProxyType({})
    ) -> None:
        self.file = file
        self._text = text
        self._lines = lines

    def place(self, path: Path) -> Place:
        """The line of the node, or of the nearest one above it; else the first line."""
        if not self.file:
            return Place(object_id="-", pointer=pointer(path))
        above = (path[:end] for end in range(len(path), 0, -1))
        line = next((self._lines[one] for one in above if one in self._lines), 1)
        end = utf16_length(self._text[line - 1].rstrip("\r"))
        return Place(self.file, line, 1, line, end + 1)

    def place_of_line(self, path: Path, line: int) -> Place:
        """The line of the node."""
        return self.place(path)

    def text(self, path: Path) -> str:
        """Empty: nothing is looked up."""
        return ""


class Documents:
    """Reads documents, and keeps what is to be told of their files: problems, ignores, what is not read."""

    def __init__(self, settings: Settings, parser: str = "") -> None:
        self.collected = Collected()
        self._settings = settings
        self._parser = parser
        self._charts = HelmCharts()
        self._plain = PlainScalars()

    def of_file(self, given: Input, named: bool = True) -> Iterator[Item]:
        """The documents of a file. What cannot be read is a problem if it was `named`, else it is counted."""
        kind = format_of(given.path or given.name, self._parser if named else "")
        if given.path and self._charts.reason(given.path) == TEMPLATE:
            self.collected.skip(TEMPLATE)
        elif kind:
            yield from self._of_file(given, kind)
        elif named and self._is_text(given):
            yield from self._of_any(given)
        else:
            self._unread(given, named)

    def of_objects(self, objects: Iterable[Mapping[str, Any]]) -> Iterator[Item]:
        """The documents that a caller holds in memory."""
        for value in copied_objects(objects, self.collected):
            yield Item(value, ObjectOrigin(object_id_of(value)), Input(object_id_of(value)), self._settings)

    def _of_any(self, given: Input) -> Iterator[Item]:
        """The documents of a file whose name tells no format: YAML and JSON where they are collections.

        Most other texts are a scalar in YAML, of which no rule would find anything to say.
        """
        problems = self.collected.problems
        known = len(problems)
        found = list(self._of_file(given, YAML))
        if any(isinstance(item.value, (dict, list)) for item in found):
            yield from found
            return
        if len(problems) == known:
            problems.append(Problem("unknown-format", "neither YAML nor JSON with anything in it", Place(given.name)))
        problems[known:] = [one._replace(message=f"{one.message}; {UNKNOWN}") for one in problems[known:]]

    def _of_file(self, given: Input, kind: str) -> Iterator[Item]:
        data = given.data if given.data is not None else read(given)
        if isinstance(data, Problem):
            self.collected.problems.append(data)
        elif kind in PARSERS:
            yield from self._parsed(data, given, kind)
        else:
            yield from self._loaded(load(data, given.name, self._plain, events), data, given, kind)

    def _loaded(self, loaded: Loaded, data: bytes, given: Input, kind: str) -> Iterator[Item]:
        self.collected.problems += loaded.problems
        self.collected.ignores += loaded.ignores
        if kind == JSON and not data.strip():
            text = "an empty file is no JSON: did the program that should write it fail?"
            self.collected.problems.append(Problem("empty-file", text, Place(given.name)))
            return
        parts = _parts(data, given.name) if kind == YAML and not loaded.problems else 1
        empty = max(0, parts - len(loaded.documents)) if not loaded.problems else 0
        found = [*_values(loaded.documents, is_split=parts == 1), *[(None, FileOrigin(given.name))] * empty]
        self.collected.documents += len(found)
        lines = data.count(b"\n") + 1
        for number, (value, origin) in enumerate(found, start=1):
            position = number if len(found) > 1 else 0
            yield Item(as_go(value, data), origin, given, self._settings, position, lines)

    def _parsed(self, data: bytes, given: Input, kind: str) -> Iterator[Item]:
        """The document of a file in a format that has a parser of its own."""
        text = decode(data, given.name)
        found = text if isinstance(text, Problem) else _parse(text, given.name, kind)
        if isinstance(found, Problem):
            self.collected.problems.append(found)
            return
        lines = str(text).split("\n")
        origin = FileOrigin(given.name, lines, found.lines)
        is_split = kind == JSONC and isinstance(found.value, list)
        values = found.value if is_split else [found.value]
        self.collected.documents += len(values)
        for number, value in enumerate(values, start=1):
            position = number if len(values) > 1 else 0
            yield Item(value, origin, given, self._settings, position, len(lines))

    def _is_text(self, given: Input) -> bool:
        """Whether a file that is named as none of the known formats may be YAML or JSON."""
        head = given.data if given.data is not None else read(given, 4)
        is_packed = isinstance(head, bytes) and head.startswith(_PACKED)
        return not is_packed and not unread_format(given.path or given.name) and recognize(given) != SNAPSHOT

    def _unread(self, given: Input, named: bool) -> None:
        what = unread_format(given.path or given.name)
        if named and what:
            instead = "judge the plan instead, in JSON" if what == HCL else "leave the file out"
            text = f"the format {what} is not read by --conftest: {instead}"
            self.collected.problems.append(Problem("unread-format", text, Place(given.name)))
        else:
            self.collected.skip(UNREAD.format(what) if what else NO_DOCUMENT)


def _parse(text: str, file: str, kind: str) -> Parsed | Problem:
    parser = import_module(f"erpguard.conftest.parsers.{PARSERS[kind]}")
    try:
        found: Parsed | None = parser.parse(text)
    except NotParsedError as error:
        return Problem(f"{PARSERS[kind]}-syntax", f"not valid {kind}: {error}", Place(file, error.line, 1))
    except RecursionError:
        found = None
    if found is not None and not is_deep(found.value):
        return found
    text = f"nested deeper than {DEEPEST} levels, the limit: exclude the file"
    return Problem("too-deep", text, Place(file, 1, 1))


def _values(documents: Sequence[Document], *, is_split: bool) -> Iterator[tuple[Any, Origin]]:
    """The values of documents, each with its origin; a list that is alone `is_split` into its items."""
    for document in documents:
        value = document.value
        if is_split and len(documents) == 1 and isinstance(value, list):
            yield from ((item, _origin(document, (index,), item)) for index, item in enumerate(value))
        else:
            yield value, _origin(document, (), value)


def _origin(document: Document, path: Path, value: Any) -> Origin:
    object_id = "" if document.file else object_id_of(value) if has_kind(value) else "-"
    return DocumentOrigin(document, path, object_id)


def _parts(data: bytes, name: str) -> int:
    """How many documents conftest sees: the separator is a line of three dashes and nothing else."""
    text = decode(data, name)
    if isinstance(text, Problem):
        return 0
    parts = text.count(_SEPARATORS["\r\n" in text]) + 1
    return max(1, parts - 1) if text.startswith("%") else parts
