"""Instructions of a Dockerfile: a name, flags and values (buildkit's `split_command.go` and `line_parsers.go`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from erpguard.conftest.parsers.go_texts import SPACE
from erpguard.conftest.parsers.parsed import NotParsedError

_WHITE = re.compile(r"[\t\v\f\r ]+")
_BYTE_SPACE = "\t\n\v\f\r \x85\xa0"
_JSON_SPACE = " \t\r\n"
_SURROGATE = re.compile("[\ud800-\udfff]")

_LISTS = frozenset(("add", "copy", "volume"))
_WHOLE = frozenset(("maintainer", "stopsignal", "user", "workdir"))
_COMMANDS = frozenset(("cmd", "entrypoint", "run", "shell"))
_SPACED = frozenset(("expose", "from"))
_PAIRS = frozenset(("env", "label"))
_KNOWN = _LISTS | _WHOLE | _COMMANDS | _SPACED | _PAIRS | {"arg"}


class Instruction(NamedTuple):
    """An instruction; `inner` is what ONBUILD holds. Flags are None where nothing follows the name."""

    name: str
    flags: list[str] | None = None
    values: tuple[str, ...] = ()
    is_json: bool = False
    inner: Instruction | None = None


def instruction(line: str, escape: str, number: int) -> Instruction:
    """The instruction that a line holds."""
    name, *rest = _WHITE.split(line.strip(SPACE), maxsplit=1)
    flags, text = _flags(rest[0], escape) if rest else (None, "")
    text = text.strip(SPACE)
    kind = name.lower()
    if kind == "onbuild":
        if _WHITE.split(text, maxsplit=1)[0].lower() == "onbuild":
            raise NotParsedError(number, "ONBUILD in ONBUILD")
        return Instruction(name, flags, inner=instruction(text, escape, number) if text else None)
    if kind == "healthcheck":
        return _healthcheck(name, flags, text, number)
    found = _json(text, number) if kind in _COMMANDS or kind in _LISTS else None
    if found is not None:
        return Instruction(name, flags, found, is_json=True)
    return Instruction(name, flags, tuple(_values(kind, text, escape, number)))


def _values(kind: str, text: str, escape: str, number: int) -> Iterator[str]:
    if kind not in _KNOWN:
        yield ""  # as ONBUILD has what it does not know
    elif not text:
        return
    elif kind in _LISTS or kind in _SPACED:
        yield from _WHITE.split(text)
    elif kind in _WHOLE or kind in _COMMANDS:
        yield text
    elif kind == "arg":
        yield from _words(text, escape)
    elif kind in _PAIRS:
        yield from _pairs(kind, text, escape, number)


def _healthcheck(name: str, flags: list[str] | None, text: str, number: int) -> Instruction:
    kind, rest = _halved(text)
    if not kind:
        return Instruction(name, flags)
    found = _json(rest, number)
    if found is not None:
        return Instruction(name, flags, (kind, *found), is_json=True)
    return Instruction(name, flags, (kind, rest) if rest else (kind,))


def _halved(text: str) -> tuple[str, str]:
    """The first word, and the rest; spaces are bytes."""
    given = text.encode().decode("latin-1")
    end = next((at for at, one in enumerate(given) if one in _BYTE_SPACE), len(given))
    return _utf8(given[:end]), _utf8(given[end:].lstrip(_BYTE_SPACE))


def _utf8(text: str) -> str:
    return text.encode("latin-1").decode(errors="replace")


def _json(text: str, number: int) -> tuple[str, ...] | None:
    """The texts of a JSON array; None where it is none."""
    text = text.lstrip(SPACE)
    if not text.startswith("["):
        return None
    try:
        found = json.loads(text.strip(_JSON_SPACE), parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(one, str) for one in found):
        raise NotParsedError(number, "an array in JSON has to hold texts only")
    return tuple(_SURROGATE.sub("\ufffd", one) for one in found)


def _refused(constant: str) -> None:
    raise ValueError(constant)


def _pairs(kind: str, text: str, escape: str, number: int) -> Iterator[str]:
    """Name, value and `=` of each pair; the old form `name value` is one pair without `=`."""
    words = list(_words(text, escape))
    if not words:
        return
    if "=" not in words[0]:
        parts = _WHITE.split(text, maxsplit=1)
        if len(parts) < 2:
            raise NotParsedError(number, f"{kind.upper()} needs a name and a value")
        yield from (*parts, "")
        return
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise NotParsedError(number, f"{kind.upper()} needs name=value")
        yield from (name, value, "=")


def _words(text: str, escape: str) -> Iterator[str]:
    """The words of a text, with their quotes and escapes."""
    word: list[str] = []
    quote, is_blank_meant, at = "", False, 0
    while at < len(text):
        one = text[at]
        at += 1
        if not quote and one in SPACE:
            if word or is_blank_meant:
                yield "".join(word)
            word, is_blank_meant = [], False
            continue
        if not quote and one in "'\"":
            quote, is_blank_meant = one, True
        elif quote and one == quote:
            quote = ""
        elif one == escape and quote != "'":
            if at == len(text):
                break
            one += text[at]
            at += 1
        word.append(one)
    if word or is_blank_meant:
        yield "".join(word)


def _flags(text: str, escape: str) -> tuple[list[str], str]:
    """The words at the beginning that begin with `--`, without quotes and escapes, and the rest. It reads bytes."""
    given = text.encode().decode("latin-1")
    flags: list[str] = []
    at = 0
    while True:
        while at < len(given) and given[at] in _BYTE_SPACE:
            at += 1
        if at == len(given) or not given.startswith("--", at):
            return flags, _utf8(given[at:])
        word, at = _flag(given, at, escape)
        if word == "--":
            return flags, _utf8(given[at:])
        flags.append(word)


def _flag(given: str, at: int, escape: str) -> tuple[str, int]:
    word, quote = [], ""
    while at < len(given):
        one = given[at]
        if not quote and one in _BYTE_SPACE:
            break
        at += 1
        if one in "'\"" and quote in ("", one):
            quote = "" if quote else one
            continue
        if one == escape:
            if at == len(given):
                continue
            one = given[at]
            at += 1
        word.append(one)
    return "".join(word), at
