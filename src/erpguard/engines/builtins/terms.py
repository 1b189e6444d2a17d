"""Values with others in them, from the text in which the engine shows them: as JSON, as `%v` of `sprintf`, in order.

The text has all that Rego knows of a value, but for two things: numbers are written as the engine has them, and an
empty set is written as an empty object. Where these sets are is told besides, and where floats are, if one asks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from erpguard.engines.builtins import written
from erpguard.engines.builtins.unsupported import Unsupported
from erpguard.engines.builtins.verbs import quoted

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[][{}:,]|[-+.\w]+)', re.DOTALL)
_NAMES = {"null": None, "true": True, "false": False}
_HTML = re.compile("[<>&\u2028\u2029]")
_ESCAPED = {"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "\u2028": r"\u2028", "\u2029": r"\u2029"}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


class Number(NamedTuple):
    """A number, as the engine shows it, and in the end in the form that it has in OPA."""

    text: str
    is_float: bool = False


class Array(NamedTuple):
    """A list."""

    items: tuple[Term, ...]
    kind: str = "array"


class Object(NamedTuple):
    """An object, with its keys in their order."""

    pairs: tuple[tuple[Term, Term], ...]
    kind: str = "object"


class Set(NamedTuple):
    """A set, in its order."""

    items: tuple[Term, ...]
    kind: str = "set"


Term = Number | Array | Object | Set | str | bool | None


class Options(NamedTuple):
    """How JSON is laid out: without an indentation, in one line."""

    prefix: str = ""
    indent: str | None = None


Path = tuple[Term, ...]
Change = Callable[[Term], Term]


def read(text: str, empty: str, floats: str | None) -> Term:
    """The value that the engine shows so, in brackets; `empty` and `floats` are paths, shown in the same way.

    ValueError where it has to be known which numbers the engine has as floats, and that is not told.
    """
    changes = [*((path, _emptied) for path in _paths(empty)), *((path, _as_float) for path in _paths(floats or "[[]]"))]
    value = _inside(text)
    try:
        return _ordered(_changed(value, changes) if changes else value, None if floats is None else True)
    except Unsupported as error:
        if floats is None and error.is_ambiguous:
            raise ValueError(str(error)) from error
        raise


def _paths(text: str) -> list[Path]:
    return [path.items for path in _items(_inside(text)) if isinstance(path, Array)]


def _emptied(_: Term) -> Term:
    return Set(())


def _as_float(value: Term) -> Term:
    return value._replace(is_float=True) if isinstance(value, Number) else value


def _inside(text: str) -> Term:
    (value,) = _items(_Reader(text).value())
    return value


def _items(value: Term) -> tuple[Term, ...]:
    return value.items if isinstance(value, Array) else ()


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens = [found[1] for found in _TOKEN.finditer(text)]
        self._place = 0

    def value(self) -> Term:
        token = self._next()
        if token == "[":
            return Array(tuple(self._items("]")))
        if token == "{":
            return self._braces()
        if token.startswith('"'):
            return str(json.loads(token))
        return _NAMES[token] if token in _NAMES else Number(token)

    def _next(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1]

    def _ends(self, end: str) -> bool:
        is_end = self._tokens[self._place] == end
        self._place += is_end or self._tokens[self._place] == ","
        return is_end

    def _items(self, end: str) -> Iterator[Term]:
        while not self._ends(end):
            yield self.value()

    def _braces(self) -> Term:
        items: list[Term] = []
        pairs: list[tuple[Term, Term]] = []
        while not self._ends("}"):
            key = self.value()
            if self._tokens[self._place] == ":":
                self._place += 1
                pairs.append((key, self.value()))
            else:
                items.append(key)
        return Set(tuple(items)) if items else Object(tuple(pairs))


def _changed(value: Term, changes: Iterable[tuple[Path, Change]]) -> Term:
    """A value with what is at some paths changed."""
    below: dict[Term, list[tuple[Path, Change]]] = {}
    for path, change in changes:
        if not path:
            return change(value)
        below.setdefault(path[0], []).append((path[1:], change))
    if isinstance(value, Array):
        keyed = (Number(str(index)) for index in range(len(value.items)))
        return Array(tuple(_changed(one, below.get(at, ())) for at, one in zip(keyed, value.items, strict=True)))
    if isinstance(value, Set):
        if len(set(value.items)) < len(value.items):
            raise Unsupported("a set with two items that differ in an empty object and an empty set")
        return Set(tuple(_changed(one, below.get(one, ())) for one in value.items))
    if isinstance(value, Object):
        return Object(tuple((key, _changed(one, below.get(key, ()))) for key, one in value.pairs))
    return value


def _ordered(value: Term, is_integer: bool | None) -> Term:
    """A value in the order of OPA, with its numbers in their forms; those that are no floats are integers, or unknown.

    Of keys nothing is known: there are no paths into them.
    """
    if isinstance(value, Number):
        return Number(written.form(value.text, False if value.is_float else is_integer))
    if isinstance(value, Array):
        return Array(tuple(_ordered(one, is_integer) for one in value.items))
    if isinstance(value, Set):
        return Set(tuple(sorted((_ordered(one, is_integer) for one in value.items), key=order)))
    if isinstance(value, Object):
        pairs = ((_ordered(_certain(key), None), _ordered(one, is_integer)) for key, one in value.pairs)
        return Object(tuple(sorted(pairs, key=lambda pair: order(pair[0]))))
    return value


def _certain(key: Term) -> Term:
    """A key. Unsupported where something in it may be an empty set: there are no paths into keys."""
    waiting = [key]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Object):
            if not value.pairs:
                raise Unsupported("an empty object or set in a key")
            waiting += [one for pair in value.pairs for one in pair]
        elif isinstance(value, (Array, Set)):
            waiting += value.items
    return key


def order(value: Term) -> Any:
    """What puts values in the order of OPA: https://www.openpolicyagent.org/docs/policy-reference#comparison."""
    if isinstance(value, Number):
        return 2, Decimal(value.text)
    if isinstance(value, Array):
        return 4, list(map(order, value.items))
    if isinstance(value, Object):
        return 5, [(order(key), order(one)) for key, one in value.pairs]
    if isinstance(value, Set):
        return 6, list(map(order, value.items))
    return (3, value) if isinstance(value, str) else (0, 0) if value is None else (1, value)


