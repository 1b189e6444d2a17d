"""What is imported of the package that a module is in, spelled out.

In the package `shop`, `import data.shop` is an empty document in the engine, and `data.shop` is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.engines.rewriting.edits import Edit
from erpguard.engines.syntax.facts import imported, nodes
from erpguard.engines.syntax.references import fixed, root


def edits(tree: Any, source: bytes) -> list[Edit]:
    """The edits that put what is imported in the place of its name."""
    module = tree["ast"]
    package = ("data", *fixed(module["package"]["refr"]))
    own: dict[str, bytes] = {}
    for node in module["imports"]:
        name, path = imported(node, source)
        if path[:1] == ("data",) and path == package[: len(path)]:
            ((_, reference),) = node["refr"].items()
            own[name] = _text(reference["span"], source)
    return [edit for rule in module["rules"] for edit in _edits(rule, own, source)] if own else []


def _edits(rule: Any, own: dict[str, bytes], source: bytes) -> Iterator[Edit]:
    declared = {_text(one, source).decode() for part in _declarations(rule) for one in nodes(part) if "start" in one}
    for node in nodes(rule):
        name = node["Var"]["value"] if "Var" in node else None
        if name in own and name not in declared:
            span = node["Var"]["span"]
            yield Edit(span["start"], span["end"], (own[name],))


def _declarations(rule: Any) -> Iterator[Any]:
    """What names a rule and declares its variables: a name of theirs is no import."""
    ((_, body),) = rule.items()
    ((_, head),) = body["head"].items() if "head" in body else rule.items()
    yield root(head["refr"])
    for node in nodes(rule):
        yield [node.get("args"), node.get("vars"), node["lhs"] if node.get("op") == "ColEq" and "lhs" in node else None]
        for kind in node.keys() & {"Every", "SomeIn"}:
            yield [node[kind]["key"], node[kind]["value"]]


def _text(span: Any, source: bytes) -> bytes:
    return source[span["start"] : span["end"]]
