"""From the syntax tree of a module to its package, rules and calls.

The tree is what `get_ast_as_json` of the embedded engine gives for one module, read as JSON: `source` has the text and
`ast` the tree, where a node is an object with one key, its kind, and a `span` has line, column and the bytes from
`start` to `end`. Trees may be as deep as their author likes, so nothing here calls itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.engines.syntax import scopes
from erpguard.engines.syntax.places import column
from erpguard.engines.syntax.references import fixed, is_call, root


class RuleFact(NamedTuple):
    """One definition of a rule or function. The name is the fixed part of its head: `a.b` of `a.b[x].c`."""

    name: str
    line: int
    is_function: bool = False


class Call(NamedTuple):
    """A call of a function, as the engine will look for it.

    Imports and the functions of the same module are spelled out from `data` on (`data.lib.text.shorten`); all others
    are as written: a builtin, or a function of another module of the package. It is shadowed where a variable has the
    name that it begins with.
    """

    name: str
    line: int
    column: int
    is_shadowed: bool = False


class Refusal(NamedTuple):
    """What OPA's compiler refuses, and the embedded engine does not, or only when it comes there."""

    line: int
    column: int
    text: str


class ModuleFacts(NamedTuple):
    """What a module defines and calls, in the order of the source. The package is without `data`.

    Its refusals are known once all modules are.
    """

    package: str
    rules: tuple[RuleFact, ...]
    calls: tuple[Call, ...]
    refusals: tuple[Refusal, ...] = ()


def facts(tree: Mapping[str, Any]) -> ModuleFacts:
    """The facts of one module: one element of the engine's list."""
    module, source = tree["ast"], tree["source"]["contents"].encode()
    package = ".".join(fixed(module["package"]["refr"]))
    rules = tuple(_rule(rule) for rule in module["rules"])
    names = dict(imported(node, source) for node in module["imports"])
    names |= {rule.name.partition(".")[0]: ("data", package, rule.name.partition(".")[0]) for rule in rules}
    shadowed = scopes.shadowed(module["rules"], source)
    calls = (_call(node, names, source, id(node) in shadowed) for node in nodes(module["rules"]))
    return ModuleFacts(package, rules, tuple(sorted(filter(None, calls), key=lambda call: call[1:])))


def _rule(rule: Any) -> RuleFact:
    """`Default` has its head in itself; `Spec` in one of three kinds: Compr, Set or Func."""
    ((kind, body),) = rule.items()
    ((_, head),) = body["head"].items() if kind == "Spec" else ((kind, body),)
    return RuleFact(".".join(fixed(head["refr"])), body["span"]["line"], bool(head.get("args")))


def imported(node: Any, source: bytes) -> tuple[str, tuple[str, ...]]:
    """Under which name a module knows an import, and what it stands for; of an alias the tree has only the place."""
    path, alias = fixed(node["refr"]), node.get("as")
    return (source[alias["start"] : alias["end"]].decode() if alias else path[-1]), path


def _call(node: Any, names: Mapping[str, tuple[str, ...]], source: bytes, is_shadowed: bool) -> Call | None:
    if not is_call(node, source):
        return None
    path = fixed(node["fcn"])
    if not path:
        return None
    at = root(node["fcn"])["span"]
    name = ".".join((*names.get(path[0], path[:1]), *path[1:]))
    return Call(name, at["line"], column(source, at["start"]), is_shadowed and path[0] not in names)


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
