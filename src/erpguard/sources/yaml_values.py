"""The text of one YAML document to JSON-compatible values, in one pass over the parser's events.

Events, not nodes: the C composer recurses in C, so that a deep document ends the process, and it shares the objects of
aliases, so that a change in one place would change the others. Here the depth is checked before it is entered, and
what an alias stands for is copied, within a budget.
"""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from erpguard.sources.yaml_scalars import PlainScalars, is_null
from erpguard.sources.yaml_tags import Refused, check_collection_tag, offset_of, tagged

if TYPE_CHECKING:
    from collections.abc import Callable

    Events = Callable[[str], Callable[[], Any]]

try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # PyYAML built without libyaml: the same events, some ten times slower
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]

DEEPEST = 64
"""Mappings and sequences within each other; deeper ones are refused, as the Rego engine would refuse them."""

MOST_COPIES = 1_000_000
_KEYS_WITH_MEANING = frozenset(("<<", "", "~", "null", "Null", "NULL"))
_MERGED = object()
_OPEN = object()


class Budget:
    """How many values the aliases of one file may still stand for; long strings count for more.

    At most a million, and at most ten for each byte of the file (ten thousand are always allowed).
    """

    __slots__ = ("copies",)

    def __init__(self, copies: int) -> None:
        self.copies = copies

    @classmethod
    def of(cls, size: int) -> Budget:
        """The budget of a file of so many bytes."""
        return cls(min(MOST_COPIES, 10_000 + 10 * size))


class Built:
    """A value, and the keys that stood twice in a mapping: (key, offset of the second one)."""

    __slots__ = ("duplicates", "value")

    def __init__(self) -> None:
        self.value: Any = None
        self.duplicates: list[tuple[str, int]] = []


def events(text: str) -> Callable[[], Any]:
    """A function that returns the next event of the YAML parser, and None at the end."""
    return _Parser(text).get_event


def build(text: str, plain: PlainScalars, budget: Budget, parse: Events = events) -> Built:
    """The value of the only document in `text`, None if it is empty.

    Raises Refused, and yaml.YAMLError for what the YAML parser itself refuses.
    """
    return _Builder(parse(text), plain, budget).document()


