"""The interpreter as modules of others have it: with our builtins, and in a form that is judged as in OPA."""

from __future__ import annotations

import json
from typing import Any

from erpguard.engines.builtins import EXTENSIONS, guarding
from erpguard.engines.embedded import Interpreter, Place
from erpguard.engines.rewriting import Rewritten, Where, iterations
from erpguard.engines.syntax import ModuleFacts, facts


class ForeignInterpreter(Interpreter):
    """Evaluates modules in a form of ours, and tells of them as they were written.

    All modules come before the first evaluation.
    """

    def __init__(self) -> None:
        super().__init__()
        self._written: list[str] = []
        self._rewritten: dict[str, Rewritten] = {}
        self._unguarded: list[ModuleFacts] = []
        for name, (arity, function) in EXTENSIONS.items():
            self.add_function(name, arity, function)

    def add(self, name: str, text: str, *, is_v0: bool = False) -> None:
        """See `Interpreter.add`."""
        tree = _Parser(lambda *place: place).tree(name, text, is_v0)
        rewritten = Rewritten(name, tree, lambda other, where: _Parser(where).tree(name, other, is_v0))
        self._rewritten[name] = rewritten
        super().add(name, rewritten.text, is_v0=is_v0)
        self._written.append(json.dumps(tree))
        self._unguarded.append(facts(tree))

    def prepare(self) -> None:
        """See `Interpreter.prepare`."""
        self._guard()
        super().prepare()

    def value(self, rule: str) -> str:
        """See `Interpreter.value`."""
        self._guard()
        return super().value(rule)

    def trees(self) -> str:
        """See `Interpreter.trees`."""
        return f"[{','.join(self._written)}]"

    def written(self, place: Place) -> Place:
        """See `Interpreter.written`."""
        rewritten = self._rewritten.get(place.name)
        return Place(place.name, *rewritten.place(place.line, place.column)) if rewritten else place

    def _guard(self) -> None:
        if not self._unguarded:
            return
        if any(one.iterates for one in self._rewritten.values()):
            super().add(*iterations.MODULE)
        for name, text in guarding(self._unguarded):
            super().add(name, text)
        self._unguarded.clear()


class _Parser(Interpreter):
    """Gives the tree of one text, and tells places of that with `where`."""

    def __init__(self, where: Where) -> None:
        super().__init__()
        self._where = where

    def tree(self, name: str, text: str, is_v0: bool) -> Any:
        """The tree."""
        self.add(name, text, is_v0=is_v0)
        (tree,) = json.loads(self.trees())
        return tree

    def written(self, place: Place) -> Place:
        """See `Interpreter.written`."""
        return Place(place.name, *self._where(place.line, place.column))
