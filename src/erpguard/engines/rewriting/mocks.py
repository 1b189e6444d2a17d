"""Names functions in full where `with` replaces them, in all modules: the engine goes by names as they are written.

There `g(1) with f as mock` does not replace `f` in the `g` of another module, which calls it by another name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from erpguard.engines.rewriting.edits import Edit
from erpguard.engines.rewriting.trees import REFERENCES, expression, statements
from erpguard.engines.syntax import facts
from erpguard.engines.syntax.facts import imported, nodes
from erpguard.engines.syntax.references import fixed, root

Known = Mapping[str, bool]
"""The full names of the rules of all modules, and whether they are functions."""


class _Module:
    """The names that a module uses, in full."""

    def __init__(self, tree: Any, source: bytes) -> None:
        self._facts = facts(tree)
        self._roots = {"data": ("data",), **dict(imported(node, source) for node in tree["ast"]["imports"])}
        self.modifiers = [one for each in statements(tree, source) for one in each.values]

    def full(self, reference: Any) -> str:
        """The full name of what a reference leads to, if it is a rule; of other expressions none of a rule."""
        first, *path = fixed(reference) if reference.keys() & REFERENCES else ("",)
        return ".".join((*self._roots.get(first, ("data", self._facts.package, first)), *path))

    def own(self) -> set[str]:
        """The full names of its rules."""
        return {f"data.{self._facts.package}.{rule.name}" for rule in self._facts.rules}


def replaced(tree: Any, source: bytes, known: Known) -> set[str]:
    """The full names of the functions that a module replaces."""
    module = _Module(tree, source)
    return {name for one in module.modifiers if known.get(name := module.full(one["refr"]))}


def edits(tree: Any, source: bytes, known: Known, mocked: Collection[str]) -> list[Edit]:
    """The edits for the functions that any module replaces, those that replace, and replaced rules of other modules."""
    module = _Module(tree, source)
    beside, functions = known.keys() - module.own(), {name for name, is_function in known.items() if is_function}
    named = [(node["fcn"], mocked) for node in nodes(tree["ast"]["rules"]) if "fcn" in node]
    for one in module.modifiers:
        named.append((one["refr"], {*mocked, *beside}))
        if root(one["refr"]).get("value") != "input":
            named.append((one["as"], functions))
    full = [(reference, module.full(reference), names) for reference, names in named]
    return [Edit(*expression(reference, source), (name.encode(),)) for reference, name, names in full if name in names]
