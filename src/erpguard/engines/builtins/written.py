"""How OPA has the numbers of an evaluation written, which the engine does not keep: `1.0` and `1` are equal there.

Four things have numbers in forms of their own: the modules (`1.0`, `1e3`), the input, data, and builtins that read or
compute them. All of them are noted here, but for whole numbers that are written with their digits alone, and are
short. What shows a number asks for all forms that it may have: one that it really has is told, of two neither.

The engine has integers for digits alone, and floats for what has a point: who shows a number tells which of them it is.
Of keys that is not known, nor of any number after a value was in Python (`blur`).

OPA compares numbers exactly, and computes with more bits than a float has: `1 - 0.9` is more than `0.1`, and is the
float next to it here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from math import copysign, inf, nextafter
from typing import Any

from erpguard.engines.builtins.floats import in_json, shortest
from erpguard.engines.builtins.unsupported import Unsupported
from erpguard.engines.rewriting.edits import Edit, Range
from erpguard.engines.syntax.facts import nodes

Forms = dict[int | float | str, set[str]]
"""By number; by a text for the negative zero, which the engine has, but not from a literal."""

FILE = "written.rego"
NEGATIVE = "-0"
LONG = 7
"""How many digits a whole number has that is shown otherwise where it was read as a float of Go: `1e+06`."""
_SHORT: int = 10 ** (LONG - 1)
_READING = frozenset({"json.unmarshal", "to_number"})
"""Builtins that keep an exponent."""
_EXACT = 1 << 53
"""Up to here floats are no further apart than whole numbers."""
_MOST_DIGITS = 16
"""Of fewer, two numbers are never nearly the same."""
_LARGE = 1 << 64
_POINTS = frozenset(".eE")
_USUAL = re.compile("0|-?[1-9][0-9]*")
_IN_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|(-?[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?)')
"""Texts, and numbers with a point."""


class _Evaluation:
    """What is noted from the start of an evaluation on.

    literals  the numbers of the modules
    document  the input, as JSON
    data      other values in JSON
    is_go     whether numbers with a point or an exponent in the input are floats of Go, and else as they are written

    is_blurred  whether integers may have been floats
    moved       how numbers are written that are another float here
    """

    def __init__(
        self, literals: Mapping[Any, Collection[str]], document: str, data: Collection[str], is_go: bool
    ) -> None:
        self.source = (document, tuple(data), is_go)
        self._literals = literals
        self._float_form = (lambda text: shortest(float(text))) if is_go else str
        self._made: Forms = {}
        self._given: tuple[Forms, Forms] | None = None
        self.is_blurred = False
        self.moved: dict[float, str] = {}

    def keep(self, before: _Evaluation) -> None:
        """Read nothing again that has been read: another rule is judged by the same input."""
        if before.source[0] is self.source[0] and before.source == self.source:
            self._given = before._given

    def note(self, key: int | float | str, text: str) -> None:
        self._made.setdefault(key, set()).add(text)

    def known(self, key: int | float | str) -> set[str]:
        return {*self._made.get(key, ()), *self._literals.get(key, ())}

    def exponents(self, key: int) -> set[str]:
        """Forms of integers that are not the usual one: the engine has `1e17` as one, and `-0`."""
        texts = self._literals.get(key, ())
        return {text for text in texts if text == NEGATIVE or (abs(key) >= _EXACT and "e" in text.lower())}

    def given(self, key: int | float | str, *, is_float: bool = False) -> Collection[str]:
        """The forms that a number has in what is given, which is read when one asks; or a float only."""
        if self._given is None:
            self._given = {}, {}
            document, data, _ = self.source
            json.loads(document, parse_float=self._float, parse_int=self._integer)
            for text in data:
                json.loads(text, parse_float=self._float_of_data, parse_int=self._integer)
        return self._given[is_float].get(key, ())

    def _float(self, text: str) -> None:
        self._add(text, self._float_form(text), is_float=True)

    def _float_of_data(self, text: str) -> None:
        if not (self.source[-1] and float(text).is_integer()):  # else it is from a file of JSON, with forms of its own
            self._add(text, in_json(float(text)), is_float=True)

    def _integer(self, text: str) -> None:
        if len(text) >= LONG or text == NEGATIVE:
            self._add(text, text)

    def _add(self, text: str, form: str, *, is_float: bool = False) -> None:
        assert self._given is not None
        for forms in self._given[: 1 + is_float]:
            forms.setdefault(key_of(text), set()).add(form)


_now = _Evaluation({}, "null", (), is_go=False)


def begin(literals: Mapping[Any, Collection[str]], document: str, data: Collection[str], *, is_go: bool) -> None:
    """Forget what was noted: another evaluation begins."""
    global _now  # noqa: PLW0603 - the functions that the engine calls have no other place for it
    before, _now = _now, _Evaluation(literals, document, data, is_go)
    _now.keep(before)


def blur() -> None:
    """From now on integers may have been floats."""
    _now.is_blurred = True


def made(text: str) -> int | float:
    """What the engine has for a number that was read or computed: an integer for digits alone, else a float."""
    value = int(text) if _USUAL.fullmatch(text) else _float(text)
    if isinstance(value, int) and not -_LARGE // 2 <= value < _LARGE:
        raise Unsupported("a number beyond 64 bits")
    if not _is_usual(text):
        key = _key(value)
        if isinstance(value, float) and any(Decimal(other) != Decimal(text) for other in _now.known(key) - {text}):
            raise Unsupported(f"the number {text}, beside one that is nearly the same,")
        _now.note(key, text)
    return value


def _float(text: str) -> float:
    """The nearest float, or where that stands for another number the one next to it; never a whole number for none."""
    value = float(text)
    exact, usual = Decimal(text), Decimal(repr(value))
    if exact == usual:
        return value
    for near in (nextafter(value, inf if exact > usual else -inf), value):
        if not near.is_integer() and not _now.given(_key(near)):
            _now.moved[near] = text
            return near
    raise Unsupported(f"the number {text}")


def as_written(text: str) -> str:
    """JSON of the engine with numbers as they are written that are another float there."""
    moved = _now.moved
    if not moved:
        return text
    return _IN_JSON.sub(lambda found: moved.get(float(found[1]), found[1]) if found[1] else found[0], text)


def _is_usual(text: str) -> bool:
    """Whether it is a whole number that is written with its digits alone, and is short: those are noted nowhere."""
    return len(text) < LONG and _USUAL.fullmatch(text) is not None


def add_literals(literals: Forms, tree: Any) -> None:
    """Add the numbers of a module, by its syntax tree; the form of a short one in an operator is never shown."""
    source = tree["source"]["contents"].encode()
    every = list(nodes(tree["ast"]["rules"]))
    counted = {id(node[side]) for node in every if "lhs" in node and "op" in node for side in ("lhs", "rhs")}
    for node, _, text in _numbers(every, source):
        is_short = -_SHORT < float(text) < _SHORT and len(text) < _MOST_DIGITS and key_of(text) != NEGATIVE
        is_lost = is_short and id(node) in counted
        if not is_lost and not _is_usual(text):
            for key in {key_of(text), key_of(text) if float(text) else 0}:  # the engine may lose the sign of zero
                literals.setdefault(key, set()).add(text)


def _numbers(every: Iterable[Any], source: bytes) -> Iterator[tuple[Any, Range, str]]:
    """Those among the nodes of a tree, where they stand, and their text."""
    for node in every:
        if "Number" in node:
            start, end = node["Number"]["span"]["start"], node["Number"]["span"]["end"]
            yield node, (start, end), source[start:end].decode()


def edits(tree: Any, source: bytes) -> Iterator[Edit]:
    """Numbers with an exponent that are whole with a point instead: the engine has integers for them, else."""
    for _, (start, end), text in _numbers(nodes(tree["ast"]["rules"]), source):
        if "e" in text.lower() and float(text).is_integer() and abs(float(text)) < _EXACT:
            yield Edit(start, end, (f"{float(text):.1f}".encode(),))


def module(literals: Forms, calls: Collection[str]) -> str:
    """The module that tells guards whether short whole numbers may have an exponent, by what other modules call."""
    has = not _READING.isdisjoint(calls) or any("e" in text.lower() for texts in literals.values() for text in texts)
    return f"package erpguard_written\n\nhas_exponents := {json.dumps(has)}\n"


def key_of(text: str) -> int | float | str:
    """What tells a number from others, by any of its forms."""
    value = float(text) if _POINTS & set(text) else int(text)
    return _key(value) if value or not text.startswith("-") else NEGATIVE


def _key(value: int | float) -> int | float | str:
    if not value and copysign(1, value) < 0:
        return NEGATIVE
    is_whole = isinstance(value, int) or value.is_integer()
    return int(value) if is_whole and -_LARGE < value < _LARGE else float(value)


def forms(shown: str, is_integer: bool | None = None) -> list[str]:
    """The forms that a number may have which the engine shows so, and has as an integer or not where that is known."""
    key = key_of(shown)
    if is_integer is not None and isinstance(key, int):
        found = _forms_of_integer(key) if is_integer else _forms_of_float(key)
        if found:
            return sorted(found)
    known = _now.known(key)
    if isinstance(key, int) and -_SHORT < key < _SHORT:
        return sorted(known | {str(key)})
    known |= set(_now.given(key))
    if not known and isinstance(key, int) and abs(key) > _EXACT:  # a float is shown by as few digits as tell it
        known = _now.known(int(float(key))) | set(_now.given(int(float(key))))
    return sorted(known or {_digits(shown, key)})


def _forms_of_integer(key: int) -> set[str]:
    return set() if _now.is_blurred else {str(key), *_now.exponents(key)}


def _forms_of_float(key: int) -> set[str]:
    known = {text for text in _now.known(key) if not _USUAL.fullmatch(text)}
    return known.union(_now.given(key, is_float=True))


def form(shown: str, is_integer: bool | None = None) -> str:
    """The form of a number which the engine shows so. Unsupported where there are more than one."""
    first, *others = forms(shown, is_integer)
    if others:
        raise Unsupported(f"the number {first}, which may also be {' or '.join(others)},", is_ambiguous=True)
    return first


def _digits(shown: str, key: int | float | str) -> str:
    if key == NEGATIVE:
        return NEGATIVE
    if isinstance(key, float) and key.is_integer():
        raise Unsupported(f"the number {shown}, which may be rounded,")
    return shown if isinstance(key, int) else shortest(float(key))
