"""Which value stands in which line of JSON that is written with one value in a line: an oracle for places."""

from __future__ import annotations

import json
import re

Path = tuple[str | int, ...]

_MEMBER = re.compile(r'"((?:[^"\\]|\\.)*)": (.*)')


def paths_by_line(text: str) -> dict[int, Path]:
    """Number of a line (from 1) -> path of the value that begins in it."""
    found: dict[int, Path] = {}
    path: list[str | int] = []
    counts: list[int] = []  # per open collection: items so far of a list, -1 for an object
    for number, line in enumerate(text.split("\n"), 1):
        content = line.strip()
        if content[:1] in ("]", "}"):
            counts.pop()
            if path:
                path.pop()
        elif content:
            rest, step = content, None
            if counts and counts[-1] < 0:
                match = _MEMBER.fullmatch(content)
                assert match, f"line {number} has no member: {content}"
                step, rest = json.loads(f'"{match[1]}"'), match[2]
            elif counts:
                step, counts[-1] = counts[-1], counts[-1] + 1
            own = path if step is None else [*path, step]
            found[number] = tuple(own)
            if rest in ("{", "["):
                counts.append(-1 if rest == "{" else 0)
                path = own
    return found
