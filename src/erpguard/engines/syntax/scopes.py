"""Which calls begin with the name of a variable: OPA takes none of them.

A comprehension and the body of an `every` see the variables around them, and have their own. So has each `else`, which
sees the parameters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from erpguard.engines.syntax.references import root, steps

_COMPREHENSIONS = frozenset({"ArrayCompr", "SetCompr", "ObjectCompr"})


def shadowed(rules: Iterable[Any], source: bytes) -> frozenset[int]:
    """The calls of some rules, by the identity of their nodes."""
    waiting: list[tuple[list[Any], Collection[str]]] = [(scope, ()) for rule in rules for scope in _scopes(rule)]
    found: set[int] = set()
    while waiting:
        scope = _Scope(*waiting.pop(), source)
        found |= {id(call) for call in scope.calls if root(call["fcn"]).get("value") in scope.names}
        waiting += [(inner, scope.names) for inner in scope.inner]
    return frozenset(found)


def _scopes(rule: Any) -> Iterator[list[Any]]:
    if "Spec" in rule:
        ((_, head),) = rule["Spec"]["head"].items()
        parameters = head.get("args") or []
        parts = [inner for name, inner in head.items() if name != "refr"]
        indices = [step["index"] for kind, step in steps(head["refr"]) if kind == "RefBrack"]
        first, *others = rule["Spec"]["bodies"] or [None]
        yield [*parts, *indices, first]
        yield from ([parameters, other] for other in others)


class _Scope:
    """The names of variables, the calls and the scopes that are in one."""

    def __init__(self, parts: list[Any], names: Collection[str], source: bytes) -> None:
        self.names = set(names)
        self.calls: list[Any] = []
        self.inner: list[list[Any]] = []
        self._source = source
        self._waiting = parts
        while self._waiting:
            node = self._waiting.pop()
            if isinstance(node, dict):
                self._add(node)
            elif isinstance(node, list):
                self._waiting += node

    def _add(self, node: Any) -> None:
        if "fcn" in node:
            self.calls.append(node)
        for kind, inner in node.items():
            if kind in _COMPREHENSIONS:
                self.inner.append([inner])
            elif kind == "Every":
                self._waiting.append(inner["domain"])
                self.inner.append([inner["query"], *map(self._variable, filter(None, (inner["key"], inner["value"])))])
            elif kind == "vars":  # of `some x, y`
                self._waiting += map(self._variable, inner)
            elif kind == "Var":
                self.names.add(inner["value"])
            elif kind == "with_mods":
                self._waiting += [one["as"] for one in inner or () if not {*one["as"]} & {"Var", "RefDot"}]
            elif kind != "fcn":
                self._waiting.append(inner)

    def _variable(self, span: Any) -> Any:
        return {"Var": {"value": self._source[span["start"] : span["end"]].decode()}}
