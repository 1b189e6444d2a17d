"""The definitions of all modules by their names, as OPA's compiler has them in its tree.

https://github.com/open-policy-agent/opa/blob/v1.22.2/v1/ast/compile.go: `RuleTree`, `checkRuleConflicts`,
`GetRulesDynamicWithOpts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from erpguard.engines.syntax.definitions import Definition, Path


class Node:
    """What has a name: the definitions with just that name, up to what is not fixed in it, and those below."""

    __slots__ = ("children", "definitions")

    def __init__(self) -> None:
        self.children: dict[str | None, Node] = {}
        self.definitions: list[Definition] = []

    def below(self) -> Iterator[Node]:
        """All nodes below this one."""
        waiting = list(self.children.values())
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children.values()


def grown(definitions: Iterable[Definition]) -> Node:
    """The root of the tree."""
    top = Node()
    for one in definitions:
        node = top
        for part in takewhile(lambda part: part is not None, one.path):
            node = node.children.setdefault(part, Node())
        node.definitions.append(one)
    return top


def meant(top: Node, path: Path) -> Iterator[Definition]:
    """The definitions that a reference may lead to."""
    reached = [top]
    for number, part in enumerate(path, 1):
        inner = [node.children.get(part) for node in reached] if part is not None else _children(reached)
        reached = [node for node in inner if node]
        yield from (one for node in reached for one in node.definitions if _may_meet(one.path, path, number))
    yield from (one for node in reached for other in node.below() for one in other.definitions)


def _children(nodes: Iterable[Node]) -> list[Node | None]:
    return [child for node in nodes for child in node.children.values()]


def _may_meet(one: Path, other: Path, start: int) -> bool:
    return all(None in pair or pair[0] == pair[1] for pair in zip(one[start:], other[start:], strict=False))
