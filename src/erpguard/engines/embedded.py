"""Rego in this process: the interpreter regorus. Belongs to the thread that made it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import regorus

from erpguard.engines import Answers, Violation
from erpguard.errors import EngineError, PackError
from erpguard.model import Policy, Problem


class EmbeddedEngine:
    """Compiles the modules of a folder: the shared ones, then those of the policies."""

    def __init__(self, folder: str, modules: Iterable[str], policies: Iterable[Policy]) -> None:
        self._engine = regorus.Engine()
        self._document: Mapping[str, Any] | None = None
        for file in (*modules, *(policy.file for policy in policies)):
            try:
                self._engine.add_policy_from_file(os.path.join(folder, file))
            except RuntimeError as error:
                raise PackError(f"{file}{_position(error)}: {_reason(error)}") from error

    def evaluate(self, policy: Policy, document: Mapping[str, Any]) -> Sequence[Violation]:
        """See `PolicyEngine.evaluate`."""
        try:
            if document is not self._document:
                self._engine.set_input(document)
                self._document = document
            found = self._engine.eval_rule_as_json(f"data.{policy.package}.deny")
        except RuntimeError as error:
            raise EngineError(f"{policy.id}: {_reason(error)}") from error
        violations: list[Violation] = json.loads(found)
        return violations

    def evaluate_all(self, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """See `PolicyEngine.evaluate_all`."""
        found: Answers = {}
        for policy in policies:
            try:
                found[policy.id] = self.evaluate(policy, document)
            except EngineError as error:
                found[policy.id] = error
        return found

    def close(self) -> Sequence[Problem]:
        """See `PolicyEngine.close`: there is nothing to let go of."""
        return ()


_ARROW = re.compile(r"--> .*?(:\d+:\d+)$", re.MULTILINE)


def _position(error: RuntimeError) -> str:
    """`:line:column` where regorus points at; its path is that of this machine."""
    arrow = _ARROW.search(str(error))
    return arrow[1] if arrow else ""


def _reason(error: RuntimeError) -> str:
    """The last line of regorus' message that says something; the rest is a drawing of the source, and the stack."""
    text = str(error).partition("\nStack backtrace:")[0]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith("error:")]
    return (telling or lines or ["unknown error"])[-1].removeprefix("error:").strip()
