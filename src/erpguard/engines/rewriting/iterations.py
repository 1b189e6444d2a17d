"""Asks for what `some ... in` walks over: no collection has no members in OPA, and is an error in the embedded engine.

Manifests are full of `ports: null`.
"""

from __future__ import annotations

from typing import Any

from erpguard.engines.rewriting.edits import Edit
from erpguard.engines.rewriting.trees import expression, statements

MODULE = (
    "erpguard_iterations",
    'package erpguard_iterations\n\nover(x) := x if type_name(x) in {"array", "object", "set"}\n',
)
"""Name and text of the module with the function: it has no value for what is no collection."""
_OPENING, _CLOSING = b"data.erpguard_iterations.over(", b")"


def edits(tree: Any, source: bytes) -> list[Edit]:
    """The edits for all of them: nothing moves."""
    made: list[Edit] = []
    for statement in statements(tree, source):
        if statement.kind == "SomeIn":
            start, end = expression(statement.literal["collection"], source)
            made += (Edit(start, start, (_OPENING,)), Edit(end, end, (_CLOSING,)))
    return made