def positions(text: str, empty: str, floats: str) -> list[int]:
    """The positions of the items of a list, in the order of the items."""
    items = _items(read(text, empty, floats))
    return sorted(range(len(items)), key=lambda position: order(items[position]))


def shown(text: str, empty: str, floats: str | None) -> str:
    """What `%v` shows of a value."""
    return "".join(_shown(read(text, empty, floats)))


def _shown(value: Term) -> Iterator[str]:
    if isinstance(value, Object):
        yield "{"
        for number, (key, one) in enumerate(value.pairs):
            yield from (", " * (number > 0), *_shown(key), ": ", *_shown(one))
        yield "}"
    elif isinstance(value, (Array, Set)):
        start, end = "[]" if isinstance(value, Array) else "{}" if value.items else ("set(", ")")
        yield start
        for number, one in enumerate(value.items):
            yield from (", " * (number > 0), *_shown(one))
        yield end
    elif isinstance(value, Number):
        yield value.text
    else:
        yield quoted(value) if isinstance(value, str) else json.dumps(value)


def as_json(text: str, empty: str, floats: str | None, options: Mapping[str, Any]) -> str:
    """JSON as https://pkg.go.dev/encoding/json#Marshal writes it. ValueError for numbers that JSON does not have."""
    is_pretty = options.get("pretty", bool(options))
    layout = Options(options.get("prefix", ""), options.get("indent", "\t")) if is_pretty else Options()
    prefix = layout.prefix if is_pretty else ""
    return prefix + "".join(_json(read(text, empty, floats), layout, 0))


def _json(value: Term, layout: Options, depth: int) -> Iterator[str]:
    if isinstance(value, Object):
        entries = {_key(key): one for key, one in value.pairs}
        colon = ":" if layout.indent is None else ": "
        parts = [[_text(key), colon, *_json(entries[key], layout, depth + 1)] for key in sorted(entries)]
        yield from _joined("{}", parts, layout, depth)
    elif isinstance(value, (Array, Set)):
        yield from _joined("[]", [list(_json(one, layout, depth + 1)) for one in value.items], layout, depth)
    elif isinstance(value, Number):
        if not _NUMBER.fullmatch(value.text):
            raise ValueError("no number of JSON")
        yield value.text
    else:
        yield _text(value) if isinstance(value, str) else json.dumps(value)


def _joined(brackets: str, parts: list[list[str]], layout: Options, depth: int) -> Iterator[str]:
    if layout.indent is None or not parts:
        line = end = ""
    else:
        end = f"\n{layout.prefix}{layout.indent * depth}"
        line = end + layout.indent
    yield brackets[0]
    for number, part in enumerate(parts):
        yield from ("," * (number > 0), line, *part)
    yield end + brackets[1]


def _key(value: Term) -> str:
    """A key, which is a text in JSON."""
    return value if isinstance(value, str) else "".join(_json(value, Options(), 0))


def _text(value: str) -> str:
    """A text, without what HTML gives a meaning."""
    return _HTML.sub(lambda found: _ESCAPED[found[0]], json.dumps(value, ensure_ascii=False))
