"""Puts `some x` at the beginning of its query.

Behind a reference with several answers (`input.xs[_]`) the embedded engine meets it once for each of them, and ends the
rule: "duplicated definition of local variable".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.engines.rewriting.edits import Edit
from erpguard.engines.rewriting.trees import names, span
from erpguard.engines.syntax.facts import nodes


def edits(tree: Any, source: bytes) -> list[Edit]:
    """The edits for all of them."""
    queries = [node for node in nodes(tree["ast"]["rules"]) if "stmts" in node]
    return [edit for query in queries for edit in _moved(query["stmts"], source)]


def _moved(statements: list[Any], source: bytes) -> Iterator[Edit]:
    before: list[Any] = []
    for statement in statements:
        declared = statement["literal"].get("SomeVars")
        if not declared:
            before.append(statement)
        elif before and not names(before) & {source[one["start"] : one["end"]].decode() for one in declared["vars"]}:
            where, (first, _) = span(statement, source), span(statements[0], source)
            yield Edit(first, first, (where, b"; "))
            yield Edit(*where, (b"true",))
