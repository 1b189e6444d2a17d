"""What a message is about: the node of a document that its details name.

A path is a list of keys and indexes, a JSON pointer (`/spec/replicas`) or dotted (`spec.containers[0].image`). Only
nodes of the document count: what leads nowhere in it names nothing, and no path is ever one of the file system.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from erpguard.model import Path, Step

_KEYS = ("path", "field", "pointer")
_HOLDERS = ("details", "metadata")
_LONGEST = 2_000
_MOST_STEPS = 64
_TOKEN = re.compile(r"""\.?(?:\[(?P<index>\d{1,9})\]|\[(?P<quote>["'])(?P<key>.*?)(?P=quote)\]|(?P<name>[^.\[\]]+))""")


def path_of(details: Mapping[str, Any], value: Any) -> Path:
    """The path of a node of a document that the details of a message name; empty if they name none."""
    for given in _named(details):
        found = _resolved(_steps(given), value)
        if found:
            return found
    return ()


def line_of(details: Mapping[str, Any]) -> tuple[str, int]:
    """The file and the line of `_loc`, which conftest knows; line 0 if it names none."""
    where = details.get("_loc")
    line = where.get("line") if isinstance(where, dict) else None
    if not isinstance(where, dict) or not isinstance(line, int) or isinstance(line, bool) or line < 1:
        return "", 0
    file = where.get("file", "")
    return (file, line) if isinstance(file, str) else ("", 0)


def _named(details: Mapping[str, Any]) -> Iterator[Any]:
    for holder in (details, *(details.get(name) for name in _HOLDERS)):
        if isinstance(holder, dict):
            yield from (holder[key] for key in _KEYS if key in holder)


def _steps(given: Any) -> Sequence[Step]:
    if isinstance(given, list):
        return given[:_MOST_STEPS] if all(isinstance(step, (str, int)) for step in given) else []
    if not isinstance(given, str) or len(given) > _LONGEST:
        return []
    if given.startswith("/"):
        return [step.replace("~1", "/").replace("~0", "~") for step in given[1:].split("/")][:_MOST_STEPS]
    return _dotted(given.removeprefix("$").removeprefix("input."))[:_MOST_STEPS]


def _dotted(text: str) -> list[Step]:
    steps: list[Step] = []
    offset = 0
    while offset < len(text):
        token = _TOKEN.match(text, offset)
        if token is None:
            return []
        offset = token.end()
        steps.append(int(token["index"]) if token["index"] else token["key"] if token["quote"] else token["name"])
    return steps


def _resolved(steps: Sequence[Step], value: Any) -> Path:
    """The steps as the document has them, up to the first that it lacks; empty where it lacks already the first."""
    path: list[Step] = []
    node = value
    at = 0
    while at < len(steps):
        step, taken = _step(node, steps, at)
        path.append(step)
        if not taken:
            # A key that is missing is what has to be added: what stands below it does not matter.
            return tuple(path) if len(path) > 1 else ()
        node = node[step]
        at += taken
    return tuple(path)


def _step(node: Any, steps: Sequence[Step], at: int) -> tuple[Step, int]:
    """The next step, and how many of the given ones it is: a key with dots is several; 0 where there is none."""
    if isinstance(node, list):
        index = int(steps[at]) if isinstance(steps[at], int) or str(steps[at]).isdecimal() else -1
        return (index, 1) if 0 <= index < len(node) else (steps[at], 0)
    if isinstance(node, dict):
        for end in range(at + 1, len(steps) + 1):
            key = ".".join(map(str, steps[at:end]))
            if key in node:
                return key, end - at
    return steps[at], 0
