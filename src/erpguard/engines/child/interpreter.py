"""The interpreter as modules of others have it: with our builtins, and in a form that is judged as in OPA."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from erpguard.engines.builtins import calls, outputs, texts, written
from erpguard.engines.builtins.added import EXTENSIONS
from erpguard.engines.builtins.modules import GUARD, guards
from erpguard.engines.builtins.unsupported import Unsupported
from erpguard.engines.child import sites
from erpguard.engines.embedded import Interpreter, Place
from erpguard.engines.rewriting import Rewritten, Where, documents, operators
from erpguard.engines.syntax import ModuleFacts, facts
from erpguard.engines.syntax.advice import advised
from erpguard.errors import EngineError, PackError

_LENGTHS = {"max_col": 1_000_000, "max_file_bytes": 10_000_000, "max_lines": 1_000_000}
"""Of modules, in the form that is judged: the limits of OPA are those of memory, and of the child there are others."""


class ForeignInterpreter(Interpreter):
    """Evaluates modules in a form of ours, and tells of them as they were written.

    All modules come before the first evaluation.
    """

    def __init__(self) -> None:
        super().__init__()
        self._written: list[str] = []
        self._rewritten: dict[str, Rewritten] = {}
        self._unguarded: list[ModuleFacts] = []
        self._beside: list[tuple[str, str]] = []
        self._judged: list[tuple[str, bool]] = []
        self._data: list[str] = []
        self._input = "null"
        self.has_go_numbers = False
        self._literals: written.Forms = {}
        self._engine.set_policy_length_config(**_LENGTHS)
        for name, (arity, function) in EXTENSIONS.items():
            self.add_function(name, arity, function)

    def add(self, name: str, text: str, *, is_v0: bool = False) -> None:
        """See `Interpreter.add`."""
        tree = _Parser(lambda *place: place).tree(name, text, is_v0)
        rewritten = Rewritten(name, tree, lambda other, where: _Parser(where).tree(name, other, is_v0), is_v0)
        self._rewritten[name] = rewritten
        if beside := documents.module(tree):
            self._add_beside(f"documents of {name}", beside)
        self._judged.append((name, is_v0))
        written.add_literals(self._literals, tree)
        self._written.append(json.dumps(tree))
        self._unguarded.append(facts(tree))

    def prepare(self) -> None:
        """See `Interpreter.prepare`."""
        self._guard()
        super().prepare()

    def value(self, rule: str) -> str:
        """See `Interpreter.value`."""
        self._guard()
        self.begin()
        try:
            return outputs.checked(super().value(rule))
        except EngineError as error:
            if sites.is_of_guard(error):
                raise self._at_call(error, rule) from error
            raise
        except Unsupported as error:
            raise EngineError(f"{rule}: {error}; {sites.OPA}") from error

    def begin(self) -> None:
        """Forget how numbers and texts of the evaluation before were written."""
        texts.begin()
        written.begin(self._literals, self._input, self._data, is_go=self.has_go_numbers)

    def add_data(self, text: str) -> None:
        """See `Interpreter.add_data`."""
        super().add_data(text)
        self._data.append(text)

    def set_input_text(self, text: str) -> None:
        """See `Interpreter.set_input_text`."""
        super().set_input_text(text)
        self._input = text

    def _at_call(self, error: EngineError, rule: str) -> EngineError:
        """An error at a guard as one at the call, which a second evaluation tells."""
        try:
            site = self._site(rule)
        except PackError:  # the call is told without its place
            site = None
        return sites.told(error, site, self.written(site.place) if site else None)

    def _site(self, rule: str) -> sites.Site | None:
        engine = Interpreter()
        engine._engine.set_policy_length_config(**_LENGTHS)
        engine.gather_prints()
        for beside in (*self._beside, *guards().items()):
            engine.add(*beside)
        for data in self._data:
            engine.add_data(data)
        engine.set_input_text(self._input)
        self.begin()
        judged = [sites.Text(name, self._judged_tree(name, is_v0), is_v0) for name, is_v0 in self._judged]
        return sites.reached(engine, judged, lambda: engine.value(rule))

    def trees(self) -> str:
        """See `Interpreter.trees`."""
        return f"[{','.join(self._written)}]"

    def written(self, place: Place) -> Place:
        """See `Interpreter.written`."""
        rewritten = self._rewritten.get(place.name)
        return Place(place.name, *rewritten.place(place.line, place.column)) if rewritten else place

    def _judged_tree(self, name: str, is_v0: bool) -> Any:
        return _Parser(lambda *place: place).tree(name, self._rewritten[name].text, is_v0)

    def _add_beside(self, name: str, text: str) -> None:
        super().add(name, text)
        self._beside.append((name, text))

    def _guard(self) -> None:
        if not self._unguarded:
            return
        rules = [(module.package, rule) for module in self._unguarded for rule in module.rules]
        known = {f"data.{package}.{rule.name}": rule.is_function for package, rule in rules}
        called = {call.name for module in self._unguarded for call in module.calls}
        self._unguarded.clear()
        mocked = {name for one in self._rewritten.values() for name in one.replaced(known)}
        for name, is_v0 in self._judged:
            self._rewritten[name].replace(known, mocked)
            self._rewritten[name].edit(partial(calls.edits, defined=known.keys()))
            super().add(name, self._rewritten[name].text, is_v0=is_v0)
        if any(one.calls for one in self._rewritten.values()):
            self._add_beside(operators.FILE, operators.text())
        if any(GUARD in one.text for one in self._rewritten.values()):
            self._add_beside(written.FILE, written.module(self._literals, called))
            for name, text in guards().items():
                super().add(name, text)


class _Parser(Interpreter):
    """Gives the tree of one text, and tells places of that with `where`."""

    def __init__(self, where: Where) -> None:
        super().__init__()
        self._engine.set_policy_length_config(**_LENGTHS)
        self._where = where

    def tree(self, name: str, text: str, is_v0: bool) -> Any:
        """The tree."""
        try:
            self.add(name, text, is_v0=is_v0)
        except PackError as error:
            raise PackError(advised(str(error), text)) from error
        (tree,) = json.loads(self.trees())
        return tree

    def written(self, place: Place) -> Place:
        """See `Interpreter.written`."""
        return Place(place.name, *self._where(place.line, place.column))
