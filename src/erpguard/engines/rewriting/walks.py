"""Gives `walk` with one argument the second one.

`[path, value] := walk(input)` has a value for every node in OPA, and none at all in the embedded engine, which knows
`walk(input, [path, value])` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.engines.rewriting.edits import Edit, Unrewritable
from erpguard.engines.rewriting.patterns import sides, variables
from erpguard.engines.rewriting.trees import Statement, expression, innermost, own, span, statements
from erpguard.engines.syntax import facts
from erpguard.engines.syntax.facts import nodes

_HERE = "walk with one argument finds nothing in the embedded engine here: write `walk(x, [path, value])` in a body"


def edits(tree: Any, source: bytes, numbers: Iterator[int]) -> list[Edit]:
    """The edits for the innermost calls. Unrewritable where one is in no statement, as in a head without a body."""
    if b"walk" not in source or not any(call.name == "walk" for call in facts(tree).calls):
        return []
    calls = {id(call): call for call in _walks(nodes(tree["ast"]["rules"]))}
    found: list[tuple[Any, Statement]] = []
    for statement in statements(tree, source):
        here = list(_walks(own(statement)))
        for call in here:
            del calls[id(call)]
        found += [(call, statement) for call in here if statement.kind != "NotExpr"]  # which there is never true
    for call in calls.values():
        raise Unrewritable(span(call, source)[0], _HERE)
    chosen = innermost(found, lambda one: span(one[0], source))
    return [edit for call, statement in chosen for edit in _moved(call, statement, source, next(numbers))]


def _moved(call: Any, statement: Statement, source: bytes, number: int) -> Iterator[Edit]:
    for one, pattern in (sides(statement), sides(statement)[::-1]):
        if one.get("Call") is call and "Array" in pattern:
            yield from _unified(call, pattern, statement, source)
            return
    path, value = (f"__{name}_{number}".encode() for name in ("path", "value"))
    argument, (start, end) = expression(call["params"][0], source), span(call, source)
    lines = source.count(b"\n", start, end) - source.count(b"\n", *argument)
    yield Edit(start, end, (b"[%s, %s%s]" % (path, b"\n" * lines, value),))
    yield from statement.preceded_by((b"walk(", argument, b", [%s, %s])" % (path, value), statement.modifiers, b"; "))


def _unified(call: Any, pattern: Any, statement: Statement, source: bytes) -> Iterator[Edit]:
    """A statement that only compares the call with an array."""
    parts = (b"walk(", expression(call["params"][0], source), b", ", expression(pattern, source), b")")
    yield Edit(statement.where[0], statement.plain, parts)
    declared = sorted(set(variables(pattern)) - {"_"})
    if declared and statement.literal["expr"]["AssignExpr"]["op"] == "ColEq":
        yield from statement.preceded_by((f"some {', '.join(declared)}; ".encode(),))


def _walks(candidates: Iterator[Any]) -> Iterator[Any]:
    for node in candidates:
        if "fcn" in node and node["fcn"].get("Var", {}).get("value") == "walk" and len(node["params"]) == 1:
            yield node
