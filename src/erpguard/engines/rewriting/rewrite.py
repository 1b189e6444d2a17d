"""A module in the form that is judged."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from itertools import count
from typing import Any

from erpguard.engines.rewriting import (
    declarations,
    heads,
    imports,
    locals,
    mocks,
    negations,
    operators,
    parameters,
    patterns,
    readings,
    walks,
    withs,
)
from erpguard.engines.rewriting.edits import Edit, Edited, Unrewritable
from erpguard.engines.syntax.places import offset_of, place
from erpguard.errors import PackError

Where = Callable[[int, int], tuple[int, int]]


class Rewritten:
    """A module, and where in the text of the author everything in it stands.

    tree   that of the text of the author
    parse  gives the tree of another text, and what it says against that with places as `place` gives them
    is_v0  whether it is Rego of before OPA 1.0

    PackError, `name:line:column: reason`, where it cannot be rewritten.
    """

    def __init__(self, name: str, tree: Any, parse: Callable[[str, Where], Any], is_v0: bool = False) -> None:
        self._name = name
        self._tree = tree
        self._parse = parse
        self._written: bytes = tree["source"]["contents"].encode()
        self._source: bytes = self._written
        self._steps: list[Edited] = []
        self._numbers = count()
        self._repeat(readings.overwritten)
        self.edit(readings.edits)
        self.edit(imports.edits)
        self.edit(locals.edits)
        opening = b" { " if is_v0 and b"rego.v1" not in self._source else b" if { "
        self.edit(partial(parameters.edits, opening=opening))
        self.edit(partial(heads.edits, opening=opening))
        for repeated in (withs.edits, negations.edits, walks.edits):
            self._repeat(partial(repeated, numbers=self._numbers))
        self.edit(patterns.declarations)
        self._repeat(partial(patterns.edits, numbers=self._numbers))
        is_checked = self.edit(patterns.checks)
        self.edit(declarations.edits)
        self.calls = self.edit(operators.edits) or is_checked

    @property
    def text(self) -> str:
        """The text for the engine; where it `calls`, beside `operators.text()`."""
        return self._source.decode()

    def replaced(self, known: mocks.Known) -> set[str]:
        """The functions that `with` replaces here."""
        return mocks.replaced(self._parsed(), self._source, known) if b"with" in self._source else set()

    def replace(self, known: mocks.Known, mocked: Collection[str]) -> None:
        """Do what `with` needs, once the rules of all modules are known, and which functions are replaced in any."""
        if mocked or b"with" in self._source:
            self.edit(partial(mocks.edits, known=known, mocked=mocked))
            self._repeat(partial(withs.edits, numbers=self._numbers, known=known))

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Line and column in the text of the author, for those in the text for the engine."""
        return self._place(offset_of(self._source, line, column)) if self._steps else (line, column)

    def _place(self, offset: int) -> tuple[int, int]:
        for step in reversed(self._steps):
            offset = step.origin(offset)
        return place(self._written, offset)

    def _repeat(self, edits: Callable[[Any, bytes], list[Edit]]) -> None:
        """What encloses others comes after them."""
        while self.edit(edits):
            pass

    def edit(self, edits: Callable[[Any, bytes], list[Edit]]) -> bool:
        """Another step; whether it changes anything."""
        try:
            found = edits(self._parsed(), self._source)
        except Unrewritable as error:
            line, column = self._place(error.offset)
            raise PackError(f"{self._name}:{line}:{column}: {error}") from error
        if found:
            self._steps.append(Edited(self._source, found))
            self._source, self._tree = self._steps[-1].text, None
        return bool(found)

    def _parsed(self) -> Any:
        self._tree = self._tree or self._parse(self.text, self.place)
        return self._tree
