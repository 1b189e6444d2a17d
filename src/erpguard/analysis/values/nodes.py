"""A node of some object, and a value with the node where it is set."""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.model import Path, Resource


class Node(NamedTuple):
    """A node of a resource; `line` (0-based) is a line within the text that stands there."""

    resource: Resource
    path: Path
    line: int | None = None

    def at(self) -> dict[str, Any]:
        """The node as a finding's `at` has it."""
        found: dict[str, Any] = {"resource": self.resource.key, "path": list(self.path)}
        if self.line is not None:
            found["line"] = self.line
        return found


class Setting(NamedTuple):
    """The value of a setting, whether it is known, and where it is set.

    value None and known: nobody sets it. Not known: `value` is None, and `node`, where there is one, sets it.
    """

    value: str | None
    known: bool = True
    node: Node | None = None


UNSET = Setting(None)
HIDDEN = Setting(None, known=False)
