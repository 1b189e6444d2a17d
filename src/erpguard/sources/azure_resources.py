"""ARM resources as the REST API, `az rest`, `az resource show` and Resource Graph show them: objects, lists, and pages.

Most commands of the Azure CLI show something else: `az resource list` leaves out all properties, and commands for one
type move them to the top (https://learn.microsoft.com/cli/azure/resource#az-resource-list). Nothing is known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from erpguard.model import Origin, Path, Problem
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.arm_types import arm_type, canonical
from erpguard.normalize.azure.families import Draft, settle
from erpguard.sources import Collected
from erpguard.sources.object_lists import ANY_TYPE, OriginOf
from erpguard.sources.what_if import foreseen, is_what_if, unevaluated, unforeseen

_PAGES = ("value", "data")
"""Where a page of a list has its items: ARM's, and those of Resource Graph."""

_MORE = ("nextLink", "skip_token", "$skipToken")
"""What a page has where others follow: ARM's, that of `az graph query`, that of Resource Graph."""

_AT_TOP = "Microsoft.Resources/subscriptions"
"""The type whose GET has nothing under `properties`."""

_WHOLE = frozenset((("properties",),))


def looks_like_arm(value: Any) -> bool:
    """Whether a document holds ARM resources: one, a list of them, a page of a list, or the answer of a what-if."""
    return is_what_if(value) or any(True for _ in _bodies(value))


class AzureResources:
    """Collects ARM bodies of many documents, and puts together what belongs together at the end."""

    def __init__(self, settings: Mapping[str, Any] | None, source: str = arm.SOURCE) -> None:
        self._settings = settings
        self._source = source
        self._drafts: list[Draft] = []

    def take(self, value: Any, origin_of: OriginOf, collected: Collected) -> None:
        """The resources of one document."""
        for path, code, text in _left_out(value):
            collected.problems.append(Problem(code, text, origin_of((), value).place(path)))
            collected.open_types.add(ANY_TYPE)
        self.add(_bodies(value), origin_of, collected)

    def add(self, bodies: Iterable[tuple[Path, dict[str, Any]]], origin_of: OriginOf, collected: Collected) -> None:
        """Resources, with their paths in a document."""
        lacking: list[tuple[str, Origin]] = []
        for path, body in bodies:
            origin, lacks = origin_of(path, body), _lacks_properties(body)
            known = arm.Known(unknown=_WHOLE if lacks else unevaluated(path, body))
            made, problems = arm.resource(whole(body), origin, self._settings, self._source, known)
            collected.problems += problems
            if lacks:
                lacking.append((f"{made.kind} {made.name}", origin))
            self._drafts.append(Draft(made))
        if lacking:
            collected.problems.append(_without_properties(lacking))

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
    else:
        yield from ((path, item) for path, item in _items(value) if arm.is_arm(item))


def _items(value: Any) -> Iterator[tuple[Path, Any]]:
    """What a list, a page of one, or the answer of a what-if holds."""
    if isinstance(value, list):
        yield from (((index,), item) for index, item in enumerate(value))
    elif isinstance(value, dict) and "kind" not in value:
        for key in _PAGES:
            listed = value.get(key)
            yield from (((key, index), item) for index, item in enumerate(listed if isinstance(listed, list) else ()))
        yield from foreseen(value)


def _left_out(value: Any) -> Iterator[tuple[Path, str, str]]:
    """What a document says that it does not have: where, the code of the problem, and the text."""
    if arm.is_arm(value) or not isinstance(value, dict):
        return
    for key in (key for key in _MORE if value.get(key)):
        yield (key,), "more-pages", f"more pages follow ({key}), which are not here: give all of them"
    for path, id_ in unforeseen(value):
        yield path, "unforeseen-change", f"what-if does not foresee what becomes of {id_}: it is not judged"


def _lacks_properties(body: dict[str, Any]) -> bool:
    """Whether a body is not whole. One that is written for a deployment, with an API version, may leave them out."""
    described = arm_type(canonical(str(body["type"])))
    if described is None or described.name == _AT_TOP or body.get("apiVersion"):
        return False
    return body.get("properties") is None and "properties" in described.shape


def _without_properties(lacking: list[tuple[str, Origin]]) -> Problem:
    first, origin = lacking[0]
    who = f"{first} has" if len(lacking) == 1 else f"{first} and {len(lacking) - 1} more have"
    text = (
        f"{who} no `properties`, so that nothing is known of the settings: give what `az resource show`, `az rest` or "
        "Resource Graph show; other commands of the Azure CLI leave them out, or move them to the top"
    )
    return Problem("no-properties", text, origin.place(("name",)))


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
