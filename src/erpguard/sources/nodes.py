"""Where the nodes of one document stand: built only when a place is asked for."""

from __future__ import annotations

from typing import NamedTuple

from erpguard.model import Path


class Node:
    """A node and its offsets in the document's text.

    `entries` (of an object) leads from a key to the key's own node and the value's, `items` are those of a list; both
    are None for a scalar. `literal` tells that the lines of the value are the lines of the text (`|`).
    """

    __slots__ = ("end", "entries", "items", "literal", "start")

    def __init__(
        self,
        start: int,
        end: int,
        entries: dict[str, Entry] | None = None,
        items: list[Entry] | None = None,
        literal: bool = False,
    ) -> None:
        self.start = start
        self.end = end
        self.entries = entries
        self.items = items
        self.literal = literal

    @property
    def is_scalar(self) -> bool:
        """Whether the node holds no others."""
        return self.entries is None and self.items is None


class Entry(NamedTuple):
    """A value with its key (None in a list); `aliased` tells that the value stands elsewhere."""

    key: Node | None
    value: Node
    aliased: bool = False


Span = tuple[int, int]


def find(root: Node, path: Path) -> list[Entry]:
    """The entries along a path, as far as it exists."""
    found: list[Entry] = []
    node = root
    for step in path:
        entry: Entry | None = None
        if node.entries is not None:
            entry = node.entries.get(str(step))
        elif node.items is not None and isinstance(step, int) and 0 <= step < len(node.items):
            entry = node.items[step]
        if entry is None:
            break
        found.append(entry)
        node = entry.value
    return found


def span(root: Node, path: Path) -> Span:
    """The region that stands for the node at a path, or for its deepest ancestor that exists.

    A scalar entry is its key and value, a composite one its key; a scalar item is itself, a composite one its head;
    the root is its first key. A scalar behind an alias is where it really stands.
    """
    entries = find(root, path)
    if not entries:
        return head(root)
    entry = entries[-1]
    value = entry.value
    if not value.is_scalar:
        return head(value) if entry.key is None else (entry.key.start, entry.key.end)
    if entry.key is None or entry.aliased:
        return value.start, value.end
    return entry.key.start, max(entry.key.end, value.end)


def entry_text(root: Node, path: Path, text: str) -> str:
    """The scalar entry of a mapping at a path, key and value; empty where there is none, or where it has other users.

    What an anchor names, an alias repeats or a merge brings in may have others.
    """
    entries = find(root, path)
    if not entries or len(entries) < len(path):
        return ""
    holder = root
    for entry in entries:
        start = (entry.key or entry.value).start
        if entry.aliased or not holder.start <= start < holder.end or text[holder.start] in "&!":
            return ""
        holder = entry.value
    last = entries[-1]
    return text[last.key.start : last.value.end] if last.key and last.value.is_scalar else ""


def head(node: Node) -> Span:
    """From the start of a node to the end of its first key or item."""
    if node.is_scalar:
        return node.start, node.end
    if node.entries:
        own = [entry.key for entry in node.entries.values() if entry.key and node.start <= entry.key.start < node.end]
        first = min(own, key=lambda key: key.start, default=None)
        return node.start, first.end if first else node.end
    if node.items:
        inner = node.items[0]
        return node.start, node.end if inner.aliased else head(inner.value)[1]
    return node.start, node.end
