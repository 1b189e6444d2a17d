"""Which rules of the packages judge, and the policies that they are.

conftest asks for every rule `deny`, `violation` and `warn` of a package, and for those whose name goes on with `_`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from erpguard.conftest import PACK, ConftestOptions
from erpguard.conftest.annotations import Annotations
from erpguard.engines.child import Source
from erpguard.engines.syntax import ModuleFacts
from erpguard.errors import PackError, UsageError
from erpguard.model import Policy, Reference, Severity

EXCEPTION = "exception"

_JUDGES = re.compile(r"(deny|violation|warn)((?:_[a-zA-Z0-9]+)*)")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
_SEVERITIES = {"deny": Severity.HIGH, "violation": Severity.HIGH, "warn": Severity.MEDIUM}
_BRACKETS = re.compile(r"\s*(?:default\s+)?\w+\s*\[[^\]]*\]\s*(?P<sign>if\b|:?=)?")
_V1 = re.compile(r"^\s*import\s+rego\.v1\b", re.MULTILINE)

Definition = tuple[str, int]
"""The file and the line where a rule stands."""


class Rule(NamedTuple):
    """One rule that judges: all of its definitions in one package.

    excused_as  what `exception` calls it: the name without what comes before the first `_`
    """

    policy: Policy
    package: str
    name: str
    excused_as: str

    @property
    def query(self) -> str:
        """Where its value is."""
        return f"data.{self.package}.{self.name}"


class Module(NamedTuple):
    """A module, compiled."""

    source: Source
    facts: ModuleFacts


def rules(modules: Sequence[Module], options: ConftestOptions) -> list[Rule]:
    """The rules that judge, by package, then in the order of the modules; UsageError if there are none."""
    wanted = _packages(modules, options)
    found: dict[tuple[str, str], list[_Found]] = {}
    for one in _definitions(modules):
        if one.package in wanted:
            found.setdefault((one.package, one.name), []).append(one)
    if not found:
        raise UsageError(f"no rule deny, warn or violation in {_listed(sorted(wanted))}: {_known(modules)}")
    ids = _ids(found)
    return [_rule(definitions, ids[key], options) for key, definitions in sorted(found.items())]


def exceptions(modules: Iterable[Module]) -> dict[str, list[Definition]]:
    """By package: where it says what is excepted."""
    found: dict[str, list[Definition]] = {}
    for source, facts in modules:
        for rule in facts.rules:
            if rule.name == EXCEPTION:
                found.setdefault(facts.package, []).append((source.name, rule.line))
    return found


def _packages(modules: Iterable[Module], options: ConftestOptions) -> set[str]:
    there = {facts.package for _, facts in modules}
    if options.all_namespaces:
        return there
    wanted: set[str] = set()
    for pattern in options.namespaces:
        # Go's path.Match, which conftest uses, writes [^...] where fnmatch writes [!...]
        matching = {one for one in there if one == pattern or fnmatchcase(one, pattern.replace("[^", "[!"))}
        if not matching:
            raise UsageError(f"there is no package {pattern} in {_listed(options.policies)}: {_known(modules)}")
        wanted |= matching
    return wanted


def _known(modules: Iterable[Module]) -> str:
    named = sorted({facts.package for _, facts in modules})
    return f"choose with --namespace from {_listed(named)}, or --all-namespaces"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


class _Found(NamedTuple):
    """One definition of a rule that judges."""

    package: str
    name: str
    where: Definition
    own: Mapping[str, Any]
    package_metadata: Mapping[str, Any]


def _definitions(modules: Iterable[Module]) -> Iterator[_Found]:
    for source, facts in modules:
        annotations = Annotations(source.name, source.text, (rule.line for rule in facts.rules))
        lines = source.text.split("\n")
        for rule in facts.rules:
            if _JUDGES.fullmatch(rule.name) and _is_set(source, lines[rule.line - 1], rule.line):
                where = (source.name, rule.line)
                yield _Found(facts.package, rule.name, where, annotations.of(rule.line), annotations.package)


def _is_set(source: Source, line: str, number: int) -> bool:
    """Whether a definition is none of an object: `deny[x] := y` makes one, and `deny[x] if ...` unwillingly.

    In the Rego of before 1.0 `deny[x] { ... }` is the set. conftest refuses the unwilling ones as well
    (github.com/open-policy-agent/opa/issues/6509).
    """
    match = _BRACKETS.match(line)
    if match is None:
        return True
    if match["sign"] == "if":
        text = "`if` without `contains` makes an object of it, and no messages: write `contains`"
        raise PackError(f"{source.name}:{number}: {text}")
    return match["sign"] is None and source.is_v0 and not _V1.search(source.text)


def _ids(found: Mapping[tuple[str, str], Sequence[_Found]]) -> dict[tuple[str, str], str]:
    """What METADATA says, where it is a word and no other rule has it; else the package and the name."""
    names = {key: ".".join(key) for key in found}
    given = {key: _mapping(_own(definitions).get("custom")).get("id") for key, definitions in found.items()}
    words = {key: one for key, one in given.items() if isinstance(one, str) and _ID.fullmatch(one)}
    taken = Counter([*names.values(), *words.values()])
    return names | {key: one for key, one in words.items() if taken[one] == 1}


def _own(definitions: Sequence[_Found]) -> dict[str, Any]:
    """The METADATA of a rule: what its first definition says comes first."""
    own: dict[str, Any] = {}
    for one in reversed(definitions):
        own.update(one.own)
    return own


def _rule(definitions: Sequence[_Found], id_: str, options: ConftestOptions) -> Rule:
    first = definitions[0]
    match = _JUDGES.fullmatch(first.name)
    assert match is not None
    kind, rest = match[1], match[2]
    return Rule(_policy(definitions, id_, kind, options), first.package, first.name, rest.removeprefix("_"))


def _policy(definitions: Sequence[_Found], id_: str, kind: str, options: ConftestOptions) -> Policy:
    first, own = definitions[0], _own(definitions)
    whole = first.package_metadata
    file, line = first.where
    name = f"{first.package}.{first.name}"
    custom = _mapping(own.get("custom"))
    severity = _severity(custom.get("severity"), _mapping(whole.get("custom")).get("severity")) or _SEVERITIES[kind]
    return Policy(
        id=id_,
        name=first.name.replace("_", "-"),
        pack=PACK,
        package=first.package,
        title=_text(own.get("title")) or _text(whole.get("title")) or f"{first.name} of the package {first.package}",
        description=_text(own.get("description")) or _text(whole.get("description")) or f"{name}, {file}:{line}",
        severity=severity,
        severities=(severity,),
        resource_types=(),
        reads=(),
        judged={},
        absence_of=(),
        message="{msg}",
        remediation=_text(custom.get("remediation")),
        parameters=(),
        references=tuple(_references(own.get("related_resources") or whole.get("related_resources"))),
        file=file,
        only_advises=kind == "warn" and not options.fail_on_warn,
    )


def _severity(*given: Any) -> Severity | None:
    """The first severity that is given; none where it is no word of ours, for packages mean it for other programs."""
    first = next((str(one).lower() for one in given if one is not None), "")
    return Severity(first) if first in set(Severity) else None


def _references(given: Any) -> Iterator[Reference]:
    """`related_resources`: addresses, or objects with `ref` and a description."""
    for one in given if isinstance(given, list) else ():
        page = _text(one.get("ref") if isinstance(one, dict) else one)
        if page:
            yield Reference(page, _text(_mapping(one).get("description")) or page)


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}


def _text(given: Any) -> str:
    return given.strip() if isinstance(given, str) else ""
