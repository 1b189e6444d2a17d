"""What the rules of modules that are compiled together are named, and what each of them uses."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from erpguard.engines.syntax.facts import imported, nodes
from erpguard.engines.syntax.places import column
from erpguard.engines.syntax.references import fixed, is_call, root, steps

Path = tuple[str | None, ...]
"""From `data` on, with None for what is only known when a rule is evaluated. What is no text is in brackets."""
_REFERENCES = ("Var", "RefDot", "RefBrack")


class Use(NamedTuple):
    """What may be a reference to a rule or a function, or a call of a builtin.

    written     as it is in the module, as far as it is fixed
    arguments   how many a call has; None where it is none
    is_alone    whether a call is a statement: one more argument is for the value then
    has_object  whether there is an object in the last argument, which the engine takes for one with more keys, too
    """

    path: Path
    written: str
    line: int
    column: int
    arguments: int | None = None
    is_alone: bool = False
    has_object: bool = False


class Replacement(NamedTuple):
    """What `with` replaces, and by what, where these are such references."""

    target: Use | None
    value: Use | None


class Definition(NamedTuple):
    """One definition of a rule, or of a function with so many parameters."""

    module: int
    path: Path
    line: int
    column: int
    arity: int | None
    is_set: bool
    is_default: bool
    uses: tuple[Use, ...]
    replacements: tuple[Replacement, ...]

    @property
    def everything(self) -> Iterator[Use]:
        """All that it uses."""
        return filter(None, (*self.uses, *(one for both in self.replacements for one in both)))

    @property
    def shown(self) -> str:
        """Its name in messages."""
        return "data" + "".join(f".{'[_]' if part is None else part}" for part in self.path).replace(".[", "[")

    @property
    def is_ground(self) -> bool:
        """Whether its whole name is known."""
        return None not in self.path


def definitions(trees: Sequence[Any]) -> list[Definition]:
    """The definitions of some modules, in their order."""
    return [one for number, tree in enumerate(trees) for one in _Module(number, tree).definitions()]


class _Module:
    """The names of a module."""

    def __init__(self, number: int, tree: Any) -> None:
        self._number = number
        self._tree = tree["ast"]
        self._source: bytes = tree["source"]["contents"].encode()
        self._package = fixed(self._tree["package"]["refr"])
        self._imports = dict(imported(node, self._source) for node in self._tree["imports"])

    def definitions(self) -> Iterator[Definition]:
        for rule in self._tree["rules"]:
            ((kind, body),) = rule.items()
            ((shape, head),) = body["head"].items() if kind == "Spec" else ((kind, body),)
            at = body["span"]
            yield Definition(
                self._number,
                (*self._package, *_path(head["refr"])),
                at["line"],
                column(self._source, at["start"]),
                len(head["args"]) if shape == "Func" or head.get("args") else None,
                shape == "Set",
                kind == "Default",
                *self._used(rule, head),
            )

    def _used(self, rule: Any, head: Any) -> tuple[tuple[Use, ...], tuple[Replacement, ...]]:
        every = list(nodes(rule))
        own = frozenset(declared(every, self._source))
        alone = {id(call) for node in every for call in _alone(node)}
        modifiers = [one for node in every for one in node.get("with_mods") or ()]
        others = {id(head["refr"]), *(id(one[name]) for one in modifiers for name in ("refr", "as"))}
        others |= {id(node[kind]["refr"]) for node in every for kind in _REFERENCES[1:] if kind in node}
        calls = [node for node in every if is_call(node, self._source)]
        others |= {id(node["fcn"]) for node in calls}
        found = [self._use(node, own) for node in every if id(node) not in others and len(node) == 1]
        found += [self._call(node, own, id(node) in alone) for node in calls]
        replaced = [(self._use(one["refr"], own), self._use(one["as"], own)) for one in modifiers]
        return tuple(filter(None, found)), tuple(Replacement(*both) for both in replaced)

    def _call(self, node: Any, own: Collection[str], is_alone: bool) -> Use | None:
        use, arguments = self._use(node["fcn"], own), node["params"]
        has_object = any("Object" in inner for inner in nodes(arguments[-1:]))
        return use and use._replace(arguments=len(arguments), is_alone=is_alone, has_object=has_object)

    def _use(self, node: Any, own: Collection[str]) -> Use | None:
        """The use that an expression is; None where it is no reference, and where it is one to a variable or the input.

        Where a variable that is not declared has the name of no rule, there is nothing of this path.
        """
        name = root(node).get("value") if node.keys() & {*_REFERENCES} else None
        if not isinstance(name, str) or name in own:
            return None
        first = self._imports.get(name) or (("data",) if name == "data" else ("data", *self._package, name))
        if first[:1] != ("data",) or name == "input":
            return None
        at = root(node)["span"]
        path = (*first[1:], *_path(node)[1:])
        written = ".".join(fixed(node))
        return Use(path, written, at["line"], column(self._source, at["start"]))


def declared(every: Iterable[Any], source: bytes) -> Iterator[str]:
    """The names that the nodes of a rule declare: variables, whatever rules there are."""
    for node in every:
        if "args" in node:
            yield from _variables(node["args"])
        if node.get("op") == "ColEq" and "lhs" in node:
            yield from _variables(node["lhs"])
        if "SomeIn" in node:
            yield from _variables([node["SomeIn"]["key"], node["SomeIn"]["value"]])
        spans = [node["Every"]["key"], node["Every"]["value"]] if "Every" in node else node.get("vars") or ()
        yield from (source[span["start"] : span["end"]].decode() for span in spans if span)


def _variables(pattern: Any) -> Iterator[str]:
    return (node["Var"]["value"] for node in nodes(pattern) if "Var" in node)


def _path(reference: Any) -> Path:
    parts: list[str | None] = []
    for kind, node in steps(reference):
        if kind == "RefBrack":
            parts.append(_index(*next(iter(node["index"].items()))))
        else:
            parts.append(node["field"][1] if kind == "RefDot" else node["value"])
    return tuple(reversed(parts))


def _index(kind: str, node: Any) -> str | None:
    if kind in ("String", "RawString"):
        return str(node["value"])
    return f"[{json.dumps(node['value'])}]" if kind in ("Number", "Bool", "Null") else None


def _alone(node: Any) -> Iterator[Any]:
    """The calls that are statements."""
    if "literal" in node:
        ((kind, inner),) = node["literal"].items()
        if kind in ("Expr", "NotExpr") and "Call" in inner["expr"]:
            yield inner["expr"]["Call"]
