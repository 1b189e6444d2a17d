"""Other names for what a comprehension declares under the name of a rule or an import.

The head of a comprehension stands before the declaration: in `[shop | some shop in shops]` the engine takes it for the
rule `shop`, and refuses it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from erpguard.engines.rewriting.edits import Edit
from erpguard.engines.rewriting.trees import COMPREHENSIONS
from erpguard.engines.syntax.facts import facts, imported, nodes

_SUFFIX = b"__local"


def edits(tree: Any, source: bytes) -> list[Edit]:
    """The edits for all of them."""
    module = tree["ast"]
    known = {rule.name.partition(".")[0] for rule in facts(tree).rules}
    known |= {imported(node, source)[0] for node in module["imports"]}
    found = {
        (one["start"], one["end"])
        for node in nodes(module["rules"])
        for kind in node.keys() & COMPREHENSIONS
        for one in _named(node[kind], known & set(_declared(node[kind]["query"], source)), source)
    }
    return [Edit(end, end, (_SUFFIX,)) for _, end in sorted(found)]


def _declared(query: Any, source: bytes) -> Iterator[str]:
    """The names that the statements of a query declare by `some`."""
    for statement in query["stmts"]:
        literal = statement["literal"]
        if "SomeVars" in literal:
            yield from (_text(one, source) for one in literal["SomeVars"]["vars"])
        if "SomeIn" in literal:
            parts = [literal["SomeIn"]["key"], literal["SomeIn"]["value"]]
            yield from (node["Var"]["value"] for node in nodes(parts) if "Var" in node)


def _named(comprehension: Any, names: Collection[str], source: bytes) -> Iterator[Any]:
    """Where the names stand in it."""
    for node in nodes(comprehension) if names else ():
        if "Var" in node and node["Var"]["value"] in names:
            yield node["Var"]["span"]
        yield from (one for one in node.get("vars", ()) if _text(one, source) in names)
        if "Every" in node:
            spans = (node["Every"]["key"], node["Every"]["value"])
            yield from (one for one in spans if one and _text(one, source) in names)


def _text(span: Any, source: bytes) -> str:
    return source[span["start"] : span["end"]].decode()
