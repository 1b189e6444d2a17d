"""What a policy's module says, beside what its METADATA says of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from erpguard.authoring.checks.names import package_of
from erpguard.authoring.checks.subject import Subject
from erpguard.authoring.complaints import Complaint
from erpguard.authoring.fields import of_body, of_view
from erpguard.authoring.syntax import Module
from erpguard.engines.syntax.following import Symbol
from erpguard.engines.syntax.reading import declared_reads, not_declared, not_given, spelled, undeclared
from erpguard.reads import ANY, touches

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_OWN_VALUES = frozenset(("kind", "name", "namespace"))
_SO = "write `deny contains finding.at(...) if { ... }`"


def check(subject: Subject) -> Iterator[Complaint]:
    """Everything that needs the syntax tree."""
    module = subject.module
    if module is None:
        return  # why it does not compile is told
    yield from check_rule(subject.file, module)
    yield from _input(subject, module)
    yield from _reads(subject, module)
    yield from _places(subject, module)
    yield from _placeholders(subject, module)


def check_rule(file: str, module: Module) -> Iterator[Complaint]:
    """Whether there is a rule that can be asked for."""
    wanted = package_of(file)
    if module.package != wanted:
        text = f"the package is {module.package}, but has to be {wanted}, as the file is called"
        yield Complaint(file, module.package_line, "package", text)
    denies = [head for head in module.heads if head.name == "deny"]
    if not denies:
        near = difflib.get_close_matches("deny", [head.name for head in module.heads], n=1)
        yield Complaint(file, module.package_line, "deny", f"no rule deny{f', but {near[0]}' if near else ''}: {_SO}")
    for head in denies:
        if head.flaw:
            yield Complaint(file, head.line, "deny", f"deny {head.flaw}: {_SO}")
    for finding in module.findings:
        if finding.no_list:
            text = 'the path that finding.at objects to is no list: write ["spec", "replicas"]'
            yield Complaint(file, finding.line, "path", text)


def _input(subject: Subject, module: Module) -> Iterator[Complaint]:
    """References that are never there, each where it is first."""
    found = dict[str, int]()
    for symbol, line in module.used.items():
        wrong = not_given(symbol, subject.policy.resource_types)
        found[wrong] = min(line, found.get(wrong, line))
    yield from (subject.error(line, "input", wrong) for wrong, line in found.items() if wrong)


def _reads(subject: Subject, module: Module) -> Iterator[Complaint]:
    declared = declared_reads(subject.policy)
    for read, line in undeclared(module.used, declared).items():
        wrong = of_view(*read[1:]) if read[0] == "views" and len(read) == 3 else ""
        yield subject.error(line, "reads", wrong or not_declared(read))
    for read in unread(module, declared):
        text = f"{spelled(read)} is never read: remove it, or read it with dots from the row itself"
        yield subject.at("reads", f"reads: {text}", "reads")
    for line in module.wholes:
        text = (
            "a whole row, resource or body is given away, so that nobody knows what of it is read: give single values"
        )
        yield subject.error(line, "reads", text)


def unread(module: Module, declared: set[Symbol]) -> list[Symbol]:
    """What is declared and not read."""
    return sorted(one for one in declared if not any(touches(one, read) for read in module.reads))


def _places(subject: Subject, module: Module) -> Iterator[Complaint]:
    """Places in the judged resources that these do not have; those below rows are known by the views alone."""
    types = subject.policy.resource_types
    for finding in module.findings:
        whose = finding.subject or ()
        if finding.path is None or whose[:1] != ("resources",):
            continue
        answers = [of_body(type_, finding.path) for type_ in types if whose[1] in (type_, ANY)]
        if answers and all(answer.wrong for answer in answers):
            yield subject.error(finding.line, "path", f"finding.at: {answers[0].wrong}")


def _placeholders(subject: Subject, module: Module) -> Iterator[Complaint]:
    """Placeholders of the message that some violation has no value for."""
    wanted = set(_PLACEHOLDER.findall(subject.policy.message)) - _OWN_VALUES
    for finding in module.findings:
        for name in sorted(wanted - finding.values) if finding.values is not None else ():
            text = f"gives no value for {{{name}}} of the message: add it, or take it out of the message"
            yield subject.error(finding.line, "message", text)
