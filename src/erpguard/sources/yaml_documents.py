"""The bytes of one file to its documents, with everything that is wrong with them.

Values are built in the first pass. Positions are found in a second one, only for the few nodes that a finding or a
problem asks for, from the piece of text that each document keeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from yaml import YAMLError

from erpguard.model import Problem
from erpguard.sources.documents import Document
from erpguard.sources.inline_ignores import InlineIgnore, find_ignores
from erpguard.sources.text_decoding import decode
from erpguard.sources.text_lines import count_lines
from erpguard.sources.yaml_scalars import PlainScalars
from erpguard.sources.yaml_tags import Refused
from erpguard.sources.yaml_values import Budget, Built, build, events

if TYPE_CHECKING:
    from erpguard.sources.yaml_values import Events

MOST_DOCUMENTS = 100_000
"""Document markers in one file; each document starts the parser, so that empty ones would keep it busy."""

# As texts: `re` keeps what it compiled, and most files need neither.
_MARKER = r"(?:\A|(?<=[\n\r\x85\u2028\u2029]))(?:---|\.\.\.)(?=[ \t\r\n\x85\u2028\u2029]|\Z)"
_LINE_END = r"\r\n?|[\n\x85\u2028\u2029]|\Z"
# Only comments, directives and blank lines: what may stand before the `---` of the document that it belongs to.
_PREAMBLE = re.compile(r"(?>[ \t]*+(?:#[^\r\n]*+)?+(?:\r\n?|\n|\Z)|%[^\r\n]*+(?:\r\n?|\n|\Z))*?\Z")
_JSON_START = re.compile(r"[ \t\r\n]*\{")
_BLANKS = (" ", "\t", "\r", "\n", "")


class Loaded:
    """What one file holds.

    `open_types` are the types that its unreadable parts may have held, `*` for any.
    """

    __slots__ = ("documents", "ignores", "open_types", "problems")

    def __init__(
        self, documents: Iterable[Document] = (), problems: Iterable[Problem] = (), open_types: Iterable[str] = ()
    ) -> None:
        self.documents = list(documents)
        self.problems = list(problems)
        self.open_types = set(open_types)
        self.ignores: list[InlineIgnore] = []


def load(data: bytes, file: str, plain: PlainScalars | None = None, parse: Events = events) -> Loaded:
    """The documents of a YAML or JSON file; empty ones are left out.

    `file` is what places show, empty for standard input. `plain` is a cache to be shared between files. `parse` gives
    the events of YAML.
    """
    text = decode(data, file)
    if isinstance(text, Problem):
        return Loaded(problems=[text], open_types={"*"})
    is_json = file.endswith(".json")
    if is_json or _JSON_START.match(text):
        from erpguard.sources.json_documents import load_json

        documents, fatal, problems = load_json(text, file)
        if fatal is None:
            return Loaded([one for one in documents if one.value is not None], problems)
        if is_json:
            return Loaded(documents, [*problems, fatal], {"*"})
    return _load_yaml(text, file, PlainScalars() if plain is None else plain, parse)


def _load_yaml(text: str, file: str, plain: PlainScalars, parse: Events) -> Loaded:
    loaded = Loaded()
    markers = _markers(text)
    if len(markers) > MOST_DOCUMENTS:
        from erpguard.sources.refusals import ANY_TYPE, problem_at

        message = f"more than {MOST_DOCUMENTS} document markers in one file: split it"
        return Loaded([], [problem_at(Document(file, "", 0, None), 0, "too-many-documents", message)], {ANY_TYPE})
    budget = Budget.of(len(text))
    line = counted = 0
    for start, stop in split(text, markers):
        line += count_lines(text, counted, start)
        counted = start
        document = Document(file, text[start:stop], line, None)
        built = _build(document, plain, budget, loaded, parse)
        if built is not None and built.value is not None:
            document.value = built.value
            loaded.documents.append(document)
            loaded.ignores += find_ignores(document)
    return loaded


def _build(document: Document, plain: PlainScalars, budget: Budget, loaded: Loaded, parse: Events) -> Built | None:
    try:
        built = build(document.text, plain, budget, parse)
    except (Refused, YAMLError) as error:
        from erpguard.sources.refusals import explain, guessed_type

        loaded.problems.append(explain(error, document))
        loaded.open_types.add(guessed_type(document.text))
        return None
    if built.duplicates:
        from erpguard.sources.refusals import duplicate

        loaded.problems += [duplicate(document, key, index) for key, index in built.duplicates]
    return built


def split(text: str, markers: list[int] | None = None) -> list[tuple[int, int]]:
    """The bounds of the documents: at column 0, `---` and `...` are markers wherever they stand (YAML 1.2, 9.1.2).

    So one broken document does not take the others with it.
    """
    bounds: list[tuple[int, int]] = []
    start = 0
    for marker in _markers(text) if markers is None else markers:
        if text[marker] == "-":
            if not _is_preamble(text, start, marker):
                bounds.append((start, marker))
                start = marker
            continue
        match = re.compile(_LINE_END).search(text, marker)
        stop = match.end() if match else len(text)
        if not _is_preamble(text, start, marker):
            bounds.append((start, stop))
        start = stop
    if not _is_preamble(text, start, len(text)):
        bounds.append((start, len(text)))
    return bounds


def _is_preamble(text: str, start: int, stop: int) -> bool:
    return _PREAMBLE.fullmatch(text, start, stop) is not None


def _markers(text: str) -> list[int]:
    """The offsets of all markers, or of more than the most that are allowed."""
    has_returns = "\r" in text and text.count("\r") != text.count("\r\n")
    if has_returns or any(mark in text for mark in "\x85\u2028\u2029"):
        return [match.start() for match in islice(re.finditer(_MARKER, text), MOST_DOCUMENTS + 1)]
    found = [0] if text.startswith(("---", "...")) else []
    for marker in ("\n---", "\n..."):
        at = text.find(marker)
        while at >= 0 and len(found) <= MOST_DOCUMENTS:
            if text[at + 4 : at + 5] in _BLANKS:
                found.append(at + 1)
            at = text.find(marker, at + 4)
    return sorted(at for at in found if text[at + 3 : at + 4] in _BLANKS)
