"""Verdicts about one side against those about another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from erpguard.drift.existence import Existence
from erpguard.drift.rules import FAILS_LIVE, GONE, IN_NO_PLAN, RULES, WOULD_BREAK
from erpguard.drift.telling import Teller, Told
from erpguard.errors import UsageError
from erpguard.judgement import Judgement
from erpguard.model import Counts, Outcome, Path, Policy, Problem, Resource
from erpguard.normalize.azure.families import DELETION
from erpguard.sides import Side
from erpguard.sides.comparison import Comparison, Named
from erpguard.sides.twins import AZURE, NO_ALIASES, Twins, aliases, platform

_ABOUT_CHANGES = "recovery_changes"
"""The view of policies that judge what a plan changes: they say nothing of a state."""

_RANK = {Outcome.NOT_APPLICABLE: 0, Outcome.PASS: 1, Outcome.UNDETERMINED: 2, Outcome.FAIL: 3}


class Pair(NamedTuple):
    """One resource on both sides; a path leads to the part that is meant, where a side has it within its parent."""

    reference: Resource
    actual: Resource
    reference_path: Path = ()
    actual_path: Path = ()


class _ByTypes:
    """Finds the policies that judge the types of both resources of a pair."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self._policies = list(policies)
        self._found: dict[frozenset[str], list[Policy]] = {}

    def of(self, *types: str) -> list[Policy]:
        wanted = frozenset(types)
        if wanted not in self._found:
            self._found[wanted] = [one for one in self._policies if wanted.issubset(one.resource_types)]
        return self._found[wanted]


class Drift:
    """Compares two sides. Made before they become estates, told once they are judged.

    Of something declared and something live all four rules hold. Two that are live are two moments: what got worse,
    what is new and what is gone is told. Two that are declared are the plan of today and that of tomorrow: what
    tomorrow's would break is told.
    """

    def __init__(self, comparison: Comparison, sides: Sequence[Side]) -> None:
        self._comparison = comparison
        self._reference = _side_of(comparison.reference, sides)
        self._actual = _side_of(comparison.actual, sides)
        one, other = self._reference.resources, self._actual.resources
        is_mixed = comparison.actual.is_live and not comparison.reference.is_live
        self._aliases = aliases(one, other) if is_mixed else NO_ALIASES
        self._twins = Twins(one, other, self._aliases)

    def tell(self, judged: Iterable[Judgement], policies: Iterable[Policy]) -> None:
        """Add what drifted to the judgements, and what was counted to that of the actual side."""
        by_side = {id(one.side): one for one in judged}
        reference, actual = by_side[id(self._reference)], by_side[id(self._actual)]
        if reference is actual:
            return  # one of them could not be read
        teller = Teller(self._comparison, reference, actual, self._twins)
        compared = _ByTypes(policy for policy in policies if _ABOUT_CHANGES not in policy.views)
        counts = {rule: Counts() for rule in RULES}
        met = set()
        for pair in self._pairs():
            met.add(platform(pair.actual))
            outcomes = {rule: Outcome.PASS for rule in self._rules()}
            for policy in compared.of(pair.reference.type, pair.actual.type):
                self._compare(pair, policy, teller, outcomes)
            for rule, outcome in outcomes.items():
                counts[rule].add(outcome)
        if self._comparison.actual.is_live:
            existence = Existence(self._comparison, self._twins, self._aliases, reference, actual)
            for told in self._missing(existence):
                counts[told.rule].add(told.outcome)
                teller.exists(told)
        actual.counts |= counts
        actual.problems += self._strangers(met)

    def _strangers(self, met: set[str]) -> Iterator[Problem]:
        """Say of which platforms both sides hold something, and nothing in common."""
        sides = ((self._reference, self._comparison.reference), (self._actual, self._comparison.actual))
        one, other = ({platform(resource) for resource in self._taken(*side)} for side in sides)
        for name in sorted(one & other - met):
            settings = "`estate.subscription`" if name == AZURE else "`estate.clusters`"
            text = f"--compare: nothing of {name} {sides[0][1].where} is found {sides[1][1].where}: if it should be, "
            text += f"check that both mean the same {'subscription' if name == AZURE else 'cluster'} ({settings})"
            yield Problem("nothing-compared", text, stage="configuration", level="warning")

    def _rules(self) -> tuple[str, ...]:
        if not self._comparison.actual.is_live:
            return (WOULD_BREAK,)
        return (FAILS_LIVE,) if self._comparison.reference.is_live else (FAILS_LIVE, WOULD_BREAK)

    def _pairs(self) -> Iterator[Pair]:
        for one in self._taken(self._reference, self._comparison.reference):
            twin = self._twins.of(one, among=1)
            if twin.resource is not None and self._comparison.actual.takes(twin.resource):
                yield Pair(one, twin.resource, (), twin.path)
        for one in self._taken(self._actual, self._comparison.actual):
            twin = self._twins.of(one, among=0)
            if twin.resource is not None and twin.path and self._comparison.reference.takes(twin.resource):
                yield Pair(twin.resource, one, twin.path, ())

    def _compare(self, pair: Pair, policy: Policy, teller: Teller, outcomes: dict[str, Outcome]) -> None:
        before = teller.outcome(True, policy, pair.reference, pair.reference_path)
        after = teller.outcome(False, policy, pair.actual, pair.actual_path)
        if before is after and before is not Outcome.UNDETERMINED:
            return
        worse, better = _RANK[after] >= _RANK[before], _RANK[after] < _RANK[before]
        is_planned = not self._comparison.actual.is_live
        rule = WOULD_BREAK if is_planned or better else FAILS_LIVE
        if (is_planned and not worse) or rule not in outcomes:
            return  # it got better from the one to the other
        outcome = Outcome.UNDETERMINED if Outcome.UNDETERMINED in (before, after) else Outcome.FAIL
        if _RANK[outcome] > _RANK[outcomes[rule]]:
            outcomes[rule] = outcome
        teller.verdicts(rule, outcome, policy, pair, before, after)

    def _missing(self, existence: Existence) -> Iterator[Told]:
        for one in self._taken(self._actual, self._comparison.actual):
            twin = self._twins.of(one, among=0)
            if twin.resource is None:
                yield existence.unplanned(IN_NO_PLAN, one, twin)
            else:
                yield Told(IN_NO_PLAN, Outcome.PASS, one)
        for one in self._taken(self._reference, self._comparison.reference):
            twin = self._twins.of(one, among=1)
            if twin.resource is None:
                yield existence.gone(GONE, one, twin)
            else:
                yield Told(GONE, Outcome.PASS, one)

    @staticmethod
    def _taken(side: Side, named: Named) -> Iterator[Resource]:
        return (one for one in side.resources if one.type != DELETION and named.takes(one))


def _side_of(named: Named, sides: Sequence[Side]) -> Side:
    """The side that holds what was named. What could not be read is told as such, and leaves nothing to compare."""
    fitting = [side for side in sides if side.is_live == named.is_live]
    for side in fitting:
        if any(named.takes(one) for one in side.resources):
            return side
    if any(problem.level == "error" for side in sides for problem in side.collected.problems):
        return (fitting or list(sides))[-1]
    there = sorted({one.source for side in sides for one in side.resources})
    raise UsageError(f"--compare: {named.name} holds no resources: there are those of {', '.join(there) or 'none'}")
