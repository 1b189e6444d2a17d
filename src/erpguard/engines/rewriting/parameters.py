"""Takes objects out of the parameters of functions.

`f({"a": x})` becomes a function with a variable, which a statement compares in each body: see `patterns.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.engines.rewriting.edits import Edit, Range
from erpguard.engines.rewriting.patterns import outermost
from erpguard.engines.rewriting.trees import expression, is_bare, span

_NAME = "__parameter_{}"


def edits(tree: Any, source: bytes, opening: bytes) -> list[Edit]:
    """The edits for all functions; `opening` is what stands before the statements of a body."""
    functions = [rule["Spec"] for rule in tree["ast"]["rules"] if "Spec" in rule and "Func" in rule["Spec"]["head"]]
    return [edit for function in functions for edit in _edits(function, source, opening)]


def _edits(function: Any, source: bytes, opening: bytes) -> Iterator[Edit]:
    compared: list[bytes | Range] = []
    for one in outermost(function["head"]["Func"]["args"]):
        where = expression(one, source)
        name = _NAME.format(where[0]).encode()
        yield Edit(*where, (name,))
        compared += [b"; ", where, b" = " + name]
    if compared:
        for body in function["bodies"] or [function]:
            yield from _compared(body, compared[1:], source, opening)


def _compared(body: Any, parts: list[bytes | Range], source: bytes, opening: bytes) -> Iterator[Edit]:
    """Put a statement before those of a body; of a function or an `else` without any, make it one."""
    query = body.get("query") or {"stmts": []}
    if not query["stmts"]:
        end = span(body, source)[1]
        yield Edit(end, end, (opening, *parts, b" }"))
        return
    start, end = span(query, source)
    if is_bare(query):
        yield from (Edit(start, start, (b"{ ", *parts, b"; ")), Edit(end, end, (b" }",)))
    else:
        first = span(query["stmts"][0], source)[0]
        yield Edit(first, first, (*parts, b"; "))