class _Builder:
    def __init__(self, get_event: Callable[[], Any], plain: PlainScalars, budget: Budget) -> None:
        self.next = get_event
        self.plain = plain
        self.budget = budget
        self.anchors: dict[str, Any] = {}
        self.built = Built()

    def document(self) -> Built:
        self.next()
        event = self.next()
        if event.__class__ is not DocumentStartEvent:
            return self.built
        self.built.value = self.node(self.next(), 0)
        self.next()
        event = self.next()
        if not isinstance(event, StreamEndEvent):
            raise Refused("yaml-syntax", "a second document begins without `---`", offset_of(event))
        return self.built

    def node(self, event: Any, depth: int) -> Any:
        kind = event.__class__
        if kind is AliasEvent:
            return self.alias(event, depth)
        anchor = event.anchor
        if kind is ScalarEvent:
            value: Any = self.scalar(event)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            _check_collection(event, depth)
            if anchor is not None:
                self.anchors[anchor] = _OPEN
            value = self.mapping(depth + 1) if kind is MappingStartEvent else self.sequence(depth + 1)
        if anchor is not None:
            self.anchors[anchor] = value
        return value

    def mapping(self, depth: int) -> dict[str, Any]:
        get_event, plain = self.next, self.plain
        result: dict[str, Any] = {}
        merged: dict[str, Any] | None = None
        while True:
            event = get_event()
            kind = event.__class__
            if kind is MappingEndEvent:
                return result if merged is None else {**merged, **result}
            key: Any
            if (
                kind is ScalarEvent
                and event.value not in _KEYS_WITH_MEANING
                and event.anchor is None
                and event.tag is None
            ):
                key = intern(event.value)  # one string for the same key of all objects
            else:
                key = self.key(event)
                if key is _MERGED:
                    merged = {**(merged or {}), **self.merge(get_event(), depth)}
                    continue
            if key in result:
                self.built.duplicates.append((key, offset_of(event)))
            event = get_event()
            if event.__class__ is ScalarEvent and event.anchor is None and event.tag is None:
                result[key] = plain[event.value] if event.implicit[0] else event.value
            else:
                result[key] = self.node(event, depth)

    def sequence(self, depth: int) -> list[Any]:
        get_event, plain = self.next, self.plain
        result: list[Any] = []
        while True:
            event = get_event()
            kind = event.__class__
            if kind is ScalarEvent and event.anchor is None and event.tag is None:
                result.append(plain[event.value] if event.implicit[0] else event.value)
            elif kind is SequenceEndEvent:
                return result
            else:
                result.append(self.node(event, depth))

    def key(self, event: Any) -> Any:
        """A key as kubectl has it, a string: as it was written, save that every null is `null`."""
        if event.__class__ is AliasEvent:
            if not isinstance(value := self.anchored(event), str):
                raise Refused("yaml-key", f"the key *{event.anchor} is no string", offset_of(event))
            return value
        key = key_text(event)
        if key is None:
            raise Refused("yaml-key", "a mapping or list is used as a key", offset_of(event))
        if event.anchor is None and event.tag is None:
            return _MERGED if key == "<<" and event.implicit[0] else key
        value = self.scalar(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = key
        return _MERGED if value == "<<" and event.implicit[0] and event.tag is None else key

    def merge(self, event: Any, depth: int) -> dict[str, Any]:
        """The entries that a `<<` brings in; of several mappings the first one wins (yaml.org/type/merge.html)."""
        value = self.node(event, depth)
        result: dict[str, Any] = {}
        for one in reversed(value) if isinstance(value, list) else (value,):
            if not isinstance(one, dict):
                message = "a merge key `<<` needs a mapping or a list of them"
                raise Refused("yaml-merge", message, offset_of(event))
            result.update(one)
        return result

    def scalar(self, event: Any) -> Any:
        tag = event.tag
        if tag is None:
            return self.plain[event.value] if event.implicit[0] else event.value
        if tag == "!":
            return event.value
        return tagged(event)

    def anchored(self, event: Any) -> Any:
        value = self.anchors.get(event.anchor, self)
        if value is self:
            raise Refused("yaml-syntax", f"the alias *{event.anchor} has no anchor", offset_of(event))
        if value is _OPEN:
            raise Refused("yaml-alias", f"the alias *{event.anchor} is within its own anchor", offset_of(event))
        return value

    def alias(self, event: Any, depth: int) -> Any:
        value = self.copied(self.anchored(event), depth)
        if value is _OPEN:
            message = f"nested deeper than {DEEPEST} levels through the alias *{event.anchor}"
            raise Refused("too-deep", message, offset_of(event))
        if self.budget.copies < 0:
            message = f"the alias *{event.anchor} expands to too many values: write them out or split the file"
            raise Refused("yaml-alias", message, offset_of(event))
        return value

    def copied(self, value: Any, depth: int) -> Any:
        """A deep copy; a part of one once the budget is spent; `_OPEN` if it would be too deep."""
        self.budget.copies -= 1 if not isinstance(value, str) else 1 + len(value) // 64
        if self.budget.copies < 0 or not isinstance(value, (dict, list)):
            return value
        if depth >= DEEPEST:
            return _OPEN
        copy: Any
        if isinstance(value, dict):
            copy = {key: self.copied(one, depth + 1) for key, one in value.items()}
            inner = copy.values()
        else:
            inner = copy = [self.copied(one, depth + 1) for one in value]
        return _OPEN if any(one is _OPEN for one in inner) else copy


def key_text(event: Any) -> str | None:
    """The text of a key event, None where it is no scalar."""
    if event.__class__ is not ScalarEvent:
        return None
    text: str = event.value
    return "null" if event.implicit[0] and event.tag is None and is_null(text) else text


def _check_collection(event: Any, depth: int) -> None:
    if depth >= DEEPEST:
        raise Refused("too-deep", f"nested deeper than {DEEPEST} levels, the limit: exclude the file", offset_of(event))
    if event.tag is not None:
        check_collection_tag(event, "map" if event.__class__ is MappingStartEvent else "seq")
