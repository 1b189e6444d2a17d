"""Calls guards and functions of `language.rego` in the place of operators, and for what `some ... in` walks over.

An operator that cannot be evaluated (`1 / 0`, `{1} - 1`) has no value in OPA, and ends the rule in the embedded engine.
`x in xs` has none where one of them is undefined, and is `false` in the engine. What is no collection has no members,
and is an error there: manifests are full of `ports: null`. Numbers with a fraction have fewer bits there, and sets come
before objects.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from erpguard.engines.rewriting.edits import Edit, Range
from erpguard.engines.rewriting.patterns import is_pattern, keys
from erpguard.engines.rewriting.trees import expression, span, statements
from erpguard.engines.syntax.facts import nodes

FILE = "language.rego"
_FUNCTIONS = {
    "Add": "erpguard_guards.of.plus",
    "Sub": "erpguard_guards.of.minus",
    "Mul": "erpguard_guards.of.mul",
    "Div": "erpguard_guards.of.div",
    "Mod": "erpguard_guards.of.rem",
    "Union": "erpguard_language.union",
    "Intersection": "erpguard_language.intersection",
    "Lt": "erpguard_guards.of.lt",
    "Le": "erpguard_guards.of.lte",
    "Gt": "erpguard_guards.of.gt",
    "Ge": "erpguard_guards.of.gte",
}
_SETS = frozenset({"Set", "SetCompr"})
_SCALARS = frozenset({"Number", "String", "RawString", "Bool", "Null"})
_NUMBERS = frozenset({"abs", "ceil", "count", "floor", "indexof", "round", "sum", "to_number"})
"""Builtins that give a number, or nothing."""
_SMALL = 100
"""A count beside a smaller number is whole, and of a few digits."""
_BETWEEN = re.compile(rb"(?:\s|#[^\n]*\n|\))*(in\b|[<>]=|.)")
"""Between two operands, the operator."""


class _Call(NamedTuple):
    """A call to write: around a range, with a comma in the place of the operator, and with a set of keys."""

    function: str
    where: Range
    operator: Range | None = None
    keys: tuple[bytes | Range, ...] = ()


def edits(tree: Any, source: bytes) -> list[Edit]:
    """The edits for all of them: nothing moves."""
    calls = [*_operators(tree, source), *_walked(tree, source), *_compared(tree, source)]
    made: list[Edit] = []
    for function, (start, end), operator, listed in sorted(calls, key=lambda one: (one.where[0], -one.where[1])):
        made.append(Edit(start, start, (f"data.{function}(".encode(),)))
        if operator:
            made.append(Edit(*operator, (b",",)))
        made.append(Edit(end, end, (b", {", *listed, b"})") if listed else (b")",)))
    return made


@cache
def text() -> str:
    """The text of the module with the functions."""
    with open(os.path.join(os.path.dirname(__file__), FILE), encoding="utf-8") as opened:
        return opened.read()


def _operators(tree: Any, source: bytes) -> Iterator[_Call]:
    tested = {id(one.literal["expr"]) for one in statements(tree, source) if one.kind in ("Expr", "NotExpr")}
    for node in nodes(tree["ast"]["rules"]):
        if "Membership" in node:
            member = node["Membership"]
            if member["key"]:
                yield _call("erpguard_language.member_at", member, member["value"], source)
            elif id(node) not in tested:  # where `false` is as good as no value
                yield _call("erpguard_language.member", member, member["value"], source)
        elif ("BinExpr" in node or "ArithExpr" in node) and not _is_plain(node):
            inner = node.get("BinExpr") or node["ArithExpr"]
            yield _call(_FUNCTIONS[inner["op"]], inner, inner["lhs"], source)
        elif "BoolExpr" in node and node["BoolExpr"]["op"] in _FUNCTIONS:
            inner = node["BoolExpr"]
            if not _is_scalar(inner["lhs"]) and not _is_scalar(inner["rhs"]):
                yield _call(_FUNCTIONS[inner["op"]], inner, inner["lhs"], source)


def _walked(tree: Any, source: bytes) -> Iterator[_Call]:
    for statement in statements(tree, source):
        if statement.kind == "SomeIn":
            yield _Call("erpguard_language.members", expression(statement.literal["collection"], source))


def _compared(tree: Any, source: bytes) -> Iterator[_Call]:
    """What is compared with a pattern, or assigned.

    A variable that gets the value of another one, and is an index then, is "used before definition" in the engine.
    """
    for node in nodes(tree["ast"]["rules"]):
        if "AssignExpr" in node:
            left, right = node["AssignExpr"]["lhs"], node["AssignExpr"]["rhs"]
            if is_pattern(left) or is_pattern(right):
                pattern, other = (left, right) if is_pattern(left) else (right, left)
                if "Object" not in other and "Var" not in other:
                    yield _Call("erpguard_language.with_keys", expression(other, source), keys=keys(pattern, source))
            elif node["AssignExpr"]["op"] == "ColEq" and "Var" in right:
                yield _Call("erpguard_language.value", expression(right, source))


def _call(function: str, node: Any, left: Any, source: bytes) -> _Call:
    operator = _BETWEEN.match(source, expression(left, source)[1])
    assert operator is not None
    return _Call(function, span(node, source), operator.span(1))


def _is_plain(node: Any) -> bool:
    """Whether an operator can always be evaluated, by what its operands are."""
    return _is_number(node) or _is_set(node)


def _is_number(node: Any) -> bool:
    """Whether an expression is a short whole number or undefined, and never an error."""
    ((kind, inner),) = node.items()
    if kind == "ArithExpr":
        is_total = inner["op"] in ("Add", "Sub")
        return is_total and _is_number(inner["lhs"]) and _is_number(inner["rhs"])
    if kind == "Number":
        return isinstance(inner["value"], int) and abs(inner["value"]) < _SMALL
    return _calls(node) == "count"


def _is_scalar(node: Any) -> bool:
    """Whether an expression is no collection: only these have an order of their own in the engine."""
    is_number = "ArithExpr" in node and node["ArithExpr"]["op"] != "Sub"  # a difference may be one of sets
    return is_number or bool(node.keys() & _SCALARS) or _calls(node) in _NUMBERS


def _calls(node: Any) -> str:
    """The name of the builtin that an expression is a call of, where that has no namespace."""
    return str(node["Call"]["fcn"].get("Var", {}).get("value")) if "Call" in node else ""


def _is_set(node: Any) -> bool:
    """Whether an expression is a set or undefined, and never an error."""
    ((kind, inner),) = node.items()
    if kind == "BinExpr" or (kind == "ArithExpr" and inner["op"] == "Sub"):
        return _is_set(inner["lhs"]) and _is_set(inner["rhs"])
    return kind in _SETS
