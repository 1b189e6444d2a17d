"""Violations -> verdicts: the three values.

A policy is *undetermined* about a resource when something that it reads there is unknown or invalid and no violation
stands on known ground alone, or when a violation rests on the absence of something whose type is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, Row, View
from erpguard.engines import Violation
from erpguard.model import Outcome, Path, Policy, Resource
from erpguard.reads import ATTRIBUTES, bind, body_paths, touches, view_fields


class Verdict(NamedTuple):
    """What one policy says about one resource. `unknown` says, for an undetermined one, what is not known."""

    policy: Policy
    resource: Resource
    outcome: Outcome
    violations: tuple[Violation, ...] = ()
    undetermined: tuple[Violation, ...] = ()
    unknown: tuple[str, ...] = ()
    unknown_path: Path = ()


class Doubt(NamedTuple):
    """Something that is not known: its path in the resource, what to call it, and the row it is a field of."""

    path: Path
    name: str
    row: str = ""


def _any_of(named: list[str]) -> str:
    """`a, b or c`; of many the first two, and how many more."""
    if len(named) > 3:
        named = [*named[:2], f"an object of {len(named) - 2} other types"]
    return " or ".join(filter(None, (", ".join(named[:-1]), named[-1])))


class Rule:
    """A policy with what is needed to turn its violations into verdicts.

    `settings` are the policy's own, by environment.
    """

    def __init__(
        self, policy: Policy, analyses: Analyses, views: Mapping[str, View], settings: Mapping[str, Any] | None = None
    ) -> None:
        self.policy = policy
        self._settings = settings or {}
        self._paths = body_paths(policy.reads)
        self._fields = view_fields(policy.reads)
        self._views = {name: views[name] for name in policy.views}
        self._types = policy.resource_types
        self._open = tuple(type_ for type_ in policy.absence_of if analyses.estate.is_open(type_))
        self._estate = analyses.estate

    def subjects(self, by_type: Mapping[str, Sequence[Resource]]) -> list[Resource]:
        """Of some resources the ones that the policy judges: by type, and by having a row in one of its views."""
        candidates = [resource for type_ in self._types for resource in by_type.get(type_, ())]
        if not self._views:
            return candidates
        return [resource for resource in candidates if any(view.of(resource) for view in self._views.values())]

    def verdict(self, resource: Resource, violations: list[Violation]) -> Verdict:
        """The three-valued outcome for one resource."""
        applies = self._applies(resource)
        if applies is False:
            return Verdict(self.policy, resource, Outcome.NOT_APPLICABLE)
        unknown = self._unknown(resource)
        certain: list[Violation] = []
        uncertain: list[Violation] = []
        for violation in violations:
            doubtful = applies is None or self._is_doubtful(violation, unknown)
            (uncertain if doubtful else certain).append(violation)
        own = {str(violation["doubt"]) for violation in uncertain if violation.get("doubt")}
        reasons = tuple(sorted({doubt.name for doubt in unknown} | own)) + self._open_reason(resource, uncertain)
        if certain:
            return Verdict(self.policy, resource, Outcome.FAIL, tuple(certain), tuple(uncertain), reasons)
        if unknown or uncertain:
            at = min((doubt.path for doubt in unknown), key=lambda path: tuple(map(str, path)), default=())
            return Verdict(self.policy, resource, Outcome.UNDETERMINED, (), tuple(uncertain), reasons, at)
        return Verdict(self.policy, resource, Outcome.PASS)

    def _open_reason(self, resource: Resource, uncertain: Iterable[Violation]) -> tuple[str, ...]:
        types = dict.fromkeys(type_ for violation in uncertain for type_ in self._missing(violation))
        # What stands apart from a resource, and is of its own type, is a setting of it: network rules of an account.
        reasons = ["whether a setting of it stands elsewhere"] if types.pop(resource.type, False) is None else []
        if types:
            from erpguard.model.nouns import one  # few scans of files need it

            reasons.append(f"whether {_any_of(list(dict.fromkeys(map(one, types))))} exists elsewhere")
        return tuple(reasons)

    def _missing(self, violation: Violation) -> Sequence[str]:
        """The types that are open and whose absence a violation rests on."""
        absent = violation.get("absent")
        return self._open if absent is None else [type_ for type_ in absent if self._estate.is_open(type_)]

    def _applies(self, resource: Resource) -> bool | None:
        """Whether `judged` takes the resource in; None where that is not known."""
        if self.policy.only_if and not self._settings[resource.environment][self.policy.only_if]:
            return False
        if not self.policy.judged:
            return True
        answers = {self._row_applies(name, row) for name, view in self._views.items() for row in view.of(resource)}
        return True if True in answers else None if None in answers else False

    def _row_applies(self, view: str, row: Row) -> bool | None:
        """Whether the policy is about a row: `judged` speaks of the fields that it reads of the view."""
        shown = row.shown()
        answers = {
            None if name in row.unknown else shown.get(name) in accepted
            for name, accepted in self.policy.judged.items()
            if name in ATTRIBUTES or name in self._fields[view]
        }
        return False if False in answers else None if None in answers else True

    def _unknown(self, resource: Resource) -> list[Doubt]:
        """Everything that the policy reads of the resource and that is not known."""
        doubts = [
            Doubt(path, ".".join(map(str, path)))
            for path in (*resource.unknown, *resource.invalid)
            if any(touches(pattern, path) for pattern in self._paths)
        ]
        for name, view in self._views.items():
            for row in view.of(resource) if view.has_unknown else ():
                hidden = row.unknown & self._fields[name]
                if hidden and self._row_applies(name, row) is not False:
                    doubts += [Doubt(row.path, field.replace("_", " "), row.key) for field in sorted(hidden)]
        return doubts

    def _is_doubtful(self, violation: Violation, unknown: list[Doubt]) -> bool:
        """Whether a violation rests on something that is not known, or says so itself (`doubt`)."""
        own = bool(violation.get("doubt"))
        return own or bool(self._missing(violation)) or any(self._rests_on(violation, doubt) for doubt in unknown)

    def _rests_on(self, violation: Violation, doubt: Doubt) -> bool:
        if doubt.row:
            return violation.get("row") in (doubt.row, violation["resource"], None)
        if "evidence" in violation:
            return any(touches(tuple(path), doubt.path) for path in violation["evidence"])
        place = tuple(violation["path"])
        return any(touches(bind(pattern, place), doubt.path) for pattern in self._paths)
