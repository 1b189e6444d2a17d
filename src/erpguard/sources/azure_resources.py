"""ARM resources as `az ... -o json`, the REST API and Resource Graph show them: objects, lists, and pages of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from erpguard.model import Path
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.families import Draft, settle
from erpguard.sources import Collected
from erpguard.sources.object_lists import OriginOf


def looks_like_arm(value: Any) -> bool:
    """Whether a document holds ARM resources: one, a list of them, or a page (`value`) of a list."""
    return any(True for _ in _bodies(value))


class AzureResources:
    """Collects ARM bodies of many documents, and puts together what belongs together at the end."""

    def __init__(self, settings: Mapping[str, Any] | None, source: str = arm.SOURCE) -> None:
        self._settings = settings
        self._source = source
        self._drafts: list[Draft] = []

    def take(self, value: Any, origin_of: OriginOf, collected: Collected) -> None:
        """The resources of one document."""
        self.add(_bodies(value), origin_of, collected)

    def add(self, bodies: Iterable[tuple[Path, dict[str, Any]]], origin_of: OriginOf, collected: Collected) -> None:
        """Resources, with their paths in a document."""
        for path, body in bodies:
            made, problems = arm.resource(whole(body), origin_of(path, body), self._settings, self._source)
            collected.problems += problems
            self._drafts.append(Draft(made))

    def finish(self, collected: Collected) -> None:
        """Add the resources to what was collected."""
        add_settled([self._drafts], collected)


def add_plans(groups: list[list[Draft]], settings: Mapping[str, Any], collected: Collected) -> None:
    """Put the plans of a source together; where another source has plans too (`plans`), that is done for all."""
    together: list[list[Draft]] | None = settings.get("plans")
    if together is None:
        add_settled(groups, collected)
    else:
        together += groups


def add_settled(groups: list[list[Draft]], collected: Collected) -> None:
    """Put together what belongs together, within each group (a plan) and across them, and add it."""
    settled = settle(*groups)
    collected.resources += settled.resources
    collected.problems += settled.problems
    collected.open_types |= settled.open_types


def _bodies(value: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    if arm.is_arm(value):
        yield (), value
        return
    prefix: Path = ()
    if isinstance(value, dict) and "kind" not in value:
        value, prefix = value.get("value"), ("value",)
    if isinstance(value, list):
        for index, item in enumerate(value):
            if arm.is_arm(item):
                yield (*prefix, index), item


def whole(value: Any) -> Any:
    """The value with numbers such as 14.0 as the integers that they are to JSON, in place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            value[key] = whole(inner)
    elif isinstance(value, list):
        value[:] = map(whole, value)
    elif isinstance(value, float) and value.is_integer():
        return int(value)
    return value
