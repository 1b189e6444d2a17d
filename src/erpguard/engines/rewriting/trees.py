"""What the syntax trees of the engine have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import Any, NamedTuple, TypeVar

from erpguard.engines.rewriting.edits import Edit, Range
from erpguard.engines.syntax.facts import nodes

COMPREHENSIONS = frozenset({"ArrayCompr", "SetCompr", "ObjectCompr"})
_ARGUMENTS = {
    "Call": ("params",),
    "Membership": ("key", "value", "collection"),
    "UnaryExpr": ("expr",),
    **dict.fromkeys(("AssignExpr", "ArithExpr", "BinExpr", "BoolExpr"), ("lhs", "rhs")),
}
REFERENCES = frozenset({"Var", "RefDot", "RefBrack"})
CALLS = frozenset(_ARGUMENTS)
T = TypeVar("T")
_QUOTES = (b'"', b"`")


class Statement(NamedTuple):
    """A statement of a query.

    literal  its node, of a `kind`
    where    its range
    plain    where it ends without its `with`
    query    the range of its query, where that has to get braces before it can have another statement
    values   the nodes of its `with`
    """

    kind: str
    literal: Any
    where: Range
    plain: int
    query: Range | None
    values: tuple[Any, ...]

    def preceded_by(self, parts: Iterable[bytes | Range]) -> Iterator[Edit]:
        """Put other statements before it, which end with `;`."""
        if self.query is None:
            yield Edit(self.where[0], self.where[0], tuple(parts))
        else:
            yield Edit(self.query[0], self.query[0], (b"{ ", *parts))
            yield Edit(self.query[1], self.query[1], (b" }",))

    def followed_by(self, parts: Iterable[bytes | Range]) -> Iterator[Edit]:
        """Put other statements behind it, which begin with `;`."""
        if self.query is None:
            yield Edit(self.where[1], self.where[1], tuple(parts))
        else:
            yield Edit(self.query[0], self.query[0], (b"{ ",))
            yield Edit(self.query[1], self.query[1], (*parts, b" }"))

    @property
    def modifiers(self) -> Range:
        """The range of its `with`, and of the white space before."""
        return self.plain, self.where[1]


def statements(tree: Any, source: bytes) -> Iterator[Statement]:
    """All statements of a module."""
    for node in nodes(tree):
        if "stmts" in node.get("query", ()):
            query = node["query"]
            where = span(query, source) if "is_else" in node and is_bare(query) else None
            for statement in query["stmts"]:
                yield _statement(statement, source, where)


def is_bare(query: Any) -> bool:
    """Whether the query of a body is a single statement without braces around it, as `{x | ...}` also is."""
    return bool(query["stmts"]) and query["stmts"][0]["span"]["start"] == query["span"]["start"]


def _statement(node: Any, source: bytes, query: Range | None) -> Statement:
    ((kind, literal),) = node["literal"].items()
    start, end = span(node, source)
    values = tuple(node.get("with_mods") or ())
    plain = values[0]["span"]["start"] if values else end
    return Statement(kind, literal, (start, end), len(source[:plain].rstrip()), query, values)


def own(statement: Statement) -> Iterator[Any]:
    """The nodes of a statement that are not in another one, nor in a comprehension."""
    literal = statement.literal
    waiting = [literal["domain"] if statement.kind == "Every" else literal]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(inner for kind, inner in node.items() if kind not in COMPREHENSIONS)
        elif isinstance(node, list):
            waiting.extend(node)


def arguments(node: Any) -> list[Any] | None:
    """What an expression calls a function or an operator with; None where it does not."""
    ((kind, inner),) = node.items()
    if kind not in _ARGUMENTS:
        return None
    found = [inner[name] for name in _ARGUMENTS[kind]]
    return [one for one in (found[0] if kind == "Call" else found) if one is not None]


def names(tree: Any) -> frozenset[str]:
    """The names in a part of a tree that stand for a value."""
    return frozenset(str(node["Var"]["value"]) for node in nodes(tree) if "Var" in node)


def innermost(items: Iterable[T], where: Callable[[T], Range]) -> list[T]:
    """Those of some that enclose no other one, by their ranges; these enclose each other, or are apart."""
    ordered = sorted(items, key=lambda one: (where(one)[0], -where(one)[1]))
    return [
        one
        for one, following in zip_longest(ordered, ordered[1:])
        if following is None or where(following)[0] >= where(one)[1]
    ]


def expression(node: Any, source: bytes) -> Range:
    """The range of an expression: an object with one key, its kind.

    The tree has an object from its last key on, and `set()` to the end of the token behind it.
    """
    ((kind, inner),) = node.items()
    start, end = span(inner, source)
    if kind == "Object" and inner["fields"]:
        start = source.rindex(b"{", 0, expression(inner["fields"][0][1], source)[0])
    elif kind == "Set" and source.startswith(b"set(", start):
        end = source.index(b")", start) + 1
    return start, end


def span(node: Any, source: bytes) -> Range:
    """The range of a node; the tree leaves out the quotes of texts at its ends."""
    start, end = node["span"]["start"], node["span"]["end"]
    return start - (source[start - 1 : start] in _QUOTES), end + (source[end : end + 1] in _QUOTES)
