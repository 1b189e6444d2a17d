"""Texts as Go has them: bytes, of which those that are no UTF-8 show as U+FFFD, one each."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from functools import lru_cache

from erpguard.engines.builtins.unicodes import is_later
from erpguard.engines.builtins.unsupported import Unsupported

_REPLACEMENT = "\ufffd"
_EACH = "erpguard_each"


def _each(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _REPLACEMENT * (error.end - error.start), error.end


codecs.register_error(_EACH, _each)


_lossy: dict[str, bytes] = {}
"""What texts of this evaluation were made of where something of it is lost."""


def begin() -> None:
    """Another evaluation begins."""
    _lossy.clear()


def shown(given: bytes) -> str:
    """Bytes as a text: what is no UTF-8 is lost. Unsupported where the text is equal to one of other bytes for that."""
    text = given.decode(errors=_EACH)
    if _REPLACEMENT in text and _lossy.setdefault(text, given) != given:
        raise Unsupported("a second text of bytes that are no UTF-8, which would be equal to the first one here,")
    return text


def exact(text: str) -> bytes:
    """The bytes of a text. Unsupported where some of them may be lost."""
    if _REPLACEMENT in text:
        raise Unsupported("the bytes of a text that may have been no UTF-8")
    return text.encode()


def upper(text: str) -> str:
    """Upper case as Go has it: a character is one character, https://pkg.go.dev/unicode#ToUpper."""
    return text.upper() if text.isascii() else "".join(map(_upper, text))


def lower(text: str) -> str:
    """Lower case as Go has it, whatever stands around a character."""
    return text.lower() if text.isascii() else "".join(map(_lower, text))


@lru_cache(maxsize=1024)
def _lower(character: str) -> str:
    made = "i" if character == "\u0130" else character.lower()
    return character if is_later(made) else made


@lru_cache(maxsize=1024)
def _upper(character: str) -> str:
    for made in (character.upper(), character.title()):
        if len(made) == 1 and not is_later(made):
            return made
    return character


def replace(text: str, old: str, new: str) -> str:
    """Replaces all of one; an empty one is between all bytes."""
    return replace_n({old: new}, text)


def replace_n(patterns: Mapping[str, str], text: str) -> str:
    """Replaces from left to right, at each place the first in order that fits, and looks at nothing twice.

    An empty pattern fits once everywhere: https://pkg.go.dev/strings#NewReplacer.
    """
    ordered = [(pattern.encode(), patterns[pattern].encode()) for pattern in sorted(patterns)]
    source, made, place, was_empty = text.encode(), bytearray(), 0, False
    while place <= len(source):
        fits = (one for one in ordered if source.startswith(one[0], place) and not (was_empty and not one[0]))
        pattern, value = next(fits, (source[place : place + 1], None))
        was_empty = value is not None and not pattern
        made += pattern if value is None else value
        place += len(pattern) if value is not None else 1
    return shown(bytes(made))
