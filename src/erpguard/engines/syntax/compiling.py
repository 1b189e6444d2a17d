"""What OPA's compiler refuses, and the embedded engine does not, or only when it comes there: a rule that never holds
would be silent, and one that is rarely evaluated a surprise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from erpguard.engines.syntax.arities import ARITIES, IRREPLACEABLE
from erpguard.engines.syntax.definitions import Definition, Replacement, Use, definitions
from erpguard.engines.syntax.facts import Refusal, imported
from erpguard.engines.syntax.places import column
from erpguard.engines.syntax.references import fixed, root
from erpguard.engines.syntax.rule_tree import Node, grown, meant
from erpguard.engines.syntax.safety import unsafe

Found = Iterator[tuple[int, Refusal]]
"""With the number of the module."""
_Functions = Mapping[tuple[str | None, ...], int]
"""How many arguments the functions of the modules take."""


def refusals(trees: Sequence[Any]) -> list[tuple[Refusal, ...]]:
    """The refusals for each of the modules that are compiled together, by their syntax trees."""
    every = definitions(trees)
    top = grown(every)
    functions = {one.path: one.arity for one in every if one.arity}
    found: list[list[Refusal]] = [[] for _ in trees]
    for one in every:
        found[one.module] += _wrong_uses(one, functions)
    for number, refusal in (*_conflicts(top), *_recursion(every, top), *_unsafe(trees)):
        found[number].append(refusal)
    return [tuple(sorted(set(one))) for one in found]


def _wrong_uses(one: Definition, functions: _Functions) -> Iterator[Refusal]:
    if one.arity == 0:
        yield Refusal(one.line, one.column, f"{one.shown} has no parameters: leave out the brackets")
    for use in one.uses:
        if use.arguments is not None:
            yield from _wrong_call(use, functions)
        else:
            yield from _no_value(use, functions)
    for replacement in one.replacements:
        yield from _wrong_replacement(replacement, functions)


def _wrong_call(use: Use, functions: _Functions) -> Iterator[Refusal]:
    wanted = _arity(use, functions)
    if wanted is None or use.arguments == wanted:
        return
    if use.arguments != wanted + 1 or not use.is_alone:
        text = f"{use.written} takes {_arguments(wanted)}, and is given {use.arguments}"
        yield Refusal(use.line, use.column, text)
    elif use.has_object and use.written != "walk":
        text = f"an object in the place of its value: write `{{...}} = {use.written}(...)`"
        yield Refusal(use.line, use.column, f"{use.written} is not supported here with {text}")


def _no_value(use: Use, functions: _Functions) -> Iterator[Refusal]:
    if any(use.path[:length] in functions for length in range(1, len(use.path) + 1)):
        yield Refusal(use.line, use.column, f"{use.written} is a function, which has no value without a call")


def _wrong_replacement(replacement: Replacement, functions: _Functions) -> Iterator[Refusal]:
    target, value = replacement
    wanted = _arity(target, functions) if target else None
    if target and target.written in IRREPLACEABLE and target.path not in functions:
        yield Refusal(target.line, target.column, f"{target.written} cannot be replaced by `with`")
    elif value and target is None:
        yield from _no_value(value, functions)
    elif target and value and wanted is not None and functions.get(value.path, wanted) != wanted:
        given = _arguments(functions[value.path])
        text = f"{target.written} takes {_arguments(wanted)}, and {value.written}, which replaces it, {given}"
        yield Refusal(target.line, target.column, text)


def _arity(use: Use, functions: _Functions) -> int | None:
    return functions.get(use.path, ARITIES.get(use.written))


def _arguments(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"


def _conflicts(top: Node) -> Found:
    for node in filter(lambda one: one.definitions, top.below()):
        first, *others = node.definitions
        below = [one for inner in node.below() for one in inner.definitions]
        if not any(one.is_ground for one in node.definitions):
            below = [one for one in below if one.arity is not None]
        if below:
            yield _refused(first, f"cannot be beside {below[0].shown}, which would be a part of it")
        if different := [one for one in others if _shape(one) != _shape(first)]:
            kinds = f"is {_kind(different[0])} here, and {_kind(first)} where it is defined before"
            yield _refused(different[0], kinds)
        if more := [one for one in node.definitions if one.is_default][1:]:
            yield _refused(more[0], "has more than one default")


def _shape(one: Definition) -> tuple[bool, bool, int]:
    return one.is_set, one.is_ground, one.arity or 0


def _kind(one: Definition) -> str:
    if one.arity is not None:
        return f"a function of {_arguments(one.arity)}"
    if one.is_set:
        return "a set" if one.is_ground else "an object of sets"
    return "a single value" if one.is_ground else "an object"


def _recursion(every: Sequence[Definition], top: Node) -> Found:
    """One recursion, if there is any. Definitions are told apart by where they are: they may be equal."""
    sorter: TopologicalSorter[int] = TopologicalSorter()
    by_identity = {id(one): one for one in every}
    for one in every:
        paths = {use.path for use in one.everything}
        sorter.add(id(one), *(id(other) for path in paths for other in meant(top, path)))
    try:
        sorter.prepare()
    except CycleError as error:
        cycle = [by_identity[one] for one in reversed(error.args[1])]
        yield _refused(cycle[0], f"is recursive: {' -> '.join(one.shown for one in cycle)}")


def _unsafe(trees: Sequence[Any]) -> Found:
    modules = [
        (fixed(tree["ast"]["package"]["refr"]), tree["ast"], tree["source"]["contents"].encode()) for tree in trees
    ]
    names: dict[tuple[str, ...], set[str]] = {}
    for package, module, _ in modules:
        names.setdefault(package, {"data", "input"}).update(map(_name, module["rules"]))
    for number, (package, module, source) in enumerate(modules):
        known = names[package].union(imported(node, source)[0] for node in module["imports"])
        for rule in module["rules"]:
            for line, start, name in unsafe(rule, source, known):
                yield number, Refusal(line, column(source, start), f"{name} is unsafe: nothing gives it a value")


def _name(rule: Any) -> str:
    """What the name of a rule begins with."""
    ((_, body),) = rule.items()
    ((_, head),) = body["head"].items() if "head" in body else rule.items()
    return str(root(head["refr"])["value"])


def _refused(one: Definition, text: str) -> tuple[int, Refusal]:
    return one.module, Refusal(one.line, one.column, f"{one.shown} {text}")
