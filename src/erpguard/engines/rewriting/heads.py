"""Moves what a rule's head computes into its body.

In OPA an undefined value in a head leaves out that one answer: `deny contains x.name if some x in input`. The embedded
engine loses other answers with it, or ends the rule. As the last statement of the body, the same expression is as in
OPA. Lines stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from erpguard.engines.rewriting.edits import Edit, Range

_NAME = b"__head__"
_OPEN = frozenset({"RefDot", "RefBrack", "Call"})
"""What may be undefined."""
_QUERYING = frozenset({"ArrayCompr", "SetCompr", "ObjectCompr"})
"""Where the end of a line ends a statement."""
_PREFIX = re.compile(rb"\s*(?:contains\b\s*|\[\s*|:=\s*|=\s*)")


def edits(tree: Any, source: bytes) -> list[Edit]:
    """The edits for the heads of a module."""
    return [edit for rule in tree["ast"]["rules"] if "Spec" in rule for edit in _edits(rule["Spec"], source)]


def _edits(rule: Any, source: bytes) -> Iterator[Edit]:
    """A head is for the first body and those beside it; an `else` has its own value."""
    ((kind, head),) = rule["head"].items()
    beside = [body["query"] for body in rule["bodies"] if not body["is_else"]]
    if kind == "Set":
        yield from _moved(head["key"], (_end(head["refr"]), head["span"]["end"]), beside, source)
    elif head.get("assign"):
        yield from _moved(head["assign"]["value"], _range(head["assign"]), beside, source)
    for body in rule["bodies"]:
        if body["is_else"] and body["assign"]:
            yield from _moved(body["assign"]["value"], _range(body["assign"]), [body["query"]], source)


def _moved(expression: Any, where: Range, queries: list[Any], source: bytes) -> Iterator[Edit]:
    """The expression is in `where`, after a keyword or an operator, and before the bracket that `[` asks for."""
    kinds = _kinds(expression)
    if not queries or not kinds & _OPEN:
        return
    lead = _PREFIX.match(source, *where)
    if lead is None:
        return
    start, end = lead.end(), _past_quote(where[1], source) - (b"[" in lead[0])
    start, end = _stripped(start, end, source)
    text = source[start:end]
    lines = text.count(b"\n")
    moved: list[bytes | Range] = [(start, end)]
    name = _NAME
    if lines and b"#" not in text and b"`" not in text and not kinds & _QUERYING:
        name += b"\n" * lines
        moved = list(_joined(start, end, source))
    yield Edit(start, end, (name,))
    for query in queries:
        yield from _appended((_NAME + b" := ", *moved), *_range(query), source)


def _stripped(start: int, end: int, source: bytes) -> Range:
    text = source[start:end]
    return end - len(text.lstrip()), start + len(text.rstrip())


def _joined(start: int, end: int, source: bytes) -> Iterator[bytes | Range]:
    """The lines of a range, on one line."""
    for line in source[start:end].splitlines(keepends=True):
        yield _stripped(start, start + len(line), source)
        yield b" "
        start += len(line)


def _appended(statement: tuple[bytes | Range, ...], start: int, end: int, source: bytes) -> Iterator[Edit]:
    """A statement more at the end of a query, which has braces where it is not a single one."""
    end = _past_quote(end, source)
    if not source[start:end].startswith(b"{"):
        yield Edit(start, start, (b"{ ",))
        yield Edit(end, end, (b"; ", *statement, b" }"))
        return
    before = source[start + 1 : end - 1].rpartition(b"\n")[2]
    yield Edit(end - 1, end - 1, (b"; " if before.strip() else b"", *statement, b" "))


def _kinds(expression: Any) -> set[str]:
    """What an expression is made of, by the names that the tree has for it."""
    kinds: set[str] = set()
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            kinds |= node.keys()
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return kinds


def _past_quote(end: int, source: bytes) -> int:
    """What ends with a string ends before its quote, as the tree has it."""
    return end + 1 if source[end : end + 1] in (b'"', b"`") else end


def _range(node: Any) -> Range:
    return node["span"]["start"], node["span"]["end"]


def _end(reference: Any) -> int:
    ((_, node),) = reference.items()
    end: int = node["span"]["end"]
    return end
