"""What a policy's module says, beside what its METADATA says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from erpguard.authoring.checks.names import package_of
from erpguard.authoring.checks.subject import Subject
from erpguard.authoring.complaints import Complaint
from erpguard.authoring.syntax import Module, Symbol, spelled
from erpguard.model import Path, Policy
from erpguard.reads import ANY, ATTRIBUTES, body_paths, touches, view_fields

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_OWN_VALUES = frozenset(("kind", "name", "namespace"))
_ALWAYS_KNOWN = frozenset(("name", "namespace", "kind", "environment"))
"""Reads that need not be listed: they are known of every resource."""


def check(subject: Subject) -> Iterator[Complaint]:
    """Everything that needs the syntax tree."""
    module = subject.module
    if module is None:
        return  # why it does not compile is told
    yield from check_rule(subject.file, module)
    yield from _reads(subject, module)
    yield from _placeholders(subject, module)


def check_rule(file: str, module: Module) -> Iterator[Complaint]:
    """Whether there is a rule that can be asked for."""
    wanted = package_of(file)
    if module.package != wanted:
        text = f"the package is {module.package}, but has to be {wanted}, as the file is called"
        yield Complaint(file, module.package_line, "package", text)
    if not any(head.name == "deny" for head in module.heads):
        text = "no rule deny: write `deny contains finding.at(...) if { ... }`"
        yield Complaint(file, module.package_line, "deny", text)


def _reads(subject: Subject, module: Module) -> Iterator[Complaint]:
    declared = declared_reads(subject.policy)
    for read, line in undeclared(module, declared).items():
        yield subject.error(line, "reads", f"reads {spelled(read)}, which is not in METADATA: add it to reads")
    for read in unread(module, declared):
        text = f"{spelled(read)} is never read: remove it, or read it with dots from the row itself"
        yield subject.at("reads", f"reads: {text}", "reads")
    for line in module.wholes:
        text = (
            "a whole row, resource or body is given away, so that nobody knows what of it is read: give single values"
        )
        yield subject.error(line, "reads", text)


def declared_reads(policy: Policy) -> set[Symbol]:
    """The reads of METADATA, as a syntax tree has them."""
    declared: set[Symbol] = {
        ("views", view, field) for view, fields in view_fields(policy.reads).items() for field in fields
    }
    declared |= {tuple(map(str, path)) for path in body_paths(policy.reads)}
    return declared | {(name,) for name in policy.reads if name in ATTRIBUTES - _ALWAYS_KNOWN}


def undeclared(module: Module, declared: set[Symbol]) -> dict[Symbol, int]:
    """What is read and not declared, with the line."""
    return {
        read: line
        for read, line in module.reads.items()
        if read not in {(name,) for name in _ALWAYS_KNOWN} and not any(_covers(one, read) for one in declared)
    }


def unread(module: Module, declared: set[Symbol]) -> list[Symbol]:
    """What is declared and not read."""
    return sorted(one for one in declared if not any(touches(one, read) for read in module.reads))


def _covers(declared: Path, read: Path) -> bool:
    return all(want in (ANY, step) for want, step in zip(declared, read, strict=False))


def _placeholders(subject: Subject, module: Module) -> Iterator[Complaint]:
    """Placeholders of the message that some violation has no value for."""
    wanted = set(_PLACEHOLDER.findall(subject.policy.message)) - _OWN_VALUES
    for values in module.values:
        for name in sorted(wanted - values.names) if values.names is not None else ():
            text = f"gives no value for {{{name}}} of the message: add it, or take it out of the message"
            yield subject.error(values.line, "message", text)
