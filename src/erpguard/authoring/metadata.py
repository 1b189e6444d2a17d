"""The METADATA of a policy with the lines that it stands on.

https://www.openpolicyagent.org/docs/policy-language/#metadata: a block of comment lines that begins with `# METADATA`,
and whose other lines are YAML.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.authoring.complaints import Complaint
from erpguard.authoring.validation import line_of, read, violations
from erpguard.packs.metadata import elsewhere
from erpguard.sources.documents import Document

SCHEMA = "policy-metadata"
_START = "# METADATA"


class Metadata(NamedTuple):
    """What the block says (empty where it cannot be read), and what is wrong with it."""

    value: dict[str, Any]
    document: Document | None
    complaints: tuple[Complaint, ...]

    def line(self, *path: str | int) -> int:
        """The line of the node at a path, or of the nearest one above it."""
        return line_of(self.document, path) if self.document else 1

    @property
    def custom(self) -> dict[str, Any]:
        """The section of erpguard."""
        custom: dict[str, Any] = self.value.get("custom") or {}
        return custom


def metadata(source: str, file: str) -> Metadata:
    """The first METADATA block of a module."""
    lines = source.split("\n")
    start = next((number for number, line in enumerate(lines) if line.rstrip() == _START), None)
    if start is None:
        text = "no METADATA block: begin the file with `# METADATA`, as docs/writing-policies.md shows"
        return Metadata({}, None, (Complaint(file, 1, SCHEMA, text + elsewhere(source)),))
    # Empty lines in place of what is before, so that a line of the YAML is the line of the file.
    document, wrong = read("\n".join([*[""] * (start + 1), *_block(lines[start + 1 :])]).encode(), file)
    if document is None or not isinstance(document.value, dict):
        wrong = wrong or [Complaint(file, start + 1, SCHEMA, "METADATA is no mapping: write `# key: value` lines")]
        return Metadata({}, None, tuple(wrong))
    wrong += violations(SCHEMA, document)
    return Metadata(document.value if not wrong else {}, document, tuple(wrong))


def _block(lines: list[str]) -> list[str]:
    """The YAML of the comment lines at the beginning; the marks of comments become blanks, so that columns stay."""
    found: list[str] = []
    for line in lines:
        if not line.startswith("#"):
            break
        found.append(" " + line[1:])
    return found
