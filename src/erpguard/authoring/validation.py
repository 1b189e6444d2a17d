"""A YAML document against one of the schemas that ship: every violation with its line."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import jsonschema

from erpguard.authoring.complaints import Complaint
from erpguard.model import Path
from erpguard.shipped import shipped
from erpguard.sources.documents import Document
from erpguard.sources.yaml_documents import load

_SHOWN = 200
_KINDS = {
    "string": "a text",
    "array": "a list",
    "object": "a mapping",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "empty",
}
"""How people who write YAML call what JSON Schema calls so."""


def read(data: bytes, file: str) -> tuple[Document | None, list[Complaint]]:
    """The one document of a YAML file, None where there is none, and why it cannot be used."""
    loaded = load(data, file)
    wrong = [Complaint(file, problem.place.line, problem.code, problem.message) for problem in loaded.problems]
    for other in loaded.documents[1:]:
        wrong.append(Complaint(file, other.place(()).line, "second-document", "a second document: keep one"))
    return (loaded.documents[0] if loaded.documents else None), wrong


def violations(schema: str, document: Document) -> Iterator[Complaint]:
    """What `schemas/<schema>.schema.json` does not allow, in the order of the lines."""
    errors = [_plainest(error) for error in _validator(schema).iter_errors(document.value)]
    found = {(line_of(document, path), text) for error in errors for path, text in _told(error)}
    for line, text in sorted(found):
        yield Complaint(document.file, line, schema, text)


def line_of(document: Document, path: Iterable[str | int]) -> int:
    """The line of the node at a path, or of the nearest one above it."""
    return document.place(tuple(path)).line


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean ...` for a word that is nearly one of these; of few the choice; else nothing."""
    choices = sorted(set(known))
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.75)
    if close:
        return f": did you mean {close[0]}?"
    return f": choose from {', '.join(choices)}" if 0 < len(choices) <= 15 else ""


@cache
def _validator(schema: str) -> Any:
    with open(os.path.join(shipped("schemas"), f"{schema}.schema.json"), encoding="utf-8") as opened:
        return jsonschema.Draft202012Validator(json.load(opened))


def _plainest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """The error itself, or the deepest one where alternatives failed for one reason."""
    return error if error.validator == "oneOf" else jsonschema.exceptions.best_match([error]) or error


def _told(error: Any) -> Iterator[tuple[Path, str]]:
    """The violation for people, with the path of what violates."""
    path: Path = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {})
        for key in map(str, error.instance.keys() - known.keys()):
            yield (*path, key), f"{_prefix(path)}there is no key {key[:80]!r}{nearest(key, known)}"
        return
    yield path, _prefix(path) + said(error)


def _prefix(path: Path) -> str:
    return f"{'.'.join(map(str, path))}: " if path else ""


def said(error: Any) -> str:
    """One violation of a schema for people who have never seen a schema."""
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"{missing} is missing: {_meaning(error.schema, missing)}"
    if error.validator == "oneOf":
        keys = [one["required"][0] for one in error.validator_value if "required" in one]
        return f"it needs exactly one of {', '.join(keys)}"
    if error.validator == "pattern" and "description" in error.schema:
        return f"{error.instance!r:.{_SHOWN}} does not fit: {error.schema['description']}"
    if error.validator == "type":
        given = error.validator_value
        wanted = " or ".join(_KINDS[kind] for kind in ([given] if isinstance(given, str) else given))
        return f"{_short(error.instance)} has to be {wanted}"
    if error.validator == "enum":
        return f"{_short(error.instance)} is none of {', '.join(map(str, error.validator_value))}"[:_SHOWN]
    if error.validator == "anyOf" and (listed := next((one for one in error.context if one.validator == "enum"), None)):
        return said(listed)
    return str(error.message)[:_SHOWN]


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:80]


def _meaning(schema: Any, name: str) -> str:
    described = schema.get("properties", {}).get(name, {})
    return f"add it. {described['description']}" if "description" in described else "add it"
