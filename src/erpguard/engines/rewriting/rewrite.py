"""A module in the form that is judged."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from erpguard.engines.rewriting import heads, iterations, negations, walks
from erpguard.engines.rewriting.edits import Edit, Edited, Unrewritable
from erpguard.engines.syntax.places import offset_of, place
from erpguard.errors import PackError

Where = Callable[[int, int], tuple[int, int]]


class Rewritten:
    """A module, and where in the text of the author everything in it stands.

    tree   that of the text of the author
    parse  gives the tree of another text, and what it says against that with places as `place` gives them

    PackError, `name:line:column: reason`, where it cannot be rewritten.
    """

    def __init__(self, name: str, tree: Any, parse: Callable[[str, Where], Any]) -> None:
        self._name = name
        self._tree = tree
        self._parse = parse
        self._written: bytes = tree["source"]["contents"].encode()
        self._source: bytes = self._written
        self._steps: list[Edited] = []
        numbers = count()
        self._edit(heads.edits)
        for repeated in (negations.edits, walks.edits):  # what encloses others comes after them
            while self._edit(partial(repeated, numbers=numbers)):
                pass
        self.iterates = self._edit(iterations.edits)

    @property
    def text(self) -> str:
        """The text for the engine; where it is `iterates`, beside `iterations.MODULE`."""
        return self._source.decode()

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Line and column in the text of the author, for those in the text for the engine."""
        return self._place(offset_of(self._source, line, column)) if self._steps else (line, column)

    def _place(self, offset: int) -> tuple[int, int]:
        for step in reversed(self._steps):
            offset = step.origin(offset)
        return place(self._written, offset)

    def _edit(self, edits: Callable[[Any, bytes], list[Edit]]) -> bool:
        try:
            self._tree = self._tree or self._parse(self.text, self.place)
            found = edits(self._tree, self._source)
        except Unrewritable as error:
            line, column = self._place(error.offset)
            raise PackError(f"{self._name}:{line}:{column}: {error}") from error
        if found:
            self._steps.append(Edited(self._source, found))
            self._source, self._tree = self._steps[-1].text, None
        return bool(found)
