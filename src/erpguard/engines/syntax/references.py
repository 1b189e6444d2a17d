"""References in syntax trees: `a.b[x]` is a chain from its last step to its root."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_STEPS = ("RefDot", "RefBrack")
_WRITTEN_OUT = frozenset({"String", "RawString", "Number", "Bool", "Null"})
_BRACKET_ON_THE_NEXT_LINE = re.compile(rb"[^\S\n]*(?:#[^\n]*)?\n(?:\s|#[^\n]*\n)*\(")


def is_call(node: Any, source: bytes) -> bool:
    """Whether a node is a call in OPA too: there a bracket on the next line begins a statement."""
    if "fcn" not in node:
        return False
    ((_, function),) = node["fcn"].items()
    return not _BRACKET_ON_THE_NEXT_LINE.match(source, function["span"]["end"])


def fixed(reference: Any) -> tuple[str, ...]:
    """The leading names of a reference, up to the first that is only known when the rule is evaluated."""
    parts: list[str] = []
    for kind, node in steps(reference):
        if kind == "RefDot":
            parts.append(node["field"][1])
        elif kind == "RefBrack" and "String" not in node["index"]:
            parts.clear()
        else:
            value = node["index"]["String"]["value"] if kind == "RefBrack" else node.get("value")
            parts.append(value if isinstance(value, str) else "")  # what is no name, as a comprehension
    return tuple(reversed(parts))


def root(reference: Any) -> Any:
    """What a reference begins with."""
    *_, (_, node) = steps(reference)
    return node


def steps(reference: Any) -> Iterator[tuple[str, Any]]:
    """A reference from its last step to its root."""
    while True:
        ((kind, node),) = reference.items()
        yield kind, node
        if kind not in _STEPS:
            return
        reference = node["refr"]


def overwritten(node: Any) -> Iterator[Any]:
    """The values in an object whose keys, written out, come again: OPA's parser keeps the last of each."""
    later: set[str] = set()
    for _, key, value in reversed(node["fields"]):
        ((kind, inner),) = key.items()
        if kind in _WRITTEN_OUT:
            text = json.dumps(inner.get("value"))
            if text in later:
                yield value
            later.add(text)
