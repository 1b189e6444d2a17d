"""The engine for own packs: their policies in a child, asked as the embedded engine is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from erpguard.engines import Answers, Violation
from erpguard.engines.child.connection import Limits
from erpguard.engines.child.process import RegoProcess, Source
from erpguard.engines.modules import read
from erpguard.engines.syntax import ModuleFacts, objections
from erpguard.errors import EngineError, EngineUnavailable, PackError
from erpguard.model import Part, Policy, Problem


class ChildEngine:
    """Judges by policies of folders that are not ours.

    parts     all folders whose modules they may import, `policies` the ones that judge
    limits    what they may use

    PackError, with file, line and column, for a module that does not compile, or uses what this engine does not have.
    """

    def __init__(self, parts: Sequence[Part], policies: Iterable[Policy], limits: Limits | None = None) -> None:
        policies = list(policies)
        sources = [Source(module.shown, module.text) for module in read(parts, policies)]
        self._process = RegoProcess(sources, limits=limits)
        try:
            check(sources, self._process.modules)
            check_rules(sources, self._process.modules, policies)
        except PackError:
            self._process.close()
            raise
        self._views = sorted({view for policy in policies for view in policy.views})
        self._types = sorted({type_ for policy in policies for type_ in policy.resource_types})

    def evaluate(self, policy: Policy, document: Mapping[str, Any]) -> Sequence[Violation]:
        """See `PolicyEngine.evaluate`."""
        found = self.evaluate_all([policy], document)[policy.id]
        if isinstance(found, EngineError):
            raise found
        return found

    def evaluate_all(self, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """See `PolicyEngine.evaluate_all`."""
        rules = [f"data.{policy.package}.deny" for policy in policies]
        values = self._process.evaluate(rules, self._part(document))
        return {policy.id: _answer(policy, value) for policy, value in zip(policies, values, strict=True)}

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


def check(sources: Sequence[Source], modules: Sequence[ModuleFacts]) -> None:
    """PackError, with file, line and column, for a function that this engine does not have, or has in its own way."""
    for source, module in zip(sources, modules, strict=True):
        for objection in objections(module, modules):
            raise PackError(f"{source.name}:{objection.line}:{objection.column}: {objection.text}")


def check_rules(sources: Sequence[Source], modules: Sequence[ModuleFacts], policies: Iterable[Policy]) -> None:
    """PackError, with the file, for a policy without the rule that it is asked for."""
    packages = {policy.package for policy in policies}
    for source, module in zip(sources, modules, strict=True):
        if module.package in packages and not any(rule.name.partition(".")[0] == "deny" for rule in module.rules):
            raise PackError(f"{source.name}: no rule deny: write `deny contains finding.at(...) if {{ ... }}`")


def _answer(policy: Policy, value: Any) -> Sequence[Violation] | EngineError:
    if isinstance(value, EngineUnavailable):
        return EngineUnavailable(f"{policy.id}: {value}")
    if isinstance(value, EngineError):
        return EngineError(f"{policy.id}: {value}")
    found: Sequence[Violation] = value  # whether it is one is checked for all engines alike
    return found
