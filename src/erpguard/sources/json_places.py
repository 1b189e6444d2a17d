"""Where the nodes of a JSON document stand.

Not the YAML parser: it refuses escaped surrogate pairs, which JSON writes for characters beyond the first 65,536.
"""

from __future__ import annotations

import re

from erpguard.sources.nodes import Entry, Node

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_LITERAL = re.compile(r"[^\s,\]}]+")


def locate(text: str, offset: int = 0) -> Node:
    """The nodes of the valid JSON document that begins at an offset."""
    return _Locator(text).node(offset)


def duplicate_keys(text: str, offset: int = 0) -> list[tuple[str, int]]:
    """The keys that stand twice in an object, each with the offset of the later one."""
    locator = _Locator(text)
    locator.node(offset)
    return locator.duplicates


class _Locator:
    def __init__(self, text: str) -> None:
        self.text = text
        self.duplicates: list[tuple[str, int]] = []

    def node(self, offset: int) -> Node:
        start = self.skip(offset)
        if self.text[start] == "{":
            return self.object(start)
        if self.text[start] == "[":
            return self.array(start)
        return Node(start, self.end(_STRING if self.text[start] == '"' else _LITERAL, start))

    def object(self, start: int) -> Node:
        node = Node(start, start, entries={})
        assert node.entries is not None
        offset = self.skip(start + 1)
        while self.text[offset] != "}":
            key = Node(offset, self.end(_STRING, offset))
            name = _name(self.text[key.start : key.end])
            if name in node.entries:
                self.duplicates.append((name, key.start))
            value = self.node(self.skip(key.end) + 1)
            node.entries[name] = Entry(key, value)
            offset = self.after(value.end)
        node.end = offset + 1
        return node

    def array(self, start: int) -> Node:
        node = Node(start, start, items=[])
        assert node.items is not None
        offset = self.skip(start + 1)
        while self.text[offset] != "]":
            value = self.node(offset)
            node.items.append(Entry(None, value))
            offset = self.after(value.end)
        node.end = offset + 1
        return node

    def after(self, offset: int) -> int:
        """The offset of the next entry, or of the bracket that closes."""
        offset = self.skip(offset)
        return self.skip(offset + 1) if self.text[offset] == "," else offset

    def skip(self, offset: int) -> int:
        return self.end(_SPACE, offset)

    def end(self, pattern: re.Pattern[str], offset: int) -> int:
        match = pattern.match(self.text, offset)
        return match.end() if match else offset


def _name(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    from json import loads

    return str(loads(token))
