"""What a module says, read from its syntax tree: its rules, the tests it has, what it reads, and what it objects to.

The trees are those of regorus, as JSON.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.authoring.coverage import Region, regions
from erpguard.authoring.following import Finding, Follower, Symbol, dotted
from erpguard.authoring.unit_rules import UnitRules, unit_rules
from erpguard.reads import ANY

_ALWAYS = frozenset(("key", "resource", "path"))
_OF_ROWS = _ALWAYS | {"name", "namespace", "kind"}
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
        """The reads: ("views", view, field), a body path or (attribute,) -> the line of the first use."""
        found: dict[Symbol, int] = {}
        for symbol, line in self.used.items():
            read = _read(symbol)
            if read is not None:
                found[read] = min(line, found.get(read, line))
        return found


def module(tree: Any) -> Module:
    """The module of a syntax tree."""
    follower = Follower(tree["source"]["contents"].encode())
    for rule in tree["ast"]["rules"]:
        follower.rule(rule)
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


def spelled(read: Symbol) -> str:
    """A read as METADATA spells it."""
    text = ""
    for step in read:
        if step == ANY:
            text += "[*]"
        elif step.replace("-", "_").replace("$", "_").isidentifier() and not step.startswith("-"):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def _read(symbol: Symbol) -> Symbol | None:
    """A reference from `input` on, as METADATA spells it; None where every row has it."""
    if symbol[:1] == ("views",):
        if len(symbol) < 4 or symbol[3] in _OF_ROWS:
            return None
        return ("environment",) if symbol[3] == "environment" else (symbol[0], symbol[1], symbol[3])
    if symbol[:1] == ("resources",):
        if len(symbol) < 4 or symbol[3] in _ALWAYS:
            return None
        return symbol[4:] if symbol[3] == "body" else (symbol[3],)
    return None


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
