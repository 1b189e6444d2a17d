"""What evaluates Rego. One module or package per engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from erpguard.errors import EngineError
from erpguard.model import Policy, Problem

Violation = dict[str, Any]
"""What a policy's `deny` holds.

Always resource, row, path and values; optionally key, severity, related, evidence, absent, at and doubt.
"""

Answers = dict[str, Sequence[Violation] | EngineError]
"""By policy id: its violations, or why there are none. EngineUnavailable there: nor will there be for other input."""


class PolicyEngine(Protocol):
    """Holds compiled policies and judges one input after the other."""

    def evaluate(self, policy: Policy, document: Mapping[str, Any]) -> Sequence[Violation]:
        """The violations of one policy on one input document; EngineError if it cannot be evaluated.

        Calls with the same document object one after the other load it once.
        """

    def evaluate_all(self, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """The answers of some policies on one input document.

        Raises EngineUnavailable when the engine can judge nothing any more, and DocumentTooLarge when fewer resources
        at a time may do.
        """

    def close(self) -> Sequence[Problem]:
        """Let go of what the engine holds, also after an error; never fails. Gives what its user has to know of it."""


def one_by_one(engine: PolicyEngine, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
    """The answers of an engine that evaluates each policy alone; one that fails costs no other."""
    found: Answers = {}
    for policy in policies:
        try:
            found[policy.id] = engine.evaluate(policy, document)
        except EngineError as error:
            found[policy.id] = error
    return found
