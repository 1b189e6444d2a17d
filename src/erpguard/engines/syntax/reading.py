"""What a policy refers to, beside what METADATA says of it: what it is not given is undefined, so that it is silent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from erpguard.engines.syntax.facts import imported
from erpguard.engines.syntax.following import Follower, Symbol
from erpguard.errors import PackError
from erpguard.model import Path, Policy
from erpguard.reads import ANY, ATTRIBUTES, body_paths, view_fields

Used = Mapping[Symbol, int]
"""What is used of `input`, and the line where that is first."""

_ALWAYS = frozenset(("key", "resource", "path"))
_OF_ROWS = _ALWAYS | {"name", "namespace", "kind"}
_SECTIONS = ("resources", "views", "settings", ANY, "")
_OF_RESOURCES = ATTRIBUTES | {"key", "resource", "path", "body", ANY, ""}
_ALWAYS_KNOWN = frozenset(("name", "namespace", "kind", "environment"))
"""Reads that need not be listed: they are known of every resource."""


def followed(tree: Any) -> Follower:
    """What the rules of a syntax tree refer to."""
    source = tree["source"]["contents"].encode()
    imports = dict(imported(node, source) for node in tree["ast"]["imports"])
    follower = Follower(source, {name: path[1:] for name, path in imports.items() if path[:1] == ("input",)})
    for rule in tree["ast"]["rules"]:
        follower.rule(rule)
    return follower


def used(tree: Any) -> Used:
    """What the rules use of `input`; PackError for a tree that is too deep to be followed."""
    try:
        return followed(tree).used
    except RecursionError as error:
        raise PackError(f"{tree['source']['file']}: nested too deeply: write it as several rules") from error


def never_there(policy: Policy, given: Used) -> Iterator[tuple[int, str]]:
    """What a policy uses and is never given: lines, and what to do."""
    for symbol, line in given.items():
        wrong = not_given(symbol, policy.resource_types) or wrong_setting(policy.file, symbol)
        name = parameter_of(symbol)
        if wrong or name not in {ANY, *(one.name for one in policy.parameters)}:
            yield line, wrong or f"the parameter {name} is not in METADATA"
    for read, line in undeclared(given, declared_reads(policy)).items():
        yield line, not_declared(read)


def not_given(symbol: Symbol, types: Collection[str]) -> str:
    """Why a reference is never there: `input` has nothing of the name; empty where it may be there."""
    section, type_, _, key, *_ = (*symbol, *[""] * 4)
    if section not in _SECTIONS:
        return f"input has no {section}: it has resources, views and settings"
    if section != "resources" or type_ in ("", ANY):
        return ""
    if type_ not in types:
        return f"{type_} is not among resource_types: a policy is given what it judges; what joins types is a view"
    if key not in _OF_RESOURCES:
        return f"a resource has no {key}: write .body.{key}"
    return ""


def wrong_setting(file: str, symbol: Symbol) -> str:
    """Why a use of the settings is none of those of the policy in a file; empty where it is one."""
    pack, name = file.removesuffix(".rego").split("/", 1)
    own = ("settings", pack, name)
    if symbol[:1] != own[:1]:
        return ""
    if any(step not in (ANY, wanted) for step, wanted in zip(symbol, own, strict=False)):
        return f"the settings of another policy: write input.settings.{pack}.{name}"
    if len(symbol) > 3 and symbol[3] != ANY:
        return f"input.settings.{pack}.{name}.{symbol[3]}: by environment first: [resource.environment].{symbol[3]}"
    return ""


def parameter_of(symbol: Symbol) -> str:
    """The parameter that a reference names; `*` for any, or for none."""
    return symbol[4] if symbol[:1] == ("settings",) and len(symbol) > 4 else ANY


def declared_reads(policy: Policy) -> set[Symbol]:
    """The reads of METADATA, as a syntax tree has them."""
    declared: set[Symbol] = {
        ("views", view, field) for view, fields in view_fields(policy.reads).items() for field in fields
    }
    declared |= {tuple(map(str, path)) for path in body_paths(policy.reads)}
    return declared | {(name,) for name in policy.reads if name in ATTRIBUTES - _ALWAYS_KNOWN}


def undeclared(given: Used, declared: Iterable[Symbol]) -> dict[Symbol, int]:
    """What is read and not declared, with the line."""
    return {
        read: line
        for read, line in reads(given).items()
        if read not in {(name,) for name in _ALWAYS_KNOWN} and not any(_covers(one, read) for one in declared)
    }


def not_declared(read: Symbol) -> str:
    """What to do about a read that METADATA does not have."""
    return f"reads {spelled(read) or 'the body'}, which is not in METADATA: add it to reads"


def reads(given: Used) -> dict[Symbol, int]:
    """The reads: ("views", view, field), a body path or (attribute,) -> the line of the first use."""
    found: dict[Symbol, int] = {}
    for symbol, line in given.items():
        read = _read(symbol)
        if read is not None:
            found[read] = min(line, found.get(read, line))
    return found


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


def _covers(declared: Path, read: Path) -> bool:
    return all(want in (ANY, step) for want, step in zip(declared, read, strict=False))
