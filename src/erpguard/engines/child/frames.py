"""What parent and child say to each other: a kind (one byte), a length (eight bytes, big-endian) and a text."""

from __future__ import annotations

import struct
from typing import IO

_HEAD = struct.Struct(">cQ")

# What the parent asks for. A module is a JSON list: [name, text, is_v0]. RULES is a JSON list of rules, and on the next
# line an input; its answer is a JSON list: for each rule [seconds, DONE, value] or [seconds, FAILED, reason].
MODULE, DATA, INPUT, RULE, RULES, FACTS = (b"m", b"d", b"i", b"r", b"a", b"f")
COVER, COVERAGE, PRINTS, TREES, NUMBERS = (b"c", b"g", b"p", b"t", b"n")
# What the child answers: what was asked for, or why there is none: of a pack that is no good, or of an evaluation.
DONE, BAD_PACK, FAILED = (b"+", b"!", b"-")


class TooLarge(Exception):
    """A frame is longer than the reader takes; its argument is the length in bytes."""


def write(stream: IO[bytes], kind: bytes, text: bytes = b"") -> None:
    """Send one frame."""
    stream.write(_HEAD.pack(kind, len(text)) + text)
    stream.flush()


def read(stream: IO[bytes], largest: int | None = None) -> tuple[bytes, bytes] | None:
    """The next frame; None at the end, also in the middle of one. TooLarge before it is read."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    if largest is not None and length > largest:
        raise TooLarge(length)
    text = stream.read(length)
    return (kind, text) if len(text) == length else None
