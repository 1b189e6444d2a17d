"""Puts the values of `with` before their statement.

The embedded engine takes a rule for evaluated that it needed for such a value, and then misses it in the statement
itself: `not r with input as fixture` is true there where `r` and `fixture` need one rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from erpguard.engines.rewriting.edits import Edit, Range
from erpguard.engines.rewriting.trees import Statement, expression, innermost, statements, steps
from erpguard.engines.syntax import facts
from erpguard.engines.syntax.facts import imported, nodes

_NAME = "__with_"
_REFERENCES = frozenset({"Var", "RefDot", "RefBrack"})


def edits(tree: Any, source: bytes, numbers: Iterator[int]) -> list[Edit]:
    """The edits for the innermost statements that have such values."""
    if b"with" not in source:
        return []
    rules = {rule.name.partition(".")[0] for rule in facts(tree).rules if rule.name}
    functions = {str(_root(head["refr"])) for head in _functions(tree)}
    others = {"data", *(imported(node, source)[0] for node in tree["ast"]["imports"])}
    found = [
        (statement, values)
        for statement in statements(tree, source)
        if (values := list(_moving(statement.values, rules - functions, others)))
    ]
    chosen = innermost(found, lambda one: one[0].where)
    return [edit for statement, values in chosen for edit in _moved(statement, values, source, numbers)]


def _moved(statement: Statement, values: list[Any], source: bytes, numbers: Iterator[int]) -> Iterator[Edit]:
    before: list[bytes | Range] = []
    for value in values:
        where, name = expression(value["as"], source), f"{_NAME}{next(numbers)}".encode()
        before += [name + b" := ", where, b"; "]
        yield Edit(*where, (name,))
    yield from statement.preceded_by(before)


def _moving(modifiers: tuple[Any, ...], rules: Collection[str], others: Collection[str]) -> Iterator[Any]:
    """Those whose value may need a rule, or may be undefined and covered by the next one.

    A mere reference may also name a function, where `input` is not what is replaced.
    """
    if len(modifiers) > 1:
        others = {*others, "input"}
    for modifier in modifiers:
        value = modifier["as"]
        names = {node["Var"]["value"] for node in nodes(value) if "Var" in node}
        if value.keys() & _REFERENCES and _root(modifier["refr"]) != "input":
            names -= {*others} - {"input"}
        if any(name in rules or name in others for name in names):
            yield modifier


def _functions(tree: Any) -> Iterator[Any]:
    for rule in tree["ast"]["rules"]:
        head = rule["Spec"]["head"] if "Spec" in rule else {}
        if "Func" in head:
            yield head["Func"]


def _root(reference: Any) -> Any:
    *_, (_, node) = steps(reference)
    return node.get("value")
