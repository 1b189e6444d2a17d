"""Puts the values of `with` before their statement.

The embedded engine takes a rule for evaluated that it needed for such a value, and then misses it in the statement
itself: `not r with input as fixture` is true there where `r` and `fixture` need one rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from erpguard.engines.rewriting.edits import Edit, Range
from erpguard.engines.rewriting.trees import REFERENCES, Statement, expression, innermost, names, statements
from erpguard.engines.syntax import facts
from erpguard.engines.syntax.facts import imported
from erpguard.engines.syntax.references import fixed, root

_NAME = "__with_"


def edits(tree: Any, source: bytes, numbers: Iterator[int], known: Mapping[str, bool] | None = None) -> list[Edit]:
    """The edits for the innermost statements that have such values.

    known  the full names of the rules of all modules, and which of them are functions; None as long as that is open
    """
    if b"with" not in source:
        return []
    module = facts(tree)
    package = f"data.{module.package}."
    own = {rule.name: rule.is_function for rule in module.rules}
    own |= {name.removeprefix(package): is_one for name, is_one in (known or {}).items() if name.startswith(package)}
    rules = {name.partition(".")[0] for name, is_function in own.items() if name and not is_function}
    others = {"data", *(imported(node, source)[0] for node in tree["ast"]["imports"])}
    found = [
        (statement, values)
        for statement in statements(tree, source)
        if (values := list(_moving(statement.values, rules, others, known)))
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


def _moving(
    modifiers: tuple[Any, ...],
    rules: Collection[str],
    others: Collection[str],
    known: Mapping[str, bool] | None,
) -> Iterator[Any]:
    """Those whose value may need a rule, may be several ones, or may be undefined and covered by the next one.

    A mere reference may also name a function of another module, where `input` is not what is replaced.
    """
    for modifier in modifiers:
        value = modifier["as"]
        needed = names(value) & {"_", *rules, *others, *(["input"] if len(modifiers) > 1 else [])}
        if value.keys() & REFERENCES and root(modifier["refr"]).get("value") != "input":
            if known is None:
                needed -= {*others}
            elif known.get(".".join(fixed(value))):  # as `mocks.py` names it
                continue
        if needed:
            yield modifier
