"""Numbers in the messages of engines."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """`1 second`, `0.5 seconds`."""
    return f"{seconds:g} second{'' if seconds == 1 else 's'}"
