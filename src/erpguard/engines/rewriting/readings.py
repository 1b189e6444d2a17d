"""What the parser of the embedded engine reads otherwise than that of OPA.

A bracket on the next line begins a statement in OPA, and is a call in the engine. Of `p := x if { ... } { ... }` each
body is a rule with the same head in OPA, and in the engine the second one is for a value of `true`. In OPA
`{a | b | c}` is a comprehension, in the engine a set with a union. The engine knows `-x` of numbers as written alone.
Of `{"a": x, "a": y}` it wants both values, OPA's parser takes the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from erpguard.engines.rewriting.edits import Edit, Unrewritable
from erpguard.engines.rewriting.trees import expression, innermost, span
from erpguard.engines.syntax import references
from erpguard.engines.syntax.facts import nodes
from erpguard.engines.syntax.references import is_call

_INFIX = frozenset({"ArithExpr", "BinExpr", "BoolExpr", "AssignExpr"})
_EXPONENT = "OPA finds no item of a list by a number with an exponent: write it without"
_UNION = "OPA reads a comprehension here: write it as one, or put the union in brackets: `(a | b)`"


def overwritten(tree: Any, source: bytes) -> list[Edit]:
    """The edits that leave out values whose key comes again: where one is undefined, the engine has no object."""
    values = [one for node in nodes(tree["ast"]["rules"]) if "fields" in node for one in references.overwritten(node)]
    found = innermost([expression(one, source) for one in values if "Null" not in one], lambda where: where)
    return [Edit(*where, (b"null" + b"\n" * source.count(b"\n", *where),)) for where in found]


def edits(tree: Any, source: bytes) -> list[Edit]:
    """The edits that end statements before a bracket, give each body its head, and make `-x` a subtraction.

    Unrewritable where OPA reads a comprehension, and for `xs[1e0]`.
    """
    made = [edit for rule in tree["ast"]["rules"] if "Spec" in rule for edit in _heads(rule["Spec"])]
    for node in nodes(tree["ast"]["rules"]):
        for opening, first in _beginnings(node, source):
            _check(opening, first, source)
        if "RefBrack" in node and "Number" in node["RefBrack"]["index"]:
            start, end = span(node["RefBrack"]["index"]["Number"], source)
            if b"e" in source[start:end].lower():
                raise Unrewritable(start, _EXPONENT)
        if "UnaryExpr" in node and "Number" not in node["UnaryExpr"]["expr"]:
            start, end = span(node["UnaryExpr"], source)
            made += [Edit(start, start + 1, (b"(0 - ",)), Edit(end, end, (b")",))]
        if "fcn" in node and not is_call(node, source):
            end = span(next(iter(node["fcn"].values())), source)[1]
            made.append(Edit(end, end, (b";",)))
    return made


def _heads(rule: Any) -> Iterator[Edit]:
    first, *others = rule["bodies"] or [None]
    for body in others:
        if not body["is_else"]:
            start = body["span"]["start"]
            yield Edit(start, start, ((rule["span"]["start"], first["query"]["span"]["start"]),))


def _beginnings(node: Any, source: bytes) -> Iterator[tuple[int, Any]]:
    """What stands alone in brackets, or first in a query, and where these begin."""
    for kind in node.keys() & {"Array", "Set"}:
        if len(node[kind].get("items", ())) == 1:  # a head of a set has none
            yield expression(node, source)[0] + 1, node[kind]["items"][0]
    if "Object" in node and len(node["Object"]["fields"]) == 1:
        _, key, value = node["Object"]["fields"][0]
        yield source.index(b":", expression(key, source)[1]) + 1, value
    if node.get("stmts"):
        literal = node["stmts"][0]["literal"]
        if "Expr" in literal:
            yield node["span"]["start"], literal["Expr"]["expr"]


def _check(opening: int, expr: Any, source: bytes) -> None:
    """Unrewritable where an operand and `|` come first, both in the same brackets."""
    if "UnaryExpr" in expr:
        expr = expr["UnaryExpr"]["expr"]
    while expr.keys() & _INFIX:
        ((_, inner),) = expr.items()
        left = inner["lhs"]
        start, end = expression(left, source)
        opened = source.count(b"(", opening, start)
        after = re.compile(rb"[\s)]*").match(source, end)
        assert after is not None
        is_operand = opened or not left.keys() & _INFIX
        if inner["op"] == "Union" and is_operand and opened == after[0].count(b")"):
            raise Unrewritable(start, _UNION)
        expr = left
