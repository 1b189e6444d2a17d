"""`semver.compare` and `semver.is_valid`: https://semver.org/#spec-item-11, and a `v` before it."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import NamedTuple

_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_VERSION = re.compile(
    rf"v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-({_IDENTIFIERS}))?(?:\+{_IDENTIFIERS})?"
)
_LEADING_ZERO = re.compile(r"0[0-9]+")
_LARGEST = (1 << 63) - 1


class _Version(NamedTuple):
    numbers: tuple[int, ...]
    before: tuple[str, ...]


def is_valid(text: str) -> bool:
    """Whether it is a version."""
    try:
        _parsed(text)
    except ValueError:
        return False
    return True


def compare(one: str, other: str) -> int:
    """-1, 0 or 1. ValueError where one of them is no version."""
    first, second = _parsed(one), _parsed(other)
    if first.numbers != second.numbers:
        return 1 if first.numbers > second.numbers else -1
    if not first.before or not second.before:  # a release is after what is before it
        return bool(second.before) - bool(first.before)
    for left, right in zip_longest(map(_key, first.before), map(_key, second.before), fillvalue=()):
        if left != right:
            return 1 if left > right else -1
    return 0


def _key(identifier: str) -> tuple[bool, int, str]:
    """Numbers come before words. Numbers that are too large are all the same."""
    if identifier.isdecimal():
        return False, min(int(identifier[:20]), _LARGEST), ""
    return True, 0, identifier


def _parsed(text: str) -> _Version:
    found = _VERSION.fullmatch(text)
    if not found:
        raise ValueError("no version")
    numbers = tuple(map(int, found.groups()[:3]))
    before = tuple(found[4].split(".")) if found[4] else ()
    if max(numbers) > _LARGEST or any(_LEADING_ZERO.fullmatch(one) for one in before):
        raise ValueError("no version")
    return _Version(numbers, before)
