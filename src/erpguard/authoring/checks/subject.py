"""A policy that is looked at."""

from __future__ import annotations

from typing import NamedTuple

from erpguard.authoring.complaints import Complaint
from erpguard.authoring.metadata import Metadata
from erpguard.authoring.syntax import Module
from erpguard.model import Policy


class Subject(NamedTuple):
    """A policy with its METADATA, and its module where that compiles."""

    file: str
    policy: Policy
    told: Metadata
    module: Module | None

    def error(self, line: int, code: str, message: str) -> Complaint:
        """A complaint about a line."""
        return Complaint(self.file, line, code, message)

    def at(self, code: str, message: str, *path: str | int) -> Complaint:
        """A complaint about what stands at a path below `custom`."""
        return Complaint(self.file, self.told.line("custom", *path), code, message)

    def note(self, code: str, message: str, *path: str | int) -> Complaint:
        """What cannot be told of what stands at a path below `custom`."""
        return Complaint(self.file, self.told.line("custom", *path), code, message, "note")
