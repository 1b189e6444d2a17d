"""The engine for own packs: their policies in a child, asked as the embedded engine is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from erpguard.engines import Answers, Violation
from erpguard.engines.child.connection import Limits
from erpguard.engines.child.process import RegoProcess, Source
from erpguard.engines.modules import read
from erpguard.engines.syntax import ModuleFacts, objections
from erpguard.engines.syntax.data_references import defined, undefined
from erpguard.engines.syntax.objections import Why
from erpguard.engines.syntax.reading import never_there, used
from erpguard.errors import EngineError, PackError
from erpguard.model import Part, Policy, Problem

_ON_SERVERS: tuple[Why, ...] = ("missing",)
"""What is objected to here, and OPA has."""


class ChildEngine:
    """Judges by policies of folders that are not ours.

    parts      all folders whose modules they may import, `policies` the ones that judge
    limits     what they may use
    is_judge   false where a server is to judge, which has all builtins of OPA

    PackError, with file, line and column, for a module that does not compile, or uses what this engine does not have.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        policies: Iterable[Policy],
        limits: Limits | None = None,
        *,
        is_judge: bool = True,
    ) -> None:
        policies = list(policies)
        sources = [Source(module.shown, module.text) for module in read(parts, policies)]
        self._process = RegoProcess(sources, limits=limits)
        try:
            check(sources, self._process.modules, () if is_judge else _ON_SERVERS)
            check_rules(sources, self._process.modules, policies)
            check_references(sources, self._process, policies)
        except PackError:
            self._process.close()
            raise
        self._views = sorted({view for policy in policies for view in policy.views})
        self._types = sorted({type_ for policy in policies for type_ in policy.resource_types})

    def evaluate(self, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """See `PolicyEngine.evaluate`."""
        return answers(self._process, policies, self._part(document))

    def close(self) -> Sequence[Problem]:
        """See `PolicyEngine.close`."""
        self._process.close()
        return ()

    def _part(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """What of an input is for these policies."""
        resources, views = document["resources"], document["views"]
        return {
            **document,
            "resources": {type_: resources[type_] for type_ in self._types if type_ in resources},
            "views": {view: views[view] for view in self._views if view in views},
        }


def check(sources: Sequence[Source], modules: Sequence[ModuleFacts], allowed: Collection[Why] = ()) -> None:
    """PackError, with file, line and column, for what is objected to, but for what is allowed."""
    for source, module in zip(sources, modules, strict=True):
        for objection in (one for one in objections(module, modules) if one.why not in allowed):
            raise PackError(f"{source.name}:{objection.line}:{objection.column}: {objection.text}")


def check_rules(sources: Sequence[Source], modules: Sequence[ModuleFacts], policies: Iterable[Policy]) -> None:
    """PackError, with the file, for a policy without the rule that it is asked for."""
    packages = {policy.package for policy in policies}
    for source, module in zip(sources, modules, strict=True):
        if module.package in packages and not any(rule.name.partition(".")[0] == "deny" for rule in module.rules):
            raise PackError(f"{source.name}: no rule deny: write `deny contains finding.at(...) if {{ ... }}`")


def check_references(sources: Sequence[Source], process: RegoProcess, policies: Iterable[Policy]) -> None:
    """PackError, with file and line, for what a policy uses and is not given: it would be silent."""
    by_package = {policy.package: policy for policy in policies}
    known = defined(process.modules)
    for source, module, tree in zip(sources, process.modules, process.trees(), strict=True):
        policy = by_package.get(module.package)
        given = never_there(policy, used(tree)) if policy else ()
        for line, reason in sorted((*given, *undefined(tree, known))):
            raise PackError(f"{source.name}:{line}: {reason}")


def answers(process: RegoProcess, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
    """The answers of policies whose modules a process has."""
    values = process.evaluate([f"data.{policy.package}.deny" for policy in policies], document)
    return {policy.id: _answer(policy, value) for policy, value in zip(policies, values, strict=True)}


def _answer(policy: Policy, value: Any) -> Sequence[Violation] | EngineError:
    if isinstance(value, EngineError):
        return type(value)(f"{policy.id}: {value}")
    found: Sequence[Violation] = value  # whether it is one is checked for all engines alike
    return found
