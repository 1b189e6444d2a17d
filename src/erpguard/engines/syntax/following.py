"""Follows names from `input.views.<view>[_]` and `input.resources[<type>][_]` through assignments and iterations.

A reference ends where the policy uses its value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.reads import ANY

Symbol = tuple[str, ...]
_FINDING = "finding.at"
_NO_LISTS = frozenset(("String", "RawString", "Number", "Bool", "Null", "Object", "Set"))


class Finding(NamedTuple):
    """A call of `finding.at`, as far as the tree tells.

    subject  what it objects to, from `input` on
    path     the keys below it, `*` for what is computed; None where no list is written out
    no_list  the path is written out, and no list
    values   the names of the values
    """

    line: int
    subject: Symbol | None
    path: Symbol | None
    no_list: bool
    values: frozenset[str] | None


def dotted(reference: Any) -> list[str]:
    """The names of a reference, as far as they are constant."""
    if "Var" in reference:
        return [str(reference["Var"]["value"])]
    if "RefDot" in reference:
        return [*dotted(reference["RefDot"]["refr"]), str(reference["RefDot"]["field"][1])]
    if "RefBrack" in reference:
        index = reference["RefBrack"]["index"]
        return dotted(reference["RefBrack"]["refr"]) + ([str(index["String"]["value"])] if "String" in index else [])
    return []


class Follower:
    """Walks rules in the order of their statements, keeping what each name stands for.

    `imports` are the names that stand for a part of `input`.
    """

    def __init__(self, source: bytes, imports: Mapping[str, Symbol]) -> None:
        self.source = source
        self.imports = imports
        self.used: dict[Symbol, int] = {}
        self.wholes: set[int] = set()
        self.findings: list[Finding] = []
        self.scope: dict[str, Symbol | None] = {}

    def rule(self, rule: Any) -> None:
        """Follow the names of one rule."""
        self.scope = dict(self.imports)
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
            self.add(where, _line(expression))

    def add(self, symbol: Symbol, line: int) -> None:
        self.used[symbol] = min(line, self.used.get(symbol, line))

    def use(self, node: Any) -> None:
        """Record every reference in an expression."""
        if isinstance(node, list):
            for item in node:
                self.use(item)
        if not isinstance(node, dict):
            return
        symbol = self.symbol(node)
        if symbol is not None:
            self.add(symbol, _line(node))
            if _is_whole(symbol):
                self.wholes.add(_line(node))
            for index in _indexes(node):
                self.use(index)
        elif "AssignExpr" in node:
            self.assign(node["AssignExpr"])
        elif "stmts" in (node.get("query") or {}):
            self.comprehension(node)
        elif "Call" in node:
            self.call(node["Call"])
        else:
            self.use(list(node.values()))

    def call(self, call: Any) -> None:
        """What is given to a function is used; `finding.at(subject, ...)` takes the subject for its key and path."""
        params = call["params"]
        name = ".".join(dotted(call["fcn"]))
        if name == _FINDING:
            if len(params) == 3:
                self.findings.append(self.finding(call["span"]["line"], *params))
            params = params[1:]
        elif name == "object.get" and len(params) == 3 and "String" in params[1]:
            inner = self.symbol(params[0])
            if inner is not None:
                self.add((*inner, str(params[1]["String"]["value"])), call["span"]["line"])
                params = params[2:]
        self.use(params)

    def finding(self, line: int, subject: Any, path: Any, values: Any) -> Finding:
        (kind,) = path
        steps = tuple(map(_step, path[kind]["items"])) if kind == "Array" else None
        return Finding(line, self.symbol(subject), steps, kind in _NO_LISTS, _keys(values))

    def comprehension(self, node: Any) -> None:
        """The query binds what the term uses."""
        before = dict(self.scope)
        self.query(node["query"])
        self.use([inner for name, inner in node.items() if name != "query"])
        self.scope = before

    def assign(self, assignment: Any) -> None:
        symbol = self.symbol(assignment["rhs"])
        name = assignment["lhs"].get("Var", {}).get("value")
        if symbol is None or not name:
            self.use(assignment["rhs"])
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
            step = str(index["String"]["value"]) if "String" in index else ANY
            return None if inner is None else (*inner, step)
        return None


def _step(item: Any) -> str:
    """A step of a path; `*` for what is computed, and for the number of an item."""
    return str(item["String"]["value"]) if "String" in item else ANY


def _is_whole(symbol: Symbol) -> bool:
    """Whether a reference is a row or resource, or all of them, or all that is read of its body."""
    if symbol[:1] == ("resources",):
        return len(symbol) <= 3 or symbol[3:] == ("body",)
    return symbol in ((), ("views",)) or (symbol[:1] == ("views",) and len(symbol) <= 3)


def _keys(node: Any) -> frozenset[str] | None:
    """The keys of an object that is written out; None for any other expression."""
    fields = node.get("Object", {}).get("fields")
    if fields is None or not all("String" in key for _, key, _ in fields):
        return None
    return frozenset(str(key["String"]["value"]) for _, key, _ in fields)


def _line(node: Any) -> int:
    """The line of an expression."""
    span = next((inner["span"] for inner in node.values() if isinstance(inner, dict) and "span" in inner), None)
    return int(span["line"]) if span else 0


def _indexes(node: Any) -> Iterator[Any]:
    """The variable indexes within a reference: `settings[container.environment]` reads the environment."""
    while isinstance(node, dict) and ("RefDot" in node or "RefBrack" in node):
        inner = node.get("RefDot") or node["RefBrack"]
        if "index" in inner and "String" not in inner["index"]:
            yield inner["index"]
        node = inner["refr"]
