"""Puts what a negated expression calls before it.

OPA takes the operands of a negated call or operator out of the negation: where one is undefined, so is the statement,
and not true. What is negated itself stays, as the sides of `==` do; what is called in them, and their indexes, do not.
See https://www.openpolicyagent.org/docs/policy-language/#negation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.engines.rewriting.edits import Edit, Range, Unrewritable
from erpguard.engines.rewriting.trees import (
    CALLS,
    COMPREHENSIONS,
    Statement,
    arguments,
    expression,
    innermost,
    span,
    statements,
)
from erpguard.engines.syntax.references import steps

_NAME = "__operand_"
_SIDES = ("Array", "Set", "Object")
_MEANING_OTHERWISE = frozenset({b"future.keywords", b"future.keywords.not", b"rego.v2"})
"""Imports with which OPA leaves a negated expression as a whole in the negation, as the embedded engine always does."""
_WILDCARD = "OPA does not take `_` in a negated expression: write `not name(x)`, with a rule that has the `_` in it"


def edits(tree: Any, source: bytes, numbers: Iterator[int]) -> list[Edit]:
    """The edits for the innermost negations that have such operands."""
    negated = [one for one in statements(tree, source) if one.kind == "NotExpr"]
    imports = {source[slice(*expression(one["refr"], source))] for one in tree["ast"]["imports"]}
    if imports & _MEANING_OTHERWISE:
        return [edit for one in negated for edit in _body(one.literal["expr"], source)]
    for statement in negated:
        _check(statement, source)
    found = innermost([one for one in negated if _operands(one)], lambda one: one.where)
    return [edit for statement in found for edit in _moved(statement, source, numbers)]


def _body(negated: Any, source: bytes) -> Iterator[Edit]:
    """With such an import `not {x}` negates a body, of which the engine knows the one with a single expression."""
    if "Set" in negated:
        start, end = expression(negated, source)
        items = negated["Set"]["items"]
        if source[:start].rstrip().endswith(b"not") and len(items) == 1:
            yield from (Edit(start, start + 1, (b" ",)), Edit(end - 1, end))


def _moved(statement: Statement, source: bytes, numbers: Iterator[int]) -> Iterator[Edit]:
    before: list[bytes | Range] = []
    for operand in _operands(statement):
        where, name = expression(operand, source), f"{_NAME}{next(numbers)}".encode()
        before += [name + b" := ", where, statement.modifiers, b"; "]
        yield Edit(*where, (name,))
    yield from statement.preceded_by(before)


def _operands(statement: Statement) -> list[Any]:
    """What has to go before a negation, in the order of the source."""
    negated = statement.literal["expr"]
    inner = arguments(negated)
    if inner is None:
        return list(_of_side(negated))
    of_one = _of_side if _compares(negated) else _of_operand
    return [found for one in inner for found in of_one(one)]


def _compares(node: Any) -> bool:
    return "AssignExpr" in node or ("BoolExpr" in node and node["BoolExpr"]["op"] == "Eq")


def _of_side(node: Any) -> Iterator[Any]:
    """Of a term that may be undefined as a whole."""
    if arguments(node) is not None:
        yield node
        return
    ((kind, inner),) = node.items()
    if kind in _SIDES:
        yield from _of_collection(kind, inner)
        return
    for step, inner in reversed(list(steps(node))):
        if step == "RefBrack":
            yield from _of_operand(inner["index"])
        elif step not in ("RefDot", "Var"):
            yield from _of_operand({step: inner})


def _of_operand(node: Any) -> Iterator[Any]:
    """Of a term that may not be undefined."""
    ((kind, inner),) = node.items()
    if kind in _SIDES:
        yield from _of_collection(kind, inner)
    elif kind == "Var":
        if not str(inner["value"]).startswith(_NAME):
            yield node
    elif kind in ("RefDot", "RefBrack") or arguments(node) is not None:
        yield node


def _of_collection(kind: str, node: Any) -> Iterator[Any]:
    parts = [part for _, *both in node["fields"] for part in both] if kind == "Object" else node["items"]
    for part in parts:
        yield from _of_operand(part)


def _check(statement: Statement, source: bytes) -> None:
    """Unrewritable where `_` stands in a negation; in calls within it, it does not, since they go before."""
    negated = statement.literal["expr"]
    waiting = arguments(negated) or [negated]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict) and not node.keys() & (CALLS | COMPREHENSIONS):
            if node.get("Var", {}).get("value") == "_":
                raise Unrewritable(span(node["Var"], source)[0], _WILDCARD)
            waiting += node.values()
