"""Variables that nothing gives a value to: OPA refuses them, and a rule with one never holds in the embedded engine.

https://www.openpolicyagent.org/docs/faq#safety: a variable is safe where it is in a pattern, an index, or an output of
a statement that is not negated. A comprehension and the body of an `every` see the variables around them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Literal, NamedTuple

from erpguard.engines.syntax.arities import ARITIES
from erpguard.engines.syntax.references import fixed, overwritten, steps

_COMPREHENSIONS = frozenset({"ArrayCompr", "SetCompr", "ObjectCompr"})
_Role = Literal["used", "given", "negated"]
"""How a term stands in its query.

used     its variables need values, but for those in an index
given    it is a pattern, whose variables get values
negated  its variables need values, also in an index
"""
_Waiting = list[tuple[Any, _Role]]


class Unsafe(NamedTuple):
    """Such a variable, with the line and the offset of where it is."""

    line: int
    start: int
    name: str


def unsafe(rule: Any, source: bytes, known: Collection[str]) -> set[Unsafe]:
    """Those of a rule; `known` are the names of what is no variable where it is not declared."""
    found: set[Unsafe] = set()
    waiting: list[tuple[_Waiting, Collection[str], Collection[str]]]
    waiting = [(one, frozenset(), known) for one in _scopes(rule)]
    while waiting:
        begun, safe, names = waiting.pop()
        scope = _Scope(begun, source)
        safe, names = {*safe, *scope.given}, {*names} - scope.declared
        found |= {one for one in scope.used if one.name not in safe and one.name not in names}
        waiting += [(inner, safe, names) for inner in scope.inner]
    return found


def _scopes(rule: Any) -> Iterator[_Waiting]:
    """Each body with its head; an `else` has only the parameters of that."""
    if "Spec" not in rule:
        return
    ((_, head),) = rule["Spec"]["head"].items()
    parameters: _Waiting = [(one, "given") for one in head.get("args") or ()]
    terms = [head.get("key"), *(node["index"] for kind, node in steps(head["refr"]) if kind == "RefBrack")]
    for body in rule["Spec"]["bodies"] or [{"query": None, "assign": None, "is_else": False}]:
        assigned = body["assign"] if body["is_else"] else head.get("assign")
        inner = [assigned and assigned["value"], body["query"], *([] if body["is_else"] else terms)]
        yield [*parameters, *((one, "used") for one in inner)]


class _Scope:
    """The variables of a query: those that are given values, those that need one, and those that are declared."""

    def __init__(self, waiting: _Waiting, source: bytes) -> None:
        self.given: set[str] = set()
        self.used: set[Unsafe] = set()
        self.declared: set[str] = set()
        self.inner: list[_Waiting] = []
        self._source = source
        self._waiting = list(waiting)
        while self._waiting:
            node, role = self._waiting.pop()
            if node and "stmts" in node:
                for statement in node["stmts"]:
                    self._statement(statement)
            elif node:
                ((kind, inner),) = node.items()
                self._term(kind, inner, role)

    def _statement(self, statement: Any) -> None:
        ((kind, literal),) = statement["literal"].items()
        self._add("used", *(one["as"] for one in statement.get("with_mods") or ()))
        if kind == "SomeVars":
            self.declared |= {self._text(one) for one in literal["vars"]}
        elif kind == "SomeIn":
            self._add("given", literal["key"], literal["value"])
            self._add("used", literal["collection"])
        elif kind == "Every":
            self._add("used", literal["domain"])
            own = [
                {"Var": {"value": self._text(one), "span": one}} for one in (literal["key"], literal["value"]) if one
            ]
            self.inner.append([(literal["query"], "used"), *((one, "given") for one in own)])
        elif kind == "NotExpr":
            self._add("negated", literal["expr"])
        else:
            self._expression(literal["expr"])

    def _expression(self, node: Any) -> None:
        """A statement that is not negated: an assignment, a comparison, or a call that may have an output."""
        if "AssignExpr" in node:
            inner = node["AssignExpr"]
            self._add("given", inner["lhs"])
            self._add("used" if inner["op"] == "ColEq" else "given", inner["rhs"])
        elif "Call" in node and _has_output(node["Call"]):
            *arguments, output = node["Call"]["params"]
            self._add("used", *arguments)
            self._add("given", output)
        else:
            self._add("used", node)

    def _term(self, kind: str, node: Any, role: _Role) -> None:
        otherwise: _Role = "negated" if role == "negated" else "used"
        if kind == "Var":
            self._variable(node, role)
        elif kind in _COMPREHENSIONS:
            self.inner.append([(node[name], "used") for name in ("term", "key", "value", "query") if name in node])
        elif kind == "Array":
            self._add(role, *node["items"])
        elif kind == "Object":
            self._add(otherwise, *(key for _, key, _ in node["fields"]))
            without = {id(one) for one in overwritten(node)}
            self._add(role, *(value for _, _, value in node["fields"] if id(value) not in without))
        elif kind == "RefBrack":
            self._add(otherwise, node["refr"])
            self._add("negated" if role == "negated" else "given", node["index"])
        elif kind == "Call":
            self._add(otherwise, *node["params"])
        else:
            names = ("items", "refr", "expr", "lhs", "rhs", "key", "value", "collection")
            parts = [node[name] for name in names if isinstance(node, dict) and name in node]
            self._add(otherwise, *(one for part in parts for one in (part if isinstance(part, list) else [part])))

    def _variable(self, node: Any, role: _Role) -> None:
        name = node["value"]
        if role != "given":
            self.used.add(Unsafe(node["span"]["line"], node["span"]["start"], name))
        elif name != "_":
            self.given.add(name)

    def _add(self, role: _Role, *given: Any) -> None:
        self._waiting += [(one, role) for one in given if isinstance(one, dict)]

    def _text(self, span: Any) -> str:
        return self._source[span["start"] : span["end"]].decode()


def _has_output(call: Any) -> bool:
    """Whether the last argument of a statement gets the value; of a function of the modules it may."""
    given = len(call["params"])
    return given == ARITIES.get(".".join(fixed(call["fcn"])), max(given - 1, 1)) + 1
