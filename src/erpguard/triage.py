"""Which findings do not count, and why: inline ignores and annotations.

    # erpguard: ignore[TLS001] reason          on the line of the finding, or alone on the line above it
    erpguard.io/ignore: "TLS001,RES: reason"   on the object; several entries are separated by semicolons

An ignore names ids, prefixes of ids, or names of policies, and needs a reason: without one it has no effect and is
reported. So is one that matches nothing. For a line within a block of text, in which no comment can stand, the comment
stands on the line of the block's key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from erpguard.model import Finding, Place, Policy, Problem, Resource, Suppression
from erpguard.packs import matches

ANNOTATION = "erpguard.io/ignore"
_COMMENT = "# erpguard: ignore[ID] reason"

_Target = tuple[str | int, ...]


class Ignore:
    """One decision to ignore: ids, prefixes or names, the reason, and what it applies to.

    That is a line of a file, or, with `resource_key`, an object: the one that is judged, or the one that holds the
    place of the finding (`resource_id` in `file`).
    """

    def __init__(
        self,
        names: tuple[str, ...],
        reason: str,
        place: Place,
        file: str = "",
        line: int = 0,
        resource_id: str = "",
        resource_key: str = "",
    ) -> None:
        self.names = names
        self.reason = reason
        self.place = place
        self.file = file
        self.line = line
        self.resource_id = resource_id
        self.resource_key = resource_key
        self.used = False

    def names_policy(self, policy: Policy) -> bool:
        """Whether the policy is meant."""
        return any(matches(policy, name) for name in self.names)

    def targets(self) -> list[_Target]:
        """What it applies to, each of the kind that `_targets` gives for a finding."""
        if self.resource_key:
            return [("judged", self.resource_key), ("holder", self.resource_id, self.file)]
        return [("line", self.file, self.line)]


def _targets(finding: Finding) -> list[_Target]:
    """Everything that an ignore of the finding can apply to."""
    place = finding.place
    targets: list[_Target] = [
        ("line", place.file, place.line),
        ("line", place.file, finding.key_line),
        ("judged", finding.resource_key),
    ]
    if not finding.resource_key or place.object_id != finding.resource_id:
        # Where the judged object holds the place itself, its key tells it from its namesakes in the same file.
        targets.append(("holder", place.object_id, place.file))
    return targets


def annotated(resources: Iterable[Resource]) -> Iterator[Ignore]:
    """The ignores in the annotations of resources."""
    for resource in resources:
        text = resource.annotations.get(ANNOTATION)
        if not text:
            continue
        place = resource.origin.place(("metadata", "annotations", ANNOTATION))
        for entry in text.split(";"):
            names, _, reason = entry.partition(":")
            if entry.strip():
                yield Ignore(
                    tuple(name.strip() for name in names.split(",") if name.strip()),
                    reason.strip(),
                    place,
                    file=resource.origin.file,
                    resource_id=resource.id,
                    resource_key=resource.key,
                )


def apply(
    findings: Iterable[Finding], ignores: Sequence[Ignore], judged: Mapping[str, Policy], known: Iterable[Policy]
) -> tuple[list[Finding], list[Finding], list[Problem]]:
    """(findings that count, suppressed ones, problems with the ignores).

    `judged` are the policies that were judged by: an ignore for another one that is `known` is not called unused.
    """
    usable: dict[_Target, list[tuple[int, Ignore]]] = {}
    for position, ignore in enumerate(ignores):
        for target in ignore.targets() if ignore.reason else ():
            usable.setdefault(target, []).append((position, ignore))
    counting: list[Finding] = []
    suppressed: list[Finding] = []
    for finding in findings:
        meant = {position: one for target in _targets(finding) for position, one in usable.get(target, ())}
        policy = judged[finding.policy]
        matching = [meant[position] for position in sorted(meant) if meant[position].names_policy(policy)]
        for ignore in matching:
            ignore.used = True
        if matching:
            why = Suppression("ignored", matching[0].reason, matching[0].place)
            suppressed.append(finding._replace(suppression=why))
        else:
            counting.append(finding)
    return counting, suppressed, list(_problems(ignores, judged.values(), tuple(known)))


def _problems(ignores: Iterable[Ignore], judged: Iterable[Policy], known: Iterable[Policy]) -> Iterator[Problem]:
    for ignore in ignores:
        text = _objection(ignore, tuple(judged), known)
        if text:
            yield Problem(*text, ignore.place, "triage", "warning")


def _objection(ignore: Ignore, judged: Iterable[Policy], known: Iterable[Policy]) -> tuple[str, str] | None:
    """Code and text of what is wrong with an ignore."""
    named = ", ".join(ignore.names)
    unknown = [name for name in ignore.names if not any(matches(policy, name) for policy in known)]
    if not ignore.names:
        return "ignore-malformed", f"an ignore that names no policy has no effect: write `{_COMMENT}`"
    if unknown:
        return "ignore-unknown-policy", f"ignore of {', '.join(unknown)}: no policy has this id, prefix or name"
    if not ignore.reason:
        form = f'{ANNOTATION}: "{named}: reason"' if ignore.resource_key else f"# erpguard: ignore[{named}] reason"
        return "ignore-without-reason", f"ignore of {named} without a reason has no effect: write `{form}`"
    if not ignore.used and any(matches(policy, name) for name in ignore.names for policy in judged):
        return "ignore-unused", f"ignore of {named} matches nothing: remove it"
    return None
