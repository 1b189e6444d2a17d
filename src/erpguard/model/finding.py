"""What a policy found, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from erpguard.model.place import Path, Place


class Severity(StrEnum):
    """How bad a failure is; `rank` orders them, 4 is the worst."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """4 for critical down to 1 for low."""
        return _RANKS[self.value]


_RANKS = {"critical": 4, "high": 3, "medium": 2, "low": 1}


class Outcome(StrEnum):
    """What a policy decided about one resource."""

    FAIL = "fail"
    UNDETERMINED = "undetermined"
    PASS = "pass"
    NOT_APPLICABLE = "not-applicable"


class Related(NamedTuple):
    """Another place that matters for a finding, and why."""

    place: Place
    message: str


class Suppression(NamedTuple):
    """Why a finding does not count: an inline ignore, an annotation, a waiver or the baseline."""

    kind: Literal["ignored", "waived", "baseline"]
    reason: str
    place: Place = Place()


class Finding(NamedTuple):
    """One place that one policy objects to, or cannot decide about.

    `outcome` is FAIL or UNDETERMINED. `path` leads to the node that has to change (it may not exist yet), `place` is
    where that node, or its nearest ancestor, stands. `fingerprint` is a hex digest of policy, resource identity and
    path that survives moved lines, renamed files and reordered lists. `values` are what the message was made from.
    `resource_key` names the judged object even among namesakes. `key_line` is the line of the key that holds the text,
    where the place is a line within a block of text, else the line of the place. `fix` is what to write in the region
    of the place instead, where that is the whole remedy.
    """

    policy: str
    outcome: Outcome
    severity: Severity
    message: str
    resource_type: str
    resource_id: str
    resource_name: str
    namespace: str
    environment: str
    path: Path
    place: Place
    fingerprint: str
    related: tuple[Related, ...] = ()
    flow: tuple[Related, ...] = ()
    values: Mapping[str, Any] = MappingProxyType({})
    suppression: Suppression | None = None
    resource_key: str = ""
    key_line: int = 0
    fix: str = ""
