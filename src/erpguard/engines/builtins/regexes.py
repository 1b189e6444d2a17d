"""Patterns of RE2, as Go reads them, in the syntax of the embedded engine: https://pkg.go.dev/regexp/syntax.

Both find the same for what both can say, in linear time; the engine's classes go by Unicode, and it knows more
syntax, so that every pattern is read as Go reads it, and written anew in what means the same there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from erpguard.engines.builtins import unicodes
from erpguard.engines.builtins.unsupported import Unsupported

_PERL = {"d": "0-9", "s": r"\t\n\x0c\r ", "w": "0-9A-Za-z_"}
_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r"\t ", "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9", "graph": r"\x21-\x7e", "lower": "a-z", "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e", "space": r"\t\n\x0b\x0c\r ", "upper": "A-Z",
    "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_WITHOUT_WIDTH = {"A": r"\A", "b": r"(?-u:\b)", "B": r"(?-u:\B)", "z": r"\z"}
_COUNTED = re.compile(r"\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}")
_NAMED = re.compile(r"\(\?P?<([0-9A-Za-z_]+)>")
_FLAGS = re.compile(r"\(\?([imsU]*)(-[imsU]+)?([:)])")
_UNICODE_CLASS = re.compile(r"\\([pP])(?:\{(\^?)([^}]*)\}|([^{]))", re.DOTALL)
_OCTAL = re.compile(r"\\(0[0-7]{0,2}|[1-7][0-7]{1,2})")
_HEXADECIMAL = re.compile(r"\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))")
_POSIX_CLASS = re.compile(r"\[:(\^?)(\w*):\]")
_MOST = 1000
"""Repetitions, also of repetitions within each other."""


class Translated(NamedTuple):
    """A pattern for the engine, and what its groups are called: numbers by name; 0 for a name of several."""

    pattern: str
    groups: int
    names: Mapping[str, int]


@lru_cache(maxsize=512)
def translated(pattern: str) -> Translated:
    """The pattern for the engine. ValueError where it is none in Go."""
    return _Reader(pattern).read()


def pattern(text: str) -> str:
    """The pattern for the engine, alone."""
    return translated(text).pattern


def is_valid(text: str) -> bool:
    """Whether Go takes it."""
    try:
        translated(text)
    except ValueError:
        return False
    return True


def literal(character: str) -> str:
    """What stands for one character, also within a class, in Go and in the engine."""
    is_plain = not character.isascii() or character.isalnum() or character == "_"
    return character if is_plain else f"\\x{ord(character):02x}"


class _Group:
    """What is open: what it began with, and what it has, with how often at most that is repeated within."""

    def __init__(self, opening: str) -> None:
        self.opening = opening
        self.parts: list[str] = []
        self.weights: list[int] = []
        self.most = 1

    def add(self, part: str, weight: int = 1) -> None:
        """Another part; a weight of 0 is for what cannot be repeated."""
        self.parts.append(part)
        self.weights.append(weight)
        self.most = max(self.most, weight)


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._groups = [_Group("")]
        self._names: dict[str, int] = {}
        self._count = 0
        self._folds = False
        self._has_other_cases = False

    def read(self) -> Translated:
        """All of it."""
        is_repeated = False
        while self._place < len(self._text):
            repetition = self._repetition()
            if repetition and is_repeated:
                raise ValueError("a repetition of a repetition")
            is_repeated = bool(repetition)
            if not repetition:
                self._one()
        if len(self._groups) > 1:
            raise ValueError("a parenthesis is not closed")
        if self._folds and self._has_other_cases:
            raise Unsupported("a character that has another case in newer versions of Unicode, in any case,")
        return Translated("".join(self._groups[0].parts), self._count, self._names)

    def _repetition(self) -> bool:
        """Whether the part before is repeated, which reads that."""
        rest = self._text[self._place : self._place + 1]
        counted = _COUNTED.match(self._text, self._place) if rest == "{" else None
        if not counted and rest not in ("*", "+", "?"):
            return False
        written = counted[0] if counted else rest
        self._place += len(written)
        is_lazy = self._text.startswith("?", self._place)
        self._place += is_lazy
        group = self._groups[-1]
        if not group.parts or group.parts[-1] == "|":
            raise ValueError("nothing to repeat")
        if not group.weights[-1]:
            raise Unsupported(f"a repetition after flags ({self._text})")
        group.parts[-1] += written + "?" * is_lazy
        if counted:
            self._weigh(group, int(counted[1]), counted[2], counted[3])
        return True

    def _weigh(self, group: _Group, least: int, comma: str | None, to: str | None) -> None:
        most = least if comma is None else int(to) if to else None
        if least > _MOST or (most or 0) > _MOST or (most is not None and most < least):
            raise ValueError("repeated too often")
        weight = 1 if most == 0 else group.weights[-1] * max(least if most is None else most, 1)
        if weight > _MOST and (least >= 2 or (most or 0) >= 2):
            raise ValueError("repeated too often")
        group.weights[-1] = weight
        group.most = max(group.most, weight)

    def _one(self) -> None:
        character = self._text[self._place]
        if character == "(":
            self._open()
        elif character == ")":
            self._close()
        elif character == "[":
            self._groups[-1].add(self._class())
        elif character == "\\":
            self._escape()
        else:
            self._place += 1
            self._groups[-1].add(character if character in "|^$." else self._literal(character), int(character != "|"))

    def _open(self) -> None:
        if not self._text.startswith("(?", self._place):
            self._place += 1
            self._enter("(")
        elif named := _NAMED.match(self._text, self._place):
            self._place = named.end()
            self._enter("(")
            self._names[named[1]] = 0 if named[1] in self._names else self._count
        elif flags := _FLAGS.match(self._text, self._place):
            self._place = flags.end()
            self._flags(*flags.groups(""))
        else:
            raise ValueError("no such group")

    def _enter(self, opening: str) -> None:
        self._count += opening == "("
        self._groups.append(_Group(opening))

    def _flags(self, given: str, taken: str, end: str) -> None:
        off = "".join(sorted(set(taken[1:])))
        on = "".join(sorted(set(given) - set(off)))
        self._folds |= "i" in on
        written = on + ("-" + off if off else "")
        if end == ":":
            self._enter(f"(?{written}:")
        elif written:
            self._groups[-1].add(f"(?{written})", 0)

    def _close(self) -> None:
        self._place += 1
        group = self._groups.pop()
        if not self._groups:
            raise ValueError("a parenthesis is not opened")
        self._groups[-1].add(f"{group.opening}{''.join(group.parts)})", group.most)

    def _escape(self) -> None:
        name = self._text[self._place + 1 : self._place + 2]
        if name == "Q":
            quoted, _, _ = self._text[self._place + 2 :].partition(r"\E")
            self._place = min(self._place + 4 + len(quoted), len(self._text))
            for character in quoted:
                self._groups[-1].add(self._literal(character))
        elif name in _WITHOUT_WIDTH:
            self._place += 2
            self._groups[-1].add(_WITHOUT_WIDTH[name])
        elif found := self._set():
            self._groups[-1].add(found)
        else:
            self._groups[-1].add(self._literal(self._character()))

    def _set(self) -> str:
        """The class that an escape stands for, empty for any other."""
        name = self._text[self._place + 1 : self._place + 2]
        if name.lower() in _PERL and name:
            self._place += 2
            return f"[{'^' * name.isupper()}{_PERL[name.lower()]}]"
        if name not in ("p", "P"):
            return ""
        found = _UNICODE_CLASS.match(self._text, self._place)
        if not found:
            raise ValueError("no such class")
        self._place = found.end()
        of = found[3] if found[4] is None else found[4]
        if not of.replace("_", "").isalpha() or not of.isascii():
            raise ValueError("no such class")
        made = unicodes.named_class(of)
        if made is None:
            raise Unsupported(f"{found[0]} in a regular expression")
        self._has_other_cases |= unicodes.gains(of)
        return f"[^{made}]" if (found[1] == "P") != bool(found[2]) else made

    def _class(self) -> str:
        self._place += 1
        made = ["["]
        if self._text.startswith("^", self._place):
            self._place += 1
            made.append("^")
        is_first = True
        while is_first or not self._text.startswith("]", self._place):
            is_first = False
            made.append(self._member())
        self._place += 1
        return "".join([*made, "]"])

    def _member(self) -> str:
        if self._text.startswith("[:", self._place) and self._text.find(":]", self._place + 2) >= 0:
            named = _POSIX_CLASS.match(self._text, self._place)
            if not named or named[2] not in _POSIX:
                raise ValueError("no such class")
            self._place = named.end()
            return f"[{named[1]}{_POSIX[named[2]]}]"
        if self._text.startswith("\\", self._place) and (found := self._set()):
            return found
        low = self._character()
        if self._text.startswith("-", self._place) and self._text[self._place + 1 : self._place + 2] not in ("", "]"):
            self._place += 1
            high = self._character()
            if high < low:
                raise ValueError("a range that ends before it starts")
            self._has_other_cases |= unicodes.has_other_cases(low, high)
            return f"{literal(low)}-{literal(high)}"
        return self._literal(low)

    def _literal(self, character: str) -> str:
        self._has_other_cases |= unicodes.has_other_cases(character, character)
        return literal(character)

    def _character(self) -> str:
        """One character, which may be escaped."""
        character = self._text[self._place : self._place + 1]
        if character == "\\":
            return self._escaped()
        if not character:
            raise ValueError("a bracket is not closed")
        self._place += 1
        return character

    def _escaped(self) -> str:
        name = self._text[self._place + 1 : self._place + 2]
        if found := _OCTAL.match(self._text, self._place):
            code = int(found[1], 8)
        elif found := _HEXADECIMAL.match(self._text, self._place):
            code = int(found[1] or found[2], 16)
        elif name in _CONTROLS or (name and name.isascii() and not name.isalnum()):
            self._place += 2
            return _CONTROLS.get(name, name)
        else:
            raise ValueError("no such escape")
        if code > 0x10FFFF:
            raise ValueError("no such character")
        if 0xD800 <= code < 0xE000:
            raise Unsupported(f"{found[0]} in a regular expression")
        self._place = found.end()
        return chr(code)
