"""What kept a scan from being complete, or what its user should know about the input."""

from __future__ import annotations

from typing import Literal, NamedTuple

from erpguard.model.place import Place

Stage = Literal["input", "configuration", "policy", "triage"]
Level = Literal["error", "warning"]


class Problem(NamedTuple):
    """Something that could not be read or judged, or that should be looked at.

    `message` is one line and says what is wrong and what to do. `level` *error* means that the scan is incomplete
    (exit code 3); *warning* is told and changes nothing. `code` is a stable word for machines, such as
    `yaml-syntax`. `stage` says which step of the scan met it.
    """

    code: str
    message: str
    place: Place = Place()
    stage: Stage = "input"
    level: Level = "error"
