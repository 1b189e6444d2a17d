"""Where something stands: a region of a file, or a node of an object that has no file."""

from __future__ import annotations

from typing import Any, NamedTuple

Step = str | int
"""One step into a JSON value: a key of an object or an index of an array."""

Path = tuple[Step, ...]
"""Steps from the root of a resource's body to a node."""


class Place(NamedTuple):
    """A region of a file, or a node of an object.

    `file` is relative to the scan's root, with forward slashes; it is empty for in-memory objects, standard input
    and live state. Lines and columns are 1-based, columns count UTF-16 code units and the end is exclusive, as
    SARIF 2.1.0 section 3.30 has them; all four are 0 where there is no file. `object_id` and `pointer` (RFC 6901)
    name the node within its resource.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    object_id: str = ""
    pointer: str = ""

    def __str__(self) -> str:
        if self.file:
            return f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{self.object_id}{self.pointer}"


def value_at(value: Any, path: Path) -> Any:
    """What stands at a path of a JSON value; None where nothing does."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def dotted(path: Path) -> str:
    """A path as people write it: `spec.rules[0].host`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def pointer(path: Path) -> str:
    """The JSON pointer (RFC 6901) of a path: `("a/b", 0)` gives `/a~1b/0`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
