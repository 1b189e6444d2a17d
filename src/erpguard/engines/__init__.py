"""What evaluates Rego. One module or package per engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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

    def evaluate(self, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """The answers of some policies on one input document; one that fails costs no other.

        Raises EngineUnavailable when the engine can judge nothing any more, and DocumentTooLarge when fewer resources
        at a time may do.
        """

    def close(self) -> Sequence[Problem]:
        """Let go of what the engine holds, also after an error; never fails. Gives what its user has to know of it."""


def one_by_one(policies: Iterable[Policy], violations: Callable[[Policy], Sequence[Violation]]) -> Answers:
    """The answers of what gives the violations of one policy, or raises EngineError."""
    found: Answers = {}
    for policy in policies:
        try:
            found[policy.id] = violations(policy)
        except EngineError as error:
            found[policy.id] = error
    return found
