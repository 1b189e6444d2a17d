"""Lines and columns as OPA counts them: both from 1, a column is a character. Offsets are those of bytes in UTF-8."""

from __future__ import annotations


def place(text: bytes, offset: int) -> tuple[int, int]:
    """Line and column of an offset."""
    return text.count(b"\n", 0, offset) + 1, column(text, offset)


def column(text: bytes, offset: int) -> int:
    """The column of an offset."""
    return len(text[text.rfind(b"\n", 0, offset) + 1 : offset].decode(errors="replace")) + 1


def offset_of(text: bytes, line: int, column: int) -> int:
    """The offset of a place."""
    start = 0
    for _ in range(line - 1):
        start = text.find(b"\n", start) + 1
    return start + len(text[start:].partition(b"\n")[0].decode(errors="replace")[: column - 1].encode())
