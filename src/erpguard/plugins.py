"""Policies in Python, for what Rego cannot say: what they are, and how they object.

They are registered as entry points of the group `erpguard.policies` (packaging.python.org, "Entry points
specification"), each of which names a list of policies, and judge only where `--plugin NAME`, `scan(plugins=...)` or a
trusted configuration asks for them: they run in this process, with all rights of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

GROUP = "erpguard.policies"


class PythonPolicy(Protocol):
    """One policy. What it reads, what is undetermined and what the outcome is follow from its metadata, as in Rego.

    metadata  the METADATA of a policy (docs/writing-policies.md) as a mapping, with `package` in it:
              `erpguard.<pack>.<policy_name>`
    """

    @property
    def metadata(self) -> Mapping[str, Any]:
        """See the class."""

    def deny(self, document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
        """The violations (`violation`) in what is `input` for a policy in Rego; the document is its own to change."""


def violation(
    subject: Mapping[str, Any], path: Sequence[str | int], values: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """What `finding.at` is in Rego: an objection to the node at a path below a resource or row of the document.

    values  for the message
    more    what may be added: key, severity, related, evidence, absent, at, doubt (docs/writing-policies.md)
    """
    found = {"resource": subject["resource"], "row": subject["key"], "path": [*subject["path"], *path]}
    return {**found, "values": dict(values or {}), **more}
