"""Patterns of `glob.match` as patterns for the engine's regular expressions: https://pkg.go.dev/github.com/gobwas/glob."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from erpguard.engines.builtins.regexes import literal

_SPECIAL = frozenset(r"*?\[]{}")


def quote_meta(text: str) -> str:
    """The pattern that matches a text, and nothing else."""
    return "".join(f"\\{character}" if character in _SPECIAL else character for character in text)


def pattern(text: str, delimiters: Sequence[str] | None) -> str:
    """The pattern for the engine. ValueError where it is none, or a delimiter is not one character.

    No delimiters are none at all, and an empty list is the dot.
    """
    if any(not isinstance(delimiter, str) or len(delimiter) != 1 for delimiter in delimiters or ()):
        raise ValueError("a delimiter is one character")
    return _pattern(text, "" if delimiters is None else "".join(delimiters) or ".")


@lru_cache(maxsize=512)
def _pattern(text: str, delimiters: str) -> str:
    other = f"[^{''.join(map(literal, delimiters))}]" if delimiters else "."
    return rf"(?s)\A(?:{''.join(_parts(text, other))})\z"


def _parts(text: str, other: str) -> Iterator[str]:
    place = level = 0
    while place < len(text):
        character, start = text[place], place
        place += 1
        if character == "*":
            place += text.startswith("*", place)
            yield ".*" if place - start == 2 else f"{other}*"
        elif character == "?":
            yield other
        elif character == "[":
            part, place = _class(text, place)
            yield part
        elif character == "\\":
            yield literal(_at(text, place))
            place += 1
        elif character == "{":
            level += 1
            yield "(?:"
        elif level and character in ",}":
            level -= character == "}"
            yield "|" if character == "," else ")"
        else:
            yield literal(character)
    if level:
        raise ValueError("a brace is not closed")


def _class(text: str, place: int) -> tuple[str, int]:
    """A class, after its bracket, and where it ends: a range, or characters of which a dash is one."""
    negated = text.startswith("!", place)
    place += negated
    low = _at(text, place)
    if text.startswith("-", place + 1):
        high = _at(text, place + 2)
        if high < low:
            raise ValueError("a range that ends before it starts")
        members, place = f"{literal(low)}-{literal(high)}", place + 3
    else:
        members, place = _members(text, place)
    if _at(text, place) != "]":
        raise ValueError("a bracket is not closed")
    return f"[{'^' * negated}{members}]", place + 1


def _members(text: str, place: int) -> tuple[str, int]:
    found: list[str] = []
    while _at(text, place) != "]":
        place += text[place] == "\\"
        found.append(literal(_at(text, place)))
        place += 1
    if not found:
        raise ValueError("a class of nothing")
    return "".join(found), place


def _at(text: str, place: int) -> str:
    if place >= len(text):
        raise ValueError("the pattern ends too early")
    return text[place]
