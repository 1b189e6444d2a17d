"""Whole numbers of which only the bounds may be known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

UNBOUNDED = 1_000_000_000
"""Stands for no bound at all; nothing is counted beyond it."""

_INTEGER = re.compile(r"\+?[0-9]{1,9}", re.ASCII)


class Bounds(NamedTuple):
    """A number from 0 on: at least, and at most."""

    least: int
    most: int

    @property
    def is_exact(self) -> bool:
        """Whether the number is known."""
        return self.least == self.most

    def plus(self, other: Bounds) -> Bounds:
        """The sum of two numbers."""
        return _held(self.least + other.least, self.most + other.most)

    def times(self, other: Bounds) -> Bounds:
        """The product of two numbers."""
        return _held(self.least * other.least, self.most * other.most)

    def less(self, other: Bounds) -> Bounds:
        """What the other number leaves of this one; where this one has no bound, there is none."""
        most = self.most if self.most == UNBOUNDED else self.most - other.least
        return _held(self.least - other.most, most)

    def smaller(self, other: Bounds) -> Bounds:
        """The smaller one of two numbers."""
        return Bounds(min(self.least, other.least), min(self.most, other.most))

    def around(self, other: Bounds) -> Bounds:
        """The bounds of a number that is one of two."""
        return Bounds(min(self.least, other.least), max(self.most, other.most))

    def shown(self) -> str:
        """The number as text; `?` where it is not known."""
        return str(self.least) if self.is_exact else "?"


ANY = Bounds(0, UNBOUNDED)
"""A number of which nothing is known."""


def exactly(number: int) -> Bounds:
    """A number that is known; those below 0 count as 0."""
    return _held(number, number)


def parsed(text: object) -> Bounds:
    """The number that a text or an integer says; any where it says none."""
    if isinstance(text, int) and not isinstance(text, bool):
        return exactly(text)
    return exactly(int(text)) if isinstance(text, str) and _INTEGER.fullmatch(text.strip()) else ANY


def total(numbers: Iterable[Bounds]) -> Bounds:
    """The sum of several numbers."""
    found = exactly(0)
    for number in numbers:
        found = found.plus(number)
    return found


def _held(least: int, most: int) -> Bounds:
    return Bounds(max(0, min(least, UNBOUNDED)), max(0, min(most, UNBOUNDED)))
