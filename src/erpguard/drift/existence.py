"""What exists on one side only: whether that means anything."""

from __future__ import annotations

from collections.abc import Iterable

from erpguard.drift.platform_made import PlatformMade, is_inherent
from erpguard.drift.telling import Told
from erpguard.estate import ALL_TYPES
from erpguard.judgement import Judgement
from erpguard.model import Outcome, Resource
from erpguard.normalize.known_types import is_read
from erpguard.sides.comparison import Comparison
from erpguard.sides.deletions import Deletions
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
        self._scopes = [
            self._scopes_of(one for one in side.side.resources if named.takes(one))
            for side, named in ((reference, comparison.reference), (actual, comparison.actual))
        ]

    def unplanned(self, rule: str, resource: Resource, twin: Twin) -> Told:
        """What is to be said of something that exists, and that the reference does not have."""
        if (
            not self._is_comparable(resource, of=1)
            or self._made.reason(resource)
            or self._deletions.hit(resource)
            or self._has_lonely_parent(resource, self._actual, among=0)
        ):
            return Told(rule, Outcome.NOT_APPLICABLE, resource)
        if self._twins.is_nameless(resource.type, of=0):
            return Told(rule, Outcome.UNDETERMINED, resource, "whether it is one that has no name there")
        return self._told(rule, resource, twin, self._reference)

    def gone(self, rule: str, resource: Resource, twin: Twin) -> Told:
        """What is to be said of something of the reference that does not exist."""
        if (
            not self._is_comparable(resource, of=0)
            or resource.change == "create"
            or resource.type in _NOT_LISTED
            or is_inherent(resource)
            or (self._comparison.reference.is_live and self._made.reason(resource))
            or self._has_lonely_parent(resource, self._reference, among=1)
        ):
            return Told(rule, Outcome.NOT_APPLICABLE, resource)
        if not self._comparison.reference.is_live and resource.change not in _CHANGES_OF_WHAT_EXISTS:
            return Told(rule, Outcome.UNDETERMINED, resource, "whether it was ever applied")
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
        if not is_read(resource.type) or not self._twins.is_named(resource, of=of):
            return False
        theirs = self._scopes[1 - of]
        own = next(iter(self._scopes_of((resource,))))
        if platform(resource) == AZURE and not own[1]:  # a plan that does not know its subscription
            return resource.identity.startswith("/subscriptions/") and any(scope[0] == AZURE for scope in theirs)
        return own in theirs or (platform(resource) == AZURE and (AZURE, "") in theirs)

    def _scopes_of(self, resources: Iterable[Resource]) -> set[tuple[str, str]]:
        """The subscriptions and clusters of resources."""
        return {(platform(one), self._aliases.get(one.cluster, one.cluster)) for one in resources}

    def _has_lonely_parent(self, resource: Resource, own: Judgement, *, among: int) -> bool:
        """Whether it belongs to something that has no twin either: that is told."""
        parent = own.estate.arm(resource.parent).resource if resource.parent else None
        if parent is None or parent is resource or not self._twins.is_named(parent, of=1 - among):
            return False
        return self._twins.of(parent, among=among).resource is None
