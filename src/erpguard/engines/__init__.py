"""What evaluates Rego. One module per engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from erpguard.model import Policy

Violation = dict[str, Any]
"""What a policy's `deny` holds.

Always resource, row, path and values; optionally key, severity, related, evidence, absent, at and doubt.
"""


class PolicyEngine(Protocol):
    """Holds compiled policies and judges one input after the other."""

    def evaluate(self, policy: Policy, document: Mapping[str, Any]) -> Sequence[Violation]:
        """The violations of one policy on one input document; EngineError if it cannot be evaluated.

        Calls with the same document object one after the other load it once.
        """
