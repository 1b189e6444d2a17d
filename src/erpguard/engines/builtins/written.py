"""How OPA has the numbers of an evaluation written, which the engine does not keep: `1.0` and `1` are one number there.

Four things have numbers in forms of their own: the modules (`1.0`, `1e3`), the input, data, and builtins that read or
compute them. All of them are noted here, but for whole numbers that are written with their digits alone, and are
short. What shows a number asks for all forms that it may have: one that it really has is told, of two neither.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from erpguard.engines.builtins.floats import in_json, shortest
from erpguard.engines.builtins.unsupported import Unsupported
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
_LARGE = 1 << 64
_POINTS = frozenset(".eE")
_USUAL = re.compile("0|-?[1-9][0-9]*")


class _Evaluation:
    """What is noted from the start of an evaluation on.

    literals  the numbers of the modules
    document  the input, as JSON
    data      other values in JSON
    is_go     whether numbers with a point or an exponent in the input are floats of Go, and else as they are written
    """

    def __init__(
        self, literals: Mapping[Any, Collection[str]], document: str, data: Collection[str], is_go: bool
    ) -> None:
        self.source = (document, tuple(data), is_go)
        self._literals = literals
        self._float_form = (lambda text: shortest(float(text))) if is_go else str
        self._made: Forms = {}
        self._given: Forms | None = None

    def keep(self, before: _Evaluation) -> None:
        """Read nothing again that has been read: another rule is judged by the same input."""
        if before.source[0] is self.source[0] and before.source == self.source:
            self._given = before._given

    def note(self, key: int | float | str, text: str) -> None:
        self._made.setdefault(key, set()).add(text)

    def known(self, key: int | float | str) -> set[str]:
        return {*self._made.get(key, ()), *self._literals.get(key, ())}

    def given(self, key: int | float | str) -> Collection[str]:
        """The forms that a number has in what is given, which is read when one asks."""
        if self._given is None:
            self._given = {}
            document, data, _ = self.source
            json.loads(document, parse_float=self._float, parse_int=self._integer)
            for text in data:
                json.loads(text, parse_float=self._float_of_data, parse_int=self._integer)
        return self._given.get(key, ())

    def _float(self, text: str) -> None:
        self._add(text, self._float_form(text))

    def _float_of_data(self, text: str) -> None:
        self._add(text, in_json(float(text)))

    def _integer(self, text: str) -> None:
        if len(text) >= LONG or text == NEGATIVE:
            self._add(text, text)

    def _add(self, text: str, form: str) -> None:
        assert self._given is not None
        self._given.setdefault(key_of(text), set()).add(form)


_now = _Evaluation({}, "null", (), is_go=False)


def begin(literals: Mapping[Any, Collection[str]], document: str, data: Collection[str], *, is_go: bool) -> None:
    """Forget what was noted: another evaluation begins."""
    global _now  # noqa: PLW0603 - the functions that the engine calls have no other place for it
    before, _now = _now, _Evaluation(literals, document, data, is_go)
    _now.keep(before)


def note(value: int | float, text: str) -> int | float:
    """A number that was read or computed in a form."""
    if not _is_usual(text):
        _now.note(key_of(text) if value or isinstance(value, float) else 0, text)
    return value


def _is_usual(text: str) -> bool:
    """Whether it is a whole number that is written with its digits alone, and is short: those are noted nowhere."""
    return len(text) < LONG and _USUAL.fullmatch(text) is not None


def add_literals(literals: Forms, tree: Any) -> None:
    """Add the numbers of a module, by its syntax tree; the form of a short one in an operator is never shown."""
    source = tree["source"]["contents"].encode()
    every = list(nodes(tree["ast"]["rules"]))
    counted = {id(node[side]) for node in every if "lhs" in node and "op" in node for side in ("lhs", "rhs")}
    for node in every:
        if "Number" in node:
            span = node["Number"]["span"]
            text = source[span["start"] : span["end"]].decode()
            is_lost = id(node) in counted and -_SHORT < float(text) < _SHORT
            if not is_lost and not _is_usual(text):
                for key in {key_of(text), key_of(text) if float(text) else 0}:  # the engine may lose the sign of zero
                    literals.setdefault(key, set()).add(text)


def module(literals: Forms, calls: Collection[str]) -> str:
    """The module that tells guards whether short whole numbers may have an exponent, by what other modules call."""
    has = not _READING.isdisjoint(calls) or any("e" in text.lower() for texts in literals.values() for text in texts)
    return f"package erpguard_written\n\nhas_exponents := {json.dumps(has)}\n"


def key_of(text: str) -> int | float | str:
    """What tells a number from others, by any of its forms."""
    value = float(text) if _POINTS & set(text) else int(text)
    if not value and text.startswith("-"):
        return NEGATIVE
    is_whole = isinstance(value, int) or value.is_integer()
    return int(value) if is_whole and -_LARGE < value < _LARGE else float(value)


def forms(shown: str) -> list[str]:
    """The forms that a number may have which the engine shows so."""
    key = key_of(shown)
    known = _now.known(key)
    if isinstance(key, int) and -_SHORT < key < _SHORT:
        return sorted(known | {str(key)})
    known |= set(_now.given(key))
    if not known and isinstance(key, int) and abs(key) > _EXACT:  # a float is shown by as few digits as tell it
        known = _now.known(int(float(key))) | set(_now.given(int(float(key))))
    return sorted(known or {_digits(shown, key)})


def form(shown: str) -> str:
    """The form of a number which the engine shows so. Unsupported where there are more than one."""
    first, *others = forms(shown)
    if others:
        raise Unsupported(f"the number {first}, which may also be {' or '.join(others)},")
    return first


def _digits(shown: str, key: int | float | str) -> str:
    if key == NEGATIVE:
        return NEGATIVE
    if isinstance(key, float) and key.is_integer():
        raise Unsupported(f"the number {shown}, which may be rounded,")
    return shown if isinstance(key, int) else shortest(float(key))
