"""What a policy is about: types that exist, and paths and fields that exist in them."""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.authoring.checks.subject import Subject
from erpguard.authoring.complaints import Complaint
from erpguard.authoring.fields import Answer, of_body, of_view
from erpguard.packs.types import is_known, unreachable
from erpguard.reads import ATTRIBUTES, parse_path, view_fields


def check(subject: Subject) -> Iterator[Complaint]:
    """Everything about types and reads that METADATA itself shows."""
    yield from types(subject)
    yield from _reads(subject)
    yield from _judged(subject)
    policy = subject.policy
    if policy.severity not in policy.severities:
        text = f"severities do not hold the severity {policy.severity} itself: add it"
        yield subject.at("severity", text, "severities")


def types(subject: Subject) -> Iterator[Complaint]:
    """Types that no resource has, or of which nobody knows anything."""
    for key in ("resource_types", "absence_of"):
        yield from _types(subject, key)


def _types(subject: Subject, key: str) -> Iterator[Complaint]:
    for number, type_ in enumerate(subject.told.custom.get(key, ())):
        wrong = unreachable(type_)
        if wrong:
            yield subject.at("type", f"{key}: {type_}: {wrong}", key, number)
        elif key == "resource_types" and not is_known(type_):
            text = f"{key}: {type_}: erpguard knows nothing of this type: paths and values in it are not checked"
            yield subject.note("type", text, key, number)


def _reads(subject: Subject) -> Iterator[Complaint]:
    for number, read in enumerate(subject.told.custom["reads"]):
        if read in ATTRIBUTES:
            continue
        if read.startswith("views."):
            wrong, unknown = _view(read), ""
        else:
            wrong, unknown = _path(subject, read)
        if wrong:
            yield subject.at("path", f"reads: {wrong}", "reads", number)
        elif unknown:
            yield subject.note("path", f"reads: {unknown}", "reads", number)


def _view(read: str) -> str:
    view, _, field = read.removeprefix("views.").partition(".")
    return of_view(view, field.partition(".")[0].partition("[")[0])


def _path(subject: Subject, read: str) -> tuple[str, str]:
    """Why a body path does not exist in any of the types, or what is not known of it where it may exist."""
    path = tuple(map(str, parse_path(read)))
    answers = [of_body(type_, path) for type_ in subject.policy.resource_types]
    if not answers or any(answer == Answer() for answer in answers):
        return "", ""
    unknown = next((answer.unknown for answer in answers if answer.unknown), "")
    return ("", unknown) if unknown else (answers[0].wrong, "")


def _judged(subject: Subject) -> Iterator[Complaint]:
    fields = set().union(*view_fields(subject.policy.reads).values())
    for field in subject.policy.judged:
        if field not in fields | ATTRIBUTES:
            text = f"judged: {field}: no view field of this name is among the reads, so that it narrows nothing"
            yield subject.at("judged", text, "judged", field)
