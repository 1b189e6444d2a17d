"""What a parser gives, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from erpguard.model import Path

_NO_LINES: Mapping[Path, int] = MappingProxyType({})


class Parsed(NamedTuple):
    """One document, and the lines of its nodes as far as they are known."""

    value: Any
    lines: Mapping[Path, int] = _NO_LINES


class NotParsedError(Exception):
    """A text is not in the format that it should be in; says where and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
