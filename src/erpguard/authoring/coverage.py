"""Which statements of a policy its tests and examples reach, by their first lines.

The engine counts lines, and of a statement over several lines only some: the statement is reached if one of them is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.engines.syntax.facts import nodes

Region = tuple[int, int]
"""The first and the last line of a rule, or of a statement in it."""


class Coverage(NamedTuple):
    """The lines of a module that tests and examples reach, and those that they do not."""

    covered: tuple[int, ...]
    missed: tuple[int, ...]

    @property
    def percent(self) -> float:
        """Of the lines that say something; 100 where none does."""
        total = len(self.covered) + len(self.missed)
        return 100 * len(self.covered) / total if total else 100.0


def regions(tree: Any) -> tuple[Region, ...]:
    """The regions of a syntax tree."""
    source = tree["source"]["contents"].encode()
    found = [next(iter(rule.values())) for rule in tree["ast"]["rules"]]
    found += [one for node in nodes(tree["ast"]["rules"]) for one in node.get("stmts", ())]
    return tuple(sorted({_region(one["span"], source) for one in found}))


def _region(span: Any, source: bytes) -> Region:
    first = span["line"]
    return first, first + source.count(b"\n", span["start"], span["end"])


def coverage(source: Sequence[str], found: Mapping[str, Iterable[int]], known: Iterable[Region]) -> Coverage:
    """What the engine counted in a module, by its smallest regions.

    Without the lines of closing brackets: the engine adds to them what heads compute.
    """
    lines = {
        which: {_first(line, known) for line in found[which] if source[line - 1].strip(" \t})]")}
        for which in ("covered", "not_covered")
    }
    return Coverage(tuple(sorted(lines["covered"])), tuple(sorted(lines["not_covered"] - lines["covered"])))


def _first(line: int, known: Iterable[Region]) -> int:
    """The first line of the smallest region with a line."""
    around = [region for region in known if region[0] <= line <= region[1]]
    return min(around, key=lambda region: region[1] - region[0], default=(line, line))[0]
