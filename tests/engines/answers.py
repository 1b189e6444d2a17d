"""What an engine says of one policy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from erpguard.engines import PolicyEngine, Violation
from erpguard.errors import EngineError
from erpguard.model import Policy


def answer(engine: PolicyEngine, policy: Policy, document: Mapping[str, Any]) -> Sequence[Violation]:
    """The violations; raises the error that stands in their place."""
    (found,) = engine.evaluate([policy], document).values()
    if isinstance(found, EngineError):
        raise found
    return found
