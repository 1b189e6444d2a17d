"""Where the nodes of a YAML document stand: a second pass over its events, for the few that anyone asks for."""

from __future__ import annotations

from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from erpguard.sources.nodes import Entry, Node, Span
from erpguard.sources.yaml_tags import offset_of
from erpguard.sources.yaml_values import events, key_text


def locate(text: str) -> Node:
    """The nodes of a document that `yaml_values.build` accepts."""
    return _Locator(text).document()


def scalar_spans(text: str) -> list[Span]:
    """The regions of all scalars, in which a `#` begins no comment; the first line of a block scalar is left out."""
    spans: list[Span] = []
    get_event = events(text)
    while (event := get_event()) is not None:
        if event.__class__ is ScalarEvent:
            start, end = _bounds(event, text)
            if event.style in ("|", ">"):
                start = text.find("\n", start, end) + 1 or text.find("\r", start, end) + 1 or end
            spans.append((start, end))
    return spans


class _Locator:
    def __init__(self, text: str) -> None:
        self.text = text
        self.next = events(text)
        self.anchors: dict[str, tuple[Node, str]] = {}

    def document(self) -> Node:
        self.next()
        if self.next().__class__ is not DocumentStartEvent:
            return Node(0, 0)
        return self.entry(self.next(), None).value

    def entry(self, event: Any, key: Node | None) -> Entry:
        kind = event.__class__
        if kind is AliasEvent:
            return Entry(key, self.anchors[event.anchor][0], aliased=True)
        if kind is ScalarEvent:
            node = self.scalar(event)
        else:
            node = Node(event.start_mark.index, event.end_mark.index)
            end = self.mapping(node) if kind is MappingStartEvent else self.sequence(node)
            node.end = node.start + len(self.text[node.start : end].rstrip())
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, event.value if kind is ScalarEvent else "")
        return Entry(key, node)

    def scalar(self, event: Any) -> Node:
        start, end = _bounds(event, self.text)
        return Node(start, end, literal=event.style == "|")

    def mapping(self, node: Node) -> int:
        entries: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        while True:
            event = self.next()
            if event.__class__ is MappingEndEvent:
                node.entries = {**merged, **entries}
                return _end_of(event)
            key, text = self.key(event)
            if text == "<<" and event.__class__ is ScalarEvent and event.implicit[0] and event.tag is None:
                merged = {**merged, **_brought_in(self.entry(self.next(), key).value)}
            else:
                entries[text] = self.entry(self.next(), key)

    def key(self, event: Any) -> tuple[Node, str]:
        if isinstance(event, AliasEvent):
            return Node(offset_of(event), _end_of(event)), self.anchors[str(event.anchor)][1]
        node, text = self.scalar(event), key_text(event) or ""
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, text)
        return node, text

    def sequence(self, node: Node) -> int:
        node.items = []
        while True:
            event = self.next()
            if event.__class__ is SequenceEndEvent:
                return _end_of(event)
            node.items.append(self.entry(event, None))


def _end_of(event: Any) -> int:
    return int(event.end_mark.index)


def _brought_in(node: Node) -> dict[str, Entry]:
    if node.items is None:
        return node.entries or {}
    result: dict[str, Entry] = {}
    for item in reversed(node.items):
        result.update(item.value.entries or {})
    return result


def _bounds(event: Any, text: str) -> Span:
    """Start and end of a scalar, without the line breaks that end a block scalar; an empty item is its dash."""
    start, end = event.start_mark.index, event.end_mark.index
    if start == end:
        dash = start > 0 and text[start - 1] == "-"
        return (start - 1, end) if dash else (start, end)
    return start, start + len(text[start:end].rstrip())
