"""Takes objects out of patterns: in OPA `{"a": x}` is an object with that key alone, in the embedded engine also one
with more keys.

An object in a pattern, or in an index (`xs[{"a": x}]` of a set), becomes a variable, and a statement behind compares
it. The keys are asked for where an object is a whole side: here of a variable, and in `operators.py` of anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from erpguard.engines.rewriting.edits import Edit, Range
from erpguard.engines.rewriting.trees import Statement, expression, innermost, own, statements

_NAME = "__object_"


def edits(tree: Any, source: bytes, numbers: Iterator[int]) -> list[Edit]:
    """The edits for the innermost statements with such patterns."""
    found = [
        (statement, objects)
        for statement in statements(tree, source)
        if (objects := list(_objects(statement)) or _indexes(statement))
    ]
    chosen = innermost(found, lambda one: one[0].where)
    return [edit for statement, objects in chosen for edit in _moved(statement, objects, source, numbers)]


def is_pattern(node: Any) -> bool:
    """Whether something is an object with variables."""
    return "Object" in node and any(True for _ in variables(node))


def declarations(tree: Any, source: bytes) -> list[Edit]:
    """The edits that declare the variables of `[x, y] := ...` before it: else an index is "used before definition"."""
    made: list[Edit] = []
    for statement in statements(tree, source):
        left, right = sides(statement)
        if left.keys() & {"Array", "Object"} and statement.literal["expr"]["AssignExpr"]["op"] == "ColEq":
            operator = source.index(b":=", expression(left, source)[1], expression(right, source)[0])
            made.append(Edit(operator, operator + 2, (b"=",)))
            if declared := sorted(set(variables(left)) - {"_"}):
                made += statement.preceded_by((f"some {', '.join(declared)}; ".encode(),))
    return made


def checks(tree: Any, source: bytes) -> list[Edit]:
    """The edits that ask for the keys of a variable: it may get them here, or have had others before."""
    made: list[Edit] = []
    for statement in statements(tree, source):
        both = sides(statement)
        for pattern, other in (both, both[::-1]):
            if is_pattern(pattern) and "Var" in other:
                name, where = other["Var"]["value"].encode(), keys(pattern, source)
                check = b"; data.erpguard_language.with_keys(%s, {" % name, *where, b"})"
                made += statement.followed_by((*check, statement.modifiers))
    return made


def keys(pattern: Any, source: bytes) -> tuple[bytes | Range, ...]:
    """The keys of an object, with commas between."""
    listed = [expression(key, source) for _, key, _ in pattern["Object"]["fields"]]
    return tuple(part for where in listed for part in (b", ", where))[1:]


def _moved(statement: Statement, objects: list[Any], source: bytes, numbers: Iterator[int]) -> Iterator[Edit]:
    after: list[bytes | Range] = []
    for one in objects:
        where, name = expression(one, source), f"{_NAME}{next(numbers)}".encode()
        declared = sorted(set(variables(one)) - {"_"}) if statement.kind == "SomeIn" else []
        after += [b"; some " + ", ".join(declared).encode()] if declared else []
        after += [b"; ", where, b" = " + name, statement.modifiers]
        yield Edit(*where, (name,))
    yield from statement.followed_by(after)


def sides(statement: Statement) -> tuple[Any, ...]:
    """Both sides of a comparison that may give values to variables; none for what is no such statement."""
    if statement.kind != "Expr" or "AssignExpr" not in statement.literal["expr"]:
        return {}, {}
    node = statement.literal["expr"]["AssignExpr"]
    return node["lhs"], node["rhs"]


def _objects(statement: Statement) -> Iterator[Any]:
    """The outermost objects of the patterns of a statement, but for those that are a whole side."""
    if statement.kind == "SomeIn":
        yield from outermost([statement.literal["key"], statement.literal["value"]])
    for side in sides(statement):
        if any(True for _ in variables(side)):
            yield from outermost(_parts(side))
    if statement.kind == "Expr":
        call = statement.literal["expr"].get("Call")
        if call and call["fcn"].get("Var", {}).get("value") == "walk":
            yield from outermost(call["params"][1:])


def _indexes(statement: Statement) -> list[Any]:
    """The objects with variables in indexes of a statement: `xs[{"a": x}]` finds members of a set."""
    if statement.kind != "Expr":
        return []
    indexes = [node["RefBrack"]["index"] for node in own(statement) if "RefBrack" in node]
    return [one for one in outermost(indexes) if is_pattern(one)]


def outermost(items: Iterable[Any]) -> Iterator[Any]:
    """The objects that are in no other one, in arrays or alone."""
    waiting = list(items)
    while waiting:
        node = waiting.pop(0)
        if node and "Object" in node:
            yield node
        elif node and "Array" in node:
            waiting = [*_parts(node), *waiting]


def _parts(node: Any) -> Iterator[Any]:
    """What an array or object is made of, without the keys."""
    if "Array" in node:
        yield from node["Array"]["items"]
    elif "Object" in node:
        yield from (value for _, _, value in node["Object"]["fields"])


def variables(node: Any) -> Iterator[str]:
    """The names of the variables that a pattern is made of."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if "Var" in one and one["Var"]["value"] not in ("input", "data"):
            yield one["Var"]["value"]
        waiting.extend(_parts(one))
