"""Sides: what is declared, and what is live. Each is an estate of its own, so that one resource is never two of them.

The declared estate shows what will be: what is declared, and beside it what lives and is not declared. The live estate
shows what is: what lives, and beside it what is declared for a platform that was not read. Verdicts count for a side's
own resources; what stands beside them is there to be joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from erpguard.estate import ALL_TYPES, Estate
from erpguard.model import Resource
from erpguard.sources import Collected

if TYPE_CHECKING:
    from erpguard.sides.comparison import Comparison
    from erpguard.sides.twins import Aliases

_MADE_OF_TEMPLATES = frozenset(("apps/ReplicaSet", "batch/Job", "core/Pod"))


class Side:
    """What was collected for one side.

    resources   its own: those that are judged
    beside      copies of what stands beside them, for joins
    open_types  the types of which others may exist
    is_base     it is only there to be compared with: an earlier version of another side
    """

    __slots__ = ("beside", "collected", "is_base", "is_live", "open_types")

    def __init__(self, collected: Collected, *, is_live: bool = False, is_base: bool = False) -> None:
        self.collected = collected
        self.is_live = is_live
        self.is_base = is_base
        self.beside: list[Resource] = []
        self.open_types: set[str] = set(collected.open_types)

    @property
    def resources(self) -> list[Resource]:
        """Its own resources."""
        return self.collected.resources

    def estate(self, is_partial: bool) -> Estate:
        """The estate: its own resources first, for names and ranks are theirs."""
        return Estate([*self.resources, *self.beside], {ALL_TYPES} if is_partial else self.open_types)


def sides(declared: Collected, live: Collected, *, is_base: bool = False) -> list[Side]:
    """The sides of one collection; a single one for everything where the other holds nothing."""
    if declared.resources and live.resources:
        return [Side(declared, is_base=is_base), Side(live, is_live=True, is_base=is_base)]
    is_live = bool(live.resources)
    declared.merge(live)
    return [Side(declared, is_live=is_live, is_base=is_base)]


def arrange(found: Sequence[Side], comparison: Comparison | None) -> None:
    """Put beside each side what it needs of the others."""
    if len(found) < 2:
        return
    for side in found:
        others = [other for other in found if other is not side and not other.is_base]
        # What is declared comes first: what lives stands beside it only where it is not declared.
        for other in sorted(others, key=lambda one: one.is_live):
            usable = list(_usable(side, other, comparison))
            _put_live(side, other, usable) if side.is_live else _put_declared(side, other, usable)


def _usable(side: Side, other: Side, comparison: Comparison | None) -> Iterator[Resource]:
    """What of another side may stand beside a side: never another version of it."""
    for one in other.resources:
        if not (comparison and side.is_base and side.is_live == other.is_live and comparison.actual.takes(one)):
            yield one


def _put_declared(side: Side, other: Side, usable: Iterable[Resource]) -> None:
    from erpguard.normalize.azure.families import DELETION
    from erpguard.sides.deletions import Deletions
    from erpguard.sides.twins import NO_ALIASES, Twins, aliases

    usable = [one for one in usable if one.type != DELETION and not _is_made(one)]
    known = [*side.resources, *side.beside]
    names = aliases(side.resources, usable) if other.is_live else NO_ALIASES
    twins = Twins(known, usable, names)
    deletions = Deletions(side.collected, names)
    ids = {one.id for one in known}
    for one in usable:
        twin = twins.of(one, among=0)
        if twin.resource is None and twin.known and not deletions.hit(one):
            side.beside.append(_copy(one, names, ids))
    side.open_types |= other.collected.open_types


def _put_live(side: Side, other: Side, usable: Iterable[Resource]) -> None:
    """What is declared for a platform of which nothing was read."""
    from copy import copy

    from erpguard.normalize.azure.families import DELETION
    from erpguard.sides.twins import platform

    covered = {platform(one) for one in side.resources}
    missing = [one for one in usable if one.type != DELETION and platform(one) not in covered]
    side.beside += map(copy, missing)
    for name in {platform(one) for one in missing}:
        side.open_types |= open_on(name, other.collected.open_types)


def open_on(platform: str, open_types: Iterable[str]) -> set[str]:
    """Those of the open types that are of a platform."""
    if ALL_TYPES in open_types:
        from erpguard.normalize.known_types import all_of

        return all_of(platform)
    return {type_ for type_ in open_types if type_.startswith("Microsoft.") == (platform == "azure")}


def _is_made(resource: Resource) -> bool:
    """Whether a controller made an object of a template: the next ones come of the template as it is declared."""
    metadata = resource.body.get("metadata")
    return resource.type in _MADE_OF_TEMPLATES and bool(isinstance(metadata, dict) and metadata.get("ownerReferences"))


def _copy(resource: Resource, names: Aliases, ids: set[str]) -> Resource:
    """A copy for another estate, under the name of its cluster there, and without the parts that are there already."""
    from copy import copy

    made = copy(resource)
    if made.parts and not ids.isdisjoint(made.parts):
        made.parts = {id_: path for id_, path in made.parts.items() if id_.lower() not in ids}
    for theirs, ours in names.items():
        if made.cluster == ours:
            made.id = theirs + made.id.removeprefix(ours)
            made.cluster = theirs
    return made
