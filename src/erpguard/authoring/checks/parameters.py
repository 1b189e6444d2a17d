"""Parameters: declared, described, used, and with defaults that their own schema allows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import jsonschema

from erpguard.authoring.checks.subject import Subject
from erpguard.authoring.complaints import Complaint
from erpguard.authoring.syntax import Module
from erpguard.authoring.validation import nearest, said
from erpguard.engines.syntax.reading import parameter_of, wrong_setting
from erpguard.model.environments import USUAL, canonical_environment
from erpguard.reads import ANY

_CODE = "parameter"


def check(subject: Subject) -> Iterator[Complaint]:
    """Everything about parameters."""
    yield from _values(subject)
    yield from _only_if(subject)
    if subject.module is not None:
        yield from _uses(subject, subject.module)


def _values(subject: Subject) -> Iterator[Complaint]:
    for one in subject.policy.parameters:
        path: tuple[str, ...] = ("parameters", one.name)
        given = {(*path, "default"): one.default}
        for environment, value in one.environments.items():
            given[(*path, "environments", environment)] = value
            canonical = canonical_environment(environment)
            if canonical != environment:
                text = f"{one.name}: no resource has the environment {environment}: write {canonical}"
                yield subject.at(_CODE, text, *path, "environments", environment)
            elif guess := _misspelled(environment):
                text = f"{one.name}: an environment of its own, {environment}, or did you mean {guess}?"
                yield subject.note(_CODE, text, *path, "environments", environment)
        for where, value in given.items():
            error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(one.schema).iter_errors(value))
            if error is not None:
                yield subject.at(_CODE, f"{one.name}: {where[-1]}: {said(error)}", *where)


def _misspelled(environment: str) -> str:
    """The usual environment that one is nearly called as; empty for others."""
    near = difflib.get_close_matches(environment, USUAL, n=1, cutoff=0.9)
    return near[0] if near and near[0] != environment else ""


def _only_if(subject: Subject) -> Iterator[Complaint]:
    name = subject.policy.only_if
    known = {one.name: one for one in subject.policy.parameters}
    if name and name not in known:
        yield subject.at(_CODE, f"only_if: there is no parameter {name}{nearest(name, known)}", "only_if")
    elif name and not isinstance(known[name].default, bool):
        yield subject.at(_CODE, f"only_if: the parameter {name} is neither true nor false by default", "only_if")


def _uses(subject: Subject, module: Module) -> Iterator[Complaint]:
    known = {one.name for one in subject.policy.parameters}
    used: set[str] = set()
    for symbol, line in module.used.items():
        if symbol[:1] != ("settings",):
            continue
        wrong, name = wrong_setting(subject.file, symbol), parameter_of(symbol)
        if wrong:
            yield subject.error(line, _CODE, wrong)
            continue
        used |= {name} if name in known else known if name == ANY else set()
        if name not in known | {ANY}:
            text = f"the parameter {name} is not in METADATA{nearest(name, known) or ': add it, with a description'}"
            yield subject.error(line, _CODE, text)
    for name in sorted(known - used - {subject.policy.only_if}):
        yield subject.at(_CODE, f"the parameter {name} is never used: remove it, or use it", "parameters", name)
