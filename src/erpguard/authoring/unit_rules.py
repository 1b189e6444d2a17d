"""The unit tests of a module, and its text with what is needed to tell them and their cases apart.

As `opa test` has it: of several rules of one name each is a test of its own, and `test_name[case] if { ... }` has a
case for every value that `case` takes, whether the rest of the body holds for it or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

PREFIXES = ("test_", "todo_test_")
_RULE = "Spec"


class UnitRule(NamedTuple):
    """One test.

    name   as it is shown, `test_name#01` for the second one of a name
    rule   the name of a rule that has its value
    cases  the name of the rule that holds its cases as lists; empty for a test without
    never  why it can never pass
    bodies its bodies in the syntax tree, of a test without cases
    """

    name: str
    line: int
    rule: str
    cases: str = ""
    never: str = ""
    bodies: Sequence[Any] = ()


class UnitRules(NamedTuple):
    """The tests of a module and its source; `text` has rules for cases and other names too, empty where none is."""

    rules: tuple[UnitRule, ...] = ()
    text: str = ""
    source: bytes = b""


def unit_rules(tree: Mapping[str, Any]) -> UnitRules:
    """The tests in a syntax tree."""
    source = whole = tree["source"]["contents"].encode()
    times: Counter[str] = Counter()
    found, more, renamed = list[UnitRule](), b"", list[tuple[int, bytes]]()
    for rule in tree["ast"]["rules"]:
        if _RULE not in rule:
            continue
        ((kind, head),) = rule[_RULE]["head"].items()
        root = _root(head["refr"])
        name = root["value"]
        if not name.startswith(PREFIXES):
            continue
        suffix = f"{times[name]:02}" if times[name] else ""
        times[name] += 1
        if suffix:
            renamed.append((root["span"]["end"], f"__{suffix}".encode()))
        shown, own = (f"{name}#{suffix}", f"{name}__{suffix}") if suffix else (name, name)
        indexes = list(_indexes(head["refr"]))
        cases = f"__cases_of_{own}" if indexes and kind != "Func" else ""
        asked = f"__value_of_{own}" if cases else own
        if cases:
            more += b"\n\n%s := %s" % (asked.encode(), own.encode())
            more += _cases(cases, indexes, rule[_RULE]["bodies"], source)
        bodies = () if cases else rule[_RULE]["bodies"]
        found.append(UnitRule(shown, head["span"]["line"], asked, cases, _never(kind, head, cases), bodies))
    for at, text in reversed(renamed):
        source = source[:at] + text + source[at:]
    return UnitRules(tuple(found), (source + more).decode() if more or renamed else "", whole)


def _never(kind: str, head: Any, cases: str) -> str:
    if kind == "Func":
        return "a function, which nobody calls"
    if kind == "Set":
        return "a set, not true"
    return "" if cases or "Var" in head["refr"] else "an object, not true"


def _root(reference: Any) -> Any:
    while "Var" not in reference:
        ((_, node),) = reference.items()
        reference = node["refr"]
    return reference["Var"]


def _indexes(reference: Any) -> Iterator[Any]:
    """The indexes of a head that are no constants, from the first to the last."""
    if "Var" in reference:
        return
    ((kind, node),) = reference.items()
    yield from _indexes(node["refr"])
    if kind == "RefBrack" and "String" not in node["index"]:
        yield node["index"]


def _cases(name: str, indexes: list[Any], bodies: list[Any], source: bytes) -> bytes:
    """A rule that holds the cases: the body up to where all variables of the head are bound."""
    wanted = set().union(*map(_names, indexes))
    terms = b", ".join(text_of(index, source) for index in indexes)
    rules = b""
    for body in bodies:
        binding = statements(body["query"], _binding(body["query"], wanted), source)
        rules += b"\n\n%s contains [%s] if {\n%s\n}" % (name.encode(), terms, binding)
    return rules + b"\n"


def _binding(query: Any, wanted: set[str]) -> int:
    """How many statements it takes to bind variables."""
    bound: set[str] = set()
    for count, statement in enumerate(query["stmts"], 1):
        literal = statement["literal"]
        bound |= set() if "SomeVars" in literal else _names(literal)
        if wanted <= bound:
            return count
    return len(query["stmts"])


def statements(query: Any, count: int, source: bytes) -> bytes:
    """The text of the first statements of a query."""
    start, end = _range(query["span"], source)
    if source[start : start + 1] == b"{":
        start, end = start + 1, end - 1
    if count < len(query["stmts"]):
        end = _range(query["stmts"][count]["span"], source)[0]
    return source[start:end].strip().rstrip(b";")


def _names(node: Any) -> set[str]:
    """The variables in a part of a tree."""
    if isinstance(node, list):
        return set().union(*map(_names, node))
    if not isinstance(node, dict):
        return set()
    own = {node["Var"]["value"]} if "Var" in node else set()
    return own.union(*map(_names, node.values()))


def text_of(node: Any, source: bytes) -> bytes:
    """The text of an expression."""
    inner = next(iter(node.values()))
    start, end = _range(inner["span"], source)
    if "Object" in node and inner["fields"]:  # the tree has it from its last key on
        start = source.rindex(b"{", 0, inner["fields"][0][0]["start"])
    return source[start:end]


def modified(statement: Any, source: bytes) -> str:
    """The `with`s of a statement, as they are written."""
    ranges = (_range(one["span"], source) for one in statement.get("with_mods") or ())
    return "".join(f" {source[start:end].decode()}" for start, end in ranges)


def _range(span: Any, source: bytes) -> tuple[int, int]:
    """The bytes of a span; the tree leaves out the quotes of a text at its ends."""
    start, end = span["start"], span["end"]
    start -= source[start - 1 : start] in (b'"', b"`")
    return start, end + (source[end : end + 1] in (b'"', b"`"))
