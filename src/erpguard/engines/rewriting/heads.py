"""Moves what a rule's head computes into its body.

In OPA an undefined value in a head leaves out that one answer: `deny contains x.name if some x in input`. The embedded
engine loses other answers with it, or ends the rule. As the last statement of the body, the same expression is as in
OPA. Lines stay where they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from erpguard.engines.rewriting.documents import all_parts, fixed_until, parts
from erpguard.engines.rewriting.edits import Edit, Range
from erpguard.engines.rewriting.trees import expression, is_bare, span
from erpguard.engines.syntax.definitions import declared
from erpguard.engines.syntax.facts import nodes
from erpguard.engines.syntax.references import steps

_NAME = b"__head__"
_KEY = "__key_{}"
_OPEN = frozenset({"RefDot", "RefBrack", "Call", "ArithExpr", "BinExpr", "Membership"})
"""What may be undefined."""
_QUERYING = frozenset({"ArrayCompr", "SetCompr", "ObjectCompr"})
"""Where the end of a line ends a statement."""
_PREFIX = re.compile(rb"\s*(?:contains\b\s*|\[\s*|:=\s*|=\s*)")


class _Move(NamedTuple):
    """An expression that leaves a head, and the statement that it becomes."""

    edit: Edit
    statement: tuple[bytes | Range, ...]


def edits(tree: Any, source: bytes, opening: bytes) -> list[Edit]:
    """The edits for the heads of a module; `opening` is what stands before the statements of a body."""
    heads = all_parts(tree)
    specs = [rule["Spec"] for rule in tree["ast"]["rules"] if "Spec" in rule]
    return [edit for spec in specs for edit in _edits(spec, heads, opening, source)]


def _edits(rule: Any, heads: list[list[Any]], opening: bytes, source: bytes) -> Iterator[Edit]:
    """A head is for the first body and those beside it; an `else` has its own value."""
    ((kind, head),) = rule["head"].items()
    moves = (
        [] if kind == "Func" else list(_keys(head["refr"], frozenset(declared(nodes(rule["bodies"]), source)), source))
    )
    fixed = list(_fixed_key(head["refr"], heads, source)) if kind == "Set" or _iterates(head["refr"]) else []
    moves += fixed
    if kind == "Set":
        moves += _value(head["key"], (_end(head["refr"]), head["span"]["end"]), source)
    elif head.get("assign"):
        moves += _value(head["assign"]["value"], _range(head["assign"]), source)
    yield from _carried(moves, [body["query"] for body in rule["bodies"] if not body["is_else"]], source)
    if not rule["bodies"] and (_iterates(head) or fixed):
        yield from _with_body(moves, _past_quote(rule["span"]["end"], source), opening)
    for body in rule["bodies"]:
        if body["is_else"] and body["assign"]:
            moves = list(_value(body["assign"]["value"], _range(body["assign"]), source))
            if body["query"]["stmts"]:
                yield from _carried(moves, [body["query"]], source)
            elif moves and kind == "Func":
                yield from _with_body(moves, span(body, source)[1], opening)


def _with_body(moves: list[_Move], end: int, opening: bytes) -> Iterator[Edit]:
    """Give a body to what has none, and ends there."""
    body = [part for move in moves for part in (b"; ", *move.statement)]
    yield from (move.edit for move in moves)
    yield Edit(end, end, (opening, *body[1:], b" }"))


def _carried(moves: list[_Move], queries: list[Any], source: bytes) -> Iterator[Edit]:
    if not moves or not queries:
        return
    yield from (move.edit for move in moves)
    for query in queries:
        yield from _appended([move.statement for move in moves], query, source)


def _keys(reference: Any, variables: Collection[str], source: bytes) -> Iterator[_Move]:
    """What the keys of a head compute; where one is a rule, the engine has an empty set for it without any answer.

    What is not declared may be a rule of another module.
    """
    for kind, node in steps(reference):
        if kind != "RefBrack":
            continue
        name = node["index"].get("Var", {}).get("value")
        if _kinds(node["index"]) & _OPEN or (name and name not in variables):
            where = expression(node["index"], source)
            name = _KEY.format(where[0]).encode()
            yield _Move(Edit(*where, (name,)), (name + b" := ", where))


def _fixed_key(reference: Any, heads: list[list[Any]], source: bytes) -> Iterator[_Move]:
    """The first fixed key that others of the document compute: the engine has it also without any answer."""
    own = parts(reference)
    number = fixed_until(own, heads)
    if number == len(own) or own[number] is None:
        return
    kind, node = list(steps(reference))[::-1][number]
    start, end = expression(node["index"], source) if kind == "RefBrack" else _range_of_dot(node)
    name = _KEY.format(start).encode()
    text = name if kind == "RefBrack" else b"[%s]" % name
    yield _Move(Edit(start, end, (text,)), (b"%s := %s" % (name, json.dumps(own[number]).encode()),))


def _range_of_dot(node: Any) -> Range:
    return node["field"][0]["start"] - 1, node["field"][0]["end"]


def _value(value: Any, where: Range, source: bytes) -> Iterator[_Move]:
    """The expression is in `where`, after a keyword or an operator, and before the bracket that `[` asks for."""
    kinds = _kinds(value)
    lead = _PREFIX.match(source, *where)
    if lead is None or not kinds & _OPEN:
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
    yield _Move(Edit(start, end, (name,)), (_NAME + b" := ", *moved))


def _stripped(start: int, end: int, source: bytes) -> Range:
    text = source[start:end]
    return end - len(text.lstrip()), start + len(text.rstrip())


def _joined(start: int, end: int, source: bytes) -> Iterator[bytes | Range]:
    """The lines of a range, on one line."""
    for line in source[start:end].splitlines(keepends=True):
        yield _stripped(start, start + len(line), source)
        yield b" "
        start += len(line)


def _appended(statements: list[tuple[bytes | Range, ...]], query: Any, source: bytes) -> Iterator[Edit]:
    """More statements at the end of a query, which has braces where it is not a single one."""
    start, end = span(query, source)
    added = [part for statement in statements for part in (b"; ", *statement)]
    if is_bare(query):
        yield Edit(start, start, (b"{ ",))
        yield Edit(end, end, (*added, b" }"))
        return
    before = source[start + 1 : end - 1].rpartition(b"\n")[2]
    yield Edit(end - 1, end - 1, (*(added if before.strip() else added[1:]), b" "))


def _iterates(head: Any) -> bool:
    """Whether there may be several answers: then one that is undefined loses the others also without a body."""
    return any("Var" in node["RefBrack"]["index"] for node in nodes(head) if "RefBrack" in node)


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
