"""What exists on one side only: whether that means anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from erpguard.drift.platform_made import PlatformMade, is_inherent
from erpguard.drift.telling import Told
from erpguard.estate import ALL_TYPES
from erpguard.judgement import Judgement
from erpguard.model import Outcome, Resource
from erpguard.normalize.known_types import is_read
from erpguard.sides.comparison import Comparison
from erpguard.sides.deletions import Deletions, replaced
from erpguard.sides.twins import AZURE, Aliases, Twin, Twins, platform

_CHANGES_OF_WHAT_EXISTS = frozenset(("forget", "no-op", "replace", "update"))

_NOT_LISTED = frozenset(
    (
        "Microsoft.Authorization/roleAssignmentScheduleRequests",
        "Microsoft.Authorization/roleEligibilityScheduleRequests",
        "Microsoft.Graph/directoryObjects",
    )
)
"""Types that plans hold and collections never: what is asked for, and what lives in the directory."""


class Existence:
    """Judges what has no twin on the other side."""

    def __init__(
        self, comparison: Comparison, twins: Twins, aliases: Aliases, reference: Judgement, actual: Judgement
    ) -> None:
        self._comparison = comparison
        self._twins = twins
        self._reference = reference
        self._actual = actual
        self._deletions = Deletions(reference.side.collected, aliases)
        self._made = PlatformMade(actual.side.resources)
        self._aliases = aliases
        self._lonely: dict[str, list[Resource]] | None = None
        self._scopes = [
            self._scopes_of(one for one in side.side.resources if named.takes(one))
            for side, named in ((reference, comparison.reference), (actual, comparison.actual))
        ]

    def unplanned(self, rule: str, resource: Resource, twin: Twin) -> Told:
        """What is to be said of something that exists, and that the reference does not have."""
        if (
            not self._twins.is_named(resource, of=1)
            or not self._is_comparable(resource, of=1)
            or self._made.reason(resource)
            or self._deletions.hit(resource)
            or self._has_lonely_parent(resource, self._actual, among=0)
        ):
            return Told(rule, Outcome.NOT_APPLICABLE, resource)
        if self._twins.may_be_nameless(resource, among=0):
            return Told(rule, Outcome.UNDETERMINED, resource, "whether it is one that has no name there")
        return self._told(rule, resource, twin, self._reference)

    def gone(self, rule: str, resource: Resource, twin: Twin) -> Told:
        """What is to be said of something of the reference that does not exist."""
        is_named = self._twins.is_named(resource, of=0)
        if (
            not self._is_comparable(resource, of=0)
            or resource.change == "create"
            or replaced(resource)
            or resource.type in _NOT_LISTED
            or is_inherent(resource)
            or (self._comparison.reference.is_live and self._made.reason(resource))
            or not (is_named or resource.change in _CHANGES_OF_WHAT_EXISTS)
            or self._has_lonely_parent(resource, self._reference, among=1)
        ):
            return Told(rule, Outcome.NOT_APPLICABLE, resource)
        if not self._comparison.reference.is_live and resource.change not in _CHANGES_OF_WHAT_EXISTS:
            return Told(rule, Outcome.UNDETERMINED, resource, "whether it was ever applied")
        if not is_named and any(
            self._twins.may_be_one(resource, one, among=1) for one in self._unpaired(resource.type)
        ):
            return Told(rule, Outcome.UNDETERMINED, resource, "its name, and so whether it is one that lives")
        return self._told(rule, resource, twin, self._actual)

    def _told(self, rule: str, resource: Resource, twin: Twin, elsewhere: Judgement) -> Told:
        if not twin.known:
            return Told(rule, Outcome.UNDETERMINED, resource, "which of several of that name is meant")
        # Its own gaps only: what another side lacks does not matter here, unless the whole scan is partial.
        open_types, all_of = elsewhere.side.collected.open_types, elsewhere.estate.open_types
        if not open_types.isdisjoint((resource.type, ALL_TYPES)) or ALL_TYPES in all_of:
            return Told(rule, Outcome.UNDETERMINED, resource, f"whether a {resource.kind} was left out there")
        return Told(rule, Outcome.FAIL, resource)

    def _is_comparable(self, resource: Resource, *, of: int) -> bool:
        """Whether the other side could hold it: the same subscription or cluster, and a type that is read at all."""
        if not is_read(resource.type):
            return False
        theirs = self._scopes[1 - of]
        own = next(iter(self._scopes_of((resource,))))
        if platform(resource) == AZURE and not own[1]:  # a plan that does not know its subscription
            return resource.identity.startswith("/subscriptions/") and any(scope[0] == AZURE for scope in theirs)
        return own in theirs or (platform(resource) == AZURE and (AZURE, "") in theirs)

    def _scopes_of(self, resources: Iterable[Resource]) -> set[tuple[str, str]]:
        """The subscriptions and clusters of resources."""
        return {(platform(one), self._aliases.get(one.cluster, one.cluster)) for one in resources}

    def _unpaired(self, type_: str) -> Sequence[Resource]:
        """What lives of a type, and has no twin."""
        if self._lonely is None:
            self._lonely = defaultdict(list)
            for one in self._actual.side.resources:
                if self._twins.of(one, among=0).resource is None:
                    self._lonely[one.type].append(one)
        return self._lonely.get(type_, ())

    def _has_lonely_parent(self, resource: Resource, own: Judgement, *, among: int) -> bool:
        """Whether it belongs to something that has no twin either: that is told."""
        parent = own.estate.arm(resource.parent).resource if resource.parent else None
        if parent is None or parent is resource or not self._twins.is_named(parent, of=1 - among):
            return False
        if self._twins.of(parent, among=among).resource is not None:
            return False
        is_untold = is_inherent(parent) or (own.side.is_live and bool(self._made.reason(parent)))
        return not is_untold or self._has_lonely_parent(parent, own, among=among)
