"""How one finding, and a group of them, reads in the report for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from erpguard.model import Finding, Outcome, Place, Policy, Related, pointer
from erpguard.reporters.escape import MESSAGE_LIMIT, cut, plain, prose
from erpguard.reporters.text_layout import Page

Policies = Mapping[str, Policy]

_SENTENCE_END = re.compile(r"(?<=\.)\s+(?=[A-Z])")


def grouped(findings: Sequence[Finding], policies: Policies, page: Page, *, verbose: bool) -> Iterator[str]:
    """Files in the order of their names, then the objects that have none; an empty line between groups."""
    for number, (group, members) in enumerate(groupby(sorted(findings, key=_position), key=_group)):
        if number:
            yield ""
        has_no_file, name = group
        title = cut(plain(name)) if has_no_file else plain(name)  # a path that is cut leads nowhere
        yield page.title(title.strip() or "without a place")
        yield from _entries(list(members), policies, page, verbose)


def one_line(finding: Finding, policies: Policies, page: Page) -> str:
    """`file:line:column: severity id name: message`, as compilers write and editors read it."""
    rule = _rule(finding, policies, gap=" ")
    return f"{where(finding)}: {page.word(_word(finding))} {rule}: {message(finding.message)}"


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """By file and line, objects without a file last."""
    return sorted(findings, key=_position)


def where(finding: Finding) -> str:
    """The shortest that leads there."""
    return plain(str(finding.place)) or _node(finding) or "(no place)"


def message(text: str) -> str:
    """A message on one line, not endless."""
    return cut(plain(text), MESSAGE_LIMIT)


def _position(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    return (_group(finding), place.line, place.column, -finding.severity.rank, finding.policy, place.pointer)


def _group(finding: Finding) -> tuple[bool, str]:
    """Whether it has no file, and the file or the object it belongs to."""
    place = finding.place
    return (False, place.file) if place.file else (True, place.object_id or finding.resource_id)


def _entries(members: Sequence[Finding], policies: Policies, page: Page, verbose: bool) -> Iterator[str]:
    """Rule, message and remedy of each; the remedy of a policy is told once in a group."""
    marks = [_mark(finding.place) for finding in members]
    columns = max(map(len, marks)), max(len(_word(finding)) for finding in members)
    indent = " " * (columns[0] + 4 if columns[0] else 4)
    told: set[str] = set()
    for finding, mark in zip(members, marks, strict=True):
        start = f"  {mark:<{columns[0]}}" if columns[0] else ""
        yield f"{start}  {page.word(_word(finding), columns[1])}  {_rule(finding, policies)}"
        yield from page.wrapped(message(finding.message), indent)
        yield from _details(finding, page, indent, verbose)
        if finding.policy not in told and finding.outcome is Outcome.FAIL and not finding.suppression:
            told.add(finding.policy)
            yield from _remedy(policies.get(finding.policy), page, indent, verbose)


def _details(finding: Finding, page: Page, indent: str, verbose: bool) -> Iterator[str]:
    """What else is known of the finding: why it is suppressed always, the rest where it is asked for or needed."""
    if finding.suppression:
        reason = finding.suppression.reason or "no reason given"
        yield from page.labelled(f"{finding.suppression.kind}:", message(reason), indent)
    if verbose or not finding.place.file:
        yield page.unbroken("at:", _node(finding), indent)
    if verbose:
        for label, others in (("also:", finding.related), ("path:", finding.flow)):
            for other in others:
                yield from page.labelled(label, _other(other), indent)


def _remedy(policy: Policy | None, page: Page, indent: str, verbose: bool) -> Iterator[str]:
    if policy is None:
        return
    remediation = prose(policy.remediation)
    if remediation:
        yield from page.labelled("fix:", remediation if verbose else _first_sentence(remediation), indent)
    for reference in policy.references if verbose else ():
        yield page.unbroken("see:", plain(reference.url), indent)


def _first_sentence(text: str) -> str:
    return _SENTENCE_END.split(text, maxsplit=1)[0]


def _rule(finding: Finding, policies: Policies, gap: str = "  ") -> str:
    policy = policies.get(finding.policy)
    return plain(f"{finding.policy}{gap}{policy.name}" if policy else finding.policy)


def _word(finding: Finding) -> str:
    return finding.severity.value if finding.outcome is Outcome.FAIL else finding.outcome.value


def _mark(place: Place) -> str:
    """Line and column within the file of the group."""
    if not place.file:
        return ""
    return f"{place.line}:{place.column}" if place.line else "-"


def _node(finding: Finding) -> str:
    """The node: id of the object that holds it and pointer, to be looked up in JSON, SARIF and the live object."""
    holder = cut(plain(finding.place.object_id or finding.resource_id))
    return f"{holder}#{cut(plain(pointer(finding.path)))}" if finding.path else holder


def _other(other: Related) -> str:
    return ": ".join(part for part in (plain(str(other.place)), message(other.message)) if part)
