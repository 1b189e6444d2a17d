"""What the operands were where a unit test stopped: `count(policy.deny) = 2` for `count(policy.deny) == 1`.

Each is a rule of its own, added to the module of the test: what stands before in the test, and then the operand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.authoring.syntax import Module
from erpguard.authoring.unit_rules import UnitRule, modified, statements, text_of
from erpguard.authoring.unit_tests import UNDEFINED, UnitTest
from erpguard.engines.child import Limits, RegoProcess, Source
from erpguard.engines.syntax.facts import nodes
from erpguard.errors import EngineError, PackError

_LONGEST, _MOST = 300, 3
"""Characters of a value, and values of one operand, that are told."""


class _Operand(NamedTuple):
    """One operand: the test, what it is in the source, the rule that has its values, and the text of that rule."""

    test: UnitTest
    shown: str
    rule: str
    text: str


def explained(
    tests: Sequence[UnitTest], modules: Mapping[str, Module], sources: Iterable[Source], limits: Limits
) -> list[UnitTest]:
    """The tests, those that stopped somewhere with the operands that they had there."""
    stopped = [test for test in tests if test.stopped]
    operands = [one for test in stopped for one in _operands(test, modules[test.file])]
    if not operands:
        return list(tests)
    try:
        values = _values(operands, modules, sources, limits)
    except PackError:  # a text that does not stand alone: then it is not told
        return list(tests)
    told = {
        test: test._replace(operands=tuple(f"{one.shown} = {values[one.rule]}" for one in operands if one.test == test))
        for test in stopped
    }
    return [told.get(test, test) for test in tests]


def _values(
    operands: Sequence[_Operand], modules: Mapping[str, Module], sources: Iterable[Source], limits: Limits
) -> dict[str, str]:
    edited = [
        source._replace(text=source.text + "".join(one.text for one in operands if one.test.file == source.name))
        for source in sources
    ]
    with RegoProcess(edited, limits=limits) as process:
        rules = [f"data.{modules[one.test.file].package}.{one.rule}" for one in operands]
        found = process.evaluate(rules, {})
    return {one.rule: _told(value) for one, value in zip(operands, found, strict=True)}


def _told(found: Any) -> str:
    """The values of an operand as one line."""
    if isinstance(found, EngineError):
        return str(found)
    texts = [json.dumps(value, ensure_ascii=False) for value in found or ()]
    more = f", and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
    return (", ".join(one[:_LONGEST] for one in texts[:_MOST]) or UNDEFINED) + more


def _operands(test: UnitTest, module: Module) -> Iterator[_Operand]:
    rule = next(one for one in module.units.rules if one.name == test.name)
    for number, (shown, body) in enumerate(_bodies(rule, test.stopped, module.units.source)):
        name = f"__operand_{number}_of_{rule.rule}"
        text = f"\n\n{name} contains __value if {{\n{body}\n}}\n"
        yield _Operand(test, shown, name, text)


def _bodies(rule: UnitRule, line: int, source: bytes) -> Iterator[tuple[str, str]]:
    """The text of each operand in the last statement that begins at a line or before, and what computes it."""
    for body in rule.bodies:
        begun = [number for number, one in enumerate(body["query"]["stmts"]) if one["span"]["line"] <= line]
        if not begun:
            continue
        before = statements(body["query"], begun[-1], source).decode()
        statement = body["query"]["stmts"][begun[-1]]
        changed = modified(statement, source)
        for node in _nodes(statement["literal"]):
            text = _text(node, source)
            yield " ".join(text.split()), f"{before}\n__value := {text}{changed}"


def _text(node: Any, source: bytes) -> str:
    return text_of(node, source).decode()


def _nodes(literal: Any) -> Iterator[Any]:
    """The operands of a statement: the sides of a comparison, what is walked, what a function is given."""
    ((kind, value),) = literal.items()
    if kind == "SomeIn":
        yield from _expanded(value["collection"])
    elif kind == "Every":
        yield from _expanded(value["domain"])
    elif "expr" in value:
        inner = value["expr"]
        sides = inner.get("BoolExpr") or inner.get("AssignExpr")
        for side in (sides["lhs"], sides["rhs"]) if "BoolExpr" in inner else (sides["rhs"],) if sides else (inner,):
            yield from _expanded(side)


def _expanded(node: Any) -> Iterator[Any]:
    """An operand, if it is no constant, and where it is a call, what the function is given."""
    if not any("Var" in inner for inner in nodes(node)):
        return
    yield node
    for parameter in node.get("Call", {}).get("params", ()):
        yield from _expanded(parameter)
