"""What a module says, read from its syntax tree: its rules, the tests it has, what it reads, and what it objects to.

The trees are those of regorus, as JSON.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.authoring.coverage import Region, regions
from erpguard.authoring.unit_rules import UnitRules, unit_rules
from erpguard.engines.syntax.following import Finding, Symbol, dotted
from erpguard.engines.syntax.reading import followed, reads

_LITERALS = frozenset(("String", "RawString", "Number", "Bool", "Null", "Array", "Set"))


class Head(NamedTuple):
    """The head of a rule: the first part of its name, its line, and the flaw that keeps it from holding violations."""

    name: str
    line: int
    flaw: str = ""


class Module(NamedTuple):
    """One module.

    used      what is used of `input`, and the line where that is first
    wholes    the lines where a whole row or resource is given away, so that nobody knows what of it is read
    findings  every call of `finding.at`
    units     its unit tests
    regions   its rules and statements
    """

    package: str
    package_line: int
    heads: tuple[Head, ...]
    used: dict[Symbol, int]
    wholes: tuple[int, ...]
    findings: tuple[Finding, ...]
    units: UnitRules
    regions: tuple[Region, ...]

    @property
    def reads(self) -> dict[Symbol, int]:
        """See `erpguard.engines.syntax.reading.reads`."""
        return reads(self.used)


def module(tree: Any) -> Module:
    """The module of a syntax tree."""
    follower = followed(tree)
    package = tree["ast"]["package"]
    return Module(
        ".".join(dotted(package["refr"])),
        package["span"]["line"],
        tuple(_head(rule["Spec"]) for rule in tree["ast"]["rules"] if "Spec" in rule),
        follower.used,
        tuple(sorted(follower.wholes)),
        tuple(follower.findings),
        unit_rules(tree),
        regions(tree),
    )


def _head(rule: Any) -> Head:
    """The head of a rule that is no default."""
    ((kind, head),) = rule["head"].items()
    names = dotted(head["refr"])
    flaw = ""
    if kind != "Set" or "Var" not in head["refr"]:
        flaw = "is no set"
    elif _LITERALS.intersection(head["key"]):
        flaw = "holds something else than violations"
    return Head(names[0] if names else "", head["span"]["line"], flaw)
