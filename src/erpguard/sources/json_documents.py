"""JSON manifests: values with the standard library, the rules those of the YAML loader."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import Any

from erpguard.model import Problem
from erpguard.sources.documents import Document
from erpguard.sources.refusals import duplicate, problem_at, syntax_problem
from erpguard.sources.yaml_scalars import finite_float, integer
from erpguard.sources.yaml_values import DEEPEST

_SPACE = re.compile(r"[ \t\r\n]*")
_LONGEST_PLAIN_INTEGER = 18  # of any sign, it has less than 64 bits
_SURROGATES = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F]\w\w")


class _Reader:
    def __init__(self) -> None:
        self.has_duplicates = False
        self.decoder = JSONDecoder(
            object_pairs_hook=self.object, parse_int=json_integer, parse_float=json_float, parse_constant=no_constant
        )

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) != len(pairs):
            self.has_duplicates = True
        return result


def load_json(text: str, file: str) -> tuple[list[Document], Problem | None, list[Problem]]:
    """The documents of a text that holds one JSON value or several after each other.

    The second part is the problem that ended the reading, the third the duplicate keys.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    offset, readable = _skip(text, 0), without_lone_surrogates(text)
    while offset < len(text):
        reader, document = _Reader(), Document(file, text, 0, None, json=True, offset=offset)
        try:
            document.value, end = reader.decoder.raw_decode(readable, offset)
        except JSONDecodeError as error:
            message = f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
            return documents, syntax_problem(document, error.pos, "json-syntax", message), problems
        except ConstantError as error:
            return documents, problem_at(document, offset, "json-syntax", str(error)), problems
        except RecursionError:
            return documents, _too_deep(document), problems
        if is_deep(document.value):
            return documents, _too_deep(document), problems
        if reader.has_duplicates:
            problems += _duplicates(document)
        documents.append(document)
        offset = _skip(text, end)
    return documents, None, problems


def json_value(text: str, file: str) -> tuple[Any, str | None]:
    """The one JSON value of a text by the same rules, and what is wrong with the text, if anything."""
    documents, problem, duplicates = load_json(text, file)
    if problem is not None or duplicates:
        return None, (problem or duplicates[0]).message
    return (documents[0].value, None) if len(documents) == 1 else (None, "not one JSON value")


def _too_deep(document: Document) -> Problem:
    message = f"nested deeper than {DEEPEST} levels, the limit: exclude the file"
    return problem_at(document, document.offset, "too-deep", message)


def _duplicates(document: Document) -> list[Problem]:
    from erpguard.sources.json_places import duplicate_keys

    return [duplicate(document, key, index) for key, index in duplicate_keys(document.text, document.offset)]


def is_deep(value: Any) -> bool:
    """Whether a value is nested deeper than a document may be."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def without_lone_surrogates(text: str) -> str:
    """The text with lone surrogate escapes as U+FFFD, as Go's encoding/json reads them; no offset changes."""
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _SURROGATES.sub(lambda match: "\\ufffd" if len(match[0]) == 6 else match[0], text)


def _skip(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


class ConstantError(ValueError):
    """NaN or Infinity, which Python's decoder would take."""


def no_constant(name: str) -> Any:
    """Refuse what JSON does not have. Every decoder gets this, `json_integer` and `json_float`."""
    raise ConstantError(f"{name} is no JSON value")


def json_integer(text: str) -> int | float | str:
    """An integer as it is read from all files: a float where it is longer than 64 bits."""
    if len(text) <= _LONGEST_PLAIN_INTEGER:
        return int(text)
    number = integer(text)
    return json_float(text) if number is None else number


def json_float(text: str) -> float | str:
    """A float; the text itself where it is too large for one."""
    number = finite_float(text)
    return text if number is None else number
