"""Where the attributes of a planned resource stand: in the configuration, where that is at hand, else in the plan."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from json import JSONDecoder
from typing import TYPE_CHECKING, Any

from erpguard.model import Path, Place, pointer
from erpguard.sources.nodes import Node, find, span
from erpguard.sources.text_positions import Positions

if TYPE_CHECKING:
    from erpguard.sources.terraform.hcl_places import HclPlaces


class PlanText:
    """The text of a plan or state. `hcl` finds places in the configuration, once it is known where that is."""

    __slots__ = ("file", "hcl", "positions", "text")

    def __init__(self, text: str, file: str, positions: Positions) -> None:
        self.text = text
        self.file = file
        self.positions = positions
        self.hcl: HclPlaces | None = None


class InstanceOrigin:
    """The places of one resource instance. `prefix` leads to its attributes from the JSON object at `start`."""

    __slots__ = ("_plan", "_prefix", "_start", "object_id")

    def __init__(self, plan: PlanText, start: int, prefix: Path, address: str) -> None:
        self._plan = plan
        self._start = start
        self._prefix = prefix
        self.object_id = address

    @property
    def file(self) -> str:
        """The plan's file; empty for standard input."""
        return self._plan.file

    def place(self, path: Path) -> Place:
        """See `erpguard.model.Origin.place`."""
        return self._in_configuration(path, None) or self._in_plan(path)

    def place_of_line(self, path: Path, line: int) -> Place:
        """See `erpguard.model.Origin.place_of_line`; lines of a text are lines of a file only in the configuration."""
        return self._in_configuration(path, line) or self._in_plan(path)

    def text(self, path: Path) -> str:
        """Empty: a plan is not what one changes, and the text may hold what must not be shown."""
        return ""

    def _in_configuration(self, path: Path, line: int | None) -> Place | None:
        hcl = self._plan.hcl
        return hcl.place(self.object_id, path, self._values, line) if hcl is not None else None

    def _values(self) -> Any:
        """The attributes as the text has them: asked for places only, and not kept, for they hold secrets."""
        value, _ = JSONDecoder().raw_decode(self._plan.text, self._start)
        for step in self._prefix:
            value = value[step]
        return value

    def _in_plan(self, path: Path) -> Place:
        if not self.file:
            return Place(object_id=self.object_id, pointer=pointer(path))
        node = _located(self._plan, self._start)
        full = (*self._prefix, *path)
        if path and self._prefix[-1] == "attributes":
            above = find(node, full[: len(self._prefix) + 1])
            if len(above) > len(self._prefix) and is_wrapped(above[-1].value.entries or ()):
                full = (*self._prefix, path[0], "value", *path[1:])
        region = span(node, full)
        return self._plan.positions.place(self.file, *region)._replace(object_id=self.object_id)


def is_wrapped(keys: Collection[str]) -> bool:
    """Whether an object in a stored state is a value with its type, as attributes of no fixed type are stored."""
    return len(keys) == 2 and "value" in keys and "type" in keys


@lru_cache(maxsize=64)
def _located(plan: PlanText, start: int) -> Node:
    """The nodes of one resource: never those of the whole text, which may have 100 MB."""
    from erpguard.sources.json_places import locate

    return locate(plan.text, start)
