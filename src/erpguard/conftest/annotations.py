"""METADATA of rules and packages: blocks of comments before them, as OPA reads them.

openpolicyagent.org/docs/policy-language/#metadata
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from erpguard.errors import PackError

Metadata = Mapping[str, Any]

_PACKAGE = re.compile(r"^package\b", re.MULTILINE)


class Annotations:
    """The METADATA of one module."""

    def __init__(self, name: str, text: str, rule_lines: Iterable[int]) -> None:
        package = _PACKAGE.search(text)
        self._package_line = text.count("\n", 0, package.start()) + 1 if package else 0
        lines = sorted({self._package_line, *rule_lines})
        self._by_line: dict[int, Metadata] = {}
        for end, block in _blocks(name, text):
            target = next((line for line in lines if line > end), 0)
            self._by_line.setdefault(target, block)

    @property
    def package(self) -> Metadata:
        """What is said of the package."""
        return self._by_line.get(self._package_line, {})

    def of(self, line: int) -> Metadata:
        """What is said of the rule that begins on a line."""
        return self._by_line.get(line, {})


def _blocks(name: str, text: str) -> Iterable[tuple[int, Metadata]]:
    """(the last line of a block, what it says)."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        start = number
        number += 1
        if _comment(lines[start]).strip() != "METADATA":
            continue
        while number < len(lines) and lines[number].startswith("#"):
            number += 1
        yield number, _parsed(name, start + 1, [_comment(line) for line in lines[start + 1 : number]])


def _comment(line: str) -> str:
    return line[1:].removeprefix(" ").rstrip("\r") if line.startswith("#") else ""


def _parsed(name: str, line: int, block: list[str]) -> Metadata:
    import yaml

    try:
        value = yaml.load("\n".join(block), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        text = getattr(error, "problem", "") or str(error).partition("\n")[0]
        raise PackError(
            f"{name}:{line + 1 + (mark.line if mark else 0)}: METADATA is not valid YAML: {text}"
        ) from error
    if not isinstance(value, dict):
        raise PackError(f"{name}:{line}: METADATA is no mapping")
    return value
