"""Which findings do not count, and why: inline ignores and annotations.

    # erpguard: ignore[TLS001] reason          on the line of the finding, or alone on the line above it
    erpguard.io/ignore: "TLS001,RES: reason"   on the object; several entries are separated by semicolons

An ignore needs a reason: without one it has no effect and is reported. So is one that matches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from erpguard.estate import Estate
from erpguard.model import Finding, Place, Policy, Problem, Resource, Suppression

ANNOTATION = "erpguard.io/ignore"


@dataclass(slots=True)
class Ignore:
    """One decision to ignore: ids or prefixes, the reason, and what it applies to: a line, or an object by its key."""

    ids: tuple[str, ...]
    reason: str
    place: Place
    file: str = ""
    line: int = 0
    resource_id: str = ""
    used: bool = field(default=False)

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is meant."""
        if not any(finding.policy.startswith(prefix) for prefix in self.ids):
            return False
        if self.resource_id:
            return finding.resource_id == self.resource_id and finding.place.file == self.file
        return finding.place.file == self.file and finding.place.line == self.line


def annotated(estate: Estate) -> tuple[list[Ignore], list[Problem]]:
    """The ignores in the annotations of an estate, and what is wrong with them."""
    ignores, problems = [], []
    for resource in estate:
        text = resource.annotations.get(ANNOTATION)
        if not text:
            continue
        place = resource.origin.place(("metadata", "annotations", ANNOTATION))
        for entry in text.split(";"):
            ids, colon, reason = entry.partition(":")
            names = tuple(name.strip().upper() for name in ids.split(",") if name.strip())
            if not colon or not names:
                problems.append(_malformed(place, resource))
                continue
            ignores.append(Ignore(names, reason.strip(), place, file=resource.origin.file, resource_id=resource.id))
    return ignores, problems


def _malformed(place: Place, resource: Resource) -> Problem:
    return Problem(
        "ignore-malformed",
        f'{resource.kind} {resource.name}: {ANNOTATION} is written "ID,ID: reason; ID: reason"',
        place,
        "triage",
        "warning",
    )


def apply(
    findings: Iterable[Finding], ignores: Sequence[Ignore], policies: Iterable[Policy]
) -> tuple[list[Finding], list[Finding], list[Problem]]:
    """(findings that count, suppressed ones, problems with the ignores).

    `policies` are the ones that were judged by: an ignore for another one is not called unused.
    """
    usable = [ignore for ignore in ignores if ignore.reason]
    counting, suppressed = [], []
    for finding in findings:
        matching = [ignore for ignore in usable if ignore.covers(finding)]
        for ignore in matching:
            ignore.used = True
        if matching:
            why = Suppression("ignored", matching[0].reason, matching[0].place)
            suppressed.append(replace(finding, suppression=why))
        else:
            counting.append(finding)
    return counting, suppressed, list(_problems(ignores, {policy.id for policy in policies}))


def _problems(ignores: Iterable[Ignore], judged: set[str]) -> Iterator[Problem]:
    for ignore in ignores:
        named = ", ".join(ignore.ids)
        if not ignore.reason:
            text = f"ignore of {named} without a reason has no effect: say why behind it"
            yield Problem("ignore-without-reason", text, ignore.place, "triage", "warning")
        elif not ignore.used and any(policy.startswith(prefix) for prefix in ignore.ids for policy in judged):
            text = f"ignore of {named} matches nothing: remove it"
            yield Problem("ignore-unused", text, ignore.place, "triage", "warning")
