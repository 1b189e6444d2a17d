"""Policies in Python: called in this process, with a document of their own, and answers as those of Rego."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from erpguard.engines import Answers, Violation, one_by_one
from erpguard.errors import EngineError
from erpguard.model import Policy, Problem
from erpguard.plugins import PythonPolicy


class PythonEngine:
    """Judges by policies in Python, which it has by their ids."""

    def __init__(self, code: Mapping[str, PythonPolicy]) -> None:
        self._code = code

    def evaluate(self, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """See `PolicyEngine.evaluate`."""
        text = json.dumps(document)
        return one_by_one(policies, lambda policy: self._violations(policy, text))

    def _violations(self, policy: Policy, text: str) -> Sequence[Violation]:
        own = json.loads(text)  # what one policy changes is not what the next one sees
        try:
            found: list[Violation] = json.loads(json.dumps(list(self._code[policy.id].deny(own))))
        except (Exception, SystemExit) as error:  # it is not ours, and may fail in any way
            raise EngineError(f"{policy.id}: {_told(error)}") from error
        return found

    def close(self) -> Sequence[Problem]:
        """See `PolicyEngine.close`: there is nothing to let go of."""
        return ()


def _told(error: BaseException) -> str:
    """The error, and where in which function it was raised; without a path of this machine."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].name}, line {frames[-1].lineno}: " if len(frames) > 1 else ""
    return f"{where}{type(error).__name__}: {error}"
