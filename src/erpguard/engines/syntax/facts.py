"""From the syntax tree of a module to its package, rules and calls.

The tree is what `get_ast_as_json` of the embedded engine gives for one module, read as JSON: `source` has the text and
`ast` the tree, where a node is an object with one key, its kind, and a `span` has line, column and the bytes from
`start` to `end`. Trees may be as deep as their author likes, so nothing here calls itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.engines.syntax.places import column

_REFERENCES = ("RefDot", "RefBrack")


class RuleFact(NamedTuple):
    """One definition of a rule or function. The name is the fixed part of its head: `a.b` of `a.b[x].c`."""

    name: str
    line: int


class Call(NamedTuple):
    """A call of a function, as the engine will look for it.

    Imports and the functions of the same module are spelled out from `data` on (`data.lib.text.shorten`); all others
    are as written: a builtin, or a function of another module of the package.
    """

    name: str
    line: int
    column: int


class ModuleFacts(NamedTuple):
    """What a module defines and calls, in the order of the source. The package is without `data`.

    `variables` are the names that stand for a value anywhere in it, sorted: variables, rules, parts of its imports.
    """

    package: str
    rules: tuple[RuleFact, ...]
    calls: tuple[Call, ...]
    variables: tuple[str, ...] = ()


def facts(tree: Mapping[str, Any]) -> ModuleFacts:
    """The facts of one module: one element of the engine's list."""
    module, source = tree["ast"], tree["source"]["contents"].encode()
    package = ".".join(_fixed(module["package"]["refr"]))
    rules = tuple(_rule(rule) for rule in module["rules"])
    names = dict(imported(node, source) for node in module["imports"])
    names |= {rule.name.partition(".")[0]: ("data", package, rule.name.partition(".")[0]) for rule in rules}
    calls = (_call(node, names, source) for node in nodes(module["rules"]))
    return ModuleFacts(
        package, rules, tuple(sorted(filter(None, calls), key=lambda call: call[1:])), _variables(module)
    )


def _rule(rule: Any) -> RuleFact:
    """`Default` has its head in itself; `Spec` in one of three kinds: Compr, Set or Func."""
    ((kind, body),) = rule.items()
    head = body if kind == "Default" else next(iter(body["head"].values()))
    return RuleFact(".".join(_fixed(head["refr"])), body["span"]["line"])


def imported(node: Any, source: bytes) -> tuple[str, tuple[str, ...]]:
    """Under which name a module knows an import, and what it stands for; of an alias the tree has only the place."""
    path, alias = _fixed(node["refr"]), node.get("as")
    return (source[alias["start"] : alias["end"]].decode() if alias else path[-1]), path


def _variables(module: Any) -> tuple[str, ...]:
    """Names in the places of values: all but the roots of functions that are called."""
    every = list(nodes([module["rules"], module["imports"]]))
    called = {id(_root(node["fcn"])) for node in every if "fcn" in node}
    found = {node["Var"]["value"] for node in every if "Var" in node and id(node["Var"]) not in called}
    return tuple(sorted(name for name in found if isinstance(name, str)))


def _call(node: Any, names: Mapping[str, tuple[str, ...]], source: bytes) -> Call | None:
    if "fcn" not in node:
        return None
    path = _fixed(node["fcn"])
    if not path:
        return None
    at = _root(node["fcn"])["span"]
    return Call(".".join((*names.get(path[0], path[:1]), *path[1:])), at["line"], column(source, at["start"]))


def _fixed(reference: Any) -> tuple[str, ...]:
    """The leading names of a reference, up to the first that is only known when the rule is evaluated."""
    parts: list[str] = []
    for kind, node in _steps(reference):
        if kind == "RefDot":
            parts.append(node["field"][1])
        elif kind == "RefBrack" and "String" not in node["index"]:
            parts.clear()
        else:
            parts.append(node["index"]["String"]["value"] if kind == "RefBrack" else node.get("value", ""))
    return tuple(reversed(parts))


def _steps(reference: Any) -> Iterator[tuple[str, Any]]:
    """A reference from its last step to its root."""
    while True:
        ((kind, node),) = reference.items()
        yield kind, node
        if kind not in _REFERENCES:
            return
        reference = node["refr"]


def _root(reference: Any) -> Any:
    return list(_steps(reference))[-1][1]


def nodes(tree: Any) -> Iterator[Any]:
    """Every object of a tree, in no order."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
