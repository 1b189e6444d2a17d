"""What a policy reads, derived from its syntax tree: the other side of its METADATA's `reads`.

Follows names from `input.views.<view>[_]` and `input.resources[<type>][_]` through assignments and iterations. A
reference ends where the policy uses its value.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import regorus

from erpguard.model import Policy
from erpguard.reads import ANY, ATTRIBUTES

Symbol = tuple[str, ...]
_ALWAYS = frozenset(("key", "resource", "path"))


def derived(folder: str, policy: Policy) -> set[Symbol]:
    """The reads of a policy: ("views", view, field) or a body path or (attribute,)."""
    engine = regorus.Engine()
    engine.add_policy_from_file(os.path.join(folder, policy.file))
    module = json.loads(engine.get_ast_as_json())[0]
    walker = _Walker(module["source"]["contents"].encode())
    for rule in module["ast"]["rules"]:
        walker.scope = {}
        walker.rule(rule)
    return {read for symbol in walker.used if (read := _read(symbol)) is not None}


def _read(symbol: Symbol) -> Symbol | None:
    """A reference from `input` on, as METADATA spells it; None where every row has it."""
    if symbol[:1] == ("views",):
        if len(symbol) < 4 or symbol[3] in _ALWAYS | (ATTRIBUTES - {"environment"}):
            return None
        return ("environment",) if symbol[3] == "environment" else (symbol[0], symbol[1], symbol[3])
    if symbol[:1] == ("resources",):
        if len(symbol) < 4 or symbol[3] in _ALWAYS:
            return None
        return symbol[4:] if symbol[3] == "body" else (symbol[3],)
    return None


class _Walker:
    """Walks rules in the order of their statements, keeping what each name stands for."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.used: set[Symbol] = set()
        self.scope: dict[str, Symbol | None] = {}

    def rule(self, rule: Any) -> None:
        spec = rule.get("Spec") or {}
        for body in spec.get("bodies", ()):
            self.query(body["query"])
            if body.get("assign"):
                self.use(body["assign"])
        self.use(spec.get("head"))

    def query(self, query: Any) -> None:
        for statement in query["stmts"]:
            self.literal(statement["literal"])

    def literal(self, literal: Any) -> None:
        kind, value = next(iter(literal.items()))
        if kind == "SomeIn":
            self.bind(value["value"], value["key"], self.symbol(value["collection"]), value["collection"])
        elif kind == "Every":
            where = self.symbol(value["domain"])
            self.note(where, value["domain"])
            self.scope[self.name(value["value"])] = (*where, ANY) if where is not None else None
            self.query(value["query"])
        else:
            self.use(value)

    def bind(self, value: Any, key: Any, where: Symbol | None, collection: Any) -> None:
        self.note(where, collection)
        if "Var" in value:
            self.scope[value["Var"]["value"]] = (*where, ANY) if where is not None else None
        if key and "Var" in key:
            self.scope[key["Var"]["value"]] = None

    def note(self, where: Symbol | None, expression: Any) -> None:
        """A collection that is walked is read, if only for its being there."""
        if where is None:
            self.use(expression)
        else:
            self.used.add(where)

    def use(self, node: Any) -> None:
        """Record every reference in an expression."""
        if isinstance(node, list):
            for item in node:
                self.use(item)
        if not isinstance(node, dict):
            return
        symbol = self.symbol(node)
        if symbol is not None:
            self.used.add(symbol)
            for index in _indexes(node):
                self.use(index)
        elif "AssignExpr" in node:
            self.assign(node["AssignExpr"])
        elif "stmts" in (node.get("query") or {}):
            self.comprehension(node)
        elif "Call" in node:
            params = node["Call"]["params"]
            # finding.at(subject, ...) takes the subject only for its key and path.
            self.use(params[1:] if _called(node["Call"]) == "finding.at" else params)
        else:
            self.use(list(node.values()))

    def comprehension(self, node: Any) -> None:
        """The query binds what the term uses."""
        before = dict(self.scope)
        self.query(node["query"])
        self.use([inner for name, inner in node.items() if name != "query"])
        self.scope = before

    def assign(self, assignment: Any) -> None:
        symbol = self.symbol(assignment["rhs"])
        if symbol is None:
            self.use(assignment["rhs"])
        name = assignment["lhs"].get("Var", {}).get("value")
        if name:
            self.scope[name] = symbol
            for index in _indexes(assignment["rhs"]):
                self.use(index)

    def name(self, span: Any) -> str:
        """The name at a span of the source."""
        return self.source[span["start"] : span["end"]].decode()

    def symbol(self, node: Any) -> Symbol | None:
        """What a reference stands for, from `input` on; None for anything else."""
        if not isinstance(node, dict):
            return None
        if "Var" in node:
            name = node["Var"]["value"]
            return () if name == "input" else self.scope.get(name)
        if "RefDot" in node:
            inner = self.symbol(node["RefDot"]["refr"])
            return None if inner is None else (*inner, node["RefDot"]["field"][1])
        if "RefBrack" in node:
            inner = self.symbol(node["RefBrack"]["refr"])
            index = node["RefBrack"]["index"]
            step = index["String"]["value"] if "String" in index else ANY
            return None if inner is None else (*inner, step)
        return None


def _indexes(node: Any) -> Iterator[Any]:
    """The variable indexes within a reference: `settings[container.environment]` reads the environment."""
    while isinstance(node, dict) and ("RefDot" in node or "RefBrack" in node):
        inner = node.get("RefDot") or node["RefBrack"]
        if "index" in inner and "String" not in inner["index"]:
            yield inner["index"]
        node = inner["refr"]


def _called(call: Any) -> str:
    function = call["fcn"]
    if "RefDot" in function:
        return f"{function['RefDot']['refr'].get('Var', {}).get('value')}.{function['RefDot']['field'][1]}"
    return str(function.get("Var", {}).get("value"))
